package system

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type selinuxArgs struct {
	Policy      *string `arg:"policy" doc:"The policy; needed unless state is disabled."`
	State       string  `arg:"state,required" enum:"disabled,enforcing,permissive" doc:"The mode."`
	UpdateParam bool    `arg:"update_kernel_param" default:"false" doc:"Also set the kernel's parameter selinux for the next start, through grubby."`
	ConfigFile  string  `arg:"configfile" alias:"conf,file" default:"/etc/selinux/config" doc:"The configuration."`
}

type selinuxResult struct {
	Msg            string  `json:"msg" doc:"What was done."`
	ConfigFile     string  `json:"configfile" doc:"The configuration."`
	Policy         *string `json:"policy" doc:"The policy."`
	State          string  `json:"state" doc:"The mode."`
	RebootRequired bool    `json:"reboot_required" doc:"Whether the mode is reached after a restart only."`
}

type sebooleanArgs struct {
	Name       string `arg:"name,required" doc:"The boolean."`
	State      bool   `arg:"state,required" doc:"Its value."`
	Persistent bool   `arg:"persistent" default:"false" doc:"Keep the value for the next start."`
	Ignore     bool   `arg:"ignore_selinux_state" default:"false" doc:"Go on where SELinux is not in use."`
}

type sebooleanResult struct {
	Name       string `json:"name" doc:"The boolean."`
	Persistent bool   `json:"persistent" doc:"Whether the value is kept."`
	State      bool   `json:"state" doc:"Its value."`
}

type seportArgs struct {
	Ports  []string `arg:"ports,required" doc:"Ports or ranges of ports."`
	Proto  string   `arg:"proto,required" enum:"tcp,udp" doc:"Protocol of the ports."`
	SEType string   `arg:"setype,required" doc:"Type of the ports."`
	State  string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the ports are to have the type."`
	Reload bool     `arg:"reload" default:"true" doc:"Use the policy at once."`
	Ignore bool     `arg:"ignore_selinux_state" default:"false" doc:"Go on where SELinux is not in use."`
	Local  bool     `arg:"local" default:"false" doc:"Look at the host's own changes of the policy only."`
}

