package databases

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func TestPostgresUserOracle(t *testing.T) {
	user := func(name string, args mt.Args) mt.Case { return pg(name, "user", args) }
	query := func(name, text string) mt.Case { return pg(name, "query", mt.Args{"query": text}) }
	mt.Sequence(t, []mt.Case{
		query("a table", "CREATE TABLE t (a int)"),
		checked(user("a user, checked", mt.Args{"name": "app", "password": "secret"})),
		user("a user", mt.Args{"name": "app", "password": "secret", "encrypted": true, "role_attr_flags": "CREATEDB", "expires": "2040-01-01"}),
		user("a user again", mt.Args{"name": "app", "password": "secret", "encrypted": true, "role_attr_flags": "CREATEDB", "expires": "2040-01-01"}),
		user("no password", mt.Args{"name": "app"}),
		user("attributes", mt.Args{"name": "app", "role_attr_flags": "NOCREATEDB", "conn_limit": 3}),
		user("a comment", mt.Args{"name": "app", "comment": "it's ours"}),
		user("a comment again", mt.Args{"name": "app", "comment": "it's ours"}),
		user("no attribute", mt.Args{"name": "app", "role_attr_flags": "FLY"}),
		user("expires", mt.Args{"name": "app", "expires": "infinity"}),
		user("groups", mt.Args{"name": "app", "groups": []string{"readers", "writers"}}),
		user("groups again", mt.Args{"name": "app", "groups": []string{"readers"}}),
		user("no group", mt.Args{"name": "app", "groups": []string{"nobodies"}}),
		user("a hash", mt.Args{"name": "hashed", "password": "md5c1e6c2eb4e4ab9c1d0d7b3b4b27e39ea"}),
		user("a hash again", mt.Args{"name": "hashed", "password": "md5c1e6c2eb4e4ab9c1d0d7b3b4b27e39ea"}),
		user("never mind the password", mt.Args{"name": "hashed", "password": "new", "no_password_changes": true}),
		user("an empty password", mt.Args{"name": "hashed", "password": ""}),
		user("privileges", mt.Args{"name": "open", "db": "postgres", "priv": "CONNECT,CREATE/public.t:SELECT"}),
		user("privileges again", mt.Args{"name": "open", "db": "postgres", "priv": "CONNECT,CREATE/public.t:SELECT"}),
		user("privileges without a database", mt.Args{"name": "open", "priv": "CONNECT"}),
		user("as another", mt.Args{"name": "mine", "session_role": "alice"}),
		user("session of nobody", mt.Args{"name": "mine", "session_role": "nobody"}),
		user("a name to be careful with", mt.Args{"name": "odd; DROP", "trust_input": false}),
		query("what there is", "SELECT rolname, rolcreatedb, rolcreaterole, rolconnlimit, rolvaliduntil::text FROM pg_roles WHERE rolname IN ('app','hashed','open','odd; DROP') ORDER BY 1"),
		checked(user("gone, checked", mt.Args{"name": "hashed", "state": "absent"})),
		user("gone", mt.Args{"name": "hashed", "state": "absent"}),
		user("gone again", mt.Args{"name": "hashed", "state": "absent"}),
		user("what owns something", mt.Args{"name": "open", "state": "absent"}),
		user("what owns something may stay", mt.Args{"name": "open", "state": "absent", "fail_on_user": false}),
		user("no database", mt.Args{"name": "x", "db": "none"}),
		user("no server", mt.Args{"name": "x", "login_unix_socket": "/nonexistent"}),
		user("no host", mt.Args{"name": "x", "login_host": "127.0.0.1", "login_unix_socket": "", "port": 1}),
	}, freshPostgres)
}

