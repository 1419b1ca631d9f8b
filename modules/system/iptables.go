package system

import (
	"slices"
	"strings"

	"goplay/modules"
)

type iptablesArgs struct {
	Table            string    `arg:"table" enum:"filter,nat,mangle,raw,security" default:"filter" doc:"The table."`
	State            string    `arg:"state" enum:"absent,present" default:"present" doc:"Whether the rule is to be there."`
	Action           string    `arg:"action" enum:"append,insert" default:"append" doc:"Where a new rule goes: to the end of the chain or to its start."`
	RuleNum          *string   `arg:"rule_num" doc:"Number at which a rule is inserted."`
	IPVersion        string    `arg:"ip_version" enum:"ipv4,ipv6" default:"ipv4" doc:"Whose rules."`
	Chain            *string   `arg:"chain" doc:"The chain."`
	Protocol         *string   `arg:"protocol" doc:"Protocol: tcp, udp, icmp, all ..."`
	Source           *string   `arg:"source" doc:"Where packets come from."`
	Destination      *string   `arg:"destination" doc:"Where packets go to."`
	TCPFlags         *tcpFlags `arg:"tcp_flags" doc:"Flags of TCP packets."`
	Match            []string  `arg:"match" default:"" doc:"Extensions to load."`
	Jump             *string   `arg:"jump" doc:"What to do with a packet: ACCEPT, DROP, another chain ..."`
	Gateway          *string   `arg:"gateway" doc:"For TEE: the host that gets a copy."`
	LogPrefix        *string   `arg:"log_prefix" doc:"For LOG: text before each line."`
	LogLevel         *string   `arg:"log_level" enum:"0,1,2,3,4,5,6,7,emerg,alert,crit,error,warning,notice,info,debug" doc:"For LOG: level of each line."`
	Goto             *string   `arg:"goto" doc:"Chain to go on in without coming back."`
	InInterface      *string   `arg:"in_interface" doc:"Interface by which packets come."`
	OutInterface     *string   `arg:"out_interface" doc:"Interface by which packets go."`
	Fragment         *string   `arg:"fragment" doc:"Second and further fragments of packets."`
	SetCounters      *string   `arg:"set_counters" doc:"Packets and bytes that the rule begins to count with."`
	SourcePort       *string   `arg:"source_port" doc:"Source port or range of ports."`
	DestinationPort  *string   `arg:"destination_port" doc:"Destination port or range of ports."`
	DestinationPorts []string  `arg:"destination_ports" doc:"Several destination ports, through the extension multiport."`
	ToPorts          *string   `arg:"to_ports" doc:"For REDIRECT: the port to send to."`
	ToDestination    *string   `arg:"to_destination" doc:"For DNAT: the new destination."`
	ToSource         *string   `arg:"to_source" doc:"For SNAT: the new source."`
	Syn              string    `arg:"syn" enum:"ignore,match,negate" default:"ignore" doc:"Whether packets that open a connection match."`
	DSCPMark         *string   `arg:"set_dscp_mark" doc:"For DSCP: the mark."`
	DSCPClass        *string   `arg:"set_dscp_mark_class" doc:"For DSCP: the class."`
	Comment          *string   `arg:"comment" doc:"A comment of the rule."`
	CTState          []string  `arg:"ctstate" default:"" doc:"States of connections."`
	SrcRange         *string   `arg:"src_range" doc:"Range of sources."`
	DstRange         *string   `arg:"dst_range" doc:"Range of destinations."`
	MatchSet         *string   `arg:"match_set" doc:"A set of ipset."`
	MatchSetFlags    *string   `arg:"match_set_flags" doc:"What of a packet is looked up in match_set."`
	Limit            *string   `arg:"limit" doc:"How often the rule matches on average."`
	LimitBurst       *string   `arg:"limit_burst" doc:"How often it matches before limit counts."`
	UIDOwner         *string   `arg:"uid_owner" doc:"User who sends; an exclamation mark before negates."`
	GIDOwner         *string   `arg:"gid_owner" doc:"Group who sends; an exclamation mark before negates."`
	RejectWith       *string   `arg:"reject_with" doc:"For REJECT: the answer."`
	ICMPType         *string   `arg:"icmp_type" doc:"Type of ICMP messages."`
	Flush            bool      `arg:"flush" default:"false" doc:"Remove all rules of the chain, or of the table."`
	Policy           *string   `arg:"policy" enum:"ACCEPT,DROP,QUEUE,RETURN" doc:"What happens at the end of the chain."`
	Wait             *string   `arg:"wait" doc:"Seconds to wait for others who change rules."`
	ChainManagement  bool      `arg:"chain_management" default:"false" doc:"Make and remove the chain itself, where no rule is given."`
}

