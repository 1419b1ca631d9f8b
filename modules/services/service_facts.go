package services

import (
	"os"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type serviceFactsArgs struct{}

type serviceFactsResult struct{ facts *value.Dict }

// AnsibleFacts are the services, by name.
func (r serviceFactsResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.service_facts",
		Summary: "Find the services of a system and what they do",
		Example: `- name: What services there are
  ansible.builtin.service_facts:

- name: Who is up
  ansible.builtin.debug:
    msg: "{{ ansible_facts.services['ssh.service'].state }}"
`,
		Notes: []string{"The fact services is a dict by name; each entry has name, state, source, and status where systemd says it (runlevels for OpenRC)."},
	}, serviceFacts)
}

func serviceFacts(c *modules.Context, _ serviceFactsArgs) (serviceFactsResult, error) {
	services := value.NewDict()
	for _, scan := range []func(*modules.Context, *value.Dict) error{scanScripts, scanOpenRC, scanSystemd} {
		if err := scan(c, services); err != nil {
			return serviceFactsResult{}, err
		}
	}
	if services.Len() == 0 {
		return serviceFactsResult{}, &modules.Skipped{Msg: "Failed to find any services. This can be due to privileges or some other configuration issue."}
	}
	return serviceFactsResult{value.DictOf("services", services)}, nil
}

var statusAll = lazy.Regexp(`(?m)^\s*\[ ([+-]) \]\s+(.+)$`)

// scanScripts asks the service program of Debian's kind about SysV scripts.
func scanScripts(c *modules.Context, services *value.Dict) error {
	for _, other := range []string{"chkconfig", "rc-status"} {
		if _, err := c.Find(other); err == nil {
			return nil
		}
	}
	if _, err := c.Find("service"); err != nil {
		return nil
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{"service", "--status-all"}})
	if err != nil {
		return err
	}
	if _, err := os.Stat("/etc/init.d"); out.RC != 0 && (err == nil || out.RC != 4) {
		c.Warn("Unable to query 'service' tool (%d): %s", out.RC, out.Stderr)
	}
	for _, m := range statusAll.FindAllStringSubmatch(out.Stdout, -1) {
		state := "stopped"
		if m[1] == "+" {
			state = "running"
		}
		services.Set(m[2], value.DictOf("name", m[2], "state", state, "source", "sysv"))
	}
	return nil
}

// scanOpenRC joins what rc-status and rc-update say.
func scanOpenRC(c *modules.Context, services *value.Dict) error {
	for _, tool := range []string{"rc-status", "rc-update"} {
		if _, err := c.Find(tool); err != nil {
			return nil
		}
	}
	states, err := c.Exec(modules.Cmd{Argv: []string{"rc-status", "-a", "-s", "-m"}})
	if err != nil {
		return err
	}
	levels, err := c.Exec(modules.Cmd{Argv: []string{"rc-update", "show", "-v"}})
	if err != nil {
		return err
	}
	parseOpenRC(states.Stdout, levels.Stdout, services)
	return nil
}

func parseOpenRC(states, levels string, services *value.Dict) {
	runlevels := map[string]any{}
	for line := range strings.Lines(levels) {
		if name, list, ok := strings.Cut(line, "|"); ok {
			runlevels[strings.TrimSpace(name)] = nil
			if words := strings.Fields(list); len(words) > 0 {
				runlevels[strings.TrimSpace(name)] = value.Of(words)
			}
		}
	}
	for line := range strings.Lines(states) {
		words := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(line))
		if strings.HasPrefix(line, " ") && len(words) >= 2 {
			services.Set(words[0], value.DictOf("name", words[0], "runlevels", runlevels[words[0]], "state", words[1], "source", "openrc"))
		}
	}
}

// scanSystemd lists loaded units, and unit files for the rest.
func scanSystemd(c *modules.Context, services *value.Dict) error {
	comm, err := os.ReadFile("/proc/1/comm")
	if err != nil || !strings.Contains(string(comm), "systemd") {
		return nil
	}
	if _, err := c.Find("systemctl"); err != nil {
		return nil
	}
	units, err := c.Exec(modules.Cmd{Argv: []string{"systemctl", "list-units", "--no-pager", "--plain", "--no-legend", "--type", "service", "--all"}})
	if err != nil {
		return err
	}
	if units.RC != 0 {
		c.Warn("Could not list units from systemd: %s", units.Stderr)
	}
	parseUnits(units.Stdout, services)
	files, err := c.Exec(modules.Cmd{Argv: []string{"systemctl", "list-unit-files", "--no-pager", "--no-legend", "--type", "service", "--all"}})
	if err != nil {
		return err
	}
	if files.RC != 0 {
		c.Warn("Could not get unit files data from systemd: %s", files.Stderr)
	}
	return addUnitFiles(c, files.Stdout, services)
}

// bad are states of a unit that say more than that of its file.
var bad = map[string]bool{"not-found": true, "masked": true, "failed": true}

// parseUnits reads lines of unit, load, active, sub and description.
func parseUnits(text string, services *value.Dict) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasSuffix(words[0], ".service") {
			continue
		}
		state, status := "stopped", words[2]
		if words[3] == "running" {
			state = "running"
		}
		for _, word := range words[1:4] {
			if bad[word] {
				status = word
			}
		}
		services.Set(words[0], value.DictOf("name", words[0], "state", state, "status", status, "source", "systemd"))
	}
}

func addUnitFiles(c *modules.Context, text string, services *value.Dict) error {
	var unloaded []string
	status := map[string]string{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		if known, ok := services.Get(words[0]); ok {
			d := known.(*value.Dict)
			if !bad[d.GetString("status")] {
				d.Set("status", words[1])
			}
			continue
		}
		unloaded = append(unloaded, words[0])
		status[words[0]] = words[1]
	}
	active, err := activities(c, unloaded)
	if err != nil {
		return err
	}
	for _, name := range unloaded {
		state := "unknown"
		if a, ok := active[name]; ok {
			state = a
		}
		services.Set(name, value.DictOf("name", name, "state", state, "status", status[name], "source", "systemd"))
	}
	return nil
}

// activities asks about many units at once. A template cannot be asked about.
func activities(c *modules.Context, units []string) (map[string]string, error) {
	var ask []string
	for _, name := range units {
		if !strings.HasSuffix(name, "@.service") {
			ask = append(ask, name)
		}
	}
	active := map[string]string{}
	if len(ask) == 0 {
		return active, nil
	}
	out, err := c.Exec(modules.Cmd{Argv: append([]string{"systemctl", "show", "--property=ActiveState", "--"}, ask...)})
	if err != nil {
		return nil, err
	}
	states := strings.Fields(out.Stdout)
	if len(states) != len(ask) {
		return active, nil
	}
	for i, name := range ask {
		active[name] = strings.TrimPrefix(states[i], "ActiveState=")
	}
	return active, nil
}
