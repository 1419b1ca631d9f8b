package config

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goplay/modules"
)

type nagiosArgs struct {
	Action   string `arg:"action,required" enum:"downtime,delete_downtime,enable_alerts,disable_alerts,silence,unsilence,silence_nagios,unsilence_nagios,command,servicegroup_service_downtime,servicegroup_host_downtime,acknowledge,forced_check" doc:"What Nagios is told."`
	Author   string `arg:"author" default:"Ansible" doc:"Who says so, in downtimes and acknowledgements."`
	Comment  string `arg:"comment" default:"Scheduling downtime" doc:"Why, in downtimes and acknowledgements."`
	Host     string `arg:"host" doc:"The host that it is about."`
	Group    string `arg:"servicegroup" doc:"The group of services that it is about."`
	Start    *int64 `arg:"start" type:"str" doc:"When a downtime begins, in seconds since 1970; now where not given."`
	Minutes  int64  `arg:"minutes" default:"30" doc:"How long a downtime is."`
	CmdFile  string `arg:"cmdfile" doc:"Nagios' pipe for commands; looked up in its configuration where not given."`
	Services string `arg:"services" alias:"service" doc:"Services, with commas between; host for the host itself, all for all of its services."`
	Command  string `arg:"command" doc:"A command as Nagios takes it, without the time before it."`
}

type nagiosResult struct {
	Commands []string `json:"nagios_commands,omitempty" doc:"What Nagios was told."`
}

func init() {
	about := func(action string, needs ...string) modules.RequiredIf {
		return modules.RequiredIf{Option: "action", Is: action, Needs: needs}
	}
	modules.Register(modules.Spec{
		Name: "community.general.nagios", Summary: "Tell Nagios of downtimes, and whom to leave alone",
		Example: "- name: No alarms while we deploy\n  community.general.nagios:\n    action: downtime\n    host: \"{{ inventory_hostname }}\"\n    services: all\n    minutes: 10\n  delegate_to: monitor.example.org\n",
		Differs: []string{
			"A line break in a command is refused: it would begin another one.",
			"Where Nagios does not read its pipe the task fails, instead of waiting for it.",
		},
		RequiredIf: []modules.RequiredIf{
			about("downtime", "host", "services"), about("delete_downtime", "host", "services"), about("silence", "host"), about("unsilence", "host"),
			about("enable_alerts", "host", "services"), about("disable_alerts", "host", "services"), about("command", "command"),
			about("servicegroup_host_downtime", "host", "servicegroup"), about("servicegroup_service_downtime", "host", "servicegroup"),
			about("acknowledge", "host", "services"), about("forced_check", "host", "services"),
		},
	}, nagios)
}

// nagiosConfigs are where the configurations of Nagios and Icinga are.
var nagiosConfigs = []string{
	"/etc/nagios/nagios.cfg", "/etc/nagios3/nagios.cfg", "/etc/nagios2/nagios.cfg", "/usr/local/etc/nagios/nagios.cfg",
	"/usr/local/groundwork/nagios/etc/nagios.cfg", "/omd/sites/oppy/tmp/nagios/nagios.cfg", "/usr/local/nagios/etc/nagios.cfg",
	"/usr/local/nagios/nagios.cfg", "/opt/nagios/etc/nagios.cfg", "/opt/nagios/nagios.cfg", "/etc/icinga/icinga.cfg", "/usr/local/icinga/etc/icinga.cfg",
}

// commandFile finds the pipe in the first configuration that is there.
func commandFile(paths []string) string {
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if _, file, ok := strings.Cut(line, "="); ok && strings.HasPrefix(line, "command_file") {
				return strings.TrimSpace(file)
			}
		}
	}
	return ""
}

func nagios(c *modules.Context, a nagiosArgs) (nagiosResult, error) {
	if a.CmdFile == "" {
		a.CmdFile = commandFile(nagiosConfigs)
	}
	if a.CmdFile == "" {
		return nagiosResult{}, modules.Fail("unable to locate nagios.cfg")
	}
	now := time.Now().Unix()
	var r nagiosResult
	for _, command := range a.commands(now) {
		line := fmt.Sprintf("[%d] %s", now, command)
		if strings.ContainsAny(line, "\r\n") {
			return nagiosResult{}, modules.Fail("a command for nagios has a line break: %q", line)
		}
		r.Commands = append(r.Commands, line)
	}
	if err := c.Change(modules.Diff{}, func() error { return a.tell(r.Commands) }); err != nil {
		return nagiosResult{}, err
	}
	return r, nil
}

