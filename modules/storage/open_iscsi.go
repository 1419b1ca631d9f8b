package storage

import (
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goplay/modules"
)

type iscsiArgs struct {
	Portal     string  `arg:"portal" alias:"ip" doc:"Name or address of the server."`
	Port       string  `arg:"port" default:"3260" doc:"Its port."`
	Target     *string `arg:"target" alias:"name,targetname" doc:"Name of the target; the only one that is known where not given."`
	Login      *bool   `arg:"login" alias:"state" doc:"Whether the target is to be connected."`
	Auth       string  `arg:"node_auth" default:"CHAP" doc:"How to log in."`
	User       string  `arg:"node_user" doc:"User of the target."`
	Pass       string  `arg:"node_pass,secret" doc:"The user's password."`
	UserIn     string  `arg:"node_user_in" doc:"User that the target has to know."`
	PassIn     string  `arg:"node_pass_in,secret" doc:"That user's password."`
	Auto       *bool   `arg:"auto_node_startup" alias:"automatic" doc:"Whether the target is connected when the host starts."`
	AutoPortal *bool   `arg:"auto_portal_startup" doc:"Whether it is through this portal."`
	Discover   bool    `arg:"discover" default:"false" doc:"Ask the portal for its targets, which sets them back to manual starts."`
	Show       bool    `arg:"show_nodes" default:"false" doc:"Return the targets that are known."`
	Rescan     bool    `arg:"rescan" default:"false" doc:"Look for new disks, of the target or of all sessions."`
}

