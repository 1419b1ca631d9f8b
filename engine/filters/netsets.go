package filters

import (
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// asked is the answer to the first of some queries that has one, as a number; 0
// if none has, which is what makes everything that is no address alike.
func asked(v any, queries ...string) (*big.Int, error) {
	for _, query := range queries {
		got, err := askIP(v, query, 0, "ipaddr")
		if err != nil {
			return nil, err
		}
		if !value.Truth(got) {
			continue
		}
		if c, ok := parseCIDR(got); ok {
			return intOf(c.ip), nil
		}
	}
	return new(big.Int), nil
}

// bounds are the first and the last address of a network.
func bounds(v any, first, last string) (lo, hi *big.Int, err error) {
	var net any = false
	if c, ok := netOf(v); ok {
		net = c.prefix().String()
	}
	if lo, err = asked(net, first, "address"); err != nil {
		return nil, nil, err
	}
	hi, err = asked(net, last, "address")
	return lo, hi, err
}

// networkWithin tells whether a network is within the addresses of another
// that the queries name.
func networkWithin(first, last string) jinja.Func {
	return func(call *jinja.Call) (any, error) {
		a, err := checked(call, "value:str! test:str")
		if err != nil {
			return nil, err
		}
		lo, hi, err := bounds(a.get("value"), first, last)
		if err != nil {
			return nil, err
		}
		from, to, err := bounds(a.get("test"), "network", "broadcast")
		if err != nil {
			return nil, err
		}
		return between(from, lo, hi) && between(to, lo, hi), nil
	}
}

func between(n, lo, hi *big.Int) bool { return lo.Cmp(n) <= 0 && n.Cmp(hi) <= 0 }

func reduceOnNetwork(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:list/str! network:str")
	if err != nil {
		return nil, err
	}
	lo, hi, err := bounds(a.get("network"), "network", "broadcast")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("value"))
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, item := range items {
		from, to, err := bounds(item, "network", "broadcast")
		if err != nil {
			return nil, err
		}
		if between(from, lo, hi) && between(to, lo, hi) {
			out.Append(item)
		}
	}
	return out, nil
}

// writtenNetwork reads an address or a network; parts of an IPv4 address that
// are left out are 0.
func writtenNetwork(v any) (cidr, bool) {
	text := value.Str(v)
	if n, ok := digits(strings.TrimSpace(text)); ok {
		if n > 255 {
			return cidr{}, false
		}
		text = strconv.Itoa(n) + ".0.0.0"
	}
	return parseCIDR(text)
}

func cidrMerge(call *jinja.Call) (any, error) {
	a, err := checked(call, "value:list! action:str")
	if err != nil {
		return nil, err
	}
	if a.get("value") == nil {
		return nil, filterError("cidr_merge: expected iterable, got None")
	}
	items, err := value.Items(a.get("value"))
	if err != nil {
		return nil, err
	}
	action := a.text("action", "merge")
	if action != "merge" && action != "span" {
		return nil, filterError("cidr_merge: invalid action '%s'", action)
	}
	nets := make([]cidr, len(items))
	for i, item := range items {
		c, ok := writtenNetwork(item)
		if !ok {
			return nil, filterError("cidr_merge: error in netaddr:\ninvalid IPNetwork %s", value.Str(item))
		}
		nets[i] = c
	}
	if action == "span" {
		return spanNetworks(nets)
	}
	return texts(mergeNetworks(nets)), nil
}

func spanNetworks(nets []cidr) (any, error) {
	switch len(nets) {
	case 0:
		return nil, nil
	case 1:
		return nets[0].String(), nil
	}
	span := nets[0].prefix()
	for _, c := range nets[1:] {
		if c.size() != span.Addr().BitLen() {
			return nil, filterError("cidr_merge: error in netaddr:\nIP sequence cannot contain both IPv4 and IPv6!")
		}
		for !span.Overlaps(c.prefix()) || span.Bits() > c.bits {
			span = netip.PrefixFrom(span.Addr(), span.Bits()-1).Masked()
		}
	}
	return span.String(), nil
}

// addresses are those from first to last; written is the network that they are,
// unless several were joined.
type addresses struct {
	first, last netip.Addr
	written     *cidr
}

// mergeNetworks joins networks that overlap or touch. What touches no other
// stays as it was written.
func mergeNetworks(nets []cidr) []cidr {
	ranges := make([]addresses, len(nets))
	for i := range nets {
		ranges[i] = addresses{nets[i].first(), nets[i].last(), &nets[i]}
	}
	slices.SortStableFunc(ranges, func(a, b addresses) int {
		if d := a.last.Compare(b.last); d != 0 {
			return d
		}
		return a.first.Compare(b.first)
	})
	for i := len(ranges) - 1; i > 0; i-- {
		low, high := ranges[i-1], ranges[i]
		if low.last.BitLen() == high.last.BitLen() && (high.first.Compare(low.last) <= 0 || high.first.Prev() == low.last) {
			first := low.first
			if high.first.Less(first) {
				first = high.first
			}
			ranges[i-1] = addresses{first: first, last: high.last}
			ranges = slices.Delete(ranges, i, i+1)
		}
	}
	var out []cidr
	for _, r := range ranges {
		if r.written != nil {
			out = append(out, *r.written)
		} else {
			out = append(out, covering(r.first, r.last)...)
		}
	}
	return out
}

// covering are the fewest networks that hold the addresses from first to last.
func covering(first, last netip.Addr) []cidr {
	var out []cidr
	for first.IsValid() && first.Compare(last) <= 0 {
		c := cidr{ip: first, bits: first.BitLen()}
		for c.bits > 0 {
			wider := cidr{ip: first, bits: c.bits - 1}
			if wider.first() != first || wider.last().Compare(last) > 0 {
				break
			}
			c = wider
		}
		out = append(out, c)
		first = c.last().Next()
	}
	return out
}
