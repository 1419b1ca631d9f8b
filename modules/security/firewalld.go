package security

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

type portForward struct {
	Port   string `arg:"port,required" doc:"Port that is forwarded."`
	Proto  string `arg:"proto,required" enum:"udp,tcp" doc:"Its protocol."`
	ToPort string `arg:"toport,required" doc:"Port it is forwarded to."`
	ToAddr string `arg:"toaddr" doc:"Address it is forwarded to; this machine without one."`
}

type firewalldArgs struct {
	Service            string        `arg:"service" doc:"Name of a service that firewalld knows."`
	Protocol           string        `arg:"protocol" doc:"Name of a protocol."`
	Port               string        `arg:"port" doc:"Port or range with its protocol: 80/tcp, 5000-5010/udp."`
	PortForward        []portForward `arg:"port_forward" doc:"One port to forward."`
	RichRule           string        `arg:"rich_rule" doc:"Rule in firewalld's rich language."`
	Source             string        `arg:"source" doc:"Address or network that belongs to the zone."`
	Interface          string        `arg:"interface" doc:"Interface that belongs to the zone."`
	ICMPBlock          string        `arg:"icmp_block" doc:"Type of ICMP to block."`
	ICMPBlockInversion string        `arg:"icmp_block_inversion" doc:"Whether ICMP that is not blocked is let through, or the other way around."`
	Masquerade         string        `arg:"masquerade" doc:"Whether the zone hides what is behind it."`
	Forward            string        `arg:"forward" doc:"Whether packets pass between interfaces and sources of the zone."`
	Target             string        `arg:"target" enum:"default,ACCEPT,DROP,%%REJECT%%" doc:"What becomes of what no rule of the zone takes."`
	Zone               string        `arg:"zone" doc:"The zone; the default zone without one."`
	Permanent          *bool         `arg:"permanent" doc:"Change what is kept for the next start."`
	Immediate          bool          `arg:"immediate" default:"false" doc:"Change what is in effect now. It is meant where permanent is not."`
	State              string        `arg:"state,required" enum:"absent,disabled,enabled,present" doc:"Whether the setting is to be there; absent and present are for zones and targets."`
	Timeout            int           `arg:"timeout" default:"0" doc:"Seconds after which a setting that is not permanent goes away."`
	Offline            *bool         `arg:"offline" doc:"Leave out what is immediate where firewalld is not running and the change is permanent too."`
}

type firewalldResult struct {
	Msg *string `json:"msg,omitempty" doc:"What was done; nothing in check mode."`
}

// settings are the options of which a task has at most one.
var settings = []string{"icmp_block", "icmp_block_inversion", "service", "protocol", "port", "port_forward", "rich_rule",
	"interface", "forward", "masquerade", "source", "target"}

func init() {
	modules.Register(modules.Spec{
		Name:       "ansible.posix.firewalld",
		Summary:    "Open and close ports and services in firewalld's zones",
		Exclusive:  [][]string{settings},
		RequiredBy: map[string][]string{"interface": {"zone"}, "target": {"zone"}, "source": {"permanent"}},
		Notes:      []string{"A zone can only be made or removed permanently; reload firewalld before it is used immediately."},
		Differs:    []string{"Works through firewall-cmd, or firewall-offline-cmd where firewalld is not running; nothing of Python is needed."},
		Example: `- name: The web is open
  ansible.posix.firewalld:
    service: https
    permanent: true
    immediate: true
    state: enabled
`,
	}, firewalld)
}

// zones is firewalld during one call.
type zones struct {
	c       *modules.Context
	a       firewalldArgs
	offline bool
	msgs    []string
}

func firewalld(c *modules.Context, a firewalldArgs) (firewalldResult, error) {
	z := &zones{c: c, a: a}
	running, err := z.running()
	if err != nil {
		return firewalldResult{}, err
	}
	z.offline = !running
	permanent := a.Permanent != nil && *a.Permanent
	if !permanent {
		z.a.Immediate = true
	}
	if z.offline && z.a.Immediate {
		if !permanent || a.Offline == nil || !*a.Offline {
			return firewalldResult{}, modules.Fail("firewall is not currently running, unable to perform immediate actions without a running firewall daemon")
		}
		z.a.Immediate = false
	}
	if z.a.Zone == "" {
		out, err := c.Command(z.tool(), "--get-default-zone")
		if err != nil {
			return firewalldResult{}, err
		}
		z.a.Zone = strings.TrimSpace(out)
	}
	if err := z.apply(permanent); err != nil {
		return firewalldResult{}, err
	}
	if z.offline {
		z.msgs = append(z.msgs, "(offline operation: only on-disk configs were altered)")
	}
	msg := strings.Join(z.msgs, ", ")
	if c.Changed() && c.Tense(msg, "") == "" { // what would be done is not said
		return firewalldResult{}, nil
	}
	return firewalldResult{Msg: &msg}, nil
}

