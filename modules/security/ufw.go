package security

import (
	"cmp"
	"os"
	"strconv"
	"strings"
	"unicode"

	"goplay/internal/lazy"
	"goplay/internal/shlex"
	"goplay/modules"
)

type ufwArgs struct {
	State            string `arg:"state" enum:"enabled,disabled,reloaded,reset" doc:"enabled and disabled switch the firewall, now and at the next start; reloaded reads its rules again; reset removes them and disables it."`
	Default          string `arg:"default" alias:"policy" enum:"allow,deny,reject" doc:"What becomes of traffic that no rule is about, in the direction that is given (incoming without one)."`
	Logging          string `arg:"logging" enum:"full,high,low,medium,off,on" doc:"How much the firewall logs."`
	Direction        string `arg:"direction" enum:"in,incoming,out,outgoing,routed" doc:"in or out for a rule; incoming, outgoing or routed for default."`
	Delete           bool   `arg:"delete" default:"false" doc:"Remove the rule."`
	Route            bool   `arg:"route" default:"false" doc:"The rule is about traffic that is passed on."`
	Insert           *int   `arg:"insert" doc:"Number that the rule gets, from 1."`
	InsertRelativeTo string `arg:"insert_relative_to" enum:"zero,first-ipv4,last-ipv4,first-ipv6,last-ipv6" default:"zero" doc:"What insert counts from: the start, or the first or last rule of a version of IP."`
	Rule             string `arg:"rule" enum:"allow,deny,limit,reject" doc:"What becomes of traffic that matches."`
	Interface        string `arg:"interface" alias:"if" doc:"Interface of the rule, in the direction that is given."`
	InterfaceIn      string `arg:"interface_in" alias:"if_in" doc:"Interface that traffic comes in by."`
	InterfaceOut     string `arg:"interface_out" alias:"if_out" doc:"Interface that traffic goes out by."`
	Log              bool   `arg:"log" default:"false" doc:"Log new connections that match."`
	FromIP           string `arg:"from_ip" alias:"from,src" default:"any" doc:"Address or network that traffic comes from."`
	FromPort         string `arg:"from_port" doc:"Port, range or list that traffic comes from."`
	ToIP             string `arg:"to_ip" alias:"dest,to" default:"any" doc:"Address or network that traffic goes to."`
	ToPort           string `arg:"to_port" alias:"port" doc:"Port, range first:last or list that traffic goes to."`
	Proto            string `arg:"proto" alias:"protocol" enum:"ah,any,esp,ipv6,tcp,udp,gre,igmp,vrrp" doc:"Protocol."`
	Name             string `arg:"name" alias:"app" doc:"Profile of /etc/ufw/applications.d that says the ports."`
	Comment          string `arg:"comment" doc:"Text that is kept with the rule."`
}

type ufwResult struct {
	Commands []string `json:"commands" doc:"The commands that were run."`
	Msg      string   `json:"msg" doc:"What ufw status verbose prints at the end."`
}

func init() {
	modules.Register(modules.Spec{
		Name:       "community.general.ufw",
		Summary:    "Set rules and defaults of the firewall ufw",
		Exclusive:  [][]string{{"name", "proto", "logging"}, {"direction", "interface_in"}, {"direction", "interface_out"}},
		OneOf:      [][]string{{"state", "default", "rule", "logging"}},
		RequiredBy: map[string][]string{"interface": {"direction"}},
		Differs: []string{
			"A rule, default or level that is set already is left alone, also while the firewall is inactive.",
		},
		Example: `- name: SSH is limited, also after this play
  community.general.ufw:
    rule: limit
    port: ssh
    proto: tcp

- name: Everything else stays out
  community.general.ufw:
    state: enabled
    policy: deny
    direction: incoming
`,
	}, ufw)
}

// firewall is ufw during one call.
type firewall struct {
	c        *modules.Context
	a        ufwArgs
	commands []string
}

func ufw(c *modules.Context, a ufwArgs) (ufwResult, error) {
	if _, err := c.Find("ufw"); err != nil {
		return ufwResult{}, err
	}
	f := &firewall{c: c, a: a}
	before, err := f.run("status", "verbose")
	if err != nil {
		return ufwResult{}, err
	}
	steps := []func() error{f.rule, f.defaultPolicy, f.logging, func() error { return f.state(strings.Contains(before, "Status: active")) }}
	for _, step := range steps {
		if err := step(); err != nil {
			return ufwResult{}, err
		}
	}
	after := before
	if c.Changed() {
		if after, err = f.run("status", "verbose"); err != nil {
			return ufwResult{}, err
		}
	}
	return ufwResult{Commands: f.commands, Msg: strings.TrimRightFunc(after, unicode.IsSpace)}, nil
}

func (f *firewall) run(args ...string) (string, error) {
	argv := append([]string{"ufw"}, args...)
	f.commands = append(f.commands, shlex.Join(argv))
	out, err := f.c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		return "", modules.Fail("%s", cmp.Or(out.Stderr, out.Stdout)).With("commands", f.commands)
	}
	return out.Stdout, err
}

func (f *firewall) change(args ...string) error {
	return f.c.Change(modules.Diff{}, func() error { _, err := f.run(args...); return err })
}