func TestPostgresDBOracle(t *testing.T) {
	db := func(name string, args mt.Args) mt.Case { return pg(name, "db", args) }
	ext := func(name string, args mt.Args) mt.Case { return pg(name, "ext", args) }
	schema := func(name string, args mt.Args) mt.Case { return pg(name, "schema", args) }
	mt.Sequence(t, []mt.Case{
		checked(db("a database, checked", mt.Args{"name": "app"})),
		db("a database", mt.Args{"name": "app", "owner": "alice", "encoding": "UTF-8", "lc_collate": "C", "lc_ctype": "C", "template": "template0"}),
		db("a database again", mt.Args{"name": "app", "owner": "alice", "encoding": "UTF-8", "lc_collate": "C", "lc_ctype": "C", "template": "template0"}),
		checked(db("another owner, checked", mt.Args{"name": "app", "owner": "bob"})),
		db("another owner", mt.Args{"name": "app", "owner": "bob"}),
		db("no owner", mt.Args{"name": "app", "owner": "nobody"}),
		db("another encoding", mt.Args{"name": "app", "encoding": "LATIN1"}),
		db("another order", mt.Args{"name": "app", "lc_collate": "POSIX"}),
		db("another kind", mt.Args{"name": "app", "lc_ctype": "POSIX"}),
		db("connections", mt.Args{"name": "app", "conn_limit": "7"}),
		db("a tablespace", mt.Args{"name": "app", "tablespace": "nowhere"}),
		db("no template", mt.Args{"name": "other", "template": "nothing"}),
		db("session", mt.Args{"name": "other", "session_role": "alice"}),
		db("dumped", mt.Args{"name": "app", "state": "dump", "target": "{space}/app.sql"}),
		checked(db("dumped, checked", mt.Args{"name": "app", "state": "dump", "target": "{space}/app.sql"})).Differing("a dump is foretold as the change that it is", "changed"),
		db("dumped of nothing", mt.Args{"name": "none", "state": "dump", "target": "{space}/none.sql"}),
		db("restored", mt.Args{"name": "app", "state": "restore", "target": "{space}/app.sql"}),
		db("restored of nothing", mt.Args{"name": "app", "state": "restore", "target": "{space}/nothing.sql"}).
			Differing("it is seen before a shell is to open it", "msg", "cmd", "rc", "stdout"),
		db("dumped as an archive", mt.Args{"name": "app", "state": "dump", "target": "{space}/app.pgc", "dump_extra_args": "--no-owner"}),
		db("an archive restored", mt.Args{"name": "app", "state": "restore", "target": "{space}/app.pgc", "target_opts": "--clean --if-exists"}),
		checked(db("renamed, checked", mt.Args{"name": "app", "state": "rename", "target": "application"})),
		db("renamed", mt.Args{"name": "app", "state": "rename", "target": "application"}),
		db("renamed again", mt.Args{"name": "app", "state": "rename", "target": "application"}),
		db("renamed to nothing", mt.Args{"name": "app", "state": "rename"}),
		db("what is not there renamed", mt.Args{"name": "nosuch", "state": "rename", "target": "x"}),
		schema("a schema", mt.Args{"name": "s", "db": "application", "owner": "alice"}),
		schema("a schema again", mt.Args{"name": "s", "db": "application", "owner": "alice"}),
		schema("its owner", mt.Args{"name": "s", "db": "application", "owner": "bob"}),
		schema("schema gone", mt.Args{"name": "s", "db": "application", "state": "absent", "cascade_drop": true}),
		schema("schema gone again", mt.Args{"name": "s", "db": "application", "state": "absent"}),
		checked(ext("an extension, checked", mt.Args{"name": "plpgsql", "db": "application", "state": "absent"})),
		ext("an extension gone", mt.Args{"name": "plpgsql", "db": "application", "state": "absent"}),
		ext("an extension gone again", mt.Args{"name": "plpgsql", "db": "application", "state": "absent"}),
		checked(ext("an extension again, checked", mt.Args{"name": "plpgsql", "db": "application"})),
		ext("an extension", mt.Args{"name": "plpgsql", "db": "application", "schema": "public"}),
		ext("an extension there", mt.Args{"name": "plpgsql", "db": "application"}),
		ext("an extension of a version", mt.Args{"name": "plpgsql", "db": "application", "version": "latest"}).
			Differing("what is there in its latest version is no change", "changed", "queries"),
		ext("an extension of no version", mt.Args{"name": "plpgsql", "db": "application", "version": "0.7"}),
		ext("no extension", mt.Args{"name": "nosuch", "db": "application"}),
		checked(db("gone, checked", mt.Args{"name": "application", "state": "absent"})),
		db("gone", mt.Args{"name": "application", "state": "absent", "force": true}),
		db("gone again", mt.Args{"name": "application", "state": "absent"}),
		db("maintenance", mt.Args{"name": "x", "maintenance_db": "none"}),
		db("no server", mt.Args{"name": "x", "login_unix_socket": "/nonexistent"}),
	}, freshPostgres)
}