// running reports whether the daemon runs, by a question whose answer is needed
// anyway where the task names no zone.
func (z *zones) running() (bool, error) {
	if _, err := z.c.Find("firewall-cmd"); err != nil {
		return false, err
	}
	question := "--state"
	if z.a.Zone == "" {
		question = "--get-default-zone"
	}
	out, err := z.c.Exec(modules.Cmd{Argv: []string{"firewall-cmd", question}})
	if err != nil || out.RC != 0 {
		return false, err
	}
	if z.a.Zone == "" {
		z.a.Zone = strings.TrimSpace(out.Stdout)
	}
	return true, nil
}

func (z *zones) tool() string {
	if z.offline {
		return "firewall-offline-cmd"
	}
	return "firewall-cmd"
}

// argv is a call about the zone, in what is kept or in what is in effect.
func (z *zones) argv(permanent bool, options ...string) []string {
	argv := []string{z.tool()}
	if permanent && !z.offline {
		argv = append(argv, "--permanent")
	}
	return append(append(argv, "--zone="+z.a.Zone), options...)
}

func (z *zones) apply(permanent bool) error {
	s, err := z.a.setting()
	if err != nil {
		return err
	}
	if s == nil {
		return z.ownState(permanent)
	}
	if z.a.State == "absent" || z.a.State == "present" {
		return modules.Fail("absent and present state can only be used in zone level operations")
	}
	have, err := z.has(s, permanent)
	if err != nil {
		return err
	}
	switch {
	case permanent && z.a.Immediate:
		z.msgs = append(z.msgs, "Permanent and Non-Permanent(immediate) operation")
	case permanent:
		z.msgs = append(z.msgs, "Permanent operation")
	default:
		z.msgs = append(z.msgs, "Non-permanent operation")
	}
	changed := false
	for i, kept := range z.kinds(permanent) {
		if have[i] == s.want {
			continue
		}
		changed = true
		if err := z.settle(s, kept); err != nil {
			return err
		}
	}
	if changed {
		z.msgs = append(z.msgs, s.said(z.a.Zone, z.a.State))
	}
	return nil
}

// kinds are what a task is about: true is what is kept, false what is in effect.
func (z *zones) kinds(permanent bool) []bool {
	switch {
	case permanent && z.a.Immediate:
		return []bool{true, false}
	case permanent:
		return []bool{true}
	}
	return []bool{false}
}

// has tells of each kind whether the setting is there.
func (z *zones) has(s *zoneSetting, permanent bool) ([]bool, error) {
	var have []bool
	for _, kept := range z.kinds(permanent) {
		argv := z.argv(kept, s.option("query"))
		out, err := z.c.Exec(modules.Cmd{Argv: argv})
		if err == nil && out.RC > 1 {
			err = z.failure(out)
		}
		if err != nil {
			return nil, err
		}
		have = append(have, out.RC == 0)
	}
	return have, nil
}

// command makes an effect of a command.
func (z *zones) command(argv ...string) func() error {
	return func() error {
		out, err := z.c.Exec(modules.Cmd{Argv: argv})
		if err == nil && out.RC != 0 {
			err = z.failure(out)
		}
		return err
	}
}

// failure says what firewalld says, as Ansible's module does, which hears it
// from the daemon unless that does not run, or is not asked about a bad rule.
func (z *zones) failure(out modules.Output) error {
	said := strings.TrimPrefix(strings.TrimSpace(out.Stderr), "Error: ")
	if !z.offline && !strings.HasPrefix(said, "INVALID_RULE") {
		said = "org.fedoraproject.FirewallD1.Exception: " + said
	}
	msgs := z.msgs
	if z.a.Service != "" && len(msgs) > 0 {
		msgs = append(msgs, "Services are defined by port/tcp relationship and named as they are in /etc/services (on most systems)")
	}
	return modules.Fail("%s", strings.TrimSpace("ERROR: Exception caught: "+said+" "+strings.Join(msgs, ", ")))
}

// settle brings one setting to its state in what is kept or in what is in effect.
func (z *zones) settle(s *zoneSetting, kept bool) error {
	option := s.option("remove")
	if s.want {
		option = s.option("add")
		if s.name == "interface" {
			option = s.option("change")
		}
	}
	argv := z.argv(kept, option)
	if s.want && !kept && z.a.Timeout > 0 && s.times() {
		argv = append(argv, "--timeout="+strconv.Itoa(z.a.Timeout))
	}
	return z.c.Change(modules.Diff{}, z.command(argv...))
}

// zoneSetting is one thing that a zone has or has not. value is "" for a switch.
type zoneSetting struct {
	name, value string
	want        bool
	given       string // what the task says of a switch
}

func (s *zoneSetting) option(verb string) string {
	if s.value == "" {
		return "--" + verb + "-" + s.name
	}
	return "--" + verb + "-" + s.name + "=" + s.value
}

// times tells whether firewalld can take the setting away after a time.
func (s *zoneSetting) times() bool {
	return !slices.Contains([]string{"interface", "source", "icmp-block-inversion", "forward"}, s.name)
}

