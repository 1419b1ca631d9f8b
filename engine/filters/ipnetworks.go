package filters

import (
	"fmt"
	"math/big"
	"net/netip"
	"slices"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

func ipWrap(c *jinja.Call) (any, error) {
	a, err := bind(c, "value query?")
	if err != nil {
		return nil, err
	}
	v, query := a.get("value"), textOrEmpty(a.get("query"))
	if !isSequence(v) {
		return wrapOne(v, query, true)
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, item := range items {
		wrapped, err := wrapOne(item, query, false)
		if err != nil {
			return nil, err
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
	a, err := bind(call, "value query? index?")
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
		return nil, filterError("Requested subnet size of %d is invalid", bits)
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
	a, err := bind(call, "value amount")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	if !ok {
		return nil, filterError("You must pass a valid IP address; %s is invalid", value.Str(a.get("value")))
	}
	n, ok := new(big.Int).SetString(value.Str(a.get("amount")), 10)
	if !ok {
		return nil, filterError("[\"argument 'amount' is of type %[1]s and we were unable to convert to int: %[1]s cannot be converted to an int\"]", class(a.get("amount")))
	}
	ip := plus(c.ip, n)
	if !ip.IsValid() {
		return nil, filterError("%s moved by %s is no address", c.ip, n)
	}
	return ip.String(), nil
}

func nthHost(call *jinja.Call) (any, error) {
	a, err := bind(call, "value query?")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	n, isNumber := new(big.Int).SetString(a.text("query", ""), 10)
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
		a, err := bind(call, "value offset")
		if err != nil {
			return nil, err
		}
		offset, isInt := a.get("offset").(int64)
		if !isInt {
			return nil, filterTypeError("Must pass in an integer")
		}
		c, ok := netOf(a.get("value"))
		if !ok {
			return false, nil
		}
		first, last, ok := c.usable()
		if !ok {
			return nil, nil
		}
		return inRange(plus(c.ip, big.NewInt(direction*offset)), first, last), nil
	}
}

func twoNetworks(call *jinja.Call) (net, test cidr, ok bool, err error) {
	a, err := bind(call, "value test")
	if err != nil {
		return net, test, false, err
	}
	net, ok = netOf(a.get("value"))
	if ok {
		test, ok = netOf(a.get("test"))
	}
	return net, test, ok, nil
}

func networkInNetwork(call *jinja.Call) (any, error) {
	net, test, ok, err := twoNetworks(call)
	return ok && net.contains(test), err
}

func networkInUsable(call *jinja.Call) (any, error) {
	net, test, ok, err := twoNetworks(call)
	if !ok || err != nil {
		return false, err
	}
	first, last, ok := net.usable()
	return ok && within(test.first(), first, last) && within(test.last(), first, last), nil
}

func reduceOnNetwork(call *jinja.Call) (any, error) {
	a, err := bind(call, "value network")
	if err != nil {
		return nil, err
	}
	net, ok := netOf(a.get("network"))
	if !ok {
		return nil, filterError("'%s' does not appear to be an IPv4 or IPv6 network", value.Str(a.get("network")))
	}
	items, err := oneOrMore(a.get("value"))
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, item := range items {
		if c, ok := netOf(item); ok && net.contains(c) {
			out.Append(item)
		}
	}
	return out, nil
}

// oneOrMore are the items of a list; a text is one item.
func oneOrMore(v any) ([]any, error) {
	if _, ok := isText(v); ok {
		return []any{v}, nil
	}
	return value.Items(v)
}

func cidrMerge(call *jinja.Call) (any, error) {
	a, err := bind(call, "value action?")
	if err != nil {
		return nil, err
	}
	items, err := oneOrMore(a.get("value"))
	if err != nil {
		return nil, err
	}
	nets := make([]netip.Prefix, len(items))
	for i, item := range items {
		c, ok := parseCIDR(item)
		if !ok {
			return nil, filterError("cidr_merge: error in netaddr:\ninvalid IPNetwork %s", value.Str(item))
		}
		nets[i] = c.prefix()
	}
	switch action := a.text("action", "merge"); action {
	case "merge":
		return texts(mergeNetworks(nets)), nil
	case "span":
		return spanNetworks(items, nets)
	default:
		return nil, filterError("cidr_merge: invalid action '%s'", action)
	}
}

func spanNetworks(items []any, nets []netip.Prefix) (any, error) {
	if len(nets) < 2 {
		if len(items) == 1 {
			c, _ := parseCIDR(items[0])
			return c.String(), nil
		}
		return nil, nil
	}
	span := nets[0]
	for _, n := range nets[1:] {
		if n.Addr().BitLen() != span.Addr().BitLen() {
			return nil, filterError("cidr_merge: error in netaddr:\nIP sequence cannot contain both IPv4 and IPv6!")
		}
		for !span.Overlaps(n) || span.Bits() > n.Bits() {
			span = netip.PrefixFrom(span.Addr(), span.Bits()-1).Masked()
		}
	}
	return span.String(), nil
}

// mergeNetworks drops what is within another network, and joins halves.
func mergeNetworks(nets []netip.Prefix) []netip.Prefix {
	slices.SortFunc(nets, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	var out []netip.Prefix
	for _, n := range nets {
		if len(out) > 0 && out[len(out)-1].Overlaps(n) {
			continue
		}
		out = append(out, n)
		for len(out) > 1 {
			low, high := out[len(out)-2], out[len(out)-1]
			if low.Bits() != high.Bits() || low.Bits() == 0 {
				break
			}
			both := netip.PrefixFrom(low.Addr(), low.Bits()-1).Masked()
			if both.Addr() != low.Addr() || !both.Contains(high.Addr()) {
				break
			}
			out = append(out[:len(out)-2], both)
		}
	}
	return out
}

func usableRange(call *jinja.Call) (any, error) {
	a, err := bind(call, "ip")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("ip"))
	if !ok || c.ip != c.first() {
		return nil, filterError("Error while using plugin 'usable_range': '%s' does not appear to be an IPv4 or IPv6 network", value.Str(a.get("ip")))
	}
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
	a, err := bind(call, "arg delimiter?")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("arg"))
	if !ok || c.size() != 32 || c.network {
		return nil, filterError("ip4_hex: %s is not an IPv4 address", value.Str(a.get("arg")))
	}
	b, d := c.ip.As4(), a.text("delimiter", "")
	return fmt.Sprintf("%02x%s%02x%s%02x%s%02x", b[0], d, b[1], d, b[2], d, b[3]), nil
}

// slaac is the address that a network card gives itself in an IPv6 network.
func slaac(call *jinja.Call) (any, error) {
	a, err := bind(call, "value query?")
	if err != nil {
		return nil, err
	}
	c, ok := parseCIDR(a.get("value"))
	mac, isMAC := parseMAC(a.text("query", ""))
	if !ok || !isMAC || c.size() != 128 {
		return false, nil
	}
	b := c.ip.As16()
	copy(b[8:], []byte{mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]})
	return netip.AddrFrom16(b).String(), nil
}
