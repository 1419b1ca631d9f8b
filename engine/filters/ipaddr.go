package filters

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var netFilters = table{
	"ipaddr": ipFilter(0), "ipv4": ipFilter(4), "ipv6": ipFilter(6), "ipwrap": ipWrap,
	"ipsubnet": ipSubnet, "ipmath": ipMath, "nthhost": nthHost,
	"next_nth_usable": nthUsable(1), "previous_nth_usable": nthUsable(-1),
	"network_in_network": networkWithin("network", "broadcast"), "network_in_usable": networkWithin("first_usable", "last_usable"), "reduce_on_network": reduceOnNetwork,
	"cidr_merge": cidrMerge, "usable_range": usableRange, "ip4_hex": ip4Hex, "slaac": slaac,
	"hwaddr": hardwareAddress, "macaddr": hardwareAddress,
}

// ipFilter is ipaddr for one version of IP, or for both.
func ipFilter(version int64) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		params := "value:raw! query:str"
		if version == 0 {
			params += " version:int alias:str"
		}
		if len(c.Args) > 0 {
			switch v := c.Args[0].(type) {
			case string, value.Markup, int64, *big.Int, bool, *value.List:
			default:
				return nil, filterError("Unrecognized type <%s> for %s filter <value>", class(v), shortName(c.Name))
			}
		}
		a, err := checked(c, params)
		if err != nil {
			return nil, err
		}
		v := a.get("value")
		only := version
		if n, ok := a.get("version").(int64); ok && only == 0 {
			only = n
		}
		alias := shortName(c.Name)
		if version == 0 {
			alias = textOrEmpty(a.get("alias"))
		}
		return askIP(v, textOrEmpty(a.get("query")), only, alias)
	}
}

func shortName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// askIP answers a query about an address; of a list those that have an answer.
func askIP(v any, query string, version int64, alias string) (any, error) {
	if isSequence(v) {
		items, err := value.Items(v)
		if err != nil {
			return nil, err
		}
		out := value.NewList()
		for _, item := range items {
			got, err := askIP(item, query, version, alias)
			if err != nil {
				return nil, err
			}
			if value.Truth(got) {
				out.Append(got)
			}
		}
		return out, nil
	}
	if !value.Truth(v) {
		return false, nil
	}
	c, ok := parseVersion(v, version)
	if !ok || version != 0 && c.version() != version {
		return false, nil
	}
	if f := ipQueries[query]; f != nil {
		return f(c)
	}
	if n, ok := new(big.Int).SetString(query, 10); ok {
		return c.indexed(n), nil
	}
	if net, ok := parseCIDR(query); ok {
		if net.contains(c) {
			return c.text, nil
		}
		return nil, nil
	}
	if alias == "" { // which ipaddr has none of
		return nil, value.Raise("TypeError", "unsupported operand type(s) for +: 'NoneType' and 'str'")
	}
	return nil, filterError("%s: unknown filter type: %s", alias, query)
}

// indexed is the n-th address of a network, with its prefix.
func (c cidr) indexed(n *big.Int) any {
	if c.hosts() == 1 {
		return c.plain()
	}
	ip := c.at(n)
	if !ip.IsValid() {
		return false
	}
	return cidr{ip: ip, bits: c.bits}.String()
}

// plain is the address, with its prefix if it was given one.
func (c cidr) plain() any {
	if c.network {
		return c.String()
	}
	return c.ip.String()
}

var errNoNetwork = value.Raise("AnsibleFilterError", "Not a network address")

