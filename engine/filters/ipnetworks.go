package filters

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

func ipWrap(c *jinja.Call) (any, error) {
	if len(c.Args) > 0 {
		switch v := c.Args[0].(type) {
		case string, value.Markup, bool, *value.List:
		default:
			return nil, filterError("Unrecognized type <%s> for ipwrap filter <value>", class(v))
		}
	}
	a, err := checked(c, "value:raw! ; query:str")
	if err != nil {
		return nil, err
	}
	v, query := a.get("value"), textOrEmpty(a.get("query"))
	if !isSequence(v) {
		if wrapped, err := wrapOne(v, query, true); err == nil {
			return wrapped, nil
		}
		return v, nil
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, item := range items {
		wrapped, err := wrapOne(item, query, false)
		if err != nil {
			return v, nil
		}
		out.Append(wrapped)
	}
	return out, nil
}

// wrapOne leaves what is no address as it is; answered wraps the answer to the query.
func wrapOne(v any, query string, answered bool) (any, error) {
	got, err := askIP(v, query, 0, "ipwrap")
	if err != nil || !value.Truth(got) {
		return v, err
	}
	if answered {
		v = got
	}
	return askIP(v, "wrap", 0, "ipwrap")
}

// netOf is the network that a value is in, or its address with the prefix.
func netOf(v any) (cidr, bool) {
	c, ok := parseCIDR(v)
	if ok && c.kind() == "network" {
		c.ip = c.first()
	}
	return c, ok
}

func ipSubnet(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:str! query:str index:int")
	if err != nil {
		return nil, err
	}
	c, ok := netOf(a.get("value"))
	if !ok {
		return false, nil
	}
	query := textOrEmpty(a.get("query"))
	if query == "" {
		return c.prefix().String(), nil
	}
	bits, isNumber := digits(query)
	if !isNumber {
		return subnetRank(c, query)
	}
	if bits > c.size() {
		return false, nil
	}
	index, err := a.integer("index", 0)
	if err != nil {
		return nil, err
	}
	if c.hosts() == 1 {
		return supernet(c, bits, index)
	}
	if bits < c.bits {
		if a.get("index") == nil {
			return nil, filterError("Requested subnet size of %d is invalid", bits)
		}
		if index != 0 {
			return false, nil
		}
		return cidr{ip: c.first(), bits: bits}.String(), nil
	}
	count := new(big.Int).Lsh(big.NewInt(1), uint(bits-c.bits))
	if a.get("index") == nil {
		return count.String(), nil
	}
	n := big.NewInt(index)
	if index < 0 {
		n.Add(n, count)
	}
	if n.Sign() < 0 || n.Cmp(count) >= 0 {
		return false, nil
	}
	ip := c.at(n.Lsh(n, uint(c.size()-bits)))
	return cidr{ip: ip, bits: bits}.String(), nil
}

// supernet is one of the networks that an address is in, from the largest on.
func supernet(c cidr, bits int, index int64) (any, error) {
	steps := int64(c.size() - bits)
	if index >= steps && c.version() == 4 {
		return nil, value.Raise("IndexError", "list index out of range")
	}
	if index < 0 {
		index += steps
	}
	if index < 0 || index >= steps {
		return false, nil
	}
	return cidr{ip: c.ip, bits: bits + int(index)}.prefix().String(), nil
}

// subnetRank counts where a subnet stands within a network, from 1.
func subnetRank(c cidr, query string) (any, error) {
	net, ok := netOf(query)
	if !ok {
		return nil, filterError("You must pass a valid subnet or IP address; %s is invalid", query)
	}
	if !net.contains(c) {
		return nil, filterError("%s is not in the subnet %s", c.prefix(), net.prefix())
	}
	distance := new(big.Int).Sub(intOf(c.first()), intOf(net.first()))
	rank := distance.Rsh(distance, uint(c.size()-c.bits))
	return rank.Add(rank, big.NewInt(1)).String(), nil
}

func ipMath(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:str! amount:int")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	if !ok {
		return nil, filterError("You must pass a valid IP address; %s is invalid", value.Str(a.get("value")))
	}
	n, ok := new(big.Int).SetString(value.Str(a.get("amount")), 10)
	if !ok {
		return nil, filterError("You must pass an integer for arithmetic; %s is not a valid integer", value.Str(a.get("amount")))
	}
	ip := plus(c.ip, n)
	if !ip.IsValid() {
		return nil, filterError("%s moved by %s is no address", c.ip, n)
	}
	return ip.String(), nil
}