func (s *zoneSetting) said(zone, state string) string {
	verb, to := "Removed", "from"
	if s.want {
		verb, to = "Added", "to"
	}
	switch s.name {
	case "source":
		return fmt.Sprintf("%s %s %s zone %s", verb, s.value, to, zone)
	case "masquerade", "forward":
		return fmt.Sprintf("%s %s %s zone %s", verb, s.name, to, zone)
	case "interface":
		if s.want {
			return fmt.Sprintf("Changed %s to zone %s", s.value, zone)
		}
		return fmt.Sprintf("Removed %s from zone %s", s.value, zone)
	}
	name := s.name
	if name == "rich-rule" {
		name = "rich_rule"
	}
	switch {
	case name == "forward-port" && !strings.Contains(s.value, ":toaddr="):
		return fmt.Sprintf("Changed port_forward %s:toaddr= to %s", s.value, state)
	case name == "forward-port":
		name = "port_forward"
	case s.value == "":
		return fmt.Sprintf("Changed %s %s to %s", name, s.given, state)
	}
	return fmt.Sprintf("Changed %s %s to %s", name, s.value, state)
}

// setting is what the task is about, nil for the zone itself.
func (a firewalldArgs) setting() (*zoneSetting, error) {
	on := a.State == "enabled"
	for _, s := range []zoneSetting{
		{"service", a.Service, on, ""}, {"protocol", a.Protocol, on, ""}, {"rich-rule", a.RichRule, on, ""},
		{"source", a.Source, on, ""}, {"interface", a.Interface, on, ""}, {"icmp-block", a.ICMPBlock, on, ""},
	} {
		if s.value != "" {
			return &s, nil
		}
	}
	for name, v := range map[string]string{"masquerade": a.Masquerade, "forward": a.Forward, "icmp-block-inversion": a.ICMPBlockInversion} {
		if v == "" {
			continue
		}
		b, err := modules.ToBool(v)
		return &zoneSetting{name, "", b == on, v}, err
	}
	if a.Port != "" {
		if _, proto, _ := strings.Cut(a.Port, "/"); proto == "" {
			return nil, modules.Fail("improper port format (missing protocol?)")
		}
		return &zoneSetting{"port", a.Port, on, ""}, nil
	}
	return a.forwarding(on)
}

func (a firewalldArgs) forwarding(on bool) (*zoneSetting, error) {
	switch len(a.PortForward) {
	case 0:
		return nil, nil
	case 1:
		f := a.PortForward[0]
		v := "port=" + f.Port + ":proto=" + f.Proto + ":toport=" + f.ToPort
		if f.ToAddr != "" {
			v += ":toaddr=" + f.ToAddr
		}
		return &zoneSetting{"forward-port", v, on, ""}, nil
	}
	return nil, modules.Fail("Only one port forward supported at a time")
}

const notPermanent = "Zone operations must be permanent. Make sure you didn't set the 'permanent' flag to 'false' or the 'immediate' flag to 'true'."

// ownState makes and removes zones, and sets their targets.
func (z *zones) ownState(permanent bool) error {
	if z.a.Target == "" && z.a.State != "present" && z.a.State != "absent" {
		return nil
	}
	if !permanent || z.a.Immediate {
		return modules.Fail("%s", notPermanent)
	}
	z.msgs = append(z.msgs, "Permanent operation")
	if z.a.Target != "" {
		return z.target()
	}
	want, did := z.a.State == "present", "Removed"
	names := []string{z.tool(), "--get-zones"}
	create, remove := []string{z.tool(), "--new-zone=" + z.a.Zone}, []string{z.tool(), "--delete-zone=" + z.a.Zone}
	if !z.offline {
		names, create, remove = slices.Insert(names, 1, "--permanent"), slices.Insert(create, 1, "--permanent"), slices.Insert(remove, 1, "--permanent")
	}
	out, err := z.c.Command(names...)
	if err != nil || slices.Contains(strings.Fields(out), z.a.Zone) == want {
		return err
	}
	argv := remove
	if want {
		argv, did = create, "Added"
	}
	z.msgs = append(z.msgs, fmt.Sprintf("%s zone %s", did, z.a.Zone), fmt.Sprintf("Changed zone %s to %s", z.a.Zone, z.a.State))
	return z.c.Change(modules.Diff{}, z.command(argv...))
}

// target gives the zone a target, or the default where it has the one that is
// not to be.
func (z *zones) target() error {
	out, err := z.c.Command(z.argv(true, "--get-target")...)
	if err != nil {
		return err
	}
	has, target := strings.TrimSpace(out) == z.a.Target, z.a.Target
	said := fmt.Sprintf("Set zone %s target to %s", z.a.Zone, target)
	want := z.a.State == "present" || z.a.State == "enabled"
	if !want {
		said, target = fmt.Sprintf("Reset zone %s target to default", z.a.Zone), "default"
	}
	if has == want {
		return nil
	}
	z.msgs = append(z.msgs, said)
	return z.c.Change(modules.Diff{}, z.command(z.argv(true, "--set-target="+target)...))
}