// ipQueries are what can be asked about an address.
var ipQueries = map[string]func(cidr) (any, error){
	"":                 answer(cidr.plain),
	"bool":             answer(func(cidr) any { return true }),
	"cidr":             answer(func(c cidr) any { return c.String() }),
	"prefix":           answer(func(c cidr) any { return int64(c.bits) }),
	"version":          answer(func(c cidr) any { return c.version() }),
	"size":             answer(func(c cidr) any { return value.Int(c.count()) }),
	"size_usable":      answer(cidr.sizeUsable),
	"type":             answer(cidr.kind),
	"int":              answer(cidr.number),
	"address":          answer(cidr.address),
	"ip":               answer(cidr.address),
	"address/prefix":   answer(cidr.gateway),
	"gateway":          answer(cidr.gateway),
	"gw":               answer(cidr.gateway),
	"router":           answer(cidr.gateway),
	"hostnet":          answer(cidr.gateway),
	"host/prefix":      answer(cidr.gateway),
	"host":             answer(cidr.host),
	"ip/prefix":        answer(func(c cidr) any { return c.inNetwork(c.String()) }),
	"ip_netmask":       answer(func(c cidr) any { return c.inNetwork(c.ip.String() + " " + netmask(c.bits, c.size()).String()) }),
	"broadcast":        answer(cidr.broadcast),
	"network":          answer(func(c cidr) any { return c.first().String() }),
	"network_id":       answer(func(c cidr) any { return c.first().String() }),
	"network/prefix":   answer(func(c cidr) any { return c.prefix().String() }),
	"subnet":           answer(func(c cidr) any { return c.prefix().String() }),
	"network_netmask":  answer(func(c cidr) any { return c.first().String() + " " + netmask(c.bits, c.size()).String() }),
	"network_wildcard": answer(func(c cidr) any { return c.first().String() + " " + hostmask(c.bits, c.size()).String() }),
	"netmask":          answer(func(c cidr) any { return netmask(c.bits, c.size()).String() }),
	"hostmask":         answer(func(c cidr) any { return hostmask(c.bits, c.size()).String() }),
	"wildcard":         answer(func(c cidr) any { return hostmask(c.bits, c.size()).String() }),
	"net":              answer(cidr.net),
	"ipv4":             answer(cidr.asIPv4),
	"v4":               answer(cidr.asIPv4),
	"ipv6":             answer(cidr.asIPv6),
	"v6":               answer(cidr.asIPv6),
	"6to4":             answer(cidr.sixToFour),
	"wrap":             answer(cidr.wrap),
	"revdns":           answer(func(c cidr) any { return reverseName(c.ip) }),
	"link-local":       answer(keep(netip.Addr.IsLinkLocalUnicast)),
	"loopback":         answer(keep(netip.Addr.IsLoopback)),
	"lo":               answer(keep(netip.Addr.IsLoopback)),
	"multicast":        answer(keep(netip.Addr.IsMulticast)),
	"unicast":          answer(keep(func(ip netip.Addr) bool { return !ip.IsMulticast() })),
	"private":          answer(keep(isPrivate)),
	"public":           answer(keep(isPublic)),
	"first_usable":     usableQuery(func(_ cidr, first, _ netip.Addr) any { return first.String() }),
	"last_usable":      usableQuery(func(_ cidr, _, last netip.Addr) any { return last.String() }),
	"range_usable":     usableQuery(func(_ cidr, first, last netip.Addr) any { return first.String() + "-" + last.String() }),
	"next_usable":      usableQuery(func(c cidr, first, last netip.Addr) any { return inRange(c.ip.Next(), first, last) }),
	"previous_usable":  usableQuery(func(c cidr, first, last netip.Addr) any { return inRange(c.ip.Prev(), first, last) }),
	"peer":             cidr.peer,
}

func answer(f func(cidr) any) func(cidr) (any, error) {
	return func(c cidr) (any, error) { return f(c), nil }
}

// keep gives back what was given when the address passes.
func keep(pass func(netip.Addr) bool) func(cidr) any {
	return func(c cidr) any {
		if pass(c.ip) {
			return c.text
		}
		return nil
	}
}

func usableQuery(f func(c cidr, first, last netip.Addr) any) func(cidr) (any, error) {
	return func(c cidr) (any, error) {
		if !c.network {
			return nil, errNoNetwork
		}
		first, last, ok := c.usable()
		if !ok {
			return nil, nil
		}
		return f(c, first, last), nil
	}
}

func inRange(ip, first, last netip.Addr) any {
	if within(ip, first, last) {
		return ip.String()
	}
	return nil
}

func (c cidr) sizeUsable() any {
	switch c.hosts() {
	case 1:
		return int64(0)
	case 2:
		return int64(2)
	default:
		return value.Int(new(big.Int).Sub(c.count(), big.NewInt(2)))
	}
}

func (c cidr) kind() any {
	if c.hosts() > 1 && c.ip == c.first() {
		return "network"
	}
	return "address"
}

func (c cidr) number() any {
	if !c.network {
		return value.Int(intOf(c.ip))
	}
	return fmt.Sprintf("%s/%d", intOf(c.ip), c.bits)
}