func TestPostgresPrivsOracle(t *testing.T) {
	privs := func(name string, args mt.Args) mt.Case {
		if _, given := args["db"]; !given {
			args["db"] = "postgres"
		}
		return pg(name, "privs", args)
	}
	query := func(name string, text ...string) mt.Case { return pg(name, "query", mt.Args{"query": text}) }
	mt.Sequence(t, []mt.Case{
		query("tables", "CREATE TABLE t (id int)", "CREATE TABLE u (id int)", "CREATE SCHEMA s", "CREATE TABLE s.v (id int)", "CREATE SEQUENCE q",
			"CREATE FUNCTION f(a int, b text) RETURNS int AS 'SELECT 1' LANGUAGE sql"),
		checked(privs("of tables, checked", mt.Args{"privs": "INSERT", "objs": "t,u", "roles": "alice"})),
		privs("of tables", mt.Args{"privs": "INSERT", "objs": "t,u", "roles": "alice,bob"}),
		privs("of tables again", mt.Args{"privs": "INSERT", "objs": "t,u", "roles": "alice,bob"}),
		privs("to be handed on", mt.Args{"privs": "SELECT", "objs": "t", "role": "alice", "grant_option": true}),
		privs("not to be handed on", mt.Args{"privs": "SELECT", "objs": "t", "role": "alice", "grant_option": false}),
		privs("of a schema's tables", mt.Args{"privs": "ALL", "objs": "ALL_IN_SCHEMA", "schema": "s", "roles": "readers"}),
		privs("of a schema", mt.Args{"privs": "CREATE", "type": "schema", "objs": "s", "roles": "PUBLIC"}),
		privs("of a database", mt.Args{"priv": "TEMP", "type": "database", "objs": "postgres", "roles": "alice"}),
		privs("of the database", mt.Args{"privs": "ALL", "type": "database", "roles": "bob"}),
		privs("of a sequence", mt.Args{"privs": "USAGE", "type": "sequence", "objs": "q", "roles": "alice"}),
		privs("of a function", mt.Args{"privs": "EXECUTE", "type": "function", "objs": "f(int:text)", "roles": "alice"}),
		privs("of no function", mt.Args{"privs": "EXECUTE", "type": "function", "objs": "f(int)", "roles": "alice"}),
		privs("of a language", mt.Args{"privs": "USAGE", "type": "language", "objs": "plpgsql", "roles": "alice"}),
		privs("of a group", mt.Args{"type": "group", "objs": "readers,writers", "roles": "alice"}),
		privs("of a group, to be handed on", mt.Args{"type": "group", "objs": "readers", "roles": "alice", "admin_option": true}),
		privs("from the start", mt.Args{"type": "default_privs", "privs": "SELECT", "objs": "TABLES", "schema": "s", "roles": "readers"}),
		privs("from the start again", mt.Args{"type": "default_privs", "privs": "SELECT", "objs": "TABLES", "schema": "s", "roles": "readers"}),
		privs("from the start of somebody", mt.Args{"type": "default_privs", "privs": "ALL", "objs": "ALL_DEFAULT", "target_roles": "bob", "roles": "readers"}).
			Differing("kinds of objects come in one order", "queries"),
		privs("from the start, not to be handed on", mt.Args{"type": "default_privs", "privs": "SELECT", "objs": "SEQUENCES", "roles": "PUBLIC", "grant_option": true}),
		privs("no table", mt.Args{"privs": "SELECT", "objs": "none", "roles": "alice"}),
		privs("no role", mt.Args{"privs": "SELECT", "objs": "t", "roles": "nobody"}),
		privs("no role, but well", mt.Args{"privs": "SELECT", "objs": "t", "roles": "nobody,alice", "fail_on_role": false}),
		privs("no privilege", mt.Args{"privs": "FLY", "objs": "t", "roles": "alice"}),
		privs("no schema", mt.Args{"privs": "SELECT", "objs": "t", "schema": "nosuch", "roles": "alice"}),
		privs("no objects", mt.Args{"privs": "SELECT", "roles": "alice"}),
		privs("no privileges", mt.Args{"objs": "t", "roles": "alice"}),
		privs("as another", mt.Args{"privs": "SELECT", "objs": "t", "roles": "alice", "session_role": "nobody"}),
		privs("taken", mt.Args{"privs": "INSERT", "objs": "t", "roles": "alice", "state": "absent"}),
		privs("taken again", mt.Args{"privs": "INSERT", "objs": "t", "roles": "alice", "state": "absent"}),
		privs("taken from a group", mt.Args{"type": "group", "objs": "writers", "roles": "alice", "state": "absent"}),
		query("what there is", "SELECT relname, relacl::text FROM pg_class WHERE relname IN ('t','u','v','q') ORDER BY 1"),
		query("what there will be", "SELECT defaclrole::regrole::text AS who, defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1, 2, 3"),
		privs("no database", mt.Args{"db": "none", "privs": "SELECT", "objs": "t", "roles": "alice"}),
	}, freshPostgres)
}
