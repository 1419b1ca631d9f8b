package databases

import (
	"slices"
	"testing"

	mt "goplay/modules/modulestest"
)

// passes are cases in four passes each, one after the other.
func passes(cases ...mt.Case) []mt.Case {
	var out []mt.Case
	for _, c := range cases {
		out = append(out, mt.Passes(c)...)
	}
	return out
}

// odd are returned values that differ from Ansible's in some of the passes.
type odd struct {
	reason string
	passes []string
	values []string
}

// differing marks them in their passes; each has to be there.
func differing(t *testing.T, cases []mt.Case, all ...odd) []mt.Case {
	t.Helper()
	for _, o := range all {
		for _, name := range o.passes {
			i := slices.IndexFunc(cases, func(c mt.Case) bool { return c.Name == name })
			if i < 0 {
				t.Fatalf("there is no pass %q", name)
			}
			cases[i] = cases[i].Differing(o.reason, o.values...)
		}
	}
	return cases
}

// checks are the names of the two passes of a case that only check.
func checks(names ...string) []string {
	var out []string
	for _, name := range names {
		out = append(out, name+mt.PassesOf[0], name+mt.PassesOf[2])
	}
	return out
}

// TestPostgresPasses takes all modules that change something of a PostgreSQL
// server through check, apply, check, apply, beside Ansible's.
func TestPostgresPasses(t *testing.T) {
	script := pg("a script", "script", mt.Args{"path": "{dir}/s.sql"})
	script.Files = mt.Files{"s.sql: CREATE TABLE IF NOT EXISTS scripted (a int);"}
	privs := mt.Args{"db": "app", "type": "schema", "objs": "public", "privs": "CREATE", "roles": "bob"}
	taken := mt.Args{"db": "app", "type": "schema", "objs": "public", "privs": "CREATE", "roles": "bob", "state": "absent"}
	mt.Sequence(t, differing(t, slices.Concat(passes(
		pg("a database", "db", mt.Args{"name": "app"}),
		pg("its owner", "db", mt.Args{"name": "app", "owner": "alice"}),
		pg("its limit", "db", mt.Args{"name": "app", "conn_limit": "9"}),
		pg("a schema", "schema", mt.Args{"name": "s", "db": "app"}),
		pg("a schema's owner", "schema", mt.Args{"name": "s", "db": "app", "owner": "bob"}),
		pg("no schema", "schema", mt.Args{"name": "s", "db": "app", "state": "absent"}),
		pg("no extension", "ext", mt.Args{"name": "plpgsql", "db": "app", "state": "absent"}),
		pg("an extension", "ext", mt.Args{"name": "plpgsql", "db": "app"}),
		pg("no language", "lang", mt.Args{"lang": "plpgsql", "db": "app", "state": "absent"}),
		pg("a language's trust", "lang", mt.Args{"lang": "plpgsql", "db": "postgres"}),
		pg("a privilege", "privs", privs),
		pg("a privilege taken", "privs", taken),
		pg("a table", "table", mt.Args{"name": "t", "columns": []string{"id int primary key", "name text"}}),
		pg("a table's owner", "table", mt.Args{"name": "t", "owner": "bob"}),
		pg("a table renamed", "table", mt.Args{"name": "t", "rename": "r"}),
	), []mt.Case{
		pg("tables", "query", mt.Args{"query": []string{"CREATE TABLE u (id int primary key, name text)", "INSERT INTO u VALUES (1, 'a')"}}),
	}, passes(
		pg("emptied", "table", mt.Args{"name": "u", "truncate": true}),
		pg("an owner", "owner", mt.Args{"new_owner": "bob", "obj_name": "u", "obj_type": "table"}),
		pg("all of one owner", "owner", mt.Args{"new_owner": "alice", "reassign_owned_by": "bob"}),
		pg("an index", "idx", mt.Args{"name": "i", "table": "u", "columns": "name"}),
		pg("no index", "idx", mt.Args{"name": "i", "state": "absent"}),
		pg("a sequence", "sequence", mt.Args{"name": "q", "start": 5}),
		pg("a sequence's owner", "sequence", mt.Args{"name": "q", "owner": "bob"}),
		pg("a sequence renamed", "sequence", mt.Args{"name": "q", "rename_to": "w"}),
		pg("no sequence", "sequence", mt.Args{"name": "w", "state": "absent"}),
		pg("a member", "membership", mt.Args{"groups": "readers", "target_roles": "alice"}),
		pg("members exactly", "membership", mt.Args{"groups": "readers", "target_roles": "bob", "state": "exact"}),
		pg("no member", "membership", mt.Args{"groups": "readers", "target_roles": "bob", "state": "absent"}),
		pg("a publication", "publication", mt.Args{"name": "p", "tables": "u"}),
		pg("a publication of other things", "publication", mt.Args{"name": "p", "tables": "u", "parameters": mt.Args{"publish": "delete"}}),
		pg("no publication", "publication", mt.Args{"name": "p", "state": "absent"}),
		pg("a slot", "slot", mt.Args{"name": "one"}),
		pg("no slot", "slot", mt.Args{"name": "one", "state": "absent"}),
		pg("a setting", "set", mt.Args{"name": "work_mem", "value": "8MB"}),
		pg("a setting reset", "set", mt.Args{"name": "work_mem", "reset": true}),
		pg("a tablespace", "tablespace", mt.Args{"name": "fast", "location": "{space}"}).Ignoring("module_stderr", "module_stdout"),
		pg("a tablespace's options", "tablespace", mt.Args{"name": "fast", "set": mt.Args{"seq_page_cost": 1.5}}),
		pg("a tablespace's owner", "tablespace", mt.Args{"name": "fast", "owner": "bob"}),
		pg("a tablespace renamed", "tablespace", mt.Args{"name": "fast", "rename_to": "quick"}),
		pg("no tablespace", "tablespace", mt.Args{"name": "quick", "state": "absent"}).Ignoring("module_stderr", "module_stdout"),
		pg("a user", "user", mt.Args{"name": "app", "password": "secret", "role_attr_flags": "CREATEDB"}),
		pg("a user's limit", "user", mt.Args{"name": "app", "conn_limit": 3}),
		pg("a user's comment", "user", mt.Args{"name": "app", "comment": "ours"}),
		pg("a user's groups", "user", mt.Args{"name": "app", "groups": "writers"}),
		pg("no user", "user", mt.Args{"name": "app", "state": "absent"}),
		pg("a statement", "query", mt.Args{"query": "INSERT INTO u VALUES (4, 'd') ON CONFLICT DO NOTHING"}),
		pg("out", "copy", mt.Args{"src": "u", "to": "{space}/u.csv"}),
		script,
		pg("dumped", "db", mt.Args{"name": "app", "state": "dump", "target": "{space}/app.sql"}),
		pg("renamed", "db", mt.Args{"name": "app", "state": "rename", "target": "bpp"}),
		pg("no database", "db", mt.Args{"name": "bpp", "state": "absent"}),
	)),
		odd{"what would be run is told", checks("a schema", "a schema's owner", "no schema"), []string{"queries"}},
		odd{"what would be run is told", []string{"a language's trust, first checked"}, []string{"queries"}},
		odd{"Ansible's module has it the wrong way round", checks("no schema"), []string{"changed"}},
		odd{"that it cannot be dropped is found out by trying", checks("no language"),
			[]string{"changed", "db", "failed", "lang", "lang_dropped", "msg", "queries", "trust"}},
		odd{"the publication is told of as it would be", []string{"a publication, first checked"}, []string{"exists", "owner", "parameters", "tables"}},
		odd{"the publication is told of as it would be", []string{"a publication of other things, first checked"}, []string{"parameters"}},
		odd{"the publication is told of as it would be", []string{"no publication, first checked"}, []string{"alltables", "exists", "owner", "parameters", "tables"}},
		odd{"nothing is told of what is not there", []string{"no publication, checked again"}, []string{"alltables", "changed", "owner", "parameters", "tables"}},
		odd{"Ansible says neither that it changed nor that it did not", []string{"no publication, done again"}, []string{"changed"}},
		odd{"the value that it has is told", checks("a setting reset"), []string{"value_pretty"}},
		odd{"Ansible's module falls over", []string{"a tablespace, first checked", "no tablespace, first checked"},
			[]string{"changed", "failed", "location", "msg", "options", "owner", "queries", "rc", "state", "tablespace"}},
		odd{"a dump is foretold as the change that it is", checks("dumped"), []string{"changed"}},
	), freshPostgres)
}

