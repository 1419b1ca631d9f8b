package facts

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"goplay/internal/value"
)

func network(h *host) {
	ifaces, err := net.Interfaces()
	if err != nil {
		return
	}
	names, described := []string{}, map[string]*value.Dict{}
	v4, v6 := []string{}, []string{}
	labels := interfaceLabels()
	for _, i := range ifaces {
		d := h.describeInterface(i)
		names, described[i.Name] = append(names, i.Name), d
		addrs, _ := i.Addrs()
		for _, addr := range addrs {
			prefix, err := netip.ParsePrefix(addr.String())
			if err != nil {
				continue
			}
			if prefix.Addr().Is4() {
				if !prefix.Addr().IsLoopback() {
					v4 = append(v4, prefix.Addr().String())
				}
				l := labels[prefix.Addr()]
				if l.name != "" && l.name != i.Name {
					names = append(names, l.name)
					described[l.name] = value.DictOf("ipv4", ipv4Dict(prefix, l.broadcast))
				}
				addIPv4(d, prefix, l.broadcast)
			} else {
				if !prefix.Addr().IsLoopback() {
					v6 = append(v6, prefix.Addr().WithZone("").String())
				}
				addIPv6(d, prefix)
			}
		}
	}
	h.facts.add("interfaces", names, "all_ipv4_addresses", v4, "all_ipv6_addresses", v6,
		"default_ipv4", h.defaultRoute(ifaces, described, false), "default_ipv6", h.defaultRoute(ifaces, described, true))
	for _, name := range names {
		h.facts.add(strings.ReplaceAll(name, ":", "_"), described[name])
	}
}

// label is what the kernel keeps of an address beside the address.
type label struct {
	name      string
	broadcast string
}

func ipv4Dict(p netip.Prefix, broadcast string) *value.Dict {
	mask := net.CIDRMask(p.Bits(), 32)
	return value.DictOf("address", p.Addr().String(), "broadcast", broadcast, "netmask", net.IP(mask).String(),
		"network", p.Masked().Addr().String(), "prefix", strconv.Itoa(p.Bits()))
}

// addIPv4 adds an address; those after the first are secondaries.
func addIPv4(d *value.Dict, p netip.Prefix, broadcast string) {
	one := ipv4Dict(p, broadcast)
	if _, ok := d.Get("ipv4"); !ok {
		d.Set("ipv4", one)
		return
	}
	more, _ := d.Get("ipv4_secondaries")
	l, ok := more.(*value.List)
	if !ok {
		l = value.NewList()
		d.Set("ipv4_secondaries", l)
	}
	l.Append(one)
}

func addIPv6(d *value.Dict, p netip.Prefix) {
	have, _ := d.Get("ipv6")
	l, ok := have.(*value.List)
	if !ok {
		l = value.NewList()
		d.Set("ipv6", l)
	}
	l.Append(value.DictOf("address", p.Addr().WithZone("").String(), "prefix", strconv.Itoa(p.Bits()), "scope", scope(p.Addr())))
}

func scope(a netip.Addr) string {
	switch {
	case a.IsLoopback():
		return "host"
	case a.IsLinkLocalUnicast():
		return "link"
	case strings.HasPrefix(a.StringExpanded(), "fec"):
		return "site"
	}
	return "global"
}

// hardwareTypes are the kernel's numbers for kinds of links.
var hardwareTypes = map[string]string{"1": "ether", "32": "infiniband", "512": "ppp", "772": "loopback", "65534": "tunnel"}

func (h *host) describeInterface(i net.Interface) *value.Dict {
	dir := "/sys/class/net/" + i.Name
	d := value.DictOf("device", i.Name)
	if mac := h.line(dir + "/address"); mac != "" && mac != "00:00:00:00:00:00" {
		d.Set("macaddress", mac)
	} else if mac == "" && len(i.HardwareAddr) > 0 {
		d.Set("macaddress", i.HardwareAddr.String())
	}
	d.Set("mtu", int64(i.MTU))
	d.Set("active", h.line(dir+"/operstate") != "down" && i.Flags&net.FlagUp != 0 || h.line(dir+"/operstate") == "unknown")
	if module := h.linkBase(dir + "/device/driver/module"); module != "" {
		d.Set("module", module)
	}
	if kind := hardwareTypes[h.line(dir+"/type")]; kind != "" {
		d.Set("type", kind)
	} else if h.line(dir+"/type") != "" {
		d.Set("type", "unknown")
	}
	h.addBridge(d, dir)
	h.addBond(d, dir)
	if target, err := os.Readlink(h.path(dir + "/device")); err == nil {
		d.Set("pciid", filepath.Base(target))
	}
	if speed, err := strconv.ParseInt(h.line(dir+"/speed"), 10, 64); err == nil {
		d.Set("speed", speed)
	}
	if flags, err := strconv.ParseInt(h.line(dir+"/flags"), 0, 64); err == nil {
		d.Set("promisc", flags&0x100 != 0)
	}
	return d
}

func (h *host) addBridge(d *value.Dict, dir string) {
	if !h.isDir(dir + "/bridge") {
		return
	}
	d.Set("type", "bridge")
	d.Set("interfaces", value.Strings(h.list(dir+"/brif")))
	if id := h.line(dir + "/bridge/bridge_id"); id != "" {
		d.Set("id", id)
	}
	if stp := h.line(dir + "/bridge/stp_state"); stp != "" {
		d.Set("stp", stp == "1")
	}
}

func (h *host) addBond(d *value.Dict, dir string) {
	if !h.isDir(dir + "/bonding") {
		return
	}
	word := func(name string) string { return strings.Split(h.line(dir+"/bonding/"+name)+" ", " ")[0] }
	d.Set("type", "bonding")
	d.Set("slaves", value.Strings(strings.Fields(h.line(dir+"/bonding/slaves"))))
	d.Set("mode", word("mode"))
	d.Set("miimon", word("miimon"))
	d.Set("lacp_rate", word("lacp_rate"))
	if primary := h.line(dir + "/bonding/primary"); primary != "" {
		d.Set("primary", primary)
		d.Set("all_slaves_active", h.line(dir+"/bonding/all_slaves_active") == "1")
	}
}