type seportResult struct {
	Ports  []string `json:"ports" doc:"The ports."`
	Proto  string   `json:"proto" doc:"Their protocol."`
	SEType string   `json:"setype" doc:"Their type."`
	State  string   `json:"state" doc:"Whether they are to have it."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.posix.selinux", Aliases: []string{"ansible.builtin.selinux"}, Summary: "The mode and policy of SELinux",
		Example: `- name: Enforcing
  ansible.posix.selinux:
    policy: targeted
    state: enforcing
`,
	}, selinux)
	modules.Register(modules.Spec{
		Name: "ansible.posix.seboolean", Aliases: []string{"ansible.builtin.seboolean"}, Summary: "Booleans of SELinux's policy",
		Example: `- name: Web servers may connect
  ansible.posix.seboolean:
    name: httpd_can_network_connect
    state: true
    persistent: true
`,
	}, seboolean)
	modules.Register(modules.Spec{
		Name: "community.general.seport", Aliases: []string{"ansible.builtin.seport"}, Summary: "Types of ports in SELinux's policy",
		Example: `- name: SSH on another port
  community.general.seport:
    ports: 2222
    proto: tcp
    setype: ssh_port_t
`,
	}, seport)
}

const selinuxFS = "/sys/fs/selinux"

func selinuxOn() bool { return fsys.Exists(selinuxFS + "/enforce") }

func selinux(c *modules.Context, a selinuxArgs) (selinuxResult, error) {
	r := selinuxResult{ConfigFile: a.ConfigFile, Policy: a.Policy, State: a.State}
	if a.State != "disabled" && (a.Policy == nil || *a.Policy == "") {
		return r, modules.Fail("Policy is required if state is not 'disabled'")
	}
	data, err := os.ReadFile(a.ConfigFile)
	if err != nil {
		return r, modules.Fail("Unable to find file %s", a.ConfigFile)
	}
	text := setVariable(string(data), "SELINUX", a.State)
	if a.Policy != nil && *a.Policy != "" {
		text = setVariable(text, "SELINUXTYPE", *a.Policy)
	}
	var said []string
	on := selinuxOn()
	mode, _ := os.ReadFile(selinuxFS + "/enforce")
	enforcing := strings.TrimSpace(string(mode)) == "1"
	if on && a.State != "disabled" && enforcing != (a.State == "enforcing") {
		number := map[string]string{"enforcing": "1", "permissive": "0"}[a.State]
		if err := c.Change(modules.Diff{}, func() error { return os.WriteFile(selinuxFS+"/enforce", []byte(number), 0o644) }); err != nil {
			return r, err
		}
		said = append(said, "SELinux state changed to '"+a.State+"'")
	}
	r.RebootRequired = on != (a.State != "disabled")
	if text != string(data) {
		u := fsys.Update{Path: fsys.Resolve(a.ConfigFile), Data: []byte(text), Diff: fsys.TextDiff(a.ConfigFile, data, []byte(text))}
		if _, err := u.Apply(c); err != nil {
			return r, err
		}
		said = append(said, "Config SELinux state changed to '"+a.State+"'")
	}
	if a.UpdateParam {
		err = a.kernelParam(c)
	}
	r.Msg = strings.Join(said, ", ")
	return r, err
}

func (a selinuxArgs) kernelParam(c *modules.Context) error {
	out, err := c.Command("grubby", "--info=ALL")
	if err != nil {
		return err
	}
	off := strings.Contains(out, "selinux=0")
	if off == (a.State == "disabled") {
		return nil
	}
	flag := "--remove-args=selinux=0"
	if a.State == "disabled" {
		flag = "--args=selinux=0"
	}
	return c.Change(modules.Diff{}, func() error {
		_, err := c.Command("grubby", "--update-kernel=ALL", flag)
		return err
	})
}

// setVariable sets NAME=value in a file of such lines.
func setVariable(text, name, want string) string {
	lines := strings.SplitAfter(text, "\n")
	found := false
	for i, line := range lines {
		if strings.HasPrefix(line, name+"=") {
			lines[i], found = name+"="+want+"\n", true
		}
	}
	text = strings.Join(lines, "")
	if found {
		return text
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + name + "=" + want + "\n"
}

func seboolean(c *modules.Context, a sebooleanArgs) (sebooleanResult, error) {
	r := sebooleanResult{a.Name, a.Persistent, a.State}
	if !selinuxOn() && !a.Ignore {
		return r, modules.Fail("SELinux is disabled on this host.")
	}
	data, err := os.ReadFile(selinuxFS + "/booleans/" + strings.ReplaceAll(a.Name, "/", ""))
	if err != nil && !a.Ignore {
		return r, modules.Fail("SELinux boolean %s does not exist.", a.Name)
	}
	want := map[bool]string{true: "1", false: "0"}[a.State]
	// The file has the value now and the one that waits to be committed.
	same := strings.HasPrefix(string(data), want)
	if same && a.Persistent {
		out, err := c.Command("semanage", "boolean", "-l", "-n")
		if err != nil {
			return r, err
		}
		same = keptBoolean(out, a.Name) == map[bool]string{true: "on", false: "off"}[a.State]
	}
	if same {
		return r, nil
	}
	argv := []string{"setsebool"}
	if a.Persistent {
		argv = append(argv, "-P")
	}
	return r, c.Change(modules.Diff{}, func() error {
		_, err := c.Command(append(argv, a.Name, want)...)
		return err
	})
}

// keptBoolean reads the default of a boolean from semanage's list:
// name (on , off) description.
func keptBoolean(list, name string) string {
	for line := range strings.Lines(list) {
		f := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,()\t\n", r) })
		if len(f) >= 3 && f[0] == name {
			return f[2]
		}
	}
	return ""
}

func seport(c *modules.Context, a seportArgs) (seportResult, error) {
	r := seportResult{a.Ports, a.Proto, a.SEType, a.State}
	if !selinuxOn() && !a.Ignore {
		return r, modules.Fail("SELinux is disabled on this host.")
	}
	argv := []string{"semanage", "port", "-l", "-n"}
	if a.Local {
		argv = append(argv, "-C")
	}
	out, err := c.Command(argv...)
	if err != nil {
		return r, err
	}
	have := parsePorts(out, a.Proto)
	for _, port := range a.Ports {
		kind, taken := exactPort(have, port)
		var edit []string
		switch {
		case a.State == "absent" && kind == a.SEType:
			edit = []string{"-d"}
		case a.State == "absent" || kind == a.SEType:
			continue
		case taken:
			edit = []string{"-m", "-t", a.SEType}
		default:
			edit = []string{"-a", "-t", a.SEType}
		}
		if !a.Reload {
			edit = append(edit, "-N")
		}
		full := append(append([]string{"semanage", "port"}, edit...), "-p", a.Proto, port)
		if err := c.Change(modules.Diff{}, func() error { _, err := c.Command(full...); return err }); err != nil {
			return r, err
		}
	}
	return r, nil
}

// parsePorts reads semanage's list, the ports of each type of one protocol.
func parsePorts(list, proto string) map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(list) {
		f := strings.Fields(strings.ReplaceAll(line, ",", " "))
		if len(f) > 2 && f[1] == proto {
			out[f[0]] = append(out[f[0]], f[2:]...)
		}
	}
	return out
}

// exactPort finds the type of a port or range; a single port may be in a range
// of a type too, where adding it anew is allowed.
func exactPort(have map[string][]string, port string) (kind string, taken bool) {
	for t, ports := range have {
		if slices.Contains(ports, port) {
			return t, true
		}
	}
	n, err := strconv.Atoi(port)
	for t, ports := range have {
		for _, p := range ports {
			lo, hi, ranged := strings.Cut(p, "-")
			from, bad1 := strconv.Atoi(lo)
			to, bad2 := strconv.Atoi(hi)
			if err == nil && ranged && bad1 == nil && bad2 == nil && from <= n && n <= to && t != "reserved_port_t" && t != "unreserved_port_t" && t != "ephemeral_port_t" && t != "hi_reserved_port_t" {
				kind = t
			}
		}
	}
	return kind, false
}
