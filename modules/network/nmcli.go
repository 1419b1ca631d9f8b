package network

import (
	"slices"
	"strings"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.nmcli", Summary: "Keep connections of NetworkManager",
		Example: `- name: A fixed address
  community.general.nmcli:
    conn_name: office
    ifname: eth0
    type: ethernet
    ip4: [192.0.2.10/24]
    gw4: 192.0.2.1
    dns4: [192.0.2.53]
    state: present
`,
		Notes: []string{
			"Keys of wireless networks, passwords and PINs of mobile ones and WireGuard's private key are handed to nmcli on its standard input; what a VPN's plugin is given, its secrets too, can be seen in the list of processes while nmcli runs.",
			"A connection that was changed is as it was until it comes up the next time.",
		},
		Differs: []string{
			"Values are compared for what they mean: addresses in other spellings, attributes of routes in another order, numbers for names, modes of tunnels and ARP settings of bonds do not count as changes.",
			"Settings that NetworkManager does not keep (a bridge's priority without STP, may_fail4 of a disabled IPv4) are no change either.",
			"A secret that nmcli refuses fails the task; secrets are not in the diff. One with a line break is refused.",
			"A connection that could not be added is not brought up.",
			"Names with a colon are found.",
			"A missing type of a new connection is said to be missing.",
		},
		Exclusive:  [][]string{{"never_default4", "gw4"}, {"routes4_extended", "routes4"}, {"routes6_extended", "routes6"}},
		RequiredIf: []modules.RequiredIf{{Option: "type", Is: "wifi", Needs: []string{"ssid"}}},
	}, nmcli)
}

// connection is one connection of NetworkManager and what is asked of it.
type connection struct {
	c    *modules.Context
	a    nmcliArgs
	tool string
}

func nmcli(c *modules.Context, a nmcliArgs) (nmcliResult, error) {
	if err := a.check(); err != nil {
		return nmcliResult{}, err
	}
	tool, err := c.Find("nmcli")
	if err != nil {
		return nmcliResult{}, err
	}
	n := &connection{c, a, tool}
	there, err := n.exists()
	if err != nil {
		return nmcliResult{}, err
	}
	r := nmcliResult{Name: a.Name, State: a.State}
	var out modules.Output
	switch {
	case a.State == "absent" && there:
		err = n.remove(&out)
	case a.State == "absent":
	case there:
		r.Exists, err = n.modify(&out)
	default:
		r.Connection = "Connection " + a.Name + " of Type " + a.Type + " is being added"
		err = n.add(&out)
	}
	if err != nil {
		return nmcliResult{}, err
	}
	r.Stdout, r.Stderr = out.Stdout, out.Stderr
	return r, nil
}

func (a nmcliArgs) check() error {
	switch {
	case a.Type == "team" && a.HWAddrPolicy != nil && a.Runner != "activebackup":
		return modules.Fail("Runner-hwaddr-policy is only allowed for runner activebackup")
	case a.Type == "team" && a.FastRate != nil && a.Runner != "lacp":
		return modules.Fail("runner-fast-rate is only allowed for runner lacp")
	case a.Type == "team-slave" && a.Master == nil:
		return modules.Fail("Please specify a name for the master when type is %s", a.Type)
	case a.Type == "team-slave" && a.Interface == nil:
		return modules.Fail("Please specify an interface name for the connection when type is %s", a.Type)
	case a.Type == "macvlan" && a.Macvlan == nil && a.State == "present":
		return modules.Fail("type is macvlan but all of the following are missing: macvlan").With("name", a.Name)
	}
	return nil
}

// run runs nmcli; a bad end is a failure that carries what it said.
func (n *connection) run(out *modules.Output, argv ...string) error {
	var err error
	*out, err = n.c.Exec(modules.Cmd{Argv: append([]string{n.tool}, argv...)})
	if err == nil && out.RC != 0 {
		err = modules.Fail("%s", out.Stderr).With("name", n.a.Name).With("rc", out.RC)
	}
	return err
}

func (n *connection) exists() (bool, error) {
	var out modules.Output
	if err := n.run(&out, "--terse", "--escape", "no", "--fields", "name", "con", "show"); err != nil {
		return false, err
	}
	return slices.Contains(strings.Split(out.Stdout, "\n"), n.a.Name), nil
}

