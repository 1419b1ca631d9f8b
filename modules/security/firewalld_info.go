package security

import (
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type firewalldInfoArgs struct {
	Active bool     `arg:"active_zones" default:"false" doc:"Tell only about zones that have interfaces or sources."`
	Zones  []string `arg:"zones" doc:"Tell only about these zones, where active_zones is not set."`
}

type firewalldInfoResult struct {
	Active    bool           `json:"active_zones" doc:"Whether only active zones were asked for."`
	Collected []string       `json:"collected_zones" doc:"The zones that are told about."`
	Undefined []string       `json:"undefined_zones" doc:"Zones that were asked for and are not there."`
	Info      *firewalldInfo `json:"firewalld_info" doc:"Of firewalld: its version, its default_zone, and zones with what each has."`
}

type firewalldInfo struct {
	Version string      `json:"version"`
	Default string      `json:"default_zone"`
	Zones   *value.Dict `json:"zones"`
}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.posix.firewalld_info", Summary: "Tell about firewalld's zones",
		Example: "- name: What the firewall lets through\n  ansible.posix.firewalld_info:\n    active_zones: true\n  register: firewall\n",
		Differs: []string{"Works through firewall-cmd; nothing of Python is needed.", "Lists are in the order of firewall-cmd."},
	}, modules.Bare(firewallInfo))
}

func firewallInfo(c *modules.Context, a firewalldInfoArgs) (firewalldInfoResult, error) {
	r := firewalldInfoResult{Active: a.Active, Collected: []string{}, Undefined: []string{}, Info: &firewalldInfo{Zones: value.NewDict()}}
	var said [3]string
	for i, question := range []string{"--version", "--get-default-zone", "--list-all-zones"} {
		out, err := c.Exec(modules.Cmd{Argv: []string{"firewall-cmd", question}})
		if err != nil {
			return r, err
		}
		switch text := strings.TrimSpace(out.Stdout + out.Stderr); {
		case strings.Contains(text, "not running"):
			return r, modules.Fail("firewalld probably not be running, Or the following method is not supported with your python-firewall version. (Error: %s)", text)
		case out.RC != 0:
			return r, modules.Fail("Unable to gather firewalld settings. You may need to run as the root user or use become. (Error: %s)", text)
		}
		said[i] = strings.TrimSpace(out.Stdout)
	}
	r.Info.Version, r.Info.Default = said[0], said[1]
	zones := parseZones(said[2])
	for _, zone := range zones {
		if a.Active && !zone.active() || !a.Active && len(a.Zones) > 0 && !slices.Contains(a.Zones, zone.name) {
			continue
		}
		r.Collected = append(r.Collected, zone.name)
		r.Info.Zones.Set(zone.name, value.Of(zone.settings()))
	}
	if a.Active || len(a.Zones) == 0 {
		return r, nil
	}
	for _, name := range a.Zones {
		if !slices.Contains(r.Collected, name) && !slices.Contains(r.Undefined, name) {
			r.Undefined = append(r.Undefined, name)
		}
	}
	c.Warn("Please note: zone:(%s) have been ignored in the gathering process.", strings.Join(r.Undefined, ","))
	return r, nil
}

// firewallZone is a zone as firewall-cmd lists it: what stands behind each word,
// and in the lines below it.
type firewallZone struct {
	name  string
	words map[string][]string
}

// zoneSettings is a zone as Ansible tells about it.
type zoneSettings struct {
	Target       string     `json:"target"`
	Inversion    bool       `json:"icmp_block_inversion"`
	Interfaces   []string   `json:"interfaces"`
	Sources      []string   `json:"sources"`
	Services     []string   `json:"services"`
	Ports        [][]string `json:"ports"`
	Protocols    []string   `json:"protocols"`
	Masquerade   bool       `json:"masquerade"`
	ForwardPorts [][]string `json:"forward_ports"`
	SourcePorts  [][]string `json:"source_ports"`
	ICMPBlocks   []string   `json:"icmp_blocks"`
	RichRules    []string   `json:"rich_rules"`
	Forward      *bool      `json:"forward,omitempty"`
}

// parseZones reads what firewall-cmd --list-all-zones prints.
func parseZones(text string) (zones []firewallZone) {
	word := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "":
		case line[0] != ' ' && line[0] != '\t':
			name, _, _ := strings.Cut(line, " ")
			zones, word = append(zones, firewallZone{name, map[string][]string{}}), ""
		case len(zones) == 0:
		case line[0] == '\t':
			words := zones[len(zones)-1].words
			words[word] = append(words[word], strings.TrimSpace(line))
		default:
			var rest string
			word, rest, _ = strings.Cut(strings.TrimSpace(line), ":")
			zones[len(zones)-1].words[word] = []string{}
			if rest = strings.TrimSpace(rest); rest != "" {
				zones[len(zones)-1].words[word] = strings.Fields(rest)
			}
		}
	}
	return zones
}

func (z firewallZone) list(word string) []string {
	if have := z.words[word]; have != nil {
		return have
	}
	return []string{}
}

func (z firewallZone) yes(word string) bool { return slices.Equal(z.words[word], []string{"yes"}) }

func (z firewallZone) active() bool { return len(z.words["interfaces"])+len(z.words["sources"]) > 0 }

// ports are pairs of a port and its protocol.
func (z firewallZone) ports(word string) [][]string {
	out := [][]string{}
	for _, port := range z.list(word) {
		number, protocol, _ := strings.Cut(port, "/")
		out = append(out, []string{number, protocol})
	}
	return out
}

func (z firewallZone) forwardPorts() [][]string {
	out := [][]string{}
	for _, line := range z.list("forward-ports") {
		// An address of IPv6 has colons of its own.
		rest, to, _ := strings.Cut(line, ":toaddr=")
		parts := []string{"", "", "", to}
		for field := range strings.SplitSeq(rest, ":") {
			name, text, _ := strings.Cut(field, "=")
			if i := slices.Index([]string{"port", "proto", "toport"}, name); i >= 0 {
				parts[i] = text
			}
		}
		out = append(out, parts)
	}
	return out
}

func (z firewallZone) settings() zoneSettings {
	s := zoneSettings{Target: strings.Join(z.list("target"), " "), Inversion: z.yes("icmp-block-inversion"), Interfaces: z.list("interfaces"),
		Sources: z.list("sources"), Services: z.list("services"), Ports: z.ports("ports"), Protocols: z.list("protocols"), Masquerade: z.yes("masquerade"),
		ForwardPorts: z.forwardPorts(), SourcePorts: z.ports("source-ports"), ICMPBlocks: z.list("icmp-blocks"), RichRules: z.list("rich rules")}
	if _, ok := z.words["forward"]; ok { // firewalld 0.9
		forward := z.yes("forward")
		s.Forward = &forward
	}
	return s
}