func (c cidr) address() any {
	if c.hosts() < 3 || c.ip != c.first() || c.size() == 128 {
		return c.ip.String()
	}
	return nil
}

func (c cidr) isHost() bool { return c.hosts() < 3 || c.ip != c.first() }

func (c cidr) gateway() any {
	if c.isHost() && (c.hosts() < 3 || c.size() == 128 || c.ip != c.last()) {
		return c.String()
	}
	return false
}

func (c cidr) host() any {
	if c.isHost() {
		return c.String()
	}
	return nil
}

func (c cidr) inNetwork(text string) any {
	if c.hosts() == 2 || c.hosts() > 1 && c.ip != c.first() {
		return text
	}
	return nil
}

func (c cidr) broadcast() any {
	if c.hosts() > 2 {
		return c.last().String()
	}
	return nil
}

func (c cidr) net() any {
	if c.hosts() > 1 && c.ip == c.first() {
		return c.String()
	}
	return nil
}

func (c cidr) asIPv4() any {
	if c.size() == 32 {
		return c.text
	}
	if !c.ip.Is4In6() && intOf(c.ip).BitLen() > 32 || c.bits < 96 {
		return false
	}
	b := c.ip.As16()
	return cidr{ip: netip.AddrFrom4([4]byte(b[12:])), bits: c.bits - 96}.String()
}

func (c cidr) asIPv6() any {
	if c.size() == 128 {
		return c.text
	}
	return cidr{ip: netip.AddrFrom16(c.ip.As16()), bits: c.bits + 96}.String()
}

func (c cidr) sixToFour() any {
	if c.size() == 128 {
		if netip.MustParsePrefix("2002::/16").Contains(c.ip) {
			return c.text
		}
		return false
	}
	if c.hosts() > 1 && c.ip == c.first() || !isPrivate(c.ip) && !isPublic(c.ip) {
		return false
	}
	b := c.ip.As4()
	return fmt.Sprintf("2002:%02x%02x:%02x%02x::1/48", b[0], b[1], b[2], b[3])
}

func (c cidr) wrap() any {
	switch {
	case c.size() == 32:
		return c.text
	case c.network:
		return fmt.Sprintf("[%s]/%d", c.ip, c.bits)
	default:
		return "[" + c.ip.String() + "]"
	}
}

func (c cidr) peer() (any, error) {
	if !c.network {
		return nil, errNoNetwork
	}
	one := big.NewInt(1)
	switch c.size() - c.bits {
	case 1:
		n, _ := addrOf(new(big.Int).Xor(intOf(c.ip), one), c.size())
		return n.String(), nil
	case 2:
		switch c.ip {
		case c.first():
			return nil, filterError("Network address of /30 has no peer")
		case c.last():
			return nil, filterError("Broadcast address of /30 has no peer")
		}
		n, _ := addrOf(new(big.Int).Xor(intOf(c.ip), big.NewInt(3)), c.size())
		return n.String(), nil
	default:
		return nil, filterError("Not a point-to-point network")
	}
}

// reverseName is the name under which DNS knows an address.
func reverseName(ip netip.Addr) string {
	var b strings.Builder
	bytes := ip.AsSlice()
	for i := len(bytes) - 1; i >= 0; i-- {
		if ip.BitLen() == 32 {
			fmt.Fprintf(&b, "%d.", bytes[i])
		} else {
			fmt.Fprintf(&b, "%x.%x.", bytes[i]&15, bytes[i]>>4)
		}
	}
	if ip.BitLen() == 32 {
		return b.String() + "in-addr.arpa."
	}
	return b.String() + "ip6.arpa."
}

var privateNetworks = prefixList("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"239.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fec0::/10", "fe80::/10")

func prefixList(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

func inAny(ip netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

func isPrivate(ip netip.Addr) bool { return inAny(ip, privateNetworks) }

func isPublic(ip netip.Addr) bool {
	return !ip.IsMulticast() && !isPrivate(ip) && !ip.IsLoopback() && !isMask(ip)
}

// isMask reports whether an address could be a netmask or a hostmask.
func isMask(ip netip.Addr) bool {
	for bits := range ip.BitLen() + 1 {
		if ip == netmask(bits, ip.BitLen()) || ip == hostmask(bits, ip.BitLen()) {
			return true
		}
	}
	return false
}
