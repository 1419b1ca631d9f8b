package host

import (
	"slices"
	"strings"
)

// ruleArgv collects the arguments of a rule.
type ruleArgv []string

// opt adds a flag with its value, if there is one; a value that begins with !
// is negated as the tool wants it.
func (r *ruleArgv) opt(flag, v string) {
	if v == "" {
		return
	}
	if rest, negated := strings.CutPrefix(v, "!"); negated {
		*r = append(*r, "!", flag, strings.TrimSpace(rest))
		return
	}
	*r = append(*r, flag, v)
}

func (r *ruleArgv) csv(flag string, vs []string) { r.opt(flag, strings.Join(vs, ",")) }

// extension loads an extension when one of its values is given and the user
// has not loaded it.
func (r *ruleArgv) extension(name string, loaded []string, values ...string) {
	if strings.Join(values, "") != "" && !slices.Contains(loaded, name) {
		r.opt("-m", name)
	}
}

// rule is the rule as arguments, in the order that the tool needs: options of
// an extension follow what loads it.
func (a *iptablesArgs) rule() []string {
	r := &ruleArgv{}
	r.opt("-w", a.Wait)
	r.opt("-p", a.Protocol)
	r.opt("-s", a.Source)
	r.opt("-d", a.Destination)
	for _, m := range a.Match {
		r.opt("-m", m)
	}
	if f := a.TCPFlags; f != nil && len(f.Flags) > 0 && len(f.FlagsSet) > 0 {
		*r = append(*r, "--tcp-flags", strings.Join(f.Flags, ","), strings.Join(f.FlagsSet, ","))
	}
	a.target(r)
	a.interfaces(r)
	a.ports(r)
	a.states(r)
	a.limits(r)
	if a.Jump == "" && a.RejectWith != "" {
		r.opt("-j", "REJECT")
	}
	r.opt("--reject-with", a.RejectWith)
	if a.IPVersion == "ipv6" {
		r.opt("--icmpv6-type", a.ICMPType)
	} else {
		r.opt("--icmp-type", a.ICMPType)
	}
	if a.Comment != "" {
		*r = append(*r, "-m", "comment", "--comment", a.Comment)
	}
	return *r
}

func (a *iptablesArgs) target(r *ruleArgv) {
	r.opt("-j", a.Jump)
	if strings.EqualFold(a.Jump, "tee") {
		r.opt("--gateway", a.Gateway)
	}
	r.opt("--log-prefix", a.LogPrefix)
	r.opt("--log-level", a.LogLevel)
	r.opt("--to-destination", a.ToDestination)
}

func (a *iptablesArgs) interfaces(r *ruleArgv) {
	if len(a.DestinationPorts) > 0 {
		r.opt("-m", "multiport")
		r.csv("--dports", a.DestinationPorts)
	}
	r.opt("--to-source", a.ToSource)
	r.opt("-g", a.Goto)
	r.opt("-i", a.InInterface)
	r.opt("-o", a.OutInterface)
	switch a.Fragment {
	case "":
	case "!":
		*r = append(*r, "!", "-f")
	default:
		*r = append(*r, "-f")
	}
	r.opt("-c", a.SetCounters)
}

func (a *iptablesArgs) ports(r *ruleArgv) {
	r.opt("--source-port", a.SourcePort)
	r.opt("--destination-port", a.DestinationPort)
	r.opt("--to-ports", a.ToPorts)
	r.opt("--set-dscp", a.SetDSCPMark)
	r.opt("--set-dscp-class", a.SetDSCPMarkClass)
	switch a.Syn {
	case "match":
		*r = append(*r, "--syn")
	case "negate":
		*r = append(*r, "!", "--syn")
	}
}

func (a *iptablesArgs) states(r *ruleArgv) {
	flag := "--ctstate"
	if slices.Contains(a.Match, "state") && !slices.Contains(a.Match, "conntrack") {
		flag = "--state"
	} else {
		r.extension("conntrack", a.Match, a.CTState...)
	}
	r.csv(flag, a.CTState)
	r.extension("iprange", a.Match, a.SrcRange, a.DstRange)
	r.opt("--src-range", a.SrcRange)
	r.opt("--dst-range", a.DstRange)
	if a.MatchSet != "" {
		r.extension("set", a.Match, a.MatchSet)
		r.opt("--match-set", a.MatchSet)
		if a.MatchSetFlags != "" {
			*r = append(*r, a.MatchSetFlags)
		}
	}
}

func (a *iptablesArgs) limits(r *ruleArgv) {
	if a.Limit != "" || a.LimitBurst != "" {
		r.opt("-m", "limit")
	}
	r.opt("--limit", a.Limit)
	r.opt("--limit-burst", a.LimitBurst)
	if a.UIDOwner != "" {
		r.opt("-m", "owner")
		r.opt("--uid-owner", a.UIDOwner)
	}
	if a.GIDOwner != "" {
		r.opt("-m", "owner")
		r.opt("--gid-owner", a.GIDOwner)
	}
}