type iscsiResult struct {
	Changed  bool      `json:"changed" doc:"Whether anything was changed."`
	Updated  bool      `json:"cache_updated,omitempty" doc:"Whether other targets are known than before."`
	Nodes    *[]string `json:"nodes,omitempty" doc:"The targets that are known, with show_nodes."`
	Devices  *[]string `json:"devicenodes,omitempty" doc:"The disks of the target, after a login."`
	Session  bool      `json:"connection_changed,omitempty" doc:"Whether the target was connected or left."`
	Startup  *bool     `json:"automatic_changed,omitempty" doc:"Whether auto_node_startup changed something."`
	Portal   *bool     `json:"automatic_portal_changed,omitempty" doc:"Whether auto_portal_startup changed something."`
	Sessions string    `json:"sessions,omitempty" doc:"What the rescan said."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.open_iscsi", Summary: "Connect disks of iSCSI servers",
		Example: "- name: The disks of the server\n  community.general.open_iscsi:\n    portal: 192.0.2.7\n    discover: true\n    target: iqn.2006-01.com.example:disks\n    login: true\n",
		Notes:   []string{"iscsiadm takes passwords as arguments only: they can be seen in the list of processes while it runs."},
		Differs: []string{
			"A rescan is only predicted in check mode.",
			"A target is told from others whose names begin with its own.",
			"Without any target that is known the task fails with words.",
		},
		Together:   [][]string{{"node_user", "node_pass"}, {"node_user_in", "node_pass_in"}},
		RequiredIf: []modules.RequiredIf{{Option: "discover", Is: true, Needs: []string{"portal"}}},
	}, openISCSI)
}

// initiator is iscsiadm during one call.
type initiator struct {
	c      *modules.Context
	a      iscsiArgs
	portal string // its address
	target string
	r      iscsiResult
}

func openISCSI(c *modules.Context, a iscsiArgs) (iscsiResult, error) {
	if _, err := c.Find("iscsiadm"); err != nil {
		return iscsiResult{}, err
	}
	i := &initiator{c: c, a: a}
	if a.Portal != "" {
		addresses, err := net.DefaultResolver.LookupHost(c, a.Portal)
		if err != nil || len(addresses) == 0 {
			return iscsiResult{}, modules.Fail("Portal address is incorrect")
		}
		i.portal = addresses[0]
	}
	nodes, err := i.discovered()
	if err != nil {
		return iscsiResult{}, err
	}
	if err := i.choose(nodes); err != nil {
		return iscsiResult{}, err
	}
	if a.Show {
		i.r.Nodes = &nodes
	}
	for _, step := range []func() error{i.connect, i.startup, i.rescan} {
		if err := step(); err != nil {
			return iscsiResult{}, err
		}
	}
	return i.r, nil
}

// change is an effect that is reported as one.
func (i *initiator) change(do func() error) error {
	i.r.Changed = true
	return i.c.Change(modules.Diff{}, do)
}

func (i *initiator) run(argv ...string) error {
	_, err := i.c.Command(append([]string{"iscsiadm", "--mode"}, argv...)...)
	return err
}

// list runs a question whose answer may be that there is nothing.
func (i *initiator) list(mode string) (string, error) {
	argv := []string{"iscsiadm", "--mode", mode}
	out, err := i.c.Exec(modules.Cmd{Argv: argv})
	switch {
	case err != nil:
		return "", err
	case out.RC == 0:
		return out.Stdout, nil
	case out.RC == 21, out.RC == 255 && strings.Contains(out.Stderr, "o records found"):
		return "", nil
	}
	return "", modules.Fail("%s", out.Stderr).With("cmd", argv).With("rc", out.RC)
}

// known are the targets in iscsiadm's own list, those of the portal if there is one.
func (i *initiator) known() ([]string, error) {
	out, err := i.list("node")
	if err != nil {
		return nil, err
	}
	nodes := []string{}
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return nil, modules.Fail("error parsing output").With("cmd", []string{"iscsiadm", "--mode", "node"})
		}
		if host, _ := portalOf(fields[0]); i.portal == "" || host == i.portal {
			nodes = append(nodes, fields[1])
		}
	}
	return nodes, nil
}

// portalOf reads 192.0.2.7:3260,1 or [2001:db8::1]:3260,1.
func portalOf(text string) (host, port string) {
	text, _, _ = strings.Cut(text, ",")
	at := strings.LastIndexByte(text, ':')
	if at < 0 {
		return text, ""
	}
	return strings.Trim(text[:at], "[]"), text[at+1:]
}

// discovered are the known targets, after a discovery where one is asked for.
func (i *initiator) discovered() ([]string, error) {
	before, err := i.known()
	if err != nil || !i.a.Discover {
		return before, err
	}
	nodes := before
	err = i.c.Change(modules.Diff{}, func() error {
		if err := i.run("discovery", "--type", "sendtargets", "--portal", net.JoinHostPort(i.portal, i.a.Port)); err != nil {
			return err
		}
		nodes, err = i.known()
		return err
	})
	slices.Sort(before)
	slices.Sort(nodes)
	if i.r.Updated = !slices.Equal(before, nodes); i.r.Updated {
		i.r.Changed = true
	}
	return nodes, err
}

// choose finds the target that the task is about.
func (i *initiator) choose(nodes []string) error {
	if i.a.Target != nil {
		i.target = *i.a.Target
	}
	switch {
	case i.a.Login == nil && i.a.Auto == nil && i.a.AutoPortal == nil:
	case i.a.Target != nil && !slices.Contains(nodes, i.target):
		return modules.Fail("Specified target not found")
	case i.a.Target != nil:
	case len(nodes) > 1:
		return modules.Fail("Need to specify a target")
	case len(nodes) == 0:
		return modules.Fail("no target is known: set discover to ask the portal for its targets")
	default:
		i.target = nodes[0]
	}
	return nil
}

// connected tells whether there is a session with the target.
func (i *initiator) connected() (bool, error) {
	out, err := i.list("session")
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(out) {
		fields := strings.Fields(line) // tcp: [1] 192.0.2.7:3260,1 iqn.2006-01.com.example:disks (non-flash)
		if len(fields) < 4 || fields[3] != i.target {
			continue
		}
		if host, port := portalOf(fields[2]); port == i.a.Port && (i.portal == "" || host == i.portal) {
			return true, nil
		}
	}
	return false, nil
}

func (i *initiator) connect() error {
	if i.a.Login == nil {
		return nil
	}
	have, err := i.connected()
	if err != nil {
		return err
	}
	want := *i.a.Login
	switch {
	case have && want:
		return i.disks()
	case have == want:
		return nil
	}
	i.r.Session = true
	return i.change(func() error {
		if !want {
			return i.run("node", "--targetname", i.target, "--logout")
		}
		if err := i.login(); err != nil {
			return err
		}
		return i.disks()
	})
}

// disks returns the disks of the target.
func (i *initiator) disks() error {
	disks, err := devicesOf("/dev/disk/by-path", i.target)
	i.r.Devices = &disks
	return err
}

// udevNeeds is how long it takes until new disks have their names.
var udevNeeds = time.Second

// login connects the target, and waits for its disks to have names.
func (i *initiator) login() error {
	var set [][2]string
	if i.a.User != "" {
		set = append(set, [2]string{"authmethod", i.a.Auth}, [2]string{"username", i.a.User}, [2]string{"password", i.a.Pass})
	}
	if i.a.UserIn != "" {
		set = append(set, [2]string{"username_in", i.a.UserIn}, [2]string{"password_in", i.a.PassIn})
	}
	for _, s := range set {
		if err := i.run("node", "--targetname", i.target, "--op=update", "--name", "node.session.auth."+s[0], "--value", s[1]); err != nil {
			return modules.Fail("iscsiadm refused node.session.auth.%s of %s", s[0], i.target)
		}
	}
	argv := []string{"node", "--targetname", i.target, "--login"}
	if i.portal != "" {
		argv = append(argv, "--portal", net.JoinHostPort(i.portal, i.a.Port))
	}
	if err := i.run(argv...); err != nil {
		return err
	}
	select {
	case <-i.c.Done():
		return i.c.Err()
	case <-time.After(udevNeeds):
		return nil
	}
}

// devicesOf are the disks of a target, by the names that udev gives them.
func devicesOf(dir, target string) ([]string, error) {
	links, err := filepath.Glob(filepath.Join(dir, "*"))
	disks := []string{}
	for _, link := range links {
		if name := filepath.Base(link); !strings.Contains(name, target) || strings.Contains(name, "-part") {
			continue
		}
		if disk, err := filepath.EvalSymlinks(link); err == nil && !slices.Contains(disks, disk) {
			disks = append(disks, disk)
		}
	}
	return disks, err
}

// startup sees to when the target is connected.
func (i *initiator) startup() error {
	portal := []string{}
	if i.portal != "" {
		portal = []string{"--portal", net.JoinHostPort(i.portal, i.a.Port)}
	}
	for _, one := range []struct {
		want    *bool
		more    []string
		changed **bool
	}{{i.a.Auto, nil, &i.r.Startup}, {i.a.AutoPortal, portal, &i.r.Portal}} {
		if one.want == nil {
			continue
		}
		argv := append([]string{"node", "--targetname", i.target}, one.more...)
		out, err := i.c.Command(append([]string{"iscsiadm", "--mode"}, argv...)...)
		if err != nil {
			return err
		}
		changed := isAutomatic(out) != *one.want
		*one.changed = &changed
		if !changed {
			continue
		}
		value := map[bool]string{true: "automatic", false: "manual"}[*one.want]
		argv = append([]string{"node", "--targetname", i.target, "--op=update", "--name", "node.startup", "--value", value}, one.more...)
		if err := i.change(func() error { return i.run(argv...) }); err != nil {
			return err
		}
	}
	return nil
}

// isAutomatic reads what iscsiadm shows of a target.
func isAutomatic(text string) bool {
	for line := range strings.Lines(text) {
		if name, how, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "node.startup" {
			return strings.TrimSpace(how) == "automatic"
		}
	}
	return false
}

func (i *initiator) rescan() error {
	if !i.a.Rescan {
		return nil
	}
	argv := []string{"iscsiadm", "--mode", "session", "--rescan"}
	if i.a.Target != nil {
		argv = []string{"iscsiadm", "--mode", "node", "--rescan", "-T", i.target}
	}
	return i.change(func() error {
		out, err := i.c.Exec(modules.Cmd{Argv: argv})
		i.r.Sessions = out.Stdout
		return err
	})
}
