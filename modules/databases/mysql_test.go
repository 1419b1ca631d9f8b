package databases

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// startMariaDB starts a server in a folder of its own and returns its socket.
func startMariaDB(t *testing.T) string {
	t.Helper()
	server := needProgram(t, "mariadbd", "/usr/sbin/mariadbd")
	install := needProgram(t, "mariadb-install-db", "/usr/bin/mariadb-install-db")
	dir, err := os.MkdirTemp("", "my")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	args := []string{"--no-defaults", "--datadir=" + filepath.Join(dir, "data")}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root")
	}
	if out, err := exec.Command(install, append(args, "--auth-root-authentication-method=normal", "--skip-test-db")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	socket := filepath.Join(dir, "s")
	p := exec.Command(server, append(args, "--socket="+socket, "--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--pid-file="+filepath.Join(dir, "pid"))...)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	waitFor(t, func() error {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
	return socket
}

func needProgram(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("CI installs %s, but it is not here", names[0])
	}
	t.Skipf("%s is not installed", names[0])
	return ""
}

// waitFor waits until a server answers, which is later than that its socket is there.
func waitFor(t *testing.T, answers func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = answers(); err == nil {
			return
		}
	}
	t.Fatalf("the server did not come up: %v", err)
}

func call(t *testing.T, module string, check bool, args map[string]any) modules.Result {
	t.Helper()
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: module, Args: args, Check: check})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// step is one use of a module, held to: check predicts what apply does, and a
// second apply changes nothing.
type step struct {
	module string
	args   map[string]any
	msg    string
	fails  bool
	idle   bool // nothing to do already
	always bool // changes each time
}

func (s step) run(t *testing.T, login map[string]any) {
	t.Helper()
	args := map[string]any{}
	for k, v := range login {
		args[k] = v
	}
	for k, v := range s.args {
		args[k] = value.Of(v)
	}
	check := call(t, s.module, true, args)
	done := call(t, s.module, false, args)
	if done.Failed != s.fails || s.msg != "" && !strings.Contains(done.Msg, s.msg) {
		t.Fatalf("%s %v: failed=%v %q %s", s.module, s.args, done.Failed, done.Msg, value.Repr(done.Data))
	}
	if done.Failed {
		return
	}
	if check.Changed != done.Changed && !check.Skipped || check.Failed || done.Changed == s.idle {
		t.Errorf("%s %v: check changed=%v (%s), apply changed=%v (%s)", s.module, s.args, check.Changed, check.Msg, done.Changed, done.Msg)
	}
	if again := call(t, s.module, false, args); !s.always && (again.Changed || again.Failed) {
		t.Errorf("%s %v: the second apply changed=%v %q %s", s.module, s.args, again.Changed, again.Msg, value.Repr(again.Data))
	}
}

func TestMySQL(t *testing.T) {
	socket := startMariaDB(t)
	login := map[string]any{"login_user": "root", "login_unix_socket": socket, "config_file": filepath.Join(t.TempDir(), "none")}
	const db, user, query = "community.mysql.mysql_db", "community.mysql.mysql_user", "community.mysql.mysql_query"
	dump := filepath.Join(t.TempDir(), "d.sql.gz")
	for _, s := range []step{
		{module: db, args: map[string]any{"name": "app", "encoding": "utf8mb4", "collation": "utf8mb4_bin"}},
		{module: db, args: map[string]any{"name": "app"}, idle: true},
		{module: db, args: map[string]any{"name": "all"}, fails: true, msg: "not allowed to equal 'all'"},
		{module: user, args: map[string]any{"name": "a'b", "password": "se\\cret'", "priv": "app.*:ALL/app.t:SELECT(b, a),INSERT"}, fails: true},
		{module: query, args: map[string]any{"query": []any{"CREATE TABLE app.t (a INT, b TEXT)", "INSERT INTO app.t VALUES (1, 'x'), (2, NULL)"}}, always: true},
		{module: user, args: map[string]any{"name": "c'd", "password": "se\\cret'", "priv": "app.*:ALL,GRANT/app.t:SELECT (b, a),INSERT"}, msg: "User added"},
		{module: user, args: map[string]any{"name": "c'd", "password": "other"}, msg: "Password updated"},
		{module: user, args: map[string]any{"name": "c'd", "password": "third", "update_password": "on_create"}, idle: true},
		{module: user, args: map[string]any{"name": "c'd", "priv": map[string]any{"app.*": "SELECT,UPDATE"}}, msg: "Privileges updated"},
		{module: user, args: map[string]any{"name": "c'd", "priv": "app.*:INSERT", "append_privs": true}, msg: "granted ['INSERT'], revoked []"},
		{module: user, args: map[string]any{"name": "c'd", "priv": "app.*:INSERT,DELETE", "subtract_privs": true}, msg: "granted [], revoked ['INSERT']"},
		{module: user, args: map[string]any{"name": "c'd", "priv": "*.*:ALL,GRANT"}, msg: "Privileges updated"},
		{module: user, args: map[string]any{"name": "c'd", "tls_requires": map[string]any{"SSL": nil}}, msg: "TLS requires updated"},
		{module: user, args: map[string]any{"name": "c'd", "tls_requires": map[string]any{"subject": "/CN=x", "issuer": "/CN=y"}}},
		{module: user, args: map[string]any{"name": "c'd", "resource_limits": map[string]any{"MAX_QUERIES_PER_HOUR": 5}}},
		{module: user, args: map[string]any{"name": "h", "host": "%", "password": "*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29", "encrypted": true}},
		{module: user, args: map[string]any{"name": "h", "host": "%", "password": "test"}, idle: true},
		{module: user, args: map[string]any{"name": "h", "host": "10.0.0.1", "update_password": "on_new_username", "password": "x"}},
		{module: user, args: map[string]any{"name": "h", "host_all": true, "state": "absent"}, msg: "User deleted"},
		{module: db, args: map[string]any{"name": "app", "state": "dump", "target": dump}, always: true},
		{module: db, args: map[string]any{"name": "app", "state": "absent"}},
		{module: db, args: map[string]any{"name": "app", "state": "import", "target": dump}, always: true},
		{module: db, args: map[string]any{"name": "gone", "state": "dump", "target": dump}, fails: true, msg: "Cannot dump database(s) 'gone' - not found"},
	} {
		s.run(t, login)
	}
	args := map[string]any{"query": "SELECT a, b FROM t WHERE a >= %s ORDER BY a", "positional_args": value.NewList(int64(1)), "login_db": "app"}
	for k, v := range login {
		args[k] = v
	}
	r := call(t, query, false, args)
	if got, _ := r.Data.Get("query_result"); r.Failed || value.Repr(got) != "[[{'a': 1, 'b': 'x'}, {'a': 2, 'b': None}]]" {
		t.Errorf("after dump and import: %s %s", r.Msg, value.Repr(got))
	}
}

func TestClientSection(t *testing.T) {
	got := clientSection("[mysqld]\nuser=no\n[client]\n# c\nuser = root\npassword=\"p=#w\"\n[mysql]\nhost=x\n")
	if want := map[string]string{"user": "root", "password": "p=#w"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func FuzzWantedGrants(f *testing.F) {
	for _, seed := range []string{"a.*:ALL/b.c:SELECT (x, y),INSERT", "FUNCTION a.b:EXECUTE", "*.*:USAGE", ":", "((", "a.b:SELECT(`x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := wantedGrants(text, false, false, true)
		if err == nil && len(g.priv["*.*"]) == 0 && len(g.on) == 0 {
			t.Errorf("%q asks for nothing", text)
		}
	})
}