// TestMySQLPasses is the same of a MariaDB server.
func TestMySQLPasses(t *testing.T) {
	mt.Sequence(t, differing(t, passes(
		my("a database", "db", mt.Args{"name": "app"}),
		my("databases", "db", mt.Args{"name": []string{"app", "one"}}),
		my("dumped", "db", mt.Args{"name": "app", "state": "dump", "target": "{dir}/app.sql"}).Differing("a dump is nobody else's to read, and says when it was made", "tree"),
		my("a table", "query", mt.Args{"query": "CREATE TABLE IF NOT EXISTS app.t (a INT PRIMARY KEY)"}),
		my("a row", "query", mt.Args{"query": "INSERT IGNORE INTO app.t VALUES (1)"}),
		my("a user", "user", mt.Args{"name": "joe", "password": "secret", "priv": "app.*:SELECT"}),
		my("more privileges", "user", mt.Args{"name": "joe", "priv": "app.t:INSERT", "append_privs": true}),
		my("fewer privileges", "user", mt.Args{"name": "joe", "priv": "app.t:INSERT", "subtract_privs": true}),
		my("other privileges", "user", mt.Args{"name": "joe", "priv": "app.*:SELECT,UPDATE"}),
		my("another password", "user", mt.Args{"name": "joe", "password": "other"}),
		my("limits", "user", mt.Args{"name": "joe", "resource_limits": mt.Args{"MAX_USER_CONNECTIONS": 3}}),
		my("a role", "role", mt.Args{"name": "readers", "members": []string{"joe@localhost"}}),
		my("a role's privileges", "role", mt.Args{"name": "readers", "priv": "app.*:SELECT"}),
		my("a member taken out", "role", mt.Args{"name": "readers", "members": []string{"joe@localhost"}, "detach_members": true}),
		my("no role", "role", mt.Args{"name": "readers", "state": "absent"}),
		my("no user", "user", mt.Args{"name": "joe", "state": "absent"}),
		my("a variable", "variables", mt.Args{"variable": "long_query_time", "value": "3"}),
		my("a word", "variables", mt.Args{"variable": "general_log", "value": "ON"}),
		my("a primary", "replication", mt.Args{"mode": "changeprimary", "primary_host": "10.255.255.1", "primary_user": "rep", "primary_password": "secret"}),
		my("reset", "replication", mt.Args{"mode": "resetreplicaall"}),
		my("no databases", "db", mt.Args{"name": []string{"app", "one"}, "state": "absent"}),
	),
		odd{"that nothing is to be run is told", []string{"a database, checked again", "databases, checked again", "no databases, checked again"}, []string{"executed_commands"}},
		odd{"Ansible's module is skipped", checks("a variable", "a word", "a primary", "reset"), []string{"msg", "skipped"}},
		odd{"Ansible's module is skipped", checks("a primary", "reset"), []string{"changed", "queries"}},
		odd{"Ansible's module is skipped", []string{"a variable, first checked", "a word, first checked"}, []string{"changed", "queries"}},
	), freshMariaDB)
}

// TestRedisPasses is the same of a Redis server.
func TestRedisPasses(t *testing.T) {
	c := func(name string, args mt.Args) mt.Case {
		args["login_host"], args["login_port"], args["login_password"] = "127.0.0.1", "{port}", "geheim"
		return mt.Case{Name: name, Module: "community.general.redis", Args: args}
	}
	mt.Sequence(t, passes(
		c("a size", mt.Args{"command": "config", "name": "maxmemory", "value": "4mb"}),
		c("a word", mt.Args{"command": "config", "name": "maxmemory-policy", "value": "allkeys-lru"}),
		c("a replica", mt.Args{"command": "replica", "master_host": "10.255.255.1", "master_port": 6380}),
		c("a master", mt.Args{"command": "replica", "replica_mode": "master"}),
		c("emptied", mt.Args{"command": "flush"}),
	), func(t *testing.T) map[string]string { return map[string]string{"{port}": startRedis(t)} })
}
