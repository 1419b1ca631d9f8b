package databases

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"goplay/internal/value"
)

// startPostgres starts a server in a folder of its own, as a user who is not
// root, and returns the folder of its socket.
func startPostgres(t *testing.T) string {
	t.Helper()
	initdb := needProgram(t, "initdb", "/usr/lib/postgresql/15/bin/initdb", "/usr/lib/postgresql/16/bin/initdb", "/usr/lib/postgresql/17/bin/initdb")
	initdb, err := filepath.EvalSymlinks(initdb)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	command := func(name string, args ...string) *exec.Cmd {
		p := exec.Command(filepath.Join(filepath.Dir(initdb), name), args...)
		p.Dir = "/"
		if os.Geteuid() == 0 {
			const nobody = 65534
			p.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			if err := os.Chown(dir, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		return p
	}
	data := filepath.Join(dir, "data")
	if out, err := command("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p := command("postgres", "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Signal(syscall.SIGINT); _ = p.Wait() })
	waitFor(t, func() error {
		if r := call(t, "community.postgresql.postgresql_db", true, map[string]any{"db": "x", "login_unix_socket": dir}); r.Failed {
			return errors.New(r.Msg)
		}
		return nil
	})
	return dir
}

func TestPostgreSQL(t *testing.T) {
	socket := startPostgres(t)
	login := map[string]any{"login_unix_socket": socket}
	const db, user, privs, ext, schema = "community.postgresql.postgresql_db", "community.postgresql.postgresql_user",
		"community.postgresql.postgresql_privs", "community.postgresql.postgresql_ext", "community.postgresql.postgresql_schema"
	dump := filepath.Join(t.TempDir(), "d.sql.gz")
	for _, s := range []step{
		{module: user, args: map[string]any{"name": "o'wner", "password": "pä$s'w", "role_attr_flags": "CREATEDB,NOSUPERUSER"}},
		{module: user, args: map[string]any{"name": "o'wner", "password": "other", "conn_limit": 3, "expires": "2040-01-01", "comment": "hi"}},
		{module: user, args: map[string]any{"name": "o'wner", "password": "x", "no_password_changes": true}, idle: true},
		{module: user, args: map[string]any{"name": "o'wner", "role_attr_flags": "FLY"}, fails: true, msg: "Invalid role_attr_flags specified: FLY"},
		{module: user, args: map[string]any{"name": "m", "password": "md55a9ce0a2d2f3d0e2e1d6b6b9a9b7d6a3", "groups": []any{"o'wner"}}},
		{module: db, args: map[string]any{"name": "app", "owner": "o'wner", "encoding": "UTF-8", "template": "template0", "lc_collate": "C"}},
		{module: db, args: map[string]any{"name": "app", "conn_limit": "7"}},
		{module: db, args: map[string]any{"name": "app", "encoding": "LATIN1"}, fails: true, msg: "Changing database encoding is not supported. Current encoding: UTF8"},
		{module: user, args: map[string]any{"name": "n"}},
		{module: user, args: map[string]any{"name": "n", "db": "app", "priv": "CONNECT,CREATE/pg_class:SELECT"}},
		{module: schema, args: map[string]any{"name": "s", "db": "app", "owner": "o'wner"}},
		{module: schema, args: map[string]any{"name": "s", "db": "app", "owner": "postgres"}},
		{module: privs, args: map[string]any{"db": "app", "privs": "CREATE,USAGE", "type": "schema", "objs": "s", "roles": "m"}},
		{module: privs, args: map[string]any{"db": "app", "privs": "ALL", "type": "database", "roles": "m", "grant_option": true}},
		{module: privs, args: map[string]any{"db": "app", "privs": "ALL", "type": "database", "roles": "m", "grant_option": false}},
		{module: privs, args: map[string]any{"db": "app", "privs": "SELECT", "objs": "ALL_IN_SCHEMA", "schema": "s", "roles": "m"}, idle: true},
		{module: privs, args: map[string]any{"db": "app", "privs": "SELECT", "type": "default_privs", "objs": "TABLES", "schema": "s", "roles": "m,PUBLIC"}},
		{module: privs, args: map[string]any{"db": "app", "type": "group", "objs": "o'wner", "roles": "m", "state": "absent"}},
		{module: privs, args: map[string]any{"db": "app", "privs": "SELECT", "objs": "t", "roles": "who"}, fails: true, msg: "Role 'who' does not exist"},
		{module: privs, args: map[string]any{"db": "app", "privs": "SELECT", "objs": "t", "roles": "m"}, fails: true, msg: `relation "public.t" does not exist`},
		{module: ext, args: map[string]any{"name": "plpgsql", "db": "app"}, idle: true},
		{module: ext, args: map[string]any{"name": "plpgsql", "db": "app", "state": "absent"}},
		{module: db, args: map[string]any{"name": "app", "state": "dump", "target": dump}, always: true},
		{module: db, args: map[string]any{"name": "app", "state": "rename", "target": "app2"}},
		{module: db, args: map[string]any{"name": "app2", "state": "absent"}},
		{module: user, args: map[string]any{"name": "m", "state": "absent"}, msg: ""},
	} {
		s.run(t, login)
	}
	r := call(t, db, false, map[string]any{"db": "x", "login_unix_socket": t.TempDir()})
	if !r.Failed {
		t.Errorf("no server there, but %s", value.Repr(r.Data))
	}
}

func TestSamePassword(t *testing.T) {
	for _, c := range []struct {
		user, password, kept string
		want                 bool
	}{
		{"u", "p", "md5" + "c0fbf3e8f2c3ff1a3a0d2e6a2cf0b5d5", false},
		{"u", "", "", true},
		{"user", "pencil", "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", true},
		{"user", "pen", "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", false},
	} {
		if got := samePassword(c.user, c.password, c.kept); got != c.want {
			t.Errorf("samePassword(%q, %q, %q) = %v", c.user, c.password, c.kept, got)
		}
	}
}
