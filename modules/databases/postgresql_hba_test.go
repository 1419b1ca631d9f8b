package databases

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func hba(name string, args mt.Args) mt.Case {
	args["dest"] = "{dir}/pg_hba.conf"
	return mt.Case{Name: name, Module: "community.postgresql.postgresql_pg_hba", Args: args, Ignore: []string{"diff"},
		Files: mt.Files{"pg_hba.conf: # The rules\nlocal all postgres peer # us\nhost  all all 10.0.0.0 255.0.0.0 md5\nhost all all ::1/128 scram-sha-256\nhost replication rep samenet ldap ldapserver=x ldapport=3\n"}}
}

var hbaCases = []mt.Case{
	hba("only read", mt.Args{}),
	hba("a rule", mt.Args{"contype": "hostssl", "databases": "app,web", "users": "app", "address": "10.1.2.3/16", "method": "scram-sha-256"}),
	hba("with a comment", mt.Args{"contype": "host", "address": "192.168.0.1", "comment": " the boss", "keep_comments_at_rules": true}),
	hba("a mask", mt.Args{"contype": "host", "address": "172.16.9.9", "netmask": "255.240.0.0", "options": "map=x", "method": "ident"}),
	hba("a wrong mask", mt.Args{"contype": "host", "address": "172.16.9.9", "netmask": "255.0.255.0"}),
	hba("there already", mt.Args{"contype": "host", "address": "10.0.0.0/8"}),
	hba("another method", mt.Args{"contype": "host", "address": "10.0.0.0/8", "method": "reject"}),
	hba("gone", mt.Args{"contype": "local", "users": "postgres", "state": "absent"}),
	hba("alone", mt.Args{"contype": "local", "overwrite": true, "method": "trust", "mode": "0600"}),
	hba("several", mt.Args{"rules": []any{mt.Args{"contype": "host", "users": "a,b", "source": "all"}, mt.Args{"contype": "local", "method": "peer"}, mt.Args{"contype": "host", "address": "samenet", "state": "absent", "databases": "replication", "users": "rep"}}}),
	hba("combined", mt.Args{"method": "cert", "rules_behavior": "combine", "rules": []any{mt.Args{"contype": "hostssl"}}}),
	hba("conflict", mt.Args{"method": "cert", "rules": []any{mt.Args{"contype": "hostssl"}}}),
	hba("ambiguous", mt.Args{"rules": []any{mt.Args{"contype": "hostssl", "src": "all", "address": "all"}}}),
	hba("a wrong method", mt.Args{"rules": []any{mt.Args{"contype": "host", "method": "magic"}}}),
	{Name: "no file", Module: "community.postgresql.postgresql_pg_hba", Args: mt.Args{"dest": "{dir}/pg_hba.conf", "contype": "local"}},
	{Name: "a new file", Module: "community.postgresql.postgresql_pg_hba", Args: mt.Args{"dest": "{dir}/pg_hba.conf", "contype": "local", "create": true}, Ignore: []string{"diff"}},
	{Name: "nonsense", Module: "community.postgresql.postgresql_pg_hba", Args: mt.Args{"dest": "{dir}/pg_hba.conf"}, Files: mt.Files{"pg_hba.conf: what all all peer\n"}},
}

func TestHBA(t *testing.T)       { mt.Conform(t, hbaCases) }
func TestHBAOracle(t *testing.T) { mt.Compare(t, hbaCases) }

func FuzzHBA(f *testing.F) {
	for _, seed := range []string{"local all all peer", "host a b 1.2.3.4 255.0.0.0 md5 x=y", "host all all", "hostssl a b ::/0 cert", "host a b c d e f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		rule, err := parseHBA(line)
		if err != nil {
			return
		}
		again, err := parseHBA(rule.line())
		if err != nil || again.key() != rule.key() {
			t.Errorf("%q became %q: %v", line, rule.line(), err)
		}
	})
}
