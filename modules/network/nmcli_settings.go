package network

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// setting is a property of a connection as it is to be.
type setting struct {
	name  string
	text  string   // as nmcli takes it
	items []string // of a list
	given bool     // it is set, not only compared
	// unkept says that NetworkManager does not keep it as it is set.
	unkept bool
}

// secret tells whether nobody is to see the setting.
func (s setting) secret() bool {
	switch s.name {
	case "802-11-wireless-security.leap-password", "802-11-wireless-security.psk", "gsm.password", "gsm.pin", "wireguard.private-key":
		return true
	}
	return strings.HasPrefix(s.name, "802-11-wireless-security.wep-key") && strings.ContainsAny(s.name[len(s.name)-1:], "0123")
}

// settingList collects settings; what is not given leaves none.
type settingList []setting

func (l *settingList) text(name, text string) {
	*l = append(*l, setting{name: name, text: text, given: true})
}

func (l *settingList) maybe(name string, text *string) {
	if text != nil {
		l.text(name, *text)
	}
}

func (l *settingList) number(name string, n *int64) {
	if n != nil {
		l.text(name, strconv.FormatInt(*n, 10))
	}
}

func (l *settingList) flag(name string, on bool) { l.text(name, yesNo(on)) }

func (l *settingList) list(name string, items []string) {
	if items != nil {
		*l = append(*l, setting{name: name, text: strings.Join(items, ","), items: items, given: true})
	}
}

