package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"goplay/modules"
	mt "goplay/modules/modulestest"
)

// TestNagios holds what Nagios is told against Ansible. Its pipe stands outside
// the cases' folders, with somebody who reads it.
func TestNagios(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	of := func(name string, args mt.Args) mt.Case {
		if args["cmdfile"] == nil {
			args["cmdfile"] = "{pipe}"
		}
		if args["host"] == nil && args["command"] == nil {
			args["host"] = "web"
		}
		return mt.Case{Name: name, Module: "community.general.nagios", Args: args, Vars: map[string]string{"{pipe}": pipe}, Always: true}
	}
	// The times are of the moment; what they are is asked for below.
	timed := func(name string, args mt.Args) mt.Case { return of(name, args).Ignoring("nagios_commands") }
	cases := []mt.Case{
		timed("downtime", mt.Args{"action": "downtime", "services": "http,ssh"}),
		timed("command", mt.Args{"action": "command", "command": "DISABLE_FAILURE_PREDICTION"}),
		of("no services", mt.Args{"action": "downtime"}), of("no command", mt.Args{"action": "command"}),
		of("no pipe", mt.Args{"action": "silence", "cmdfile": "{dir}/lost"}), of("no start", mt.Args{"action": "downtime", "services": "host", "start": "soon"}).
			Differing("Ansible's module crashes", "msg", "module_stderr", "module_stdout", "rc"),
	}
	file := of("a file", mt.Args{"action": "silence", "cmdfile": "{dir}/f"})
	file.Files = mt.Files{"f: x\n"}
	mt.Compare(t, append(cases, file))
	checked := timed("checked", mt.Args{"action": "silence"})
	if r := checked.Run(t, t.TempDir(), true); !r.Changed || r.Failed {
		t.Errorf("checked: changed=%v %s", r.Changed, r.Msg)
	}
	if r := (&mt.Case{Module: "community.general.nagios", Args: mt.Args{"action": "command", "command": "A\nB", "cmdfile": pipe}}).Run(t, t.TempDir(), false); !r.Failed {
		t.Error("two commands in one are taken")
	}
}

// TestNagiosCommands has the commands of Ansible's module, at one moment.
func TestNagiosCommands(t *testing.T) {
	for text, a := range map[string]nagiosArgs{
		"SCHEDULE_HOST_DOWNTIME;web;100;1900;1;0;1800;me;why":                                   {Action: "downtime", Services: "host"},
		"SCHEDULE_HOST_SVC_DOWNTIME;web;100;1900;1;0;1800;me;why":                               {Action: "downtime", Services: "all"},
		"SCHEDULE_SVC_DOWNTIME;web;a;100;1900;1;0;1800;me;why":                                  {Action: "downtime", Services: "a"},
		"SCHEDULE_SERVICEGROUP_HOST_DOWNTIME;g;100;1900;1;0;1800;me;why":                        {Action: "servicegroup_host_downtime"},
		"SCHEDULE_SERVICEGROUP_SVC_DOWNTIME;g;100;1900;1;0;1800;me;why":                         {Action: "servicegroup_service_downtime"},
		"ACKNOWLEDGE_HOST_PROBLEM;web;0;1;0;me;why":                                             {Action: "acknowledge", Services: "host"},
		"ACKNOWLEDGE_SVC_PROBLEM;web;a;0;1;0;me;why ACKNOWLEDGE_SVC_PROBLEM;web;b;0;1;0;me;why": {Action: "acknowledge", Services: "a,b"},
		"SCHEDULE_FORCED_HOST_CHECK;web;103":                                                    {Action: "forced_check", Services: "host"},
		"SCHEDULE_FORCED_HOST_SVC_CHECKS;web;103":                                               {Action: "forced_check", Services: "all"},
		"SCHEDULE_FORCED_SVC_CHECK;web;a;103":                                                   {Action: "forced_check", Services: "a"},
		"DEL_DOWNTIME_BY_HOST_NAME;web;;;why":                                                   {Action: "delete_downtime", Services: "host"},
		"DEL_DOWNTIME_BY_HOST_NAME;web;;;":                                                      {Action: "delete_downtime", Services: "all"},
		"DEL_DOWNTIME_BY_HOST_NAME;web;a;;why":                                                  {Action: "delete_downtime", Services: "a"},
		"ENABLE_HOST_NOTIFICATIONS;web":                                                         {Action: "enable_alerts", Services: "host"},
		"ENABLE_HOST_SVC_NOTIFICATIONS;web":                                                     {Action: "enable_alerts", Services: "all"},
		"DISABLE_SVC_NOTIFICATIONS;web;a":                                                       {Action: "disable_alerts", Services: "a"},
		"DISABLE_HOST_SVC_NOTIFICATIONS;web DISABLE_HOST_NOTIFICATIONS;web":                     {Action: "silence"},
		"ENABLE_HOST_SVC_NOTIFICATIONS;web ENABLE_HOST_NOTIFICATIONS;web":                       {Action: "unsilence"},
		"DISABLE_NOTIFICATIONS":                                                                 {Action: "silence_nagios"},
		"ENABLE_NOTIFICATIONS":                                                                  {Action: "unsilence_nagios"},
	} {
		a.Host, a.Group, a.Author, a.Comment, a.Minutes = "web", "g", "me", "why", 30
		if got := strings.Join(a.commands(100), " "); got != text {
			t.Errorf("%s %s: %s, want %s", a.Action, a.Services, got, text)
		}
	}
	start := int64(7)
	if got := (nagiosArgs{Start: &start, Minutes: 1}).downtime(100); got != "7;67;1;0;60;;" {
		t.Errorf("a downtime is %s", got)
	}
}

func TestNagiosConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nagios.cfg")
	if err := os.WriteFile(path, []byte("log_file=x\ncommand_file=/var/nagios.cmd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := commandFile([]string{path + ".lost", path}); got != "/var/nagios.cmd" {
		t.Errorf("the pipe is %q", got)
	}
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "community.general.nagios", Args: map[string]any{"action": "silence_nagios"}})
	if err != nil || !regexp.MustCompile("unable to locate|command file").MatchString(r.Msg) {
		t.Errorf("%s, %v", r.Msg, err)
	}
}
