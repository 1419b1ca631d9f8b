package databases

import (
	"os"
	"testing"

	mt "goplay/modules/modulestest"
)

// my is a case of a module of community.mysql on the server of {socket}.
func my(name, module string, args mt.Args) mt.Case {
	for k, v := range (mt.Args{"login_user": "root", "login_unix_socket": "{socket}", "config_file": "/nonexistent/my.cnf"}) {
		if _, given := args[k]; !given {
			args[k] = v
		}
	}
	return mt.Case{Name: name, Module: "community.mysql.mysql_" + module, Args: args, Ignore: []string{"connector_name", "connector_version"}}
}

func checked(c mt.Case) mt.Case {
	c.Check = true
	return c
}

// freshMariaDB starts a server without the account that is called after this machine.
func freshMariaDB(t *testing.T) map[string]string {
	socket := startMariaDB(t)
	machine, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	r := call(t, "community.mysql.mysql_user", false, map[string]any{"login_user": "root", "login_unix_socket": socket, "config_file": "/nonexistent/my.cnf",
		"name": "root", "host": machine, "state": "absent"})
	if r.Failed {
		t.Fatal(r.Msg)
	}
	return map[string]string{"{socket}": socket}
}

// grantsOf asks what somebody may do.
func grantsOf(name, who string) mt.Case {
	c := my(name, "query", mt.Args{"query": "SHOW GRANTS FOR " + who})
	c.Unordered = []string{"query_result"}
	return c
}

func TestMySQLRoleOracle(t *testing.T) {
	user := func(name, host string) mt.Case {
		return my("user "+name+"@"+host, "user", mt.Args{"name": name, "host": host, "password": "x"})
	}
	role := func(name string, args mt.Args) mt.Case { return my(name, "role", args) }
	mt.Sequence(t, []mt.Case{
		my("a database", "db", mt.Args{"name": "app"}),
		my("tables", "query", mt.Args{"query": []string{"CREATE TABLE app.t (a INT, B INT, c INT)", "CREATE TABLE app.u (a INT)"}}),
		user("alice", "localhost"), user("bob", "%"), user("carol", "localhost"),
		checked(role("made, checked", mt.Args{"name": "readers", "members": []string{"alice@localhost"}})),
		role("made", mt.Args{"name": "readers", "members": []string{"alice@localhost"}, "priv": "app.*:SELECT"}),
		role("made again", mt.Args{"name": "readers", "members": []string{"alice@localhost"}, "priv": "app.*:SELECT"}),
		grantsOf("grants of the role", "readers"),
		role("members replaced", mt.Args{"name": "readers", "members": []string{"bob@%"}}),
		grantsOf("alice has it no more", "alice@localhost"),
		role("members added", mt.Args{"name": "readers", "members": []string{"alice@localhost"}, "append_members": true}),
		role("members added again", mt.Args{"name": "readers", "members": []string{"alice@localhost"}, "append_members": true}),
		role("members taken out", mt.Args{"name": "readers", "members": []string{"bob@%", "carol@localhost"}, "detach_members": true}),
		role("who is not there", mt.Args{"name": "readers", "members": []string{"dave@%"}}),
		role("who is not there, left out", mt.Args{"name": "readers", "members": []string{"dave@%", "carol@localhost"}, "members_must_exist": false}),
		role("nobody", mt.Args{"name": "readers", "members": []string{"@localhost"}}),
		role("privileges added", mt.Args{"name": "readers", "priv": mt.Args{"app.t": "SELECT,INSERT"}, "append_privs": true}),
		checked(role("privileges replaced, checked", mt.Args{"name": "readers", "priv": "app.u:UPDATE"})),
		role("privileges replaced", mt.Args{"name": "readers", "priv": "app.u:UPDATE,SELECT"}),
		role("privileges taken", mt.Args{"name": "readers", "priv": "app.u:UPDATE", "subtract_privs": true}),
		grantsOf("what is left", "readers"),
		role("columns", mt.Args{"name": "readers", "priv": "app.t:SELECT (A, C)"}),
		role("a role in a role", mt.Args{"name": "writers", "members": []string{"readers"}}),
		role("an administrator", mt.Args{"name": "ours", "admin": "carol@localhost"}),
		role("another administrator", mt.Args{"name": "ours", "admin": "alice@localhost"}),
		role("both", mt.Args{"name": "ours", "admin": "carol@localhost", "members": []string{"bob@%"}}),
		role("a wrong type", mt.Args{"name": "ours", "priv": []string{"x"}}),
		checked(role("gone, checked", mt.Args{"name": "readers", "state": "absent"})),
		role("gone", mt.Args{"name": "readers", "state": "absent"}),
		role("gone again", mt.Args{"name": "readers", "state": "absent"}),
	}, freshMariaDB)
}