func yesNo(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func (n *connection) isTunnel() bool {
	return slices.Contains([]string{"gre", "ipip", "sit"}, n.a.Type)
}

// settings are all that is asked of the connection, in nmcli's words.
func (n *connection) settings() ([]setting, error) {
	var l settingList
	a := n.a
	l.maybe("connection.interface-name", a.Interface)
	l.flag("connection.autoconnect", a.Autoconnect)
	l.maybe("connection.zone", a.Zone)
	isPart := slices.Contains([]string{"bond-slave", "bridge-slave", "team-slave"}, a.Type)
	if !isPart && a.Type != "vxlan" && (a.Master == nil || *a.Master == "") {
		ip4(&l, a.ipv4Args, a.Type)
		ip6(&l, a.ipv6Args, a.Type)
	}
	if a.MAC != "" {
		name := "802-3-ethernet.cloned-mac-address"
		if a.Type == "bridge" {
			name = "bridge.mac-address"
		}
		l.text(name, a.MAC)
	}
	a.mtu(&l)
	if isPart || a.Type == "wifi" {
		l.maybe("connection.master", a.Master)
	}
	return l, n.byType(&l)
}

// mtu is chosen by the system where none is given, which has to be said where
// it was another.
func (a nmcliArgs) mtu(l *settingList) {
	known := slices.Contains([]string{"dummy", "ethernet", "team-slave", "vlan"}, a.Type)
	const name = "802-3-ethernet.mtu"
	switch {
	case a.MTU == nil && known:
		*l = append(*l, setting{name: name, text: "auto"})
	case a.MTU != nil && (known || a.Type == "802-3-ethernet"):
		l.number(name, a.MTU)
	}
}

// method is where addresses come from.
func method(asked, kind string, addresses []string) *string {
	switch {
	case asked != "":
	case len(addresses) > 0:
		asked = "manual"
	case kind == "dummy" || kind == "macvlan" || kind == "wireguard":
		asked = "disabled"
	default:
		return nil
	}
	return &asked
}

func ip4(l *settingList, a ipv4Args, kind string) {
	l.list("ipv4.addresses", withLength(a.IP4, "/32"))
	l.maybe("ipv4.dhcp-client-id", a.ClientID)
	l.list("ipv4.dns", a.DNS4)
	l.list("ipv4.dns-search", a.Search4)
	l.flag("ipv4.ignore-auto-dns", a.KeepDNS4)
	l.maybe("ipv4.gateway", a.Gateway4)
	l.flag("ipv4.ignore-auto-routes", a.KeepRoutes4)
	routes := a.Routes4
	for _, r := range a.Extended4 {
		routes = append(routes, r.route.text(r.TOS))
	}
	l.list("ipv4.routes", routes)
	l.number("ipv4.route-metric", a.Metric4)
	l.list("ipv4.routing-rules", a.Rules4)
	l.flag("ipv4.never-default", a.NeverDefault4)
	how := method(a.Method4, kind, a.IP4)
	l.maybe("ipv4.method", how)
	l.flag("ipv4.may-fail", a.MayFail4)
	(*l)[len(*l)-1].unkept = how != nil && *how == "disabled"
}

func ip6(l *settingList, a ipv6Args, kind string) {
	l.list("ipv6.addresses", withLength(a.IP6, "/128"))
	l.list("ipv6.dns", a.DNS6)
	l.list("ipv6.dns-search", a.Search6)
	l.flag("ipv6.ignore-auto-dns", a.KeepDNS6)
	l.maybe("ipv6.gateway", a.Gateway6)
	l.flag("ipv6.ignore-auto-routes", a.KeepRoutes6)
	routes := a.Routes6
	for _, r := range a.Extended6 {
		routes = append(routes, r.text(nil))
	}
	l.list("ipv6.routes", routes)
	l.number("ipv6.route-metric", a.Metric6)
	l.maybe("ipv6.method", method(a.Method6, kind, a.IP6))
	if a.Privacy6 != "" {
		l.text("ipv6.ip6-privacy", a.Privacy6)
	}
	l.maybe("ipv6.addr-gen-mode", a.AddrGen6)
}

func withLength(addresses []string, length string) []string {
	out := slices.Clone(addresses)
	for i, address := range out {
		if !strings.Contains(address, "/") {
			out[i] += length
		}
	}
	return out
}

// text is a route as nmcli takes it: the attributes behind it by their names.
func (r route) text(tos *int64) string {
	out := r.IP
	if r.NextHop != nil {
		out += " " + *r.NextHop
	}
	if r.Metric != nil {
		out += " " + strconv.FormatInt(*r.Metric, 10)
	}
	number := func(name string, n *int64) {
		if n != nil {
			out += fmt.Sprintf(" %s=%d", name, *n)
		}
	}
	number("cwnd", r.Window)
	number("mtu", r.MTU)
	if r.OnLink != nil {
		out += fmt.Sprintf(" onlink=%t", *r.OnLink)
	}
	number("table", r.Table)
	number("tos", tos)
	return out
}

// dict adds settings under NetworkManager's own names.
func (l *settingList) dict(group string, d *value.Dict) {
	if d == nil {
		return
	}
	for key, v := range d.All() {
		name := group + "." + value.Str(key)
		switch v := v.(type) {
		case nil:
		case bool:
			l.flag(name, v)
		case *value.List:
			items := []string{}
			for _, item := range v.Items {
				items = append(items, value.Str(item))
			}
			l.list(name, items)
		default:
			l.text(name, value.Str(v))
		}
	}
}

// plugin adds what a VPN is set to: most of it is its plugin's own.
func (l *settingList) plugin(d *value.Dict) {
	if d == nil {
		return
	}
	var data []string
	for key, v := range d.All() {
		name, text := value.Str(key), value.Str(v)
		if on, ok := v.(bool); ok {
			text = yesNo(on)
		}
		switch name {
		case "service-type":
			l.text("vpn.service-type", text)
		case "permissions":
			l.text("connection.permissions", text)
		default:
			data = append(data, name+"="+text)
		}
	}
	l.text("vpn.data", strings.Join(data, ", "))
}

// wireless adds the settings of a wireless network, after a look at which of
// them nmcli knows.
func (n *connection) wireless(l *settingList) error {
	l.text("802-11-wireless.ssid", n.a.SSID)
	if n.a.Master != nil && *n.a.Master != "" {
		l.text("connection.slave-type", "bond")
	}
	for _, group := range []struct {
		option, name string
		given        *value.Dict
	}{{"wifi", "802-11-wireless", n.a.Wifi}, {"wifi_sec", "802-11-wireless-security", n.a.WifiSec}} {
		if group.given == nil || group.given.Len() == 0 {
			continue
		}
		d := group.given.Copy()
		if _, ok := d.Get("ssid"); ok && group.option == "wifi" {
			n.c.Warn("Ignoring option 'wifi.ssid', it must be specified with option 'ssid'")
			d.Delete("ssid")
		}
		known, err := n.known(group.name)
		if err != nil {
			return err
		}
		var unknown []string
		for _, key := range d.Keys() {
			if !slices.Contains(known, value.Str(key)) {
				unknown = append(unknown, group.option+"."+value.Str(key))
				d.Delete(key)
			}
		}
		if len(unknown) > 0 {
			msg := `Invalid or unsupported option(s): "` + strings.Join(unknown, `", "`) + `"`
			if !n.a.Ignore {
				return modules.Fail("%s", msg)
			}
			n.c.Warn("%s", msg)
		}
		l.dict(group.name, d)
	}
	return nil
}

// known are the properties that nmcli has in a group of settings: its editor
// prints those of a connection that is not kept.
func (n *connection) known(group string) ([]string, error) {
	input := "print " + group + "\nquit\nyes\n"
	if group == "802-11-wireless-security" {
		// Only a group with something in it is printed.
		input = "set " + group + ".psk FAKEVALUE\n" + input
	}
	out, err := n.c.Exec(modules.Cmd{Argv: []string{n.tool, "con", "edit", "type", n.a.Type}, Stdin: strings.NewReader(input)})
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, modules.Fail("%s", out.Stderr).With("name", n.a.Name)
	}
	var names []string
	for line := range strings.Lines(out.Stdout) {
		if rest, ok := strings.CutPrefix(line, group+"."); ok {
			name, _, _ := strings.Cut(rest, ":")
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names, nil
}
