package filters

import (
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"goplay/internal/value"
)

// cidr is an address, or a network with the address it was written with.
type cidr struct {
	ip      netip.Addr
	bits    int
	network bool // written with a prefix
	text    any  // as it was given; a number as address/prefix
}

// parseCIDR reads what the ipaddr filters take: an address, a network, a number.
func parseCIDR(v any) (cidr, bool) {
	switch n := v.(type) {
	case int64:
		return numberCIDR(big.NewInt(n))
	case *big.Int:
		return numberCIDR(n)
	}
	given, ok := isText(v)
	if !ok {
		return cidr{}, false
	}
	text := strings.TrimSpace(given)
	if n, ok := new(big.Int).SetString(given, 10); ok && text[0] != '-' && text[0] != '+' {
		return numberCIDR(n)
	}
	if n, ok := digits(text); ok && text != given && n <= 255 {
		text = strconv.Itoa(n) + ".0.0.0" // with a blank it is no number
		given = text
	}
	address, mask, hasMask := strings.Cut(text, "/")
	ip, ok := parseIP(address)
	if !ok {
		return cidr{}, false
	}
	c := cidr{ip: ip, bits: ip.BitLen(), network: hasMask, text: given}
	if hasMask {
		if c.bits, ok = maskBits(mask, ip.BitLen()); !ok {
			return cidr{}, false
		}
	}
	return c, true
}

// parseVersion is parseCIDR where a number is an address of the given version.
func parseVersion(v any, version int64) (cidr, bool) {
	c, ok := parseCIDR(v)
	if text, isStr := isText(v); version == 6 && ok && c.size() == 32 {
		if _, isNumber := digits(strings.TrimSpace(text)); isNumber || !isStr {
			c.ip, c.bits = netip.AddrFrom16(c.ip.As16()), 128
			b := c.ip.As16()
			b[10], b[11] = 0, 0
			c.ip = netip.AddrFrom16(b)
			c.text = c.String()
		}
	}
	return c, ok
}

func numberCIDR(n *big.Int) (cidr, bool) {
	size := 32
	if n.BitLen() > 32 {
		size = 128
	}
	ip, ok := addrOf(n, size)
	c := cidr{ip: ip, bits: size}
	c.text = c.String()
	return c, ok
}

// parseIP reads an address; of IPv4 with leading zeros, and with parts left out at the end.
func parseIP(s string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip, ip.Zone() == ""
	}
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 4 {
		return netip.Addr{}, false
	}
	var b [4]byte
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(part) > 3 {
			return netip.Addr{}, false
		}
		b[i] = byte(n)
	}
	return netip.AddrFrom4(b), true
}

// maskBits reads a prefix length, a netmask or a hostmask.
func maskBits(s string, size int) (int, bool) {
	if n, ok := digits(s); ok {
		return n, n <= size
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.BitLen() != size {
		return 0, false
	}
	for n := range size + 1 {
		if ip == netmask(n, size) || n > 0 && ip == hostmask(n, size) {
			return n, true
		}
	}
	return 0, false
}

func addrOf(n *big.Int, size int) (netip.Addr, bool) {
	if n.Sign() < 0 || n.BitLen() > size {
		return netip.Addr{}, false
	}
	ip, ok := netip.AddrFromSlice(n.FillBytes(make([]byte, size/8)))
	return ip, ok
}

func intOf(ip netip.Addr) *big.Int { return new(big.Int).SetBytes(ip.AsSlice()) }

func hostmask(bits, size int) netip.Addr {
	n := new(big.Int).Lsh(big.NewInt(1), uint(size-bits))
	ip, _ := addrOf(n.Sub(n, big.NewInt(1)), size)
	return ip
}

func netmask(bits, size int) netip.Addr {
	all := new(big.Int).Lsh(big.NewInt(1), uint(size))
	host := new(big.Int).Lsh(big.NewInt(1), uint(size-bits))
	ip, _ := addrOf(all.Sub(all, host), size)
	return ip
}

// String is the address with its prefix.
func (c cidr) String() string { return c.ip.String() + "/" + strconv.Itoa(c.bits) }

func (c cidr) size() int { return c.ip.BitLen() }

func (c cidr) version() int64 {
	if c.size() == 32 {
		return 4
	}
	return 6
}

func (c cidr) prefix() netip.Prefix { return netip.PrefixFrom(c.ip, c.bits).Masked() }

func (c cidr) first() netip.Addr { return c.prefix().Addr() }

func (c cidr) last() netip.Addr { return c.at(new(big.Int).Sub(c.count(), big.NewInt(1))) }

// at is the n-th address of the network; an invalid one outside of it.
func (c cidr) at(n *big.Int) netip.Addr {
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, c.count())
	}
	if n.Sign() < 0 || n.Cmp(c.count()) >= 0 {
		return netip.Addr{}
	}
	ip, _ := addrOf(new(big.Int).Add(intOf(c.first()), n), c.size())
	return ip
}

// count is how many addresses there are.
func (c cidr) count() *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(c.size()-c.bits)) }

// hosts is 1, 2 or, for anything larger, 3.
func (c cidr) hosts() int {
	switch c.size() - c.bits {
	case 0:
		return 1
	case 1:
		return 2
	default:
		return 3
	}
}

// usable are the first and the last address that hosts can have; false for one address alone.
func (c cidr) usable() (first, last netip.Addr, ok bool) {
	switch c.hosts() {
	case 1:
		return first, last, false
	case 2:
		return c.first(), c.last(), true
	default:
		return c.first().Next(), c.last().Prev(), true
	}
}

// plus is the address moved by n; an invalid one beyond the end.
func plus(ip netip.Addr, n *big.Int) netip.Addr {
	out, _ := addrOf(new(big.Int).Add(intOf(ip), n), ip.BitLen())
	return out
}

func within(ip, first, last netip.Addr) bool {
	return ip.IsValid() && ip.Compare(first) >= 0 && ip.Compare(last) <= 0
}

// contains reports whether all of d is in c.
func (c cidr) contains(d cidr) bool {
	return c.size() == d.size() && c.bits <= d.bits && c.prefix().Contains(d.ip)
}

// texts makes a list of texts of addresses and networks.
func texts[T interface{ String() string }](items []T) *value.List {
	l := value.NewList()
	for _, item := range items {
		l.Append(item.String())
	}
	return l
}
