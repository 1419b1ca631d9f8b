package security

import (
	"slices"
	"strings"

	"goplay/modules"
)

type seportArgs struct {
	Ports              []string `arg:"ports,required" doc:"Ports and ranges first-last."`
	Proto              string   `arg:"proto,required" enum:"tcp,udp" doc:"Protocol of the ports."`
	SEType             string   `arg:"setype,required" doc:"SELinux type of the ports, such as http_port_t."`
	State              string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the ports are to have that type."`
	Reload             bool     `arg:"reload" default:"true" doc:"Load the policy anew after the change."`
	Local              bool     `arg:"local" default:"false" doc:"Look only at what was changed on this machine, not at the policy as it came."`
	IgnoreSELinuxState bool     `arg:"ignore_selinux_state" default:"false" doc:"Go on where SELinux is not running, as in a chroot."`
}

type seportResult struct {
	Ports  []string `json:"ports" doc:"The ports."`
	Proto  string   `json:"proto" doc:"Their protocol."`
	SEType string   `json:"setype" doc:"Their type."`
	State  string   `json:"state" doc:"Whether they were to have it."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.seport",
		Summary: "Say which SELinux type network ports have",
		Differs: []string{"Works through semanage."},
		Example: `- name: SSH listens on another port too
  community.general.seport:
    ports: "2222"
    proto: tcp
    setype: ssh_port_t
`,
	}, modules.Bare(seport))
}

func seport(c *modules.Context, a seportArgs) (seportResult, error) {
	for i, p := range a.Ports {
		a.Ports[i] = strings.TrimSpace(p)
	}
	r := seportResult{a.Ports, a.Proto, a.SEType, a.State}
	if !a.IgnoreSELinuxState && !selinuxEnabled(c) {
		return r, modules.Fail("SELinux is disabled on this host.")
	}
	list := []string{"semanage", "port", "-l", "-n"}
	if a.Local {
		list = append(list, "-C")
	}
	out, err := c.Command(list...)
	if err != nil {
		return r, err
	}
	types := parseSemanagePorts(out, a.Proto)
	for _, port := range a.Ports {
		if argv := a.command(types, port); argv != nil {
			if err := c.Change(modules.Diff{}, runs(c, argv...)); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// command is what gives one port its type or takes it away, nil where that is
// so already.
func (a seportArgs) command(types map[string][]string, port string) []string {
	argv := []string{"semanage", "port"}
	if !a.Reload {
		argv = append(argv, "-N")
	}
	has := slices.Contains(types[port], a.SEType)
	switch {
	case a.State == "absent" && has:
		return append(argv, "-d", "-t", a.SEType, "-p", a.Proto, port)
	case a.State == "absent" || has:
		return nil
	case len(types[port]) > 0:
		return append(argv, "-m", "-t", a.SEType, "-p", a.Proto, port)
	}
	return append(argv, "-a", "-t", a.SEType, "-p", a.Proto, port)
}

// parseSemanagePorts reads what semanage port -l prints: the types of each port
// or range of a protocol. A type's line lists its ports with commas.
func parseSemanagePorts(text, proto string) map[string][]string {
	types := map[string][]string{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 || f[1] != proto {
			continue
		}
		for _, port := range strings.Split(strings.Join(f[2:], ""), ",") {
			types[port] = append(types[port], f[0])
		}
	}
	return types
}
