package config

import (
	"testing"

	mt "goplay/modules/modulestest"
)

const someInterfaces = "interfaces: # mine\nauto lo\niface lo inet loopback\n\nallow-hotplug eth0\niface eth0 inet static\n" +
	"  address  10.0.0.2/24\n  # a comment\n\tmtu 1500\n  up one\n  up two  words\n  mtu 1400\n\n" +
	"iface eth0 inet6 auto\n  privext 2\n\nmapping eth1\n  script x\niface bond\nsource interfaces.d/*\n"

func TestInterfacesFile(t *testing.T) {
	with := func(name string, args mt.Args) mt.Case {
		args["dest"] = "{dir}/interfaces"
		return mt.Case{Name: name, Module: general + "interfaces_file", Files: mt.Files{someInterfaces}, Args: args}
	}
	shown := func(name string, args mt.Args) mt.Case {
		return with(name, args).Differing("Ansible shows no diff", "diff")
	}
	in := func(name, text string, args mt.Args) mt.Case {
		c := with(name, args)
		c.Files = mt.Files{"interfaces: " + text}
		return c
	}
	cases := []mt.Case{
		with("read", mt.Args{}),
		with("there", mt.Args{"iface": "eth0", "option": "mtu", "value": "1400"}),
		shown("changed, the last", mt.Args{"iface": "eth0", "option": "mtu", "value": "9000"}),
		shown("changed in a family", mt.Args{"iface": "eth0", "address_family": "inet", "option": "address", "value": "10.0.0.3/24"}),
		shown("added to the last stanza", mt.Args{"iface": "eth0", "option": "metric", "value": "5"}),
		shown("added in a family", mt.Args{"iface": "eth0", "address_family": "inet", "option": "metric", "value": "5"}),
		shown("added first", mt.Args{"iface": "lo", "option": "up", "value": "echo hello"}),
		with("hook there", mt.Args{"iface": "eth0", "option": "up", "value": "one"}),
		shown("hook added", mt.Args{"iface": "eth0", "option": "up", "value": "three"}),
		shown("another hook", mt.Args{"iface": "eth0", "option": "down", "value": "three"}),
		shown("hook removed", mt.Args{"iface": "eth0", "option": "up", "value": "one", "state": "absent"}),
		shown("hooks removed", mt.Args{"iface": "eth0", "option": "up", "state": "absent"}),
		shown("removed", mt.Args{"iface": "eth0", "option": "mtu", "value": "1", "state": "absent"}),
		with("removed already", mt.Args{"iface": "eth0", "option": "bridge", "state": "absent"}),
		shown("method", mt.Args{"iface": "lo", "option": "method", "value": "manual"}),
		shown("checked", mt.Args{"iface": "eth0", "option": "mtu", "value": "9000"}).Checked(),
		with("no such interface", mt.Args{"iface": "eth9", "option": "mtu", "value": "1"}),
		with("no such family", mt.Args{"iface": "lo", "address_family": "inet6", "option": "mtu", "value": "1"}),
		with("no interface", mt.Args{"option": "mtu", "value": "1"}),
		with("no value", mt.Args{"iface": "lo", "option": "mtu"}),
		in("misplaced", "mtu 5\n", mt.Args{}),
		in("empty", "", mt.Args{}),
	}
	mt.Conform(t, cases)
	mt.Compare(t, cases)
}
