package databases

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func TestMySQLUserOracle(t *testing.T) {
	user := func(name string, args mt.Args) mt.Case { return my(name, "user", args) }
	mt.Sequence(t, []mt.Case{
		my("a database", "db", mt.Args{"name": "app"}),
		my("tables", "query", mt.Args{"query": []string{"CREATE TABLE app.t (a INT, B INT)", "CREATE PROCEDURE app.p() SELECT 1"}}),
		checked(user("a user, checked", mt.Args{"name": "app", "password": "secret"})),
		user("a user", mt.Args{"name": "app", "password": "secret", "priv": "app.*:ALL"}),
		user("a user again", mt.Args{"name": "app", "password": "secret", "priv": "app.*:ALL"}),
		user("another password", mt.Args{"name": "app", "password": "other"}),
		user("a password for who is new", mt.Args{"name": "app", "password": "third", "update_password": "on_create"}),
		user("a hash", mt.Args{"name": "hashed", "password": "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7", "encrypted": true, "host": "%"}),
		user("a hash again", mt.Args{"name": "hashed", "password": "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7", "encrypted": true, "host": "%"}),
		user("no hash", mt.Args{"name": "hashed2", "password": "plain", "encrypted": true}),
		user("no password", mt.Args{"name": "bare"}),
		user("privileges added", mt.Args{"name": "app", "priv": "app.t:SELECT(a)/*.*:PROCESS", "append_privs": true}),
		user("privileges added again", mt.Args{"name": "app", "priv": "app.t:SELECT(a)/*.*:PROCESS", "append_privs": true}).
			Differing("a blank more or less makes no other privilege", "msg"),
		grantsOf("grants", "app@localhost"),
		user("privileges replaced", mt.Args{"name": "app", "priv": mt.Args{"app.*": "SELECT,INSERT,GRANT"}}),
		user("privileges replaced again", mt.Args{"name": "app", "priv": mt.Args{"app.*": "SELECT,INSERT,GRANT"}}),
		user("privileges taken", mt.Args{"name": "app", "priv": "app.*:INSERT", "subtract_privs": true}),
		user("privileges taken again", mt.Args{"name": "app", "priv": "app.*:INSERT", "subtract_privs": true}),
		user("everything", mt.Args{"name": "bare", "priv": "*.*:ALL,GRANT"}),
		user("everything again", mt.Args{"name": "bare", "priv": "*.*:ALL,GRANT"}),
		user("a procedure", mt.Args{"name": "bare", "priv": "PROCEDURE app.p:EXECUTE"}),
		user("encrypted connections", mt.Args{"name": "bare", "tls_requires": mt.Args{"SSL": ""}}),
		user("encrypted connections again", mt.Args{"name": "bare", "tls_requires": mt.Args{"SSL": ""}}),
		user("of a certificate", mt.Args{"name": "bare", "tls_requires": mt.Args{"subject": "/CN=bare", "issuer": "/CN=ca"}}),
		user("limits", mt.Args{"name": "bare", "resource_limits": mt.Args{"MAX_QUERIES_PER_HOUR": 10}}),
		user("no such privilege", mt.Args{"name": "app", "priv": "app.*:FLY"}),
		user("both", mt.Args{"name": "app", "priv": "app.*:ALL", "append_privs": true, "subtract_privs": true}),
		user("every host", mt.Args{"name": "app", "host_all": true, "password": "x"}),
		user("another host", mt.Args{"name": "app", "host": "10.0.0.%", "password": "x", "sql_log_bin": false}),
		grantsOf("grants of bare", "bare@localhost"),
		user("implicit", mt.Args{"name": "app", "check_implicit_admin": true, "login_password": "wrong"}),
		checked(user("gone, checked", mt.Args{"name": "app", "state": "absent"})),
		user("gone", mt.Args{"name": "app", "state": "absent"}),
		user("gone again", mt.Args{"name": "app", "state": "absent"}),
		user("gone everywhere", mt.Args{"name": "app", "host_all": true, "state": "absent"}),
		user("by plugin", mt.Args{"name": "plug", "plugin": "unix_socket"}),
		user("by plugin again", mt.Args{"name": "plug", "plugin": "unix_socket"}),
		user("no server", mt.Args{"name": "x", "login_unix_socket": "/nonexistent/socket"}),
		user("no host", mt.Args{"name": "x", "login_host": "127.0.0.1", "login_port": 1, "login_unix_socket": nil}),
		user("a wrong password", mt.Args{"name": "x", "login_user": "nobody", "login_password": "wrong"}),
		user("no file", mt.Args{"name": "x", "login_user": nil, "login_password": nil}),
	}, freshMariaDB)
}

func TestMySQLDBOracle(t *testing.T) {
	db := func(name string, args mt.Args) mt.Case { return my(name, "db", args) }
	query := func(name, text string) mt.Case { return my(name, "query", mt.Args{"query": text}) }
	mt.Sequence(t, []mt.Case{
		checked(db("a database, checked", mt.Args{"name": "app"})),
		db("a database", mt.Args{"name": "app", "encoding": "utf8mb4", "collation": "utf8mb4_bin"}),
		db("a database again", mt.Args{"name": "app", "encoding": "latin1"}),
		db("several", mt.Args{"name": []string{"app", "one", "two"}}),
		db("by its other name", mt.Args{"db": "one", "state": "present"}),
		db("no encoding", mt.Args{"name": "odd", "encoding": "nonsense"}),
		query("what there is", "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ('app', 'one', 'two') ORDER BY 1"),
		db("no name", mt.Args{"name": ""}),
		db("dumped without a file", mt.Args{"name": "app", "state": "dump"}),
		db("dumped", mt.Args{"name": "app", "state": "dump", "target": "{dir}/app.sql"}).Differing("a dump is nobody else's to read, and says when it was made", "tree"),
		checked(db("dumped, checked", mt.Args{"name": "app", "state": "dump", "target": "{dir}/app.sql"})),
		db("dumped of nothing", mt.Args{"name": "nosuch", "state": "dump", "target": "{dir}/app.sql"}),
		checked(db("imported, checked", mt.Args{"name": "app", "state": "import", "target": "{dir}/app.sql"})),
		db("several imported", mt.Args{"name": []string{"app", "one"}, "state": "import", "target": "{dir}/app.sql"}),
		db("everything made", mt.Args{"name": "all"}),
		db("imported of nothing", mt.Args{"name": "app", "state": "import", "target": "/nonexistent.sql"}),
		checked(db("gone, checked", mt.Args{"name": "two", "state": "absent"})),
		db("gone", mt.Args{"name": []string{"two", "none"}, "state": "absent"}),
		db("gone again", mt.Args{"name": "two", "state": "absent"}),
		db("no server", mt.Args{"name": "x", "login_unix_socket": "/nonexistent/socket"}),
		db("a wrong password", mt.Args{"name": "x", "login_user": "nobody", "login_password": "wrong"}),
		db("no host", mt.Args{"name": "x", "login_host": "127.0.0.1", "login_port": 1, "login_unix_socket": nil}),
	}, freshMariaDB)
}
