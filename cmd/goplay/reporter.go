package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"goplay/engine"
	"goplay/engine/report"
)

// newReporter is the screen that stdout_callback names, and what
// callbacks_enabled adds to it.
func (s *session) newReporter() engine.Reporter {
	r, live := s.stdoutReporter()
	for _, name := range s.config.List("CALLBACKS_ENABLED") {
		switch short := shortCallback(name); short {
		case "junit":
			r = &report.JUnit{Next: r, Dir: junitDir(), HideArgs: junitHides(), Warn: s.warn, Now: time.Now}
		case "tree":
			r = &report.Tree{Next: r, Dir: s.config.String("tree.directory"), Warn: s.warn}
		case "timer":
			r = &report.Timer{Next: r, Screen: s.screen, Now: time.Now, Start: time.Now()}
		case "profile_tasks", "profile_roles":
			r = s.profile(r, short == "profile_roles")
		default:
			s.warn("the callback " + name + " is not in goplay: it does nothing")
		}
	}
	if !live || !term.IsTerminal(int(os.Stdout.Fd())) || paper() {
		return r
	}
	s.live = report.NewLive(r, os.Stdout, columns, time.Second)
	leaving.add(s.live.Abandon)
	return s.live
}

// shortCallback is a callback's name without its collection.
func shortCallback(name string) string {
	for _, collection := range []string{"ansible.builtin.", "ansible.legacy.", "ansible.posix.", "community.general."} {
		if short, ok := strings.CutPrefix(name, collection); ok {
			return short
		}
	}
	return name
}

func (s *session) profile(next engine.Reporter, roles bool) *report.Profile {
	p := &report.Profile{Next: next, Screen: s.screen, Now: time.Now, Start: time.Now(), Roles: roles}
	if !roles {
		p.Limit, _ = strconv.Atoi(s.config.String("profile_tasks.output_limit")) // "all" has no limit
		p.Order = s.config.String("profile_tasks.sort_order")
	}
	return p
}

func junitHides() bool {
	return slices.Contains([]string{"true", "yes", "on", "1", "y", "t"}, strings.ToLower(os.Getenv("JUNIT_HIDE_TASK_ARGUMENTS")))
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

// stdoutReporter also tells whether what takes its time may be shown beside it.
func (s *session) stdoutReporter() (r engine.Reporter, live bool) {
	name := s.config.String("DEFAULT_STDOUT_CALLBACK")
	d := s.defaultReporter()
	switch short := shortCallback(name); short {
	case "", "default":
	case "debug":
		d.Debug = true
	case "skippy":
		d.Skippy = true
	case "null":
		return &report.Null{Screen: s.screen}, false
	case "yaml":
		d.YAML, d.YAMLShort = true, true
	case "unixy":
		return report.Unixy{Default: d}, false
	case "minimal", "oneline":
		return s.minimalReporter(short == "oneline"), false
	case "json":
		return &report.JSON{Out: s.screen.Out, Screen: s.screen, Now: time.Now}, false
	default:
		s.warn("the stdout callback " + name + " is not in goplay: the default one is used")
	}
	return d, true
}

func (s *session) minimalReporter(oneLine bool) *report.Minimal {
	return &report.Minimal{Screen: s.screen, Verbosity: s.verbose, OneLine: oneLine, DiffContext: s.config.Int("DIFF_CONTEXT")}
}

func (s *session) defaultReporter() *report.Default {
	c := s.config
	return &report.Default{
		Screen: s.screen, Verbosity: s.verbose,
		HideSkipped: !c.Bool("default.display_skipped_hosts"), HideOK: !c.Bool("default.display_ok_hosts"),
		FailedToStderr: c.Bool("default.display_failed_stderr"), CheckMarkers: c.Bool("default.check_mode_markers"),
		ShowArguments: c.Bool("DISPLAY_ARGS_TO_STDOUT") && !c.Bool("DEFAULT_NO_LOG"), DiffContext: c.Int("DIFF_CONTEXT"),
		PerHostStart: c.Bool("default.show_per_host_start"), CustomStats: c.Bool("default.show_custom_stats"),
		PathOnFailure: c.Bool("default.show_task_path_on_failure"), YAML: c.String("default.result_format") == "yaml",
		Pretty: c.Bool("default.pretty_results"), Compact: c.IsSet("default.pretty_results") && !c.Bool("default.pretty_results"),
	}
}
