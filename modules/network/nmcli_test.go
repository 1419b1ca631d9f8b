package network

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules"
	mt "goplay/modules/modulestest"
	"goplay/modules/modulestest/tooltest"
)

// pretendNmcli answers as NetworkManager 1.42 did of connections that Ansible
// had made: testdata/nmcli holds what it showed, in the form that Ansible reads
// and in the one for programs. What changes something is noted.
const pretendNmcli = `
case "$*" in
'--fields name --terse con show'|'--terse --escape no --fields name con show') cat names;;
'--show-secrets con show '*) cat plain;;
'--terse --escape no --show-secrets con show '*) cat terse;;
'con edit type '*) cat >/dev/null; cat known;;
'con edit '*) note "$*"; cat >>calls; echo "nmcli> save"; cat editor;;
'con up '*) note "$*"; cat up >&2; [ ! -s up ] || exit 4;;
*) line=; for a in "$@"; do line="$line|$a"; done; note "$line"; echo said;;
esac
`

const nmcliModule = "community.general.nmcli"

// connections are those of testdata/nmcli, as they were asked for.
var connections = map[string]mt.Args{
	"ethernet": {"type": "ethernet", "ifname": "eth9", "ip4": []any{"192.0.2.5/24", "192.0.2.6"}, "gw4": "192.0.2.1",
		"routes4": []any{"10.0.0.0/8 192.0.2.2", "10.1.0.0/16 192.0.2.3 7"}, "route_metric4": 9,
		"routing_rules4": []any{"priority 5 from 192.168.1.0/24 table 7"}, "dns4": []any{"192.0.2.53", "1.1.1.1"},
		"dns4_search": []any{"a.example", "b.example"}, "dns4_ignore_auto": true, "ip6": []any{"2001:db8::5/64"}, "gw6": "2001:db8::1",
		"dns6": []any{"2001:db8::53"}, "addr_gen_mode6": "eui64", "mac": "aa:bb:cc:00:11:22",
		"mtu": 1400, "zone": "work", "may_fail4": false},
	"ethernet extended": {"type": "ethernet", "ifname": "eth9", "ip4": []any{"192.0.2.5/24"}, "method6": "ignore",
		"routes4_extended": []any{map[string]any{"ip": "10.0.0.0/8", "next_hop": "192.0.2.2", "metric": 3, "table": 7, "onlink": true, "mtu": 1300, "cwnd": 9}},
		"routes6_extended": []any{map[string]any{"ip": "fd00::/64", "next_hop": "2001:db8::1"}}, "never_default4": true, "dhcp_client_id": "me"},
	"dhcp":       {"type": "ethernet", "ifname": "eth9"},
	"bond":       {"type": "bond", "mode": "active-backup", "miimon": 100, "updelay": 200, "downdelay": 200, "primary": "eth8", "xmit_hash_policy": "layer2"},
	"bond slave": {"type": "bond-slave", "ifname": "eth8", "master": "bond"},
	"bridge": {"type": "bridge", "ip4": []any{"192.0.2.9/24"}, "mac": "52:54:00:ab:cd:ef", "priority": 4096, "forwarddelay": 4,
		"hellotime": 3, "maxage": 10, "ageingtime": 100},
	"bridge slave": {"type": "bridge-slave", "ifname": "eth7", "master": "bridge", "path_cost": 5, "slavepriority": 3, "hairpin": false},
	"team":         {"type": "team", "runner": "lacp", "runner_fast_rate": true},
	"team slave":   {"type": "team-slave", "ifname": "eth6", "master": "team"},
	"vlan":         {"type": "vlan", "vlanid": 5, "vlandev": "eth9", "flags": "1", "ingress": "1:2", "egress": "3:4", "ifname": "vlan5"},
	"vxlan":        {"type": "vxlan", "vxlan_id": 11, "vxlan_local": "192.0.2.1", "vxlan_remote": "192.0.2.2", "ifname": "vx0"},
	"dummy":        {"type": "dummy", "ifname": "dummy0"},
	"generic":      {"type": "generic", "ifname": "gen0"},
	"gre": {"type": "gre", "ip_tunnel_local": "192.0.2.1", "ip_tunnel_remote": "192.0.2.2", "ip_tunnel_input_key": "7",
		"ip_tunnel_output_key": "8", "ifname": "gre9"},
	"ipip":       {"type": "ipip", "ip_tunnel_dev": "eth9", "ip_tunnel_local": "192.0.2.1", "ip_tunnel_remote": "192.0.2.2", "ifname": "tun9"},
	"sit":        {"type": "sit", "ip_tunnel_local": "192.0.2.1", "ip_tunnel_remote": "192.0.2.2", "ifname": "sit9"},
	"infiniband": {"type": "infiniband", "transport_mode": "datagram", "ifname": "ib0"},
	"macvlan":    {"type": "macvlan", "macvlan": map[string]any{"mode": 2, "parent": "eth9", "tap": true}, "ifname": "mv0"},
	"wireguard": {"type": "wireguard", "wireguard": map[string]any{"listen-port": 51820, "private-key": wireguardKey, "fwmark": 5},
		"ip4": []any{"10.9.0.1/24"}, "ifname": "wg0"},
	"wifi": {"type": "wifi", "ssid": "my net", "ifname": "wlan0",
		"wifi":     map[string]any{"hidden": true, "powersave": 2, "mode": "infrastructure", "wake-on-wlan": 1},
		"wifi_sec": map[string]any{"key-mgmt": "wpa-psk", "psk": "a secret: 1 2", "proto": []any{"rsn"}, "group": []any{"ccmp", "tkip"}}},
	"gsm": {"type": "gsm", "ifname": "*", "gsm": map[string]any{"apn": "my.apn", "username": "me", "password": "hush", "pin": "1234", "home-only": true}},
	"vpn": {"type": "vpn", "vpn": map[string]any{"service-type": "org.freedesktop.NetworkManager.openvpn", "permissions": "root",
		"remote": "vpn.example.com", "connection-type": "password", "username": "me", "comp-lzo": true}},
}