func nthHost(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:str! query:str")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	n, isNumber := new(big.Int).SetString(textOrEmpty(a.get("query")), 10)
	if !ok || !isNumber {
		return false, nil
	}
	if ip := c.at(n); ip.IsValid() {
		return ip.String(), nil
	}
	return false, nil
}

func nthUsable(direction int64) jinja.Func {
	return func(call *jinja.Call) (any, error) {
		a, err := checked(call, "value:str! offset:int")
		if err != nil {
			return nil, err
		}
		c, ok := netOf(a.get("value"))
		if !ok {
			return false, nil
		}
		offset, isInt := a.get("offset").(int64)
		if !isInt {
			return nil, filterError("Must pass in an integer")
		}
		first, last, ok := c.usable()
		if !ok {
			return nil, nil
		}
		return inRange(plus(c.ip, big.NewInt(direction*offset)), first, last), nil
	}
}

func usableRange(call *jinja.Call) (any, error) {
	a, err := checkedAs(call, "test", "ip:str!")
	if err != nil {
		return nil, err
	}
	text, isStr := isText(call.Args[0])
	if !isStr {
		return nil, filterError("Error while using plugin 'usable_range': not expecting type '%s'", class(call.Args[0]))
	}
	p, _, ok := strictNetwork(a.get("ip"))
	if !ok {
		if given, valid := parseCIDR(text); valid && given.ip != given.first() && given.network {
			return nil, filterError("Error while using plugin 'usable_range': %s has host bits set", text)
		}
		return nil, filterError("Error while using plugin 'usable_range': %s does not appear to be an IPv4 or IPv6 network", value.Repr(text))
	}
	c := cidr{ip: p.Addr(), bits: p.Bits()}
	if c.size()-c.bits > 16 {
		return nil, filterError("Error while using plugin 'usable_range': %s has too many addresses to list", c)
	}
	ips := value.NewList()
	for ip := c.first(); ip.IsValid() && ip.Compare(c.last()) <= 0; ip = ip.Next() {
		ips.Append(ip.String())
	}
	return value.DictOf("usable_ips", ips, "number_of_ips", int64(ips.Len())), nil
}

func ip4Hex(call *jinja.Call) (any, error) {
	a, err := checked(call, "arg:str! delimiter:str")
	if err != nil {
		return nil, err
	}
	var numbers [4]string
	parts := strings.Split(value.Str(a.get("arg")), ".")
	for i, part := range parts {
		n, ok := new(big.Int).SetString(strings.TrimSpace(part), 10)
		if !ok {
			return nil, value.Raise("ValueError", "invalid literal for int() with base 10: %s", value.Repr(part))
		}
		if i < len(numbers) {
			numbers[i] = fmt.Sprintf("%02x", n)
		}
	}
	if len(parts) < len(numbers) {
		return nil, value.Raise("IndexError", "Replacement index %d out of range for positional args tuple", len(parts))
	}
	return strings.Join(numbers[:], textOrEmpty(a.get("delimiter"))), nil
}

// slaac is the address that a network card gives itself in an IPv6 network.
func slaac(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:str! query:str")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	mac, isMAC := parseMAC(textOrEmpty(a.get("query")))
	if !ok || !isMAC || c.size() != 128 {
		return false, nil
	}
	b := c.ip.As16()
	copy(b[8:], []byte{mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]})
	return netip.AddrFrom16(b).String(), nil
}
