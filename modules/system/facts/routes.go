package facts

import (
	"encoding/hex"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"goplay/internal/value"
)

// Public addresses that stand for the rest of the world. Nothing is sent to
// them: the kernel only says by which way it would.
const (
	farIPv4 = "8.8.8.8:53"
	farIPv6 = "[2404:6800:400a:800::1012]:53"
)

// defaultRoute describes the interface, address and gateway by which the host
// reaches the world; it is empty where there is no way.
func (h *host) defaultRoute(ifaces []net.Interface, described map[string]*value.Dict, six bool) *value.Dict {
	proto, far := "udp4", farIPv4
	if six {
		proto, far = "udp6", farIPv6
	}
	conn, err := net.Dial(proto, far)
	if err != nil {
		return value.NewDict()
	}
	source := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone("")
	_ = conn.Close()
	iface, prefix := ownerOf(ifaces, source)
	d := value.NewDict()
	if gateway := h.gateway(iface, six); gateway != "" {
		d.Set("gateway", gateway)
	}
	if iface == "" {
		return d
	}
	d.Set("interface", iface)
	d.Set("address", source.String())
	detail := described[iface]
	if six {
		d.Set("prefix", strconv.Itoa(prefix.Bits()))
		d.Set("scope", scope(source))
	} else {
		d.Set("alias", iface)
		d.Update(ipv4Dict(prefix, broadcastOf(detail, source)))
	}
	for _, key := range []string{"macaddress", "mtu", "type"} {
		if v, ok := detail.Get(key); ok {
			d.Set(key, v)
		}
	}
	return d
}

func ownerOf(ifaces []net.Interface, source netip.Addr) (string, netip.Prefix) {
	for _, i := range ifaces {
		addrs, _ := i.Addrs()
		for _, addr := range addrs {
			if p, err := netip.ParsePrefix(addr.String()); err == nil && p.Addr().WithZone("") == source {
				return i.Name, p
			}
		}
	}
	return "", netip.Prefix{}
}

// broadcastOf finds what was found out of an address before.
func broadcastOf(detail *value.Dict, a netip.Addr) string {
	all := value.NewList()
	if one, ok := detail.Get("ipv4"); ok {
		all.Append(one)
	}
	if more, ok := detail.Get("ipv4_secondaries"); ok {
		all.Append(more.(*value.List).Items...)
	}
	for _, one := range all.Items {
		if d := one.(*value.Dict); d.GetString("address") == a.String() {
			return d.GetString("broadcast")
		}
	}
	return ""
}

func (h *host) gateway(iface string, six bool) string {
	if six {
		return gatewayIPv6(h.read("/proc/net/ipv6_route"), iface)
	}
	return gatewayIPv4(h.read("/proc/net/route"), iface)
}

// gatewayIPv4 reads the kernel's table: the default route of an interface with
// the lowest metric.
func gatewayIPv4(table, iface string) string {
	best, gateway := -1, ""
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 8 || f[0] != iface || f[1] != "00000000" || f[7] != "00000000" {
			continue
		}
		metric, err := strconv.Atoi(f[6])
		raw, bad := hex.DecodeString(f[2])
		if err != nil || bad != nil || len(raw) != 4 || f[2] == "00000000" || best >= 0 && metric >= best {
			continue
		}
		best, gateway = metric, netip.AddrFrom4([4]byte{raw[3], raw[2], raw[1], raw[0]}).String()
	}
	return gateway
}

func gatewayIPv6(table, iface string) string {
	best, gateway := uint64(0), ""
	none := strings.Repeat("0", 32)
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 10 || f[9] != iface || f[0] != none || f[1] != "00" || f[4] == none {
			continue
		}
		metric, err := strconv.ParseUint(f[5], 16, 64)
		raw, bad := hex.DecodeString(f[4])
		if err != nil || bad != nil || len(raw) != 16 || gateway != "" && metric >= best {
			continue
		}
		best, gateway = metric, netip.AddrFrom16([16]byte(raw)).String()
	}
	return gateway
}