const wireguardKey = "YFMwuiJcjpLFqMYHFVEWbWsSbYFkGvLKaaqbL4Xpwkw="

// nmcliCase has the connection of a recording, or with "" none.
func nmcliCase(t *testing.T, name, recording string, args mt.Args) mt.Case {
	t.Helper()
	files := mt.Files{"names: eth0\n", "up: ", "editor: ", "known: " + recorded(t, "known.wifi")}
	if recording != "" {
		files = append(files[1:], "names: eth0\n"+recording+"\n", "plain: "+recorded(t, recording+".plain"), "terse: "+recorded(t, recording+".terse"))
	}
	given := mt.Args{"conn_name": recording, "state": "present", "autoconnect": false}
	for k, v := range args {
		given[k] = v
	}
	c := mt.Case{Name: name, Module: nmcliModule, Files: files, Args: given, Ansible: given, Input: name + recording, Always: true}
	return c.WithTool("nmcli", pretendNmcli)
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "nmcli", strings.ReplaceAll(name, " ", "_")))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func with(args mt.Args, more mt.Args) mt.Args {
	out := mt.Args{}
	for _, m := range []mt.Args{args, more} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// TestNmcliAdds holds new connections of every kind against Ansible's: what
// nmcli is called with is in the tree.
func TestNmcliAdds(t *testing.T) {
	hidden := "secrets are in no list of processes"
	words := "nmcli's own words for what is on and off"
	var cases []mt.Case
	for name, args := range connections {
		args = with(args, mt.Args{"conn_name": "new"})
		if name == "ethernet" {
			args["ip_privacy6"] = "prefer-temp-addr"
		}
		c := nmcliCase(t, name, "", args)
		switch name {
		case "wireguard":
			c = c.Differing(hidden, "tree")
		case "gsm":
			c = c.Differing(hidden, "tree")
		case "macvlan":
			c = c.Differing(words, "tree")
		case "vpn":
			c = c.Differing("the settings in another order", "tree")
		case "wifi":
			c = c.Differing("not what the editor said, with the secret in it", "stdout")
		}
		cases = append(cases, c)
	}
	mt.Compare(t, cases)
}

// TestNmcliKeeps holds connections that are as they are wanted against
// Ansible, which changes some of them every time.
func TestNmcliKeeps(t *testing.T) {
	again := map[string]string{
		"macvlan": "True is not yes to it", "wireguard": "0x5 is not 5 to it", "gsm": "True is not yes to it",
		"vpn": "user:root is not root to it", "vlan": "it looks for priorities under another name",
	}
	var cases []mt.Case
	for name, args := range connections {
		c := nmcliCase(t, name, name, args)
		if reason := again[name]; reason != "" {
			c = c.Differing(reason, "tree", "changed", "Exists", "stdout").Ignoring("diff")
		}
		if name == "wifi" {
			c = c.Ignoring("diff") // Ansible's has the secret
		}
		cases = append(cases, c)
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}

func TestNmcliChanges(t *testing.T) {
	eth := connections["ethernet"]
	const editor = "not what the editor said, with the secret in it"
	change := func(name, recording string, more mt.Args) mt.Case {
		return nmcliCase(t, name, recording, with(connections[recording], more))
	}
	without := func(c mt.Case, names ...string) mt.Case {
		args := with(c.Args, nil)
		for _, name := range names {
			delete(args, name)
		}
		c.Args, c.Ansible = args, args
		return c
	}
	bare := func(name, recording string, args mt.Args) mt.Case { return nmcliCase(t, name, recording, args) }
	failing := change("a device that is not there", "", with(eth, mt.Args{"conn_name": "new"}))
	failing.Files = append(failing.Files, "up: Error: Connection activation failed: No suitable device found\n")
	cases := []mt.Case{
		change("other addresses", "ethernet", mt.Args{"ip4": []any{"192.0.2.6/32", "192.0.2.5/24"}}),
		change("other servers", "ethernet", mt.Args{"dns4": []any{"9.9.9.9"}}),
		change("servers in another order", "ethernet", mt.Args{"dns4": []any{"1.1.1.1", "192.0.2.53"}}).Ignoring("diff"),
		change("other routes", "ethernet", mt.Args{"routes4": []any{"10.0.0.0/8 192.0.2.3"}}).Ignoring("diff"),
		change("checked", "ethernet", mt.Args{"gw4": "192.0.2.7"}).Ignoring("diff").Checked(),
		without(change("the packets' size is forgotten", "ethernet", nil), "mtu"),
		change("comes up by itself", "dhcp", mt.Args{"autoconnect": true}),
		without(bare("its own kind", "ethernet", mt.Args{"zone": "public"}), "type"),
		change("another mode", "bond", mt.Args{"mode": "802.3ad", "primary": nil}),
		change("no spanning tree", "bridge", mt.Args{"stp": false}),
		change("another number", "vxlan", mt.Args{"vxlan_id": 12}),
		change("another key", "wifi", mt.Args{"wifi_sec": map[string]any{"key-mgmt": "wpa-psk", "psk": "another one"}}).Ignoring("diff").Differing(editor, "stdout"),
		change("another network", "wifi", mt.Args{"ssid": "theirs", "wifi": nil, "wifi_sec": nil}),
		change("settings that are not known", "wifi", mt.Args{"wifi": map[string]any{"hidden": true, "shiny": 1}}),
		change("settings that are not known and ignored", "wifi", mt.Args{"wifi": map[string]any{"hidden": false, "shiny": 1}, "ignore_unsupported_suboptions": true}).
			Ignoring("diff").Differing(editor, "stdout"),
		bare("gone", "dummy", mt.Args{"state": "absent"}),
		bare("gone already", "", mt.Args{"state": "absent", "conn_name": "lost"}),
		bare("no interface for a part", "", mt.Args{"conn_name": "x", "type": "team-slave", "master": "y"}),
		bare("no master for a part", "", mt.Args{"conn_name": "x", "type": "team-slave", "ifname": "y"}),
		bare("no lacp", "", mt.Args{"conn_name": "x", "type": "team", "runner_fast_rate": true}),
		bare("no policy", "", mt.Args{"conn_name": "x", "type": "team", "runner_hwaddr_policy": "same_all"}),
		bare("a macvlan of nothing", "", mt.Args{"conn_name": "x", "type": "macvlan"}),
		bare("wireless without a network", "", mt.Args{"conn_name": "x", "type": "wifi"}),
		bare("both gateways", "ethernet", mt.Args{"gw4": "192.0.2.1", "never_default4": true}),
		failing,
	}
	mt.Compare(t, cases)
}

// TestNmcliMeaning is about values that are the same in other words.
func TestNmcliMeaning(t *testing.T) {
	b := tooltest.New(t)
	run := func(recording string, more mt.Args) modules.Result {
		b.File("names", recording+"\n")
		b.File("terse", recorded(t, recording+".terse"))
		b.Tool("nmcli", `case "$*" in *'fields name con show') cat names;; *'con show '*) cat terse;; esac`)
		args := with(connections[recording], more)
		if more["routes4"] != nil {
			delete(args, "routes4_extended")
		}
		args["conn_name"], args["state"], args["autoconnect"] = recording, "present", false
		return b.Run(nmcliModule, args, false)
	}
	for name, more := range map[string]mt.Args{
		"ethernet":          {"ip_privacy6": "prefer-temp-addr", "ip6": []any{"2001:0DB8::0005/64"}, "gw6": "2001:db8:0::1", "mac": "AA:bb:CC:00:11:22"},
		"ethernet extended": {"routes4": []any{"10.0.0.0/8 192.0.2.2 3 table=7 mtu=1300 onlink=true cwnd=9"}},
		"gre":               {}, "vpn": {}, "macvlan": {},
	} {
		if r := run(name, more); r.Changed || r.Failed {
			t.Errorf("%s: changed=%v failed=%v %s %v", name, r.Changed, r.Failed, r.Msg, r.Diff)
		}
	}
	if r := run("dhcp", mt.Args{"conn_name": "dhcp", "may_fail4": false, "method4": "disabled"}); !r.Changed {
		t.Error("another method is no change")
	}
}

// TestNmcliSecrets is about what nobody is to see: not in calls, not in diffs,
// not in what nmcli complains of.
func TestNmcliSecrets(t *testing.T) {
	b := tooltest.New(t)
	b.File("names", "gsm\n")
	b.File("terse", recorded(t, "gsm.terse"))
	b.Tool("nmcli", `case "$*" in *'fields name con show') cat names;; *'con show '*) cat terse;;
'con edit '*) cat >input; [ ! -f refuse ] || echo "Error: failed to set 'pin' property: '9876' is no PIN";; esac`)
	args := func(pin string) map[string]any {
		return map[string]any{"conn_name": "gsm", "state": "present", "type": "gsm", "autoconnect": false, "gsm": map[string]any{"pin": pin}}
	}
	r := b.Run(nmcliModule, args("9876"), false)
	if calls := strings.Join(b.Calls(), "\n"); !r.Changed || r.Failed || strings.Contains(calls, "9876") || !strings.Contains(calls, "nmcli|con|edit|gsm") {
		t.Errorf("changed=%v failed=%v %s\n%s", r.Changed, r.Failed, r.Msg, calls)
	}
	input, err := os.ReadFile(filepath.Join(b.Dir, "input"))
	if err != nil || string(input) != "set gsm.pin 9876\nsave\nquit\n" {
		t.Errorf("the editor read %q, %v", input, err)
	}
	if after, ok := r.Diff[0].After.(interface{ GetString(string) string }); !ok || after.GetString("gsm.pin") != modules.Hidden {
		t.Errorf("the diff is %v", r.Diff)
	}
	b.File("refuse", "")
	r = b.Run(nmcliModule, args("9876"), false)
	if !r.Failed || r.Msg != "nmcli did not take the secrets: Error: failed to set 'pin' property: '"+modules.Hidden+"' is no PIN" {
		t.Errorf("failed=%v: %s", r.Failed, r.Msg)
	}
	if r := b.Run(nmcliModule, args("98\nset gsm.apn theirs"), false); !r.Failed || !strings.Contains(r.Msg, "line break") {
		t.Errorf("a secret of two commands: failed=%v %s", r.Failed, r.Msg)
	}
}
