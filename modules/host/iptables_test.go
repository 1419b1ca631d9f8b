package host

import (
	"os"
	"strings"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
	"goplay/modules/modulestest/tooltest"
)

func rule(name string, args ht.Args) ht.Step {
	return ht.Step{Name: name, Module: "iptables", Args: args, Compare: []string{"rule"}}
}

var iptablesSteps = []ht.Step{
	rule("a port", ht.Args{"chain": "INPUT", "protocol": "tcp", "destination_port": "22", "ctstate": "NEW", "jump": "ACCEPT", "comment": "let ssh in"}),
	rule("first", ht.Args{"chain": "INPUT", "source": "!10.0.0.0/8", "in_interface": "lo", "jump": "DROP", "action": "insert"}),
	rule("by number", ht.Args{"chain": "INPUT", "source": "10.9.0.0/16", "jump": "ACCEPT", "action": "insert", "rule_num": "2", "wait": "5"}),
	rule("several ports", ht.Args{"chain": "INPUT", "protocol": "tcp", "destination_ports": []string{"80", "443", "8000:8100"}, "jump": "ACCEPT"}),
	rule("rejected", ht.Args{"chain": "INPUT", "protocol": "tcp", "syn": "negate", "reject_with": "tcp-reset"}),
	rule("logged", ht.Args{"chain": "INPUT", "log_prefix": "in: ", "log_level": "info", "limit": "2/second", "limit_burst": "20"}),
	{Name: "logged by another", Module: "iptables", Args: ht.Args{"chain": "INPUT", "log_prefix": "in: ", "jump": "DROP"}, Compare: []string{"msg"}},
	rule("flags", ht.Args{"chain": "INPUT", "protocol": "tcp", "tcp_flags": map[string]any{"flags": []string{"ALL"}, "flags_set": []string{"ACK", "RST"}}, "jump": "DROP"}),
	rule("an owner", ht.Args{"chain": "OUTPUT", "uid_owner": "!0", "jump": "DROP", "ip_version": "ipv4"}),
	rule("redirected", ht.Args{"table": "nat", "chain": "PREROUTING", "in_interface": "eth0", "protocol": "tcp", "match": "tcp", "destination_port": "80", "jump": "REDIRECT", "to_ports": "8600"}),
	rule("a range", ht.Args{"chain": "FORWARD", "src_range": "192.168.1.100-192.168.1.199", "match": []string{"iprange"}, "jump": "DROP"}),
	rule("icmp of 6", ht.Args{"ip_version": "ipv6", "chain": "INPUT", "protocol": "icmpv6", "icmp_type": "echo-request", "jump": "DROP"}),
	rule("gone", ht.Args{"chain": "INPUT", "source": "10.9.0.0/16", "jump": "ACCEPT", "state": "absent"}),
	rule("in a new chain", ht.Args{"chain": "MINE", "protocol": "tcp", "jump": "RETURN", "chain_management": true}),
	{Name: "a chain with rules stays", Module: "iptables", Args: ht.Args{"chain": "NONE", "state": "absent", "chain_management": true}},
	{Name: "policy", Module: "iptables", Args: ht.Args{"chain": "FORWARD", "policy": "DROP"}},
	{Name: "flushed", Module: "iptables", Args: ht.Args{"chain": "INPUT", "flush": true}, Always: true},
	{Name: "nothing", Module: "iptables", Args: ht.Args{"jump": "DROP"}, Compare: []string{"msg"}},
}

func TestIptables(t *testing.T) {
	if !strings.Contains(os.Getenv("GOPLAY_HOST_FLAGS"), "NET_ADMIN") {
		t.Skip("the host may not change its firewall; see GOPLAY_HOST_FLAGS")
	}
	conform(t, "iptables -N probe && iptables -X probe && ip6tables -S && iptables -t nat -S", "true", iptablesSteps)
}

// TestIptablesCalls is for what no kernel of a test has.
func TestIptablesCalls(t *testing.T) {
	b := tooltest.New(t)
	b.Tool("iptables", `case "$*" in --version) echo 'iptables v1.4.21';; *-C*) exit 1;; esac`)
	args := map[string]any{"chain": "INPUT", "match_set": "bad", "match_set_flags": "src,dst", "jump": "DROP", "wait": "3"}
	if r := b.Run("ansible.builtin.iptables", args, true); !r.Changed || r.Failed {
		t.Errorf("checked: %+v", r)
	}
	b.Expect(t, "iptables|--version", "iptables|-t|filter|-C|INPUT|-j|DROP|-m|set|--match-set|bad|src,dst")
	if r := b.Run("ansible.builtin.iptables", args, false); !r.Changed || r.Failed {
		t.Errorf("applied: %+v", r)
	}
	b.Expect(t, "iptables|--version", "iptables|-t|filter|-C|INPUT|-j|DROP|-m|set|--match-set|bad|src,dst",
		"iptables|-t|filter|-A|INPUT|-j|DROP|-m|set|--match-set|bad|src,dst")
	args["match_set_flags"] = "source"
	if r := b.Run("ansible.builtin.iptables", args, false); !r.Failed {
		t.Error("flags that do not exist are taken")
	}
}

func TestWaits(t *testing.T) {
	for text, want := range map[string]bool{"iptables v1.8.9 (nf_tables)": true, "iptables v1.6.0": true, "iptables v1.4.21": false, "": false} {
		if waits(text) != want {
			t.Errorf("%q waits: %v", text, !want)
		}
	}
}
