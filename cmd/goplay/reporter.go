package main

import (
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"goplay/engine"
	"goplay/engine/report"
)

// newReporter is the screen that stdout_callback names, and what
// callbacks_enabled adds to it.
func (s *session) newReporter() engine.Reporter {
	r := s.stdoutReporter()
	for _, name := range s.config.List("CALLBACKS_ENABLED") {
		switch short := name[strings.LastIndexByte(name, '.')+1:]; short {
		case "junit":
			r = &report.JUnit{Next: r, Dir: junitDir(), Warn: s.warn, Now: time.Now}
		default:
			s.warn("the callback " + name + " is not in goplay: it does nothing")
		}
	}
	return r
}

func junitDir() string {
	if dir := os.Getenv("JUNIT_OUTPUT_DIR"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ".ansible.log"
	}
	return home + "/.ansible.log"
}

func (s *session) stdoutReporter() engine.Reporter {
	name := s.config.String("DEFAULT_STDOUT_CALLBACK")
	d := s.defaultReporter()
	switch short := name[strings.LastIndexByte(name, '.')+1:]; short {
	case "", "default", "debug":
	case "yaml":
		d.YAML, d.YAMLShort = true, true
	case "minimal", "oneline":
		return &report.Minimal{Screen: s.screen, Verbosity: s.verbose, OneLine: short == "oneline"}
	case "json":
		return &report.JSON{Out: os.Stdout, Screen: s.screen, Now: time.Now}
	default:
		s.warn("the stdout callback " + name + " is not in goplay: the default one is used")
	}
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return d
	}
	s.live = report.NewLive(d, os.Stdout, columns, time.Second)
	return s.live
}

func (s *session) defaultReporter() *report.Default {
	c := s.config
	return &report.Default{
		Screen: s.screen, Verbosity: s.verbose,
		HideSkipped: !c.Bool("default.display_skipped_hosts"), HideOK: !c.Bool("default.display_ok_hosts"),
		FailedToStderr: c.Bool("default.display_failed_stderr"), CheckMarkers: c.Bool("default.check_mode_markers"),
		PerHostStart: c.Bool("default.show_per_host_start"), CustomStats: c.Bool("default.show_custom_stats"),
		PathOnFailure: c.Bool("default.show_task_path_on_failure"), YAML: c.String("default.result_format") == "yaml",
	}
}