// show reads the connection's settings, each as nmcli takes it; "" where it
// is not set.
func (n *connection) show() (map[string]string, error) {
	var out modules.Output
	if err := n.run(&out, "--terse", "--escape", "no", "--show-secrets", "con", "show", n.a.Name); err != nil {
		return nil, err
	}
	have := map[string]string{}
	for line := range strings.Lines(out.Stdout) {
		if key, text, ok := strings.Cut(strings.TrimRight(line, "\n"), ":"); ok {
			have[key] = text
		}
	}
	// What a bond is set to is one setting to nmcli, and several to the task.
	for option := range strings.SplitSeq(have["bond.options"], ",") {
		if key, text, ok := strings.Cut(option, "="); ok {
			have[key] = text
		}
	}
	return have, nil
}

func (n *connection) remove(out *modules.Output) error {
	return n.c.Change(modules.Diff{}, func() error {
		_ = n.run(out, "con", "down", n.a.Name) // it may be down
		*out = modules.Output{}
		if err := n.run(out, "con", "del", n.a.Name); err != nil {
			return modules.Fail("%s", out.Stderr).With("name", "No Connection named "+n.a.Name+" exists").With("rc", out.RC)
		}
		return nil
	})
}

func (n *connection) add(out *modules.Output) error {
	if n.a.Type == "" {
		return modules.Fail("type is needed to add the connection %s", n.a.Name).With("name", n.a.Name)
	}
	if n.a.Interface == nil && n.a.Type != "vpn" {
		n.a.Interface = &n.a.Name
	}
	list, err := n.settings()
	if err != nil {
		return err
	}
	kind := n.a.Type
	if n.isTunnel() {
		kind = "ip-tunnel"
	}
	return n.c.Change(modules.Diff{}, func() error {
		if err := n.send(out, list, "con", "add", "type", kind, "con-name", n.a.Name); err != nil || !n.comesUp() {
			return err
		}
		return n.run(out, "con", "up", n.a.Name)
	})
}

// comesUp tells whether a new connection is brought up at once.
func (n *connection) comesUp() bool {
	servers := n.a.DNS4 != nil || n.a.DNS6 != nil
	switch n.a.Type {
	case "bond", "dummy", "ethernet", "infiniband", "wifi":
		return servers || n.a.MTU != nil
	}
	return n.a.Type == "team" && servers
}

func (n *connection) modify(out *modules.Output) (said string, err error) {
	have, err := n.show()
	if err != nil {
		return "", err
	}
	if n.a.Type == "" {
		n.a.Type = have["connection.type"]
		if n.a.Type == "802-11-wireless" {
			n.a.Type = "wifi"
		}
	}
	list, err := n.settings()
	if err != nil {
		return "", err
	}
	changed, diff := compare(list, have)
	if !changed {
		n.c.AddDiff(diff)
		return "Connections already exist and no changes made", nil
	}
	return "Connections do exist so we are modifying them", n.c.Change(diff, func() error {
		return n.send(out, list, "con", "modify", n.a.Name)
	})
}

// send gives nmcli the settings, and those that nobody is to see by another way.
func (n *connection) send(out *modules.Output, list []setting, argv ...string) error {
	var secrets []setting
	for _, s := range list {
		switch {
		case !s.given:
		case s.secret():
			if strings.ContainsAny(s.text, "\r\n") {
				return modules.Fail("the secret %s has a line break, which nmcli does not take", s.name).With("name", n.a.Name)
			}
			secrets = append(secrets, s)
		case s.name == "xmit_hash_policy":
			argv = append(argv, "+bond.options", "xmit_hash_policy="+s.text)
		default:
			argv = append(argv, s.name, s.text)
		}
	}
	if err := n.run(out, argv...); err != nil || len(secrets) == 0 {
		return err
	}
	return n.edit(secrets)
}

// edit sets secrets through nmcli's editor, which reads its standard input.
// It ends well whatever happens; its complaints are lines of their own.
func (n *connection) edit(secrets []setting) error {
	var input strings.Builder
	for _, s := range secrets {
		input.WriteString("set " + s.name + " " + s.text + "\n")
	}
	out, err := n.c.Exec(modules.Cmd{Argv: []string{n.tool, "con", "edit", n.a.Name}, Stdin: strings.NewReader(input.String() + "save\nquit\n")})
	if err != nil {
		return err
	}
	said := ""
	for line := range strings.Lines(out.Stdout + "\n" + out.Stderr) {
		if strings.HasPrefix(line, "Error: ") {
			said += line
		}
	}
	if said == "" && out.RC == 0 {
		return nil
	}
	for _, s := range secrets {
		said = strings.ReplaceAll(said, s.text, covered)
	}
	return modules.Fail("nmcli did not take the secrets: %s", strings.TrimSpace(said)).With("name", n.a.Name).With("rc", out.RC)
}
