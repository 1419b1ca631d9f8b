package security

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

type sebooleanArgs struct {
	Name               string `arg:"name,required" doc:"Name of the boolean."`
	State              bool   `arg:"state,required" doc:"What it is to be."`
	Persistent         bool   `arg:"persistent" default:"false" doc:"Keep it over the next start."`
	IgnoreSELinuxState bool   `arg:"ignore_selinux_state" default:"false" doc:"Go on where SELinux is not running, as in a chroot."`
}

type sebooleanResult struct {
	Name       string `json:"name" doc:"Name of the boolean."`
	Persistent bool   `json:"persistent" doc:"Whether it is kept over the next start."`
	State      bool   `json:"state" doc:"What it was to be."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.posix.seboolean",
		Summary: "Switch SELinux booleans",
		Differs: []string{"Works through getsebool, setsebool and semanage; nothing of Python is needed beyond what semanage itself needs."},
		Example: `- name: The web server may open connections
  ansible.posix.seboolean:
    name: httpd_can_network_connect
    state: true
    persistent: true
`,
	}, modules.Bare(seboolean))
}

func seboolean(c *modules.Context, a sebooleanArgs) (sebooleanResult, error) {
	r := sebooleanResult{a.Name, a.Persistent, a.State}
	enabled := selinuxEnabled(c)
	if !enabled && !a.IgnoreSELinuxState {
		return r, modules.Fail("SELinux is disabled on this host.")
	}
	settled := true
	if enabled {
		out, err := c.Exec(modules.Cmd{Argv: []string{"getsebool", a.Name}})
		if err != nil {
			return r, err
		}
		have, pending, ok := parseGetsebool(out.Stdout)
		if out.RC != 0 || !ok {
			return r, modules.Fail("SELinux boolean %s does not exist.", a.Name)
		}
		settled = have == onOff(a.State) && pending == have
	}
	if a.Persistent || !enabled {
		out, err := c.Exec(modules.Cmd{Argv: []string{"semanage", "boolean", "-l", "-n"}})
		if err != nil {
			return r, err
		}
		if out.RC != 0 {
			return r, modules.Fail("Failed to get list of boolean names")
		}
		kept, ok := parseSemanageBooleans(out.Stdout)[a.Name]
		if !ok {
			return r, modules.Fail("SELinux boolean %s is not defined in persistent policy", a.Name)
		}
		settled = settled && kept == onOff(a.State)
	}
	if settled {
		return r, nil
	}
	argv := []string{"setsebool", a.Name, onOff(a.State)}
	switch {
	case !enabled:
		argv = []string{"semanage", "boolean", "-N", "-m", "--" + onOff(a.State), a.Name}
	case a.Persistent:
		argv = []string{"setsebool", "-P", a.Name, onOff(a.State)}
	}
	return r, c.Change(modules.Diff{}, runs(c, argv...))
}

// parseGetsebool reads "name --> on" or "name --> on pending: off".
func parseGetsebool(text string) (now, pending string, ok bool) {
	_, state, ok := strings.Cut(strings.TrimSpace(text), " --> ")
	if !ok {
		return "", "", false
	}
	now, pending, waits := strings.Cut(state, " pending: ")
	if !waits {
		pending = now
	}
	return now, pending, true
}

var semanageBoolean = lazy.Regexp(`^(\S+)\s+\(\s*(\w+)\s*,\s*(\w+)\s*\)`)

// parseSemanageBooleans reads what semanage boolean -l prints: the value that
// each boolean has after the next start.
func parseSemanageBooleans(text string) map[string]string {
	kept := map[string]string{}
	for line := range strings.Lines(text) {
		if m := semanageBoolean.FindStringSubmatch(line); m != nil {
			kept[m[1]] = m[3]
		}
	}
	return kept
}