// tell writes commands into the pipe, which must not wait for a reader.
func (a nagiosArgs) tell(lines []string) error {
	fail := func(words string) error {
		return modules.Fail("%s", words).With("cmdfile", a.CmdFile)
	}
	info, err := os.Stat(a.CmdFile)
	switch {
	case err != nil:
		return fail("nagios command file does not exist")
	case info.Mode()&os.ModeNamedPipe == 0:
		return fail("nagios command file is not a fifo file")
	}
	pipe, err := os.OpenFile(a.CmdFile, os.O_WRONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return fail("unable to write to nagios command file")
	}
	_, err = pipe.WriteString(strings.Join(lines, "\n") + "\n")
	if closed := pipe.Close(); err != nil || closed != nil {
		return fail("unable to write to nagios command file")
	}
	return nil
}

// nagiosWords are the names of the commands for a host, for all of its
// services and for one of them.
var nagiosWords = map[string][3]string{
	"downtime":       {"SCHEDULE_HOST_DOWNTIME", "SCHEDULE_HOST_SVC_DOWNTIME", "SCHEDULE_SVC_DOWNTIME"},
	"acknowledge":    {"ACKNOWLEDGE_HOST_PROBLEM", "", "ACKNOWLEDGE_SVC_PROBLEM"},
	"forced_check":   {"SCHEDULE_FORCED_HOST_CHECK", "SCHEDULE_FORCED_HOST_SVC_CHECKS", "SCHEDULE_FORCED_SVC_CHECK"},
	"enable_alerts":  {"ENABLE_HOST_NOTIFICATIONS", "ENABLE_HOST_SVC_NOTIFICATIONS", "ENABLE_SVC_NOTIFICATIONS"},
	"disable_alerts": {"DISABLE_HOST_NOTIFICATIONS", "DISABLE_HOST_SVC_NOTIFICATIONS", "DISABLE_SVC_NOTIFICATIONS"},
}

// commands are what the action stands for.
func (a nagiosArgs) commands(now int64) []string {
	switch a.Action {
	case "command":
		return []string{a.Command}
	case "silence_nagios":
		return []string{"DISABLE_NOTIFICATIONS"}
	case "unsilence_nagios":
		return []string{"ENABLE_NOTIFICATIONS"}
	case "silence":
		return []string{"DISABLE_HOST_SVC_NOTIFICATIONS;" + a.Host, "DISABLE_HOST_NOTIFICATIONS;" + a.Host}
	case "unsilence":
		return []string{"ENABLE_HOST_SVC_NOTIFICATIONS;" + a.Host, "ENABLE_HOST_NOTIFICATIONS;" + a.Host}
	case "servicegroup_host_downtime":
		return []string{"SCHEDULE_SERVICEGROUP_HOST_DOWNTIME;" + a.Group + ";" + a.downtime(now)}
	case "servicegroup_service_downtime":
		return []string{"SCHEDULE_SERVICEGROUP_SVC_DOWNTIME;" + a.Group + ";" + a.downtime(now)}
	case "delete_downtime":
		return a.lost()
	}
	words := nagiosWords[a.Action]
	switch {
	case a.Services == "host":
		return []string{join(words[0], a.Host, a.details(now))}
	case a.Services == "all" && words[1] != "":
		return []string{join(words[1], a.Host, a.details(now))}
	}
	var out []string
	for service := range strings.SplitSeq(a.Services, ",") {
		out = append(out, join(words[2], a.Host, service, a.details(now)))
	}
	return out
}

// join puts semicolons between the parts of a command, but for an empty last one.
func join(parts ...string) string {
	return strings.TrimSuffix(strings.Join(parts, ";"), ";")
}

// details are what stands behind the host and the service.
func (a nagiosArgs) details(now int64) string {
	switch a.Action {
	case "downtime":
		return a.downtime(now)
	case "acknowledge":
		return "0;1;0;" + a.Author + ";" + a.Comment
	case "forced_check":
		return strconv.FormatInt(now+3, 10)
	}
	return ""
}

func (a nagiosArgs) downtime(now int64) string {
	start, length := now, a.Minutes*60
	if a.Start != nil {
		start = *a.Start
	}
	return fmt.Sprintf("%d;%d;1;0;%d;%s;%s", start, start+length, length, a.Author, a.Comment)
}

// lost are the commands that end downtimes: of the host those with the
// comment, of all its services any.
func (a nagiosArgs) lost() []string {
	const word = "DEL_DOWNTIME_BY_HOST_NAME;"
	switch a.Services {
	case "host":
		return []string{word + a.Host + ";;;" + a.Comment}
	case "all":
		return []string{word + a.Host + ";;;"}
	}
	var out []string
	for service := range strings.SplitSeq(a.Services, ",") {
		out = append(out, word+a.Host+";"+service+";;"+a.Comment)
	}
	return out
}