type tcpFlags struct {
	Flags    []string `arg:"flags" doc:"Flags to look at."`
	FlagsSet []string `arg:"flags_set" doc:"Those of them that are set."`
}

type iptablesResult struct {
	IPVersion string  `json:"ip_version" doc:"Whose rules."`
	Table     string  `json:"table" doc:"The table."`
	Chain     *string `json:"chain" doc:"The chain."`
	Flush     bool    `json:"flush" doc:"Whether rules were to be removed."`
	Rule      string  `json:"rule" doc:"The rule."`
	State     string  `json:"state" doc:"Whether it is to be there."`
	Chains    bool    `json:"chain_management" doc:"Whether the chain was managed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.iptables",
		Summary:   "Rules of the kernel's packet filter",
		Exclusive: [][]string{{"set_dscp_mark", "set_dscp_mark_class"}, {"flush", "policy"}},
		RequiredIf: []modules.RequiredIf{{Option: "jump", Is: "TEE", Needs: []string{"gateway"}}, {Option: "jump", Is: "tee", Needs: []string{"gateway"}},
			{Option: "flush", Is: false, Needs: []string{"chain"}}},
		Example: `- name: The web is open
  ansible.builtin.iptables:
    chain: INPUT
    protocol: tcp
    destination_ports: ["80", "443"]
    ctstate: [NEW]
    jump: ACCEPT
    comment: web
`,
		Notes: []string{"Rules are those of the running kernel; nothing keeps them for the next start."},
	}, iptables)
}

// flags builds an argument list.
type flags []string

func (f *flags) opt(v *string, flag string) {
	if v == nil || *v == "" {
		return
	}
	if rest, ok := strings.CutPrefix(*v, "!"); ok {
		*f = append(*f, "!", flag, strings.TrimSpace(rest))
		return
	}
	*f = append(*f, flag, *v)
}

// ext adds an extension, unless match names it already, and its option.
func (f *flags) ext(a iptablesArgs, v *string, extension, flag string) {
	if v == nil || *v == "" {
		return
	}
	if !slices.Contains(a.Match, extension) && !f.loads(extension) {
		*f = append(*f, "-m", extension)
	}
	f.opt(v, flag)
}

func (f *flags) loads(extension string) bool {
	for i := 1; i < len(*f); i++ {
		if (*f)[i] == extension && (*f)[i-1] == "-m" {
			return true
		}
	}
	return false
}

func joined(list []string) *string {
	if len(list) == 0 {
		return nil
	}
	text := strings.Join(list, ",")
	return &text
}

// rule is the part of the command that describes the rule.
func (a iptablesArgs) rule() []string {
	var f flags
	f.opt(a.Protocol, "-p")
	f.opt(a.Source, "-s")
	f.opt(a.Destination, "-d")
	for _, m := range a.Match {
		f = append(f, "-m", m)
	}
	if a.TCPFlags != nil && len(a.TCPFlags.Flags) > 0 {
		f = append(f, "--tcp-flags", strings.Join(a.TCPFlags.Flags, ","), strings.Join(a.TCPFlags.FlagsSet, ","))
	}
	f.opt(a.Jump, "-j")
	if a.Jump != nil && strings.EqualFold(*a.Jump, "tee") {
		f.opt(a.Gateway, "--gateway")
	}
	f.opt(a.LogPrefix, "--log-prefix")
	f.opt(a.LogLevel, "--log-level")
	f.opt(a.ToDestination, "--to-destination")
	f.ext(a, joined(a.DestinationPorts), "multiport", "--dports")
	f.opt(a.ToSource, "--to-source")
	f.opt(a.Goto, "-g")
	f.opt(a.InInterface, "-i")
	f.opt(a.OutInterface, "-o")
	f.opt(a.Fragment, "-f")
	if a.SetCounters != nil {
		f = append(append(f, "-c"), strings.Fields(*a.SetCounters)...)
	}
	f.opt(a.SourcePort, "--source-port")
	f.opt(a.DestinationPort, "--destination-port")
	f.opt(a.ToPorts, "--to-ports")
	f.opt(a.DSCPMark, "--set-dscp")
	f.opt(a.DSCPClass, "--set-dscp-class")
	switch a.Syn {
	case "match":
		f = append(f, "--syn")
	case "negate":
		f = append(f, "!", "--syn")
	}
	if slices.Contains(a.Match, "state") && !slices.Contains(a.Match, "conntrack") {
		f.opt(joined(a.CTState), "--state")
	} else {
		f.ext(a, joined(a.CTState), "conntrack", "--ctstate")
	}
	f.ext(a, a.SrcRange, "iprange", "--src-range")
	f.ext(a, a.DstRange, "iprange", "--dst-range")
	if a.MatchSet != nil {
		f.ext(a, a.MatchSet, "set", "--match-set")
		if a.MatchSetFlags != nil {
			f = append(f, *a.MatchSetFlags)
		}
	}
	f.ext(a, a.Limit, "limit", "--limit")
	f.ext(a, a.LimitBurst, "limit", "--limit-burst")
	f.ext(a, a.UIDOwner, "owner", "--uid-owner")
	f.ext(a, a.GIDOwner, "owner", "--gid-owner")
	if a.Jump == nil && a.RejectWith != nil {
		f = append(f, "-j", "REJECT")
	}
	f.opt(a.RejectWith, "--reject-with")
	icmp := "--icmp-type"
	if a.IPVersion == "ipv6" {
		icmp = "--icmpv6-type"
	}
	f.opt(a.ICMPType, icmp)
	if a.Comment != nil && *a.Comment != "" {
		if !slices.Contains(a.Match, "comment") {
			f = append(f, "-m", "comment")
		}
		f = append(f, "--comment", *a.Comment)
	}
	return f
}

func (a iptablesArgs) command(action string, rest ...string) []string {
	argv := []string{map[string]string{"ipv4": "iptables", "ipv6": "ip6tables"}[a.IPVersion]}
	if a.Wait != nil {
		argv = append(argv, "-w", *a.Wait)
	}
	argv = append(argv, "-t", a.Table, action)
	if a.Chain != nil {
		argv = append(argv, *a.Chain)
	}
	return append(argv, rest...)
}

func iptables(c *modules.Context, a iptablesArgs) (iptablesResult, error) {
	rule := a.rule()
	r := iptablesResult{a.IPVersion, a.Table, a.Chain, a.Flush, strings.Join(rule, " "), a.State, a.ChainManagement}
	if _, err := c.Find(a.command("-C")[0]); err != nil {
		return r, err
	}
	do := func(argv []string) error {
		return c.Change(modules.Diff{}, func() error { _, err := c.Command(argv...); return err })
	}
	switch {
	case a.Flush:
		return r, do(a.command("-F"))
	case a.Policy != nil:
		have, err := a.policy(c)
		if err != nil || have == *a.Policy {
			return r, err
		}
		return r, do(a.command("-P", *a.Policy))
	case a.ChainManagement && len(rule) == 0:
		return r, a.manageChain(c, do)
	}
	if a.ChainManagement && a.State == "present" {
		if err := a.manageChain(c, do); err != nil {
			return r, err
		}
	}
	out, err := c.Exec(modules.Cmd{Argv: a.command("-C", rule...)})
	if err != nil || (out.RC == 0) == (a.State == "present") {
		return r, err
	}
	return r, do(a.edit(rule))
}

func (a iptablesArgs) edit(rule []string) []string {
	switch {
	case a.State == "absent":
		return a.command("-D", rule...)
	case a.Action == "insert" && a.RuleNum != nil:
		return a.command("-I", append([]string{*a.RuleNum}, rule...)...)
	case a.Action == "insert":
		return a.command("-I", rule...)
	}
	return a.command("-A", rule...)
}

func (a iptablesArgs) manageChain(c *modules.Context, do func([]string) error) error {
	out, err := c.Exec(modules.Cmd{Argv: a.command("-S")})
	if err != nil || (out.RC == 0) == (a.State == "present") {
		return err
	}
	if a.State == "present" {
		return do(a.command("-N"))
	}
	return do(a.command("-X"))
}

// policy reads what happens at the chain's end.
func (a iptablesArgs) policy(c *modules.Context) (string, error) {
	out, err := c.Command(a.command("-S")...)
	return parsePolicy(out), err
}

func parsePolicy(text string) string {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "-P" {
			return f[2]
		}
	}
	return ""
}
