package network

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// covered stands for a secret where it would be seen.
const covered = modules.Hidden

// lists are the properties with several values.
var lists = []string{
	"ipv4.addresses", "ipv6.addresses", "ipv4.dns", "ipv4.dns-search", "ipv4.routes", "ipv4.routing-rules", "ipv6.dns", "ipv6.dns-search",
	"ipv6.routes", "802-11-wireless-security.group", "802-11-wireless-security.leap-password-flags", "802-11-wireless-security.pairwise",
	"802-11-wireless-security.proto", "802-11-wireless-security.psk-flags", "802-11-wireless-security.wep-key-flags", "802-11-wireless.mac-address-blacklist",
}

// numbers are what some properties' names stand for: nmcli takes both.
var numbers = map[string][]string{
	"ipv6.ip6-privacy":                          {"disabled", "prefer-public-addr", "prefer-temp-addr"},
	"macvlan.mode":                              {"unknown", "vepa", "bridge", "private", "passthru", "source"},
	"802-11-wireless.powersave":                 {"default", "ignore", "disable", "enable"},
	"802-11-wireless.mac-address-randomization": {"default", "never", "always"},
	"802-11-wireless-security.wep-key-type":     {"unknown", "key", "passphrase"},
}

// shownAs are properties that nmcli takes under one name and shows under another.
var shownAs = map[string]string{
	"arp-interval": "arp_interval", "arp-ip-target": "arp_ip_target",
	"vlan.ingress": "vlan.ingress-priority-map", "vlan.egress": "vlan.egress-priority-map",
}

// compare holds what is asked for against what is there.
func compare(list []setting, have map[string]string) (changed bool, diff modules.Diff) {
	before, after := value.NewDict(), value.NewDict()
	for i, s := range list {
		if s.text == "" {
			continue
		}
		text, there := have[s.name]
		if shown := shownAs[s.name]; !there && shown != "" {
			text = have[shown]
		}
		if s.name == "802-3-ethernet.mtu" && !s.given {
			if !there {
				continue
			}
			// The system is to choose, again where it was told.
			list[i].text, list[i].given = "0", true
		}
		was, is := []string{text}, []string{s.text}
		if slices.Contains(lists, s.name) {
			was, is = split(text), s.itemList()
		}
		same := s.unkept || equal(s.name, is, was)
		if same {
			is = was
		}
		before.Set(s.name, s.shown(was))
		after.Set(s.name, s.shown(is))
		changed = changed || !same
	}
	return changed, modules.Diff{Before: before, After: after}
}

// shown is a value as diffs have it.
func (s setting) shown(items []string) any {
	switch {
	case len(items) == 0 || len(items) == 1 && items[0] == "":
		return nil
	case s.secret():
		return covered
	case slices.Contains(lists, s.name):
		return value.Of(items)
	}
	return items[0]
}

func (s setting) itemList() []string {
	if s.items != nil {
		return s.items
	}
	return split(s.text)
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

// equal compares values for what they mean. Only the order of addresses means
// something: the first is where packets say that they come from.
func equal(name string, want, have []string) bool {
	want, have = slices.Clone(want), slices.Clone(have)
	for _, list := range [][]string{want, have} {
		for i := range list {
			list[i] = meaning(name, list[i])
		}
	}
	if !strings.HasSuffix(name, ".addresses") {
		slices.Sort(want)
		slices.Sort(have)
	}
	return slices.Equal(want, have)
}

// meaning brings a value to the one form in which it is compared.
func meaning(name, text string) string {
	switch name {
	case "ipv4.routes", "ipv6.routes":
		return routeMeaning(text)
	case "ipv4.addresses", "ipv6.addresses", "ipv4.gateway", "ipv6.gateway", "ipv4.dns", "ipv6.dns":
		return addressMeaning(text)
	case "bridge.mac-address", "802-3-ethernet.cloned-mac-address":
		return strings.ToUpper(text)
	case "arp-ip-target", "connection.permissions":
		text = strings.ReplaceAll(text, "user:", "")
		parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(parts)
		return strings.Join(parts, ",")
	case "vpn.data":
		parts := split(text)
		for i, part := range parts {
			key, v, _ := strings.Cut(part, "=")
			parts[i] = strings.TrimSpace(key) + "=" + strings.TrimSpace(v)
		}
		slices.Sort(parts)
		return strings.Join(parts, ",")
	case "802-11-wireless.wake-on-wlan", "vlan.flags", "wireguard.fwmark":
		if n, err := strconv.ParseInt(text, 0, 64); err == nil {
			return strconv.FormatInt(n, 10)
		}
	case "802-3-ethernet.mtu", "802-11-wireless.mtu", "gsm.mtu":
		if text == "auto" {
			return "0"
		}
	}
	if n := slices.Index(numbers[name], text); n >= 0 {
		return strconv.Itoa(n)
	}
	if name == "ipv6.ip6-privacy" && text == "unknown" {
		return "-1"
	}
	return text
}

// addressMeaning is an address, with the length of its network or without, as
// netip writes it.
func addressMeaning(text string) string {
	address, length, cut := strings.Cut(text, "/")
	if parsed, err := netip.ParseAddr(address); err == nil {
		address = parsed.String()
	}
	if cut {
		address += "/" + length
	}
	return address
}

// routeMeaning is a route with the length of its network, and with its
// attributes in order.
func routeMeaning(text string) string {
	fields := strings.Fields(text)
	var attributes []string
	at := slices.IndexFunc(fields, func(f string) bool { return strings.Contains(f, "=") })
	if at >= 0 {
		fields, attributes = fields[:at], slices.Clone(fields[at:])
		slices.Sort(attributes)
	}
	for i := range fields {
		fields[i] = addressMeaning(fields[i])
	}
	if len(fields) > 0 && !strings.Contains(fields[0], "/") {
		fields[0] = withLength(fields[:1], map[bool]string{true: "/128", false: "/32"}[strings.Contains(fields[0], ":")])[0]
	}
	return strings.Join(append(fields, attributes...), " ")
}
