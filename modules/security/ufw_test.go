package security

import (
	"slices"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func ufwStep(name string, args ht.Args) ht.Step {
	return ht.Step{Name: name, Module: "community.general.ufw", Args: args}
}

func inactive(s ht.Step) ht.Step {
	s.Differs = "Ansible compares what an inactive firewall prints, which says nothing of it"
	return s
}

func TestUFW(t *testing.T) {
	conform(t, "command -v ufw && ufw status", "true", []ht.Step{
		ufwStep("a port", ht.Args{"rule": "allow", "port": "22", "proto": "tcp"}),
		ufwStep("another way to say it", ht.Args{"rule": "allow", "to_port": "22", "protocol": "tcp", "from": "any"}),
		ufwStep("a comment", ht.Args{"rule": "allow", "port": "22", "proto": "tcp", "comment": "let ssh in"}),
		ufwStep("limited", ht.Args{"rule": "limit", "port": "22", "proto": "tcp"}),
		ufwStep("from a network", ht.Args{"rule": "allow", "src": "10.0.0.0/8", "direction": "in", "interface": "eth0"}),
		ufwStep("from a network of 6", ht.Args{"rule": "deny", "src": "2001:db8::/32", "port": "25", "proto": "tcp", "log": true}),
		ufwStep("a range", ht.Args{"rule": "allow", "port": "60000:61000", "proto": "udp"}),
		ufwStep("passed on", ht.Args{"rule": "deny", "route": true, "src": "192.0.2.0/24", "dest": "198.51.100.0/24"}),
		ufwStep("passed on between", ht.Args{"rule": "allow", "route": true, "interface_in": "eth0", "interface_out": "eth1"}),
		ufwStep("first", ht.Args{"rule": "deny", "src": "10.1.2.3", "insert": 1}),
		ufwStep("before those of 6", ht.Args{"rule": "deny", "port": "20", "proto": "tcp", "to_ip": "::", "insert": 0, "insert_relative_to": "first-ipv6"}),
		ufwStep("removed", ht.Args{"rule": "limit", "port": "22", "proto": "tcp", "delete": true}),
		ufwStep("removed again", ht.Args{"rule": "limit", "port": "22", "proto": "tcp", "delete": true}),
		inactive(ufwStep("default", ht.Args{"policy": "reject", "direction": "incoming"})),
		inactive(ufwStep("default of what goes out", ht.Args{"default": "deny", "direction": "outgoing"})),
		ufwStep("default with a rule's direction", ht.Args{"default": "deny", "direction": "in"}),
		ufwStep("logging", ht.Args{"logging": "high"}),
		ufwStep("two interfaces without a route", ht.Args{"rule": "allow", "interface_in": "eth0", "interface_out": "eth1"}),
	})
}

func TestRelativeTo(t *testing.T) {
	const text = "Status: active\n\n     To   Action  From\n[ 1] 22/tcp  ALLOW IN  Anywhere\n[ 2] 80  ALLOW IN  Anywhere\n[10] 22/tcp (v6)  ALLOW IN  Anywhere (v6)\n"
	for what, want := range map[string][2]int{"first-ipv4": {1, 10}, "last-ipv4": {2, 10}, "first-ipv6": {3, 10}, "last-ipv6": {10, 10}} {
		if base, last := relativeTo(what, text); base != want[0] || last != want[1] {
			t.Errorf("%s is %d of %d, want %v", what, base, last, want)
		}
	}
	if base, last := relativeTo("last-ipv6", "Status: inactive"); base != 1 || last != 0 {
		t.Errorf("without rules it is %d of %d", base, last)
	}
}

func TestTuplesByChain(t *testing.T) {
	got := tuplesByChain("*filter\n:ufw-user-input - [0:0]\n### RULES ###\n\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n-A x\nCOMMIT\n" +
		"*filter\n:ufw6-user-input - [0:0]\nCOMMIT\nRules updated\n")
	if v4, v6 := got["ufw-user-input"], got["ufw6-user-input"]; len(got) != 2 || !slices.Equal(v4, []string{"### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in"}) || len(v6) != 0 {
		t.Errorf("read as %q", got)
	}
	if got := tuplesByChain("Skipping adding existing rule\n"); len(got) != 0 {
		t.Errorf("nothing is read as %q", got)
	}
}
