package host

import (
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

type tcpFlags struct {
	Flags    []string `arg:"flags" doc:"Flags to look at."`
	FlagsSet []string `arg:"flags_set" doc:"Those of them that have to be set."`
}

type iptablesArgs struct {
	Table           string `arg:"table" enum:"filter,nat,mangle,raw,security" default:"filter" doc:"The table."`
	State           string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the rule is to be there."`
	Action          string `arg:"action" enum:"append,insert" default:"append" doc:"Whether a new rule goes to the end of the chain or to its start."`
	RuleNum         string `arg:"rule_num" doc:"With action=insert, the number that the new rule gets."`
	IPVersion       string `arg:"ip_version" enum:"ipv4,ipv6" default:"ipv4" doc:"Whether iptables or ip6tables is meant."`
	Chain           string `arg:"chain" doc:"The chain, such as INPUT."`
	ChainManagement bool   `arg:"chain_management" default:"false" doc:"Make the chain where it is missing; with state=absent and nothing but chain and table, remove it."`
	Flush           bool   `arg:"flush" default:"false" doc:"Remove all rules of the chain, or of the table where no chain is given. Nothing else is looked at."`
	Policy          string `arg:"policy" enum:"ACCEPT,DROP,QUEUE,RETURN" doc:"What becomes of packets that no rule of this built-in chain takes."`
	Wait            string `arg:"wait" doc:"Seconds to wait for other programs that change the filter."`
	Numeric         bool   `arg:"numeric" default:"false" doc:"Do not look up names while chains are listed."`
	iptablesMatch
	iptablesTarget
}

type iptablesMatch struct {
	Protocol         string    `arg:"protocol" doc:"Protocol by name or number; ! before it negates, here and in what follows."`
	Source           string    `arg:"source" doc:"Address, network or host that packets come from."`
	Destination      string    `arg:"destination" doc:"Address, network or host that packets go to."`
	TCPFlags         *tcpFlags `arg:"tcp_flags" doc:"Flags of TCP to match."`
	Match            []string  `arg:"match" default:"" doc:"Extensions to load, in this order."`
	InInterface      string    `arg:"in_interface" doc:"Interface that packets come in by; a + at its end matches all that begin so."`
	OutInterface     string    `arg:"out_interface" doc:"Interface that packets go out by."`
	Fragment         string    `arg:"fragment" doc:"Match second and further fragments only; ! matches all others."`
	SetCounters      string    `arg:"set_counters" doc:"Packets and bytes that the rule starts to count from."`
	SourcePort       string    `arg:"source_port" doc:"Port or range first:last that packets come from."`
	DestinationPort  string    `arg:"destination_port" doc:"Port or range first:last that packets go to."`
	DestinationPorts []string  `arg:"destination_ports" default:"" doc:"Several ports or ranges, matched with multiport."`
	Syn              string    `arg:"syn" enum:"ignore,match,negate" default:"ignore" doc:"Match packets that open a TCP connection, or all others."`
	CTState          []string  `arg:"ctstate" default:"" doc:"States of the connection, such as NEW or ESTABLISHED."`
	SrcRange         string    `arg:"src_range" doc:"Range of addresses first-last that packets come from."`
	DstRange         string    `arg:"dst_range" doc:"Range of addresses first-last that packets go to."`
	MatchSet         string    `arg:"match_set" doc:"Name of an ipset."`
	MatchSetFlags    string    `arg:"match_set_flags" doc:"Which addresses of a packet are looked up in the set: src, dst, or two of them joined by a comma."`
	Limit            string    `arg:"limit" doc:"How often the rule matches on average, such as 5/minute."`
	LimitBurst       string    `arg:"limit_burst" doc:"How often it matches before the limit counts."`
	UIDOwner         string    `arg:"uid_owner" doc:"User whose packets match."`
	GIDOwner         string    `arg:"gid_owner" doc:"Group whose packets match."`
	ICMPType         string    `arg:"icmp_type" doc:"Type of ICMP, by name or number."`
	Comment          string    `arg:"comment" doc:"Text that is kept with the rule."`
}

type iptablesTarget struct {
	Jump             string `arg:"jump" doc:"What to do with a packet that matches: ACCEPT, DROP, another chain."`
	Goto             string `arg:"goto" doc:"Chain to go on in, without coming back to this one."`
	Gateway          string `arg:"gateway" doc:"With jump=TEE, host that gets a copy."`
	LogPrefix        string `arg:"log_prefix" doc:"Text before what is logged; implies jump=LOG."`
	LogLevel         string `arg:"log_level" enum:"0,1,2,3,4,5,6,7,emerg,alert,crit,error,warning,notice,info,debug" doc:"Level to log at; implies jump=LOG."`
	ToPorts          string `arg:"to_ports" doc:"Port or range that packets are redirected to."`
	ToDestination    string `arg:"to_destination" doc:"Address that DNAT sends packets to."`
	ToSource         string `arg:"to_source" doc:"Address that SNAT gives packets."`
	SetDSCPMark      string `arg:"set_dscp_mark" doc:"DSCP mark to set, as a number."`
	SetDSCPMarkClass string `arg:"set_dscp_mark_class" doc:"DSCP mark to set, by the name of its class."`
	RejectWith       string `arg:"reject_with" doc:"What is sent back to whom is rejected; implies jump=REJECT."`
}

type iptablesResult struct {
	Changed         *bool   `json:"changed,omitempty" doc:"Whether something was changed."`
	IPVersion       string  `json:"ip_version" doc:"The version of IP."`
	Table           string  `json:"table" doc:"The table."`
	Chain           *string `json:"chain" doc:"The chain."`
	Flush           bool    `json:"flush" doc:"Whether rules were removed wholesale."`
	Rule            string  `json:"rule" doc:"The rule as arguments of the tool."`
	State           string  `json:"state" doc:"Whether the rule was asked to be there."`
	ChainManagement bool    `json:"chain_management" doc:"Whether chains are made and removed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.iptables",
		Summary:   "Change the rules of the kernel's packet filter",
		Exclusive: [][]string{{"set_dscp_mark", "set_dscp_mark_class"}, {"flush", "policy"}},
		RequiredIf: []modules.RequiredIf{
			{Option: "jump", Is: "TEE", Needs: []string{"gateway"}},
			{Option: "jump", Is: "tee", Needs: []string{"gateway"}},
		},
		Notes: []string{"Rules are in effect at once and gone after the next start, unless something else saves them."},
		Differs: []string{
			"A chain that is asked for without a rule is made or removed only with chain_management, and only then reported as a change.",
		},
		Example: `- name: Let SSH in
  ansible.builtin.iptables:
    chain: INPUT
    protocol: tcp
    destination_port: "22"
    ctstate: [NEW]
    jump: ACCEPT
    comment: SSH

- name: Nothing else gets in
  ansible.builtin.iptables:
    chain: INPUT
    policy: DROP
`,
	}, iptables)
}

// Validate refuses flags of a set that the tag of an option cannot list, for
// their commas.
func (a *iptablesArgs) Validate() error {
	flags := []string{"", "src", "dst", "src,dst", "dst,src", "src,src", "dst,dst"}
	if slices.Contains(flags, a.MatchSetFlags) {
		return nil
	}
	return modules.Fail("value of match_set_flags must be one of: %s, got: %s", strings.Join(flags[1:], ", "), a.MatchSetFlags)
}

func iptables(c *modules.Context, a iptablesArgs) (iptablesResult, error) {
	r := iptablesResult{IPVersion: a.IPVersion, Table: a.Table, Flush: a.Flush, Rule: strings.Join(a.rule(), " "),
		State: a.State, ChainManagement: a.ChainManagement}
	if a.Chain != "" {
		r.Chain = &a.Chain
	} else if !a.Flush {
		return iptablesResult{}, modules.Fail("Either chain or flush parameter must be specified.")
	}
	if a.LogPrefix != "" || a.LogLevel != "" {
		if a.Jump != "" && a.Jump != "LOG" {
			return iptablesResult{}, modules.Fail("Logging options can only be used with the LOG jump target.")
		}
		a.Jump = "LOG"
	}
	x, err := newXtables(c, &a)
	if err != nil {
		return r, err
	}
	switch {
	case a.Flush:
		err = x.change("-F")
	case a.Policy != "":
		err = x.setPolicy()
	case r.Rule == "":
		err = x.manageChain()
	default:
		err = x.manageRule()
	}
	if err != nil {
		return iptablesResult{}, err
	}
	return r, nil
}

// xtables is the tool, for one table and chain.
type xtables struct {
	c    *modules.Context
	a    *iptablesArgs
	tool string
}

func newXtables(c *modules.Context, a *iptablesArgs) (*xtables, error) {
	tool := "iptables"
	if a.IPVersion == "ipv6" {
		tool = "ip6tables"
	}
	path, err := c.Find(tool)
	if err != nil {
		return nil, err
	}
	if a.Wait != "" {
		out, err := c.Command(path, "--version")
		if err != nil {
			return nil, err
		}
		if !waits(out) {
			a.Wait = ""
		}
	}
	return &xtables{c, a, path}, nil
}

var toolVersion = lazy.Regexp(`v(\d+)\.(\d+)`)

// waits tells from the tool's version whether it takes -w with seconds: 1.6 and
// newer ones do.
func waits(version string) bool {
	m := toolVersion.FindStringSubmatch(version)
	if m == nil {
		return false
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	return major > 1 || major == 1 && minor >= 6
}

// argv is one call of the tool. The chain is left out where there is none: the
// whole table is meant.
func (x *xtables) argv(action string, more ...string) []string {
	argv := []string{x.tool, "-t", x.a.Table, action}
	if x.a.Chain != "" {
		argv = append(argv, x.a.Chain)
	}
	return append(argv, more...)
}

func (x *xtables) change(action string, more ...string) error {
	return x.c.Change(modules.Diff{}, func() error { _, err := x.c.Command(x.argv(action, more...)...); return err })
}

// has runs a question whose answer is the exit status.
func (x *xtables) has(action string, more ...string) (bool, error) {
	out, err := x.c.Exec(modules.Cmd{Argv: x.argv(action, more...)})
	return err == nil && out.RC == 0, err
}

func (x *xtables) setPolicy() error {
	out, err := x.c.Command(x.argv("-S")...)
	if err != nil {
		return err
	}
	have := policyOf(out, x.a.Chain)
	if have == "" {
		return modules.Fail("Can't detect current policy")
	}
	if have == x.a.Policy {
		return nil
	}
	return x.change("-P", x.a.Policy)
}

// policyOf finds a built-in chain's policy in what iptables -S prints.
func policyOf(text, chain string) string {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 3 && f[0] == "-P" && f[1] == chain {
			return f[2]
		}
	}
	return ""
}

func (x *xtables) chainThere() (bool, error) {
	if x.a.Numeric {
		return x.has("-L", "-n")
	}
	return x.has("-S")
}

func (x *xtables) manageChain() error {
	there, err := x.chainThere()
	if err != nil || !x.a.ChainManagement || there == (x.a.State == "present") {
		return err
	}
	if there {
		return x.change("-X")
	}
	return x.change("-N")
}

func (x *xtables) manageRule() error {
	rule := x.a.rule()
	there, err := x.has("-C", rule...)
	if err != nil || there == (x.a.State == "present") {
		return err
	}
	if there {
		return x.change("-D", rule...)
	}
	if x.a.ChainManagement {
		if err := x.manageChain(); err != nil {
			return err
		}
	}
	if x.a.Action == "insert" {
		if x.a.RuleNum != "" {
			rule = append([]string{x.a.RuleNum}, rule...)
		}
		return x.change("-I", rule...)
	}
	return x.change("-A", rule...)
}