func TestMySQLVariablesOracle(t *testing.T) {
	v := func(name string, args mt.Args) mt.Case { return my(name, "variables", args) }
	mt.Sequence(t, []mt.Case{
		v("told", mt.Args{"variable": "sync_binlog"}),
		v("a text", mt.Args{"variable": "character_set_server"}),
		v("set", mt.Args{"variable": "sync_binlog", "value": "1"}),
		v("set again", mt.Args{"variable": "sync_binlog", "value": "1"}),
		v("a fraction", mt.Args{"variable": "long_query_time", "value": "2.5"}),
		v("a text set", mt.Args{"variable": "character_set_server", "value": "latin1"}),
		v("a word", mt.Args{"variable": "general_log", "value": "ON"}),
		v("another key cache", mt.Args{"variable": "hot.key_buffer_size", "value": "65536"}),
		v("not there", mt.Args{"variable": "not_there"}),
		v("no name", mt.Args{"variable": "x-y"}),
		v("nothing", mt.Args{}),
		v("not to be set", mt.Args{"variable": "version", "value": "1"}),
		v("kept", mt.Args{"variable": "sync_binlog", "value": "1", "mode": "persist"}),
		v("no server", mt.Args{"variable": "x", "login_unix_socket": "/nonexistent/socket"}),
	}, freshMariaDB)
}

func TestMySQLReplicationOracle(t *testing.T) {
	r := func(name string, args mt.Args) mt.Case { return my(name, "replication", args) }
	mt.Sequence(t, []mt.Case{
		r("no replica", mt.Args{}),
		r("no primary", mt.Args{"mode": "getprimary"}),
		r("stopped before", mt.Args{"mode": "stopreplica"}),
		r("not to be started", mt.Args{"mode": "startreplica"}),
		r("not to be started is an error", mt.Args{"mode": "startreplica", "fail_on_error": true}),
		r("follow", mt.Args{"mode": "changeprimary", "primary_host": "10.255.255.1", "primary_port": 3307, "primary_user": "rep", "primary_password": "se'cret",
			"primary_connect_retry": 7, "primary_log_file": "bin.000001", "primary_log_pos": 4, "primary_ssl": true, "primary_delay": 3, "primary_ssl_ca": "/ca.pem"}).
			Differing("a quote in a password is quoted; Ansible's statement breaks", "changed", "failed", "msg", "queries"),
		r("follow by another", mt.Args{"mode": "changeprimary", "master_host": "10.255.255.1", "master_user": "rep", "primary_password": "secret", "primary_use_gtid": "replica_pos"}),
		r("named", mt.Args{"mode": "changeprimary", "primary_host": "10.255.255.2", "connection_name": "two", "primary_use_gtid": "disabled"}),
		r("told by name", mt.Args{"connection_name": "two"}),
		r("reset by name", mt.Args{"mode": "resetreplicaall", "connection_name": "two"}),
		r("reset", mt.Args{"mode": "resetreplica"}),
		r("reset everything", mt.Args{"mode": "resetreplicaall"}),
		r("no binary log to reset", mt.Args{"mode": "resetprimary"}),
		r("both", mt.Args{"channel": "a", "connection_name": "b"}),
	}, freshMariaDB)
}

func TestMySQLInfoOracle(t *testing.T) {
	info := func(name string, args mt.Args) mt.Case { return my(name, "info", args) }
	mt.Sequence(t, []mt.Case{
		my("a database", "db", mt.Args{"name": []string{"app", "empty"}}),
		my("a table", "query", mt.Args{"query": "CREATE TABLE app.t (a INT)"}),
		info("its version", mt.Args{"filter": "version"}),
		info("databases", mt.Args{"filter": []string{"databases"}, "exclude_fields": "db_size"}),
		info("sizes", mt.Args{"filter": []string{" databases"}, "return_empty_dbs": true}),
		info("engines, users", mt.Args{"filter": []string{"engines", "users", "nothing"}}),
		info("replication", mt.Args{"filter": []string{"master_status", "slave_status", "slave_hosts"}}),
		info("not these", mt.Args{"filter": []string{"!databases", "!settings", "!global_status", "!users", "!engines", "!version"}}),
	}, freshMariaDB)
}
