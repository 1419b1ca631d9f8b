package databases

import (
	"os"
	"testing"

	mt "goplay/modules/modulestest"
)

// pg is a case of a module of community.postgresql on the server of {socket}.
func pg(name, module string, args mt.Args) mt.Case {
	for k, v := range (mt.Args{"login_user": "postgres", "login_unix_socket": "{socket}"}) {
		if _, given := args[k]; !given {
			args[k] = v
		}
	}
	return mt.Case{Name: name, Module: "community.postgresql.postgresql_" + module, Args: args}
}

// freshPostgres starts a server that has roles, a database and a folder for a
// tablespace.
func freshPostgres(t *testing.T) map[string]string {
	t.Helper()
	socket := startPostgres(t)
	space, err := os.MkdirTemp("", "space")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(space) })
	if os.Geteuid() == 0 {
		if err := os.Chown(space, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	for _, query := range []string{"CREATE ROLE alice", "CREATE ROLE bob", "CREATE ROLE readers", "CREATE ROLE writers"} {
		r := call(t, "community.postgresql.postgresql_query", false, map[string]any{"login_unix_socket": socket, "query": query})
		if r.Failed {
			t.Fatal(r.Msg)
		}
	}
	return map[string]string{"{socket}": socket, "{space}": space}
}

func TestPostgresOracle(t *testing.T) {
	script := func(name string, single bool, text string) mt.Case {
		c := pg(name, "query", mt.Args{"path_to_script": "{dir}/q.sql", "as_single_query": single})
		c.Files = mt.Files{"q.sql: " + text}
		return c
	}
	query := func(name, text string) mt.Case { return pg(name, "query", mt.Args{"query": text}) }
	owner := func(name string, args mt.Args) mt.Case { return pg(name, "owner", args) }
	member := func(name string, args mt.Args) mt.Case { return pg(name, "membership", args) }
	table := func(name string, args mt.Args) mt.Case { return pg(name, "table", args) }
	set := func(name string, args mt.Args) mt.Case { return pg(name, "set", args) }
	mt.Sequence(t, []mt.Case{
		table("a table", mt.Args{"name": "t", "columns": []string{"id int primary key", "name text"}, "owner": "alice", "storage_params": []string{"fillfactor=70"}}),
		table("again", mt.Args{"name": "t", "columns": []string{"id int primary key", "name text"}, "owner": "alice", "storage_params": []string{"fillfactor=70"}}),
		checked(table("another owner, checked", mt.Args{"name": "t", "owner": "bob"})),
		table("another fill", mt.Args{"name": "public.t", "storage_params": []string{"fillfactor=80", "autovacuum_enabled=false"}}),
		table("like it", mt.Args{"name": "u", "like": "t", "including": "constraints,defaults", "unlogged": true}),
		table("renamed", mt.Args{"name": "u", "rename": "v"}),
		table("no such type", mt.Args{"name": "w", "columns": []string{"id nothing"}}),
		table("conflict", mt.Args{"name": "t", "truncate": true, "owner": "bob"}),
		table("danger", mt.Args{"name": "t", "columns": []string{"id int; DROP TABLE t"}, "trust_input": false}),
		table("emptied", mt.Args{"name": "t", "truncate": true}),
		table("gone", mt.Args{"name": "v", "state": "absent"}),
		table("gone again", mt.Args{"name": "v", "state": "absent"}),
		owner("owned", mt.Args{"new_owner": "bob", "obj_name": "t", "obj_type": "table"}),
		owner("owned again", mt.Args{"new_owner": "bob", "obj_name": "t", "obj_type": "table"}),
		owner("the database", mt.Args{"new_owner": "bob", "obj_name": "postgres", "type": "database"}),
		owner("nobody", mt.Args{"new_owner": "nobody", "obj_name": "t", "obj_type": "table"}),
		checked(owner("reassigned, checked", mt.Args{"new_owner": "alice", "reassign_owned_by": []string{"bob", "carol"}, "fail_on_role": false})),
		owner("reassigned", mt.Args{"new_owner": "alice", "reassign_owned_by": "bob"}),
		member("members", mt.Args{"groups": []string{"readers", "writers"}, "target_roles": []string{"alice", "bob"}}),
		member("members again", mt.Args{"groups": "readers", "users": "alice"}),
		checked(member("taken out, checked", mt.Args{"groups": "readers", "users": "alice", "state": "absent"})),
		member("taken out", mt.Args{"groups": "readers", "users": "alice", "state": "absent"}),
		member("exactly", mt.Args{"groups": "readers", "users": "bob,alice", "state": "exact"}),
		member("missing", mt.Args{"groups": "readers", "users": "carol"}),
		set("memory", mt.Args{"name": "work_mem", "value": "8mb"}),
		set("memory again", mt.Args{"name": "work_mem", "value": "8MB"}),
		checked(set("memory, checked", mt.Args{"name": "work_mem", "value": "16MB"})),
		set("reset", mt.Args{"name": "work_mem", "reset": true}),
		set("a restart", mt.Args{"name": "max_connections", "value": "50"}),
		set("a list", mt.Args{"name": "search_path", "value": "a, b"}),
		set("not to be set", mt.Args{"name": "server_version", "value": "1"}),
		set("not there", mt.Args{"name": "work_memory", "value": "1"}),
		set("nonsense", mt.Args{"name": "work_mem", "value": "many"}),
		script("a file", true, "SELECT 1 AS one;\nSELECT 2 AS two"),
		script("a file in pieces", false, "SELECT 1 AS one;\n;SELECT 2 AS two;\n"),
		pg("a file and a statement", "query", mt.Args{"query": "SELECT 1", "path_to_script": "{dir}/q.sql"}),
		pg("no file", "query", mt.Args{"path_to_script": "{dir}/none"}),
		query("numbers and arrays", "SELECT 1.5::numeric AS n, ARRAY['a', NULL]::text[] AS a, ARRAY[1,2] AS i, '{\"k\": [1]}'::jsonb AS j, true AS b, 2.5::float8 AS f"),
	}, freshPostgres)
}

func TestPostgresObjectsOracle(t *testing.T) {
	seq := func(name string, args mt.Args) mt.Case { return pg(name, "sequence", args) }
	idx := func(name string, args mt.Args) mt.Case { return pg(name, "idx", args) }
	space := func(name string, args mt.Args) mt.Case { return pg(name, "tablespace", args) }
	lang := func(name string, args mt.Args) mt.Case {
		args["db"] = "postgres"
		return pg(name, "lang", args)
	}
	mt.Sequence(t, []mt.Case{
		pg("a table", "table", mt.Args{"name": "t", "columns": []string{"id int", "name text"}}),
		seq("a sequence", mt.Args{"name": "s", "start": 5, "increment": 2, "cycle": true, "data_type": "integer", "owner": "alice"}),
		seq("again", mt.Args{"name": "s"}),
		seq("renamed", mt.Args{"name": "s", "rename_to": "r"}),
		seq("no sequence", mt.Args{"name": "s", "rename_to": "r"}),
		seq("gone", mt.Args{"name": "r", "state": "absent"}),
		checked(idx("an index, checked", mt.Args{"name": "i", "table": "t", "columns": "id"})),
		idx("an index", mt.Args{"name": "i", "table": "t", "columns": []string{"id", "lower(name)"}, "unique": true, "cond": "id > 3", "storage_params": []string{"fillfactor=90"}}),
		idx("an index again", mt.Args{"name": "i", "table": "t", "columns": "id"}),
		idx("no table", mt.Args{"name": "j"}),
		idx("a wrong type", mt.Args{"name": "j", "table": "t", "columns": "id", "idxtype": "round"}),
		idx("index gone", mt.Args{"name": "i", "state": "absent", "concurrent": false, "cascade": true}),
		space("a tablespace", mt.Args{"name": "fast", "location": "{space}"}),
		space("its options", mt.Args{"name": "fast", "set": mt.Args{"seq_page_cost": 1.5}}),
		space("its owner", mt.Args{"name": "fast", "owner": "bob"}),
		space("elsewhere", mt.Args{"name": "fast", "location": "/elsewhere"}),
		space("renamed space", mt.Args{"name": "fast", "rename_to": "quick"}),
		space("space gone", mt.Args{"name": "quick", "state": "absent"}),
		space("space gone again", mt.Args{"name": "quick", "state": "absent"}),
		lang("trusted", mt.Args{"lang": "plpgsql", "trust": true}),
		lang("not to be dropped", mt.Args{"lang": "plpgsql", "state": "absent"}),
		lang("no language", mt.Args{"lang": "plnothing", "state": "absent"}),
		pg("an answer", "ping", mt.Args{}),
		pg("some of it", "info", mt.Args{"filter": []string{"ver*", "in_recovery", "tablespaces", "roles", "repl*"}}),
		pg("a slot", "slot", mt.Args{"name": "one", "immediately_reserve": true}),
		pg("a slot again", "slot", mt.Args{"name": "one"}),
		pg("a slot gone", "slot", mt.Args{"name": "one", "state": "absent"}),
	}, freshPostgres)
}

func TestPostgresScriptOracle(t *testing.T) {
	script := func(name, text string, args mt.Args) mt.Case {
		args["path"] = "{dir}/s.sql"
		c := pg(name, "script", args)
		c.Files = mt.Files{"s.sql: " + text}
		return c
	}
	mt.Sequence(t, []mt.Case{
		script("several", "CREATE TABLE t (id int, name text);\nINSERT INTO t VALUES (1, 'a;b'), (2, NULL);", mt.Args{}),
		script("rows", "UPDATE t SET name = 'x' WHERE id = 2; SELECT * FROM t ORDER BY id", mt.Args{}),
		script("values", "SELECT %s::int AS n, %s AS t", mt.Args{"positional_args": []any{3, "it's"}}),
		script("a mistake", "SELECT 1;\nSELECT nothing FROM t;", mt.Args{}),
		pg("no file", "script", mt.Args{"path": "/nonexistent.sql"}),
		pg("described", "info", mt.Args{"filter": "databases"}),
	}, freshPostgres)
}

func TestPostgresCopyOracle(t *testing.T) {
	publication := func(name string, args mt.Args) mt.Case { return pg(name, "publication", args) }
	cp := func(name string, args mt.Args) mt.Case { return pg(name, "copy", args) }
	stat := func(name string, args mt.Args) mt.Case {
		c := pg(name, "user_obj_stat_info", args)
		c.Ignore = []string{"relid", "indexrelid"}
		return c
	}
	mt.Sequence(t, []mt.Case{
		pg("tables", "query", mt.Args{"query": []string{"CREATE TABLE t (id int primary key, name text)", "CREATE TABLE u (id int)", "INSERT INTO t VALUES (1, 'a')"}}),
		checked(cp("out, checked", mt.Args{"src": "t", "to": "{space}/t.csv"})),
		cp("out", mt.Args{"src": "t", "to": "{space}/t.csv", "columns": []string{"id", "name"}, "options": mt.Args{"format": "csv", "delimiter": ";"}}),
		cp("in", mt.Args{"dst": "u", "from": "{space}/ids", "program": false}),
		cp("a query out", mt.Args{"src": "SELECT 7", "to": "{space}/ids"}),
		cp("in again", mt.Args{"dst": "public.u", "from": "{space}/ids"}),
		cp("nowhere", mt.Args{"from": "{space}/ids"}),
		checked(cp("no table", mt.Args{"src": "none", "to": "{space}/x"})).Differing("the look is another statement", "msg"),
		publication("published", mt.Args{"name": "p", "tables": "t", "parameters": mt.Args{"publish": "insert,update"}, "owner": "postgres"}),
		publication("published again", mt.Args{"name": "p", "tables": "t", "parameters": mt.Args{"publish": "insert,update"}}),
		publication("more tables", mt.Args{"name": "p", "tables": []string{"t", "u"}, "parameters": mt.Args{"publish": "delete"}}),
		publication("unpublished", mt.Args{"name": "p", "state": "absent"}),
		publication("unpublished again", mt.Args{"name": "p", "state": "absent"}).Differing("Ansible says neither that it changed nor that it did not", "changed"),
		stat("indexes", mt.Args{"filter": "indexes"}),
		stat("no schema", mt.Args{"schema": "none"}),
	}, freshPostgres)
}
