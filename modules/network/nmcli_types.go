package network

// byType adds what only connections of one kind have.
func (n *connection) byType(l *settingList) error {
	a := n.a
	switch a.Type {
	case "bond":
		a.bond(l)
	case "bond-slave":
		l.text("connection.slave-type", "bond")
	case "bridge":
		a.bridge(l)
	case "bridge-slave":
		l.text("connection.slave-type", "bridge")
		l.number("bridge-port.path-cost", &a.PathCost)
		if a.Hairpin == nil {
			n.c.Deprecate("The option hairpin is true where it is not given; from community.general 7.0.0 on it is false.", "7.0.0")
		}
		l.flag("bridge-port.hairpin-mode", a.Hairpin == nil || *a.Hairpin)
		l.number("bridge-port.priority", &a.PortPrio)
	case "team":
		l.text("team.runner", a.Runner)
		l.maybe("team.runner-hwaddr-policy", a.HWAddrPolicy)
		if a.FastRate != nil {
			l.flag("team.runner-fast-rate", *a.FastRate)
		}
	case "team-slave":
		l.text("connection.slave-type", "team")
	case "gre", "ipip", "sit":
		a.tunnel(l)
	case "vlan":
		l.number("vlan.id", a.VLANID)
		l.maybe("vlan.parent", a.VLANDev)
		l.maybe("vlan.flags", a.VLANFlags)
		l.maybe("vlan.ingress", a.Ingress)
		l.maybe("vlan.egress", a.Egress)
	case "vxlan":
		l.number("vxlan.id", a.VXLANID)
		l.maybe("vxlan.local", a.VXLANFrom)
		l.maybe("vxlan.remote", a.VXLANTo)
	case "wifi":
		return n.wireless(l)
	case "gsm":
		l.dict("gsm", a.GSM)
	case "macvlan":
		a.macvlan(l)
	case "wireguard":
		l.dict("wireguard", a.Wireguard)
	case "vpn":
		l.plugin(a.VPN)
	case "infiniband":
		l.maybe("infiniband.transport-mode", a.Transport)
	}
	return nil
}

// bond uses nmcli's short names of a bond's options.
func (a nmcliArgs) bond(l *settingList) {
	l.number("arp-interval", a.ARPEvery)
	l.maybe("arp-ip-target", a.ARPTarget)
	l.number("downdelay", a.Downdelay)
	l.number("miimon", a.Miimon)
	l.text("mode", a.Mode)
	l.maybe("primary", a.Primary)
	l.number("updelay", a.Updelay)
	l.maybe("xmit_hash_policy", a.HashPolicy)
}

func (a nmcliArgs) bridge(l *settingList) {
	l.number("bridge.ageing-time", &a.Ageing)
	l.number("bridge.forward-delay", &a.Forward)
	l.number("bridge.hello-time", &a.Hello)
	l.number("bridge.max-age", &a.MaxAge)
	l.number("bridge.priority", &a.Priority)
	(*l)[len(*l)-1].unkept = !a.STP
	l.flag("bridge.stp", a.STP)
}

func (a nmcliArgs) tunnel(l *settingList) {
	l.maybe("ip-tunnel.local", a.TunnelFrom)
	l.text("ip-tunnel.mode", a.Type)
	l.maybe("ip-tunnel.parent", a.TunnelDev)
	l.maybe("ip-tunnel.remote", a.TunnelTo)
	if a.Type == "gre" {
		l.maybe("ip-tunnel.input-key", a.InputKey)
		l.maybe("ip-tunnel.output-key", a.OutputKey)
	}
}

func (a nmcliArgs) macvlan(l *settingList) {
	if a.Macvlan == nil {
		return
	}
	l.number("macvlan.mode", &a.Macvlan.Mode)
	l.text("macvlan.parent", a.Macvlan.Parent)
	if a.Macvlan.Promiscuous != nil {
		l.flag("macvlan.promiscuous", *a.Macvlan.Promiscuous)
	}
	if a.Macvlan.Tap != nil {
		l.flag("macvlan.tap", *a.Macvlan.Tap)
	}
}
