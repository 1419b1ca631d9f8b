package filters

import (
	"net"
	"net/netip"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

// netTests are ansible.utils' tests of addresses. A network has to be written
// without host bits there.
var netTests = table{
	"ip":               strictTest(func(netip.Prefix, bool) bool { return true }),
	"ip_address":       strictTest(func(_ netip.Prefix, network bool) bool { return !network }),
	"ipv4":             strictTest(func(p netip.Prefix, _ bool) bool { return p.Addr().Is4() }),
	"ipv4_address":     strictTest(func(p netip.Prefix, network bool) bool { return p.Addr().Is4() && !network }),
	"ipv6":             strictTest(func(p netip.Prefix, _ bool) bool { return !p.Addr().Is4() }),
	"ipv6_address":     strictTest(func(p netip.Prefix, network bool) bool { return !p.Addr().Is4() && !network }),
	"ipv6_ipv4_mapped": addressTest(netip.Addr.Is4In6),
	"ipv6_sixtofour":   addressTest(netip.MustParsePrefix("2002::/16").Contains),
	"ipv6_teredo":      addressTest(netip.MustParsePrefix("2001::/32").Contains),
	"ipv4_netmask":     addressTest(func(ip netip.Addr) bool { return ip.Is4() && isMaskOf(ip, netmask) }),
	"ipv4_hostmask":    addressTest(func(ip netip.Addr) bool { return ip.Is4() && isMaskOf(ip, hostmask) }),
	"loopback":         addressTest(netip.Addr.IsLoopback),
	"multicast":        addressTest(netip.Addr.IsMulticast),
	"unspecified":      addressTest(netip.Addr.IsUnspecified),
	"reserved":         addressTest(isReserved),
	"private":          addressTest(isReservedForPrivate),
	"public":           addressTest(func(ip netip.Addr) bool { return !isReservedForPrivate(ip) && !sharedSpace.Contains(ip) }),
	"mac":              macTest,
	"resolvable":       resolvable,
	"subnet_of":        networkTest("network_a", "network_b", func(a, b netip.Prefix) bool { return includesNetwork(b, a) }),
	"supernet_of":      networkTest("network_a", "network_b", includesNetwork),
	"in_network":       networkTest("ip", "network", func(a, b netip.Prefix) bool { return includesNetwork(b, a) }),
	"not_in_network":   networkTest("ip", "network", func(a, b netip.Prefix) bool { return !includesNetwork(b, a) }),
	"in_any_network":   inSomeNetwork(func(n int) bool { return n > 0 }),
	"in_one_network":   inSomeNetwork(func(n int) bool { return n == 1 }),
}

// strictNetwork reads an address or a network without host bits.
func strictNetwork(v any) (p netip.Prefix, network, ok bool) {
	s, isStr := isText(v)
	if !isStr {
		return p, false, false
	}
	if !strings.Contains(s, "/") {
		ip, err := netip.ParseAddr(s)
		return netip.PrefixFrom(ip, ip.BitLen()), false, err == nil
	}
	c, ok := parseCIDR(s)
	if !ok || c.ip != c.first() {
		return p, true, false
	}
	return c.prefix(), true, true
}

func strictTest(pass func(p netip.Prefix, network bool) bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := checkedAs(c, "test", "ip:str!")
		if err != nil {
			return nil, err
		}
		p, network, ok := strictNetwork(a.get("ip"))
		return ok && pass(p, network), nil
	}
}

func addressTest(pass func(netip.Addr) bool) jinja.Func {
	return strictTest(func(p netip.Prefix, network bool) bool { return !network && pass(p.Addr()) })
}

func isMaskOf(ip netip.Addr, mask func(bits, size int) netip.Addr) bool {
	for bits := range ip.BitLen() + 1 {
		if ip == mask(bits, ip.BitLen()) {
			return true
		}
	}
	return false
}

var (
	sharedSpace  = netip.MustParsePrefix("100.64.0.0/10")
	reservedNets = prefixList("240.0.0.0/4", "::/8", "100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/3", "6000::/3",
		"8000::/3", "a000::/3", "c000::/3", "e000::/4", "f000::/5", "f800::/6", "fe00::/9")
	pythonPrivate = prefixList("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
		"192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::1/128", "::/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10")
	pythonGlobal = prefixList("192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28")
)

func isReserved(ip netip.Addr) bool { return inAny(ip, reservedNets) }

// isReservedForPrivate asks of an IPv4 address within IPv6 what it is in IPv4.
func isReservedForPrivate(ip netip.Addr) bool {
	ip = ip.Unmap()
	return inAny(ip, pythonPrivate) && !inAny(ip, pythonGlobal)
}

func includesNetwork(a, b netip.Prefix) bool {
	return a.Addr().BitLen() == b.Addr().BitLen() && a.Bits() <= b.Bits() && a.Contains(b.Addr())
}

func networkTest(first, second string, pass func(a, b netip.Prefix) bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := checkedAs(c, "test", first+":str! "+second+":str!")
		if err != nil {
			return nil, err
		}
		x, _, ok := strictNetwork(a.get(first))
		y, _, ok2 := strictNetwork(a.get(second))
		return ok && ok2 && pass(x, y), nil
	}
}

func inSomeNetwork(pass func(n int) bool) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := checkedAs(c, "test", "ip:str! networks:list!")
		if err != nil {
			return nil, err
		}
		networks, err := value.Items(a.get("networks"))
		if err != nil {
			return nil, err
		}
		ip, _, ok := strictNetwork(a.get("ip"))
		n := 0
		for _, item := range networks {
			if net, _, valid := strictNetwork(item); ok && valid && includesNetwork(net, ip) {
				n++
			}
		}
		return pass(n), nil
	}
}

var macForm = lazy.Regexp(`(?i)^(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})\n?$`)

func macTest(c *jinja.Call) (any, error) {
	a, err := checkedAs(c, "test", "mac:str!")
	if err != nil {
		return nil, err
	}
	text, ok := isText(a.get("mac"))
	if given := c.Args[0]; given != nil {
		_, ok = isText(given)
	}
	if !ok {
		return nil, value.Raise("TypeError", "expected string or bytes-like object, got '%s'", value.TypeName(c.Args[0]))
	}
	return macForm.MatchString(text), nil
}

func resolvable(c *jinja.Call) (any, error) {
	a, err := checkedAs(c, "test", "host:str!")
	if err != nil {
		return nil, err
	}
	_, err = net.DefaultResolver.LookupHost(c.Context, value.Str(a.get("host")))
	return err == nil, nil
}