func (f *firewall) state(active bool) error {
	switch s := f.a.State; {
	case s == "reloaded":
		return f.change("-f", "reload")
	case s == "reset":
		return f.change("-f", "reset")
	case s == "enabled" && !active:
		return f.change("-f", "enable")
	case s == "disabled" && active:
		return f.change("-f", "disable")
	}
	return nil
}

// setting reads KEY=value of a file of ufw.
func setting(path, key string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			return strings.Trim(v, `"'`), nil
		}
	}
	return "", nil
}

func (f *firewall) logging() error {
	if f.a.Logging == "" {
		return nil
	}
	have, err := setting("/etc/ufw/ufw.conf", "LOGLEVEL")
	if err != nil {
		return err
	}
	if f.a.Logging == have || f.a.Logging == "on" && have != "off" && have != "" {
		return nil
	}
	return f.change("logging", f.a.Logging)
}

// policyKeys are where /etc/default/ufw keeps the default of a direction.
var policyKeys = map[string]string{
	"incoming": "DEFAULT_INPUT_POLICY", "outgoing": "DEFAULT_OUTPUT_POLICY", "routed": "DEFAULT_FORWARD_POLICY",
}

func (f *firewall) defaultPolicy() error {
	if f.a.Default == "" {
		return nil
	}
	direction := cmp.Or(f.a.Direction, "incoming")
	key, ok := policyKeys[direction]
	if !ok {
		return modules.Fail(`For default, direction must be one of "outgoing", "incoming" and "routed", or direction must not be specified.`)
	}
	have, err := setting("/etc/default/ufw", key)
	if err != nil {
		return err
	}
	want := map[string]string{"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT"}[f.a.Default]
	if have == want {
		return nil
	}
	return f.change("default", f.a.Default, direction)
}

// rule has ufw say what it would make of the rules, and makes it so where that
// is not what they are.
func (f *firewall) rule() error {
	a := f.a
	switch {
	case a.Rule == "":
		return nil
	case a.Direction != "" && a.Direction != "in" && a.Direction != "out":
		return modules.Fail(`For rules, direction must be one of "in" and "out", or direction must not be specified.`)
	case !a.Route && a.InterfaceIn != "" && a.InterfaceOut != "":
		return modules.Fail("Only route rules can combine interface_in and interface_out")
	}
	at, err := f.position()
	if err != nil {
		return err
	}
	args := a.argv(at)
	dry, err := f.run(append([]string{"--dry-run"}, args...)...)
	if err != nil {
		return err
	}
	same, err := unchanged(dry)
	if err != nil || same {
		return err
	}
	return f.change(args...)
}

// argv is the rule in ufw's long form; at is "" for the end.
func (a ufwArgs) argv(at string) []string {
	var argv []string
	add := func(when string, words ...string) {
		if when != "" {
			argv = append(argv, words...)
		}
	}
	if a.Route {
		argv = append(argv, "route")
	}
	if a.Delete {
		argv = append(argv, "delete")
	}
	add(at, "insert", at)
	argv = append(argv, a.Rule)
	add(a.Direction, a.Direction)
	add(a.Interface, "on", a.Interface)
	add(a.InterfaceIn, "in", "on", a.InterfaceIn)
	add(a.InterfaceOut, "out", "on", a.InterfaceOut)
	if a.Log {
		argv = append(argv, "log")
	}
	add(a.FromIP, "from", a.FromIP)
	add(a.FromPort, "port", a.FromPort)
	add(a.ToIP, "to", a.ToIP)
	add(a.ToPort, "port", a.ToPort)
	add(a.Proto, "proto", a.Proto)
	add(a.Name, "app", a.Name)
	add(a.Comment, "comment", a.Comment)
	return argv
}

// position is the number that insert asks for, "" for the end: ufw refuses
// numbers beyond it.
func (f *firewall) position() (string, error) {
	a := f.a
	if a.Insert == nil || a.Delete {
		return "", nil
	}
	if a.InsertRelativeTo == "zero" {
		return strconv.Itoa(*a.Insert), nil
	}
	text, err := f.run("status", "numbered")
	if err != nil {
		return "", err
	}
	base, last := relativeTo(a.InsertRelativeTo, text)
	if n := base + *a.Insert; n <= last {
		return strconv.Itoa(n), nil
	}
	return "", nil
}

var numberedRule = lazy.Regexp(`(?m)^\[ *(\d+)\] (.*)$`)

// relativeTo finds in what ufw status numbered prints the number that a
// position is counted from, and the last number. IPv4's rules come first.
func relativeTo(what, text string) (base, last int) {
	lastV4 := 0
	hasV6 := false
	for _, m := range numberedRule.FindAllStringSubmatch(text, -1) {
		last, _ = strconv.Atoi(m[1])
		if strings.Contains(m[2], "(v6)") {
			hasV6 = true
		} else {
			lastV4 = last
		}
	}
	switch {
	case what == "last-ipv4" && lastV4 > 0:
		return lastV4, last
	case what == "first-ipv6":
		return lastV4 + 1, last
	case what == "last-ipv6" && hasV6:
		return last, last
	case what == "last-ipv6":
		return last + 1, last
	}
	return 1, last
}
