package facts

import (
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// interfaceLabels asks the kernel for the label and broadcast address that
// each IPv4 address has.
func interfaceLabels() map[netip.Addr]label {
	out := map[netip.Addr]label{}
	table, err := syscall.NetlinkRIB(syscall.RTM_GETADDR, syscall.AF_INET)
	if err != nil {
		return out
	}
	messages, err := syscall.ParseNetlinkMessage(table)
	if err != nil {
		return out
	}
	for i := range messages {
		if messages[i].Header.Type != syscall.RTM_NEWADDR {
			continue
		}
		attrs, err := syscall.ParseNetlinkRouteAttr(&messages[i])
		if err != nil {
			continue
		}
		addr, l := labelOf(attrs)
		out[addr] = l
	}
	return out
}

func labelOf(attrs []syscall.NetlinkRouteAttr) (addr netip.Addr, l label) {
	for _, a := range attrs {
		switch a.Attr.Type {
		case unix.IFA_LOCAL:
			addr, _ = netip.AddrFromSlice(a.Value)
		case unix.IFA_BROADCAST:
			if b, ok := netip.AddrFromSlice(a.Value); ok {
				l.broadcast = b.String()
			}
		case unix.IFA_LABEL:
			l.name = unix.ByteSliceToString(a.Value)
		}
	}
	return addr, l
}
