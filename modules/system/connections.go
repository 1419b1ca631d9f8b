package system

import (
	"encoding/binary"
	"encoding/hex"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// connection is a line of the kernel's table of TCP connections.
type connection struct {
	local, remote netip.AddrPort
	state         string
}

// connectionStates are the kernel's numbers of a connection's states.
var connectionStates = map[string]string{
	"01": "ESTABLISHED", "02": "SYN_SENT", "03": "SYN_RECV", "04": "FIN_WAIT1", "05": "FIN_WAIT2", "06": "TIME_WAIT",
	"07": "CLOSE", "08": "CLOSE_WAIT", "09": "LAST_ACK", "0A": "LISTEN", "0B": "CLOSING",
}

// parseConnections reads /proc/net/tcp or tcp6.
func parseConnections(table string) []connection {
	var out []connection
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		local, ok1 := parseSocket(f[1])
		remote, ok2 := parseSocket(f[2])
		if ok1 && ok2 {
			out = append(out, connection{local, remote, connectionStates[f[3]]})
		}
	}
	return out
}

// parseSocket reads an address as the kernel prints it: words in the byte order
// of the machine.
func parseSocket(text string) (netip.AddrPort, bool) {
	host, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	n, bad := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || bad != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), true
}

// drained reports that nobody is connected to the port any more.
func (j *waitJob) drained() bool {
	hosts, excluded := addresses(j.Host), []netip.Addr{}
	for _, h := range j.ExcludeHosts {
		excluded = append(excluded, addresses(h)...)
	}
	anywhere := slices.ContainsFunc(hosts, netip.Addr.IsUnspecified)
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		table, _ := os.ReadFile(file)
		for _, conn := range parseConnections(string(table)) {
			if int(conn.local.Port()) == *j.Port && slices.Contains(j.ActiveStates, conn.state) &&
				(anywhere || slices.Contains(hosts, conn.local.Addr())) && !slices.Contains(excluded, conn.remote.Addr()) {
				return false
			}
		}
	}
	return true
}

func addresses(host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	var out []netip.Addr
	found, _ := net.LookupIP(host)
	for _, ip := range found {
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}
	return out
}
