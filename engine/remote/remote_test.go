package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/engine/agent"
	"goplay/engine/remote/sshdtest"
	"goplay/internal/value"
	"goplay/modules"
)

// shared is the cache folder of the tests that do not mind an agent that is
// there already.
var shared string

// The agent that the tests put on hosts is the test program itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "agent" {
		os.Exit(agent.Main(os.Args[2:]))
	}
	dir, err := os.MkdirTemp("", "goplay-cache")
	if err != nil {
		panic(err)
	}
	shared = dir
	os.Unsetenv("SSH_AUTH_SOCK")
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

type shArgs struct {
	Cmd string `arg:"cmd,required" doc:"What sh runs."`
}

type shResult struct {
	Stdout string `json:"stdout" doc:"What it printed."`
	Pid    int    `json:"pid" doc:"The agent's."`
	Size   int64  `json:"size" doc:"Of the content that was pulled."`
}

func init() {
	modules.Register(modules.Spec{Name: "test.remote.sh", Summary: "Run sh."}, func(c *modules.Context, a shArgs) (shResult, error) {
		out, err := c.Command("sh", "-c", a.Cmd)
		return shResult{Stdout: strings.TrimSpace(out), Pid: os.Getpid()}, err
	})
	modules.Register(modules.Spec{Name: "test.remote.pull", Summary: "Pull a content."}, func(c *modules.Context, _ struct{}) (shResult, error) {
		r, err := c.Content("src")
		if err != nil {
			return shResult{}, err
		}
		defer r.Close()
		n, err := io.Copy(io.Discard, r)
		return shResult{Size: n, Pid: os.Getpid()}, err
	})
}

// newPool makes a pool that knows nothing but the files given, and no agent of the user's either.
func newPool(t testing.TB, o Options) *Pool {
	t.Helper()
	if o.SSHConfig == nil {
		o.SSHConfig = []string{}
	}
	p := NewPool(o)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

// cache gives sessions of a server a cache folder of their own.
func cache(t testing.TB) (line, dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "goplay-cache")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return "SetEnv XDG_CACHE_HOME=" + dir, dir
}

func start(t testing.TB, lines ...string) (*sshdtest.Server, *Pool) {
	t.Helper()
	s := sshdtest.Start(t, append(lines, "SetEnv XDG_CACHE_HOME="+shared)...)
	return s, newPool(t, Options{SSHConfig: []string{s.Config}})
}

func sh(t testing.TB, p *Pool, target Target, cmd string) (modules.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := p.Runner(ctx, target)
	if err != nil {
		return modules.Result{}, err
	}
	return r.Run(ctx, modules.Call{Module: "test.remote.sh", Args: map[string]any{"cmd": cmd}})
}

// expect runs a command on a target and compares what it prints.
func expect(t testing.TB, p *Pool, target Target, cmd, want string) modules.Result {
	t.Helper()
	r, err := sh(t, p, target, cmd)
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	if out, _ := r.Data.Get("stdout"); r.Failed || out != want {
		t.Fatalf("%s: got %v, %q; want %q", cmd, out, r.Msg, want)
	}
	return r
}

func field(r modules.Result, name string) any {
	v, _ := r.Data.Get(name)
	return v
}

func TestSSH(t *testing.T) {
	s, p := start(t)
	target := Target{Host: "web"}
	first := expect(t, p, target, "echo $SSH_CONNECTION | cut -d' ' -f4", fmt.Sprint(s.Port))
	second := expect(t, p, target, "echo again", "again")
	if field(first, "pid") != field(second, "pid") {
		t.Error("the second call had another agent")
	}
	if n := s.Logins(); n != 1 {
		t.Errorf("%d logins", n)
	}
	if err := p.Reset(target); err != nil {
		t.Error(err)
	}
	third := expect(t, p, target, "echo anew", "anew")
	if field(first, "pid") == field(third, "pid") || s.Logins() != 2 {
		t.Errorf("after a reset, agent %v and %d logins", field(third, "pid"), s.Logins())
	}
}

func TestCachedAgentIsNotPushedAgain(t *testing.T) {
	line, dir := cache(t)
	s := sshdtest.Start(t, line)
	for range 2 {
		p := NewPool(Options{SSHConfig: []string{s.Config}})
		expect(t, p, Target{Host: "web"}, "echo hi", "hi")
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "goplay"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	// Starting a command three times to push, and once when the agent is there.
	if n := strings.Count(s.Log(), "Starting session: command"); n != 4 {
		t.Errorf("%d commands were started", n)
	}
}

func TestOldAgentsArePruned(t *testing.T) {
	line, dir := cache(t)
	s := sshdtest.Start(t, line)
	dir = filepath.Join(dir, "goplay")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-3 * time.Hour)
	for i, name := range []string{"agent-1", "agent-2", "agent-3", "agent-4", ".push-7"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o700); err != nil {
			t.Fatal(err)
		}
		at := old.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, newPool(t, Options{SSHConfig: []string{s.Config}}), Target{Host: "web"}, "echo hi", "hi")
	var names []string
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		names = append(names, f.Name())
	}
	b, err := itself()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(names, " ")
	if len(names) != 3 || !strings.Contains(all, "agent-3") || !strings.Contains(all, "agent-4") || !strings.Contains(all, b.Hash) {
		t.Errorf("left: %s", all)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	s, p := start(t)
	for name, tt := range map[string]struct {
		target Target
		want   string
	}{
		// What ansible-playbook 2.14 says, word for word.
		"name": {Target{Host: "x", SSHArgs: "-F none -o HostName=nosuch.invalid"},
			"Failed to connect to the host via ssh: ssh: Could not resolve hostname nosuch.invalid: Name or service not known"},
		"refused": {Target{Host: "127.0.0.1", Port: 1},
			"Failed to connect to the host via ssh: ssh: connect to host 127.0.0.1 port 1: Connection refused"},
		"denied": {Target{Host: "web", SSHArgs: "-o PubkeyAuthentication=no"},
			"Failed to connect to the host via ssh: " + s.User + "@127.0.0.1: Permission denied (publickey)."},
		"user": {Target{Host: "web", User: "nosuchuser"},
			"Failed to connect to the host via ssh: nosuchuser@127.0.0.1: Permission denied (publickey)."},
		"arguments": {Target{Host: "web", SSHArgs: `-o "`}, `read the ssh arguments "-o \"": No closing quotation`},
		"circle": {Target{Host: "web", SSHArgs: "-J a,b,c,d,e,f,g,h,i,j,k"},
			"Failed to connect to the host via ssh: the ProxyJump of 127.0.0.1 leads in a circle"},
		"proxy": {Target{Host: "web", SSHArgs: "-o 'ProxyCommand=echo no way >&2; false'"},
			"Failed to connect to the host via ssh: no way"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sh(t, p, tt.target, "true")
			var lost *Unreachable
			if !errors.As(err, &lost) || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// A way to reach hosts that there is not is no loss of the host.
func TestNoPlugin(t *testing.T) {
	t.Parallel()
	_, err := sh(t, newPool(t, Options{}), Target{Host: "web", Connection: "winrm"}, "true")
	var unknown *NoPlugin
	if want := "the connection plugin 'winrm' was not found"; !errors.As(err, &unknown) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	silent := listen(t, func(c io.ReadWriteCloser) { _, _ = io.Copy(io.Discard, c) })
	p := newPool(t, Options{})
	begin := time.Now()
	_, err := sh(t, p, Target{Host: "127.0.0.1", Port: silent, Timeout: time.Second}, "true")
	if err == nil || !strings.Contains(err.Error(), "Connection timed out during banner exchange") || time.Since(begin) > 10*time.Second {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}

func TestLocal(t *testing.T) {
	p := newPool(t, Options{})
	r := expect(t, p, Target{Host: "localhost", Connection: "local"}, "echo here", "here")
	if field(r, "pid") != int64(os.Getpid()) {
		t.Error("a local call has left this process")
	}
}

func TestConcurrentHosts(t *testing.T) {
	s, p := start(t)
	errs := make(chan error, 20)
	for i := range 20 {
		go func() {
			_, err := sh(t, p, Target{Host: fmt.Sprintf("web%d", i%4)}, "echo hi")
			errs <- err
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := s.Logins(); n != 4 {
		t.Errorf("%d logins for 4 hosts", n)
	}
}

func TestJobOutlivesConnection(t *testing.T) {
	s, p := start(t)
	dir := filepath.Join(s.Dir, "async")
	r, err := p.Runner(context.Background(), Target{Host: "web"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := agent.Detach(context.Background(), r, modules.Call{Module: "test.remote.sh",
		Args: map[string]any{"cmd": "sleep 1; echo done"}, Env: map[string]string{"ANSIBLE_ASYNC_DIR": dir}}, time.Minute)
	if err != nil || got.Failed {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := p.Reset(Target{Host: "web"}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text, err := os.ReadFile(value.Str(field(got, "results_file")))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"stdout": "done"`) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the job did not end: %s", text)
		}
	}
}

func TestExec(t *testing.T) {
	_, p := start(t)
	for _, target := range []Target{{Host: "web"}, {Connection: "local"}} {
		rc, out, errs, err := p.Exec(context.Background(), target, "cat; echo oops >&2; exit 3", strings.NewReader("in\x00put"))
		if rc != 3 || string(out) != "in\x00put" || string(errs) != "oops\n" || err != nil {
			t.Errorf("%d, %q, %q, %v", rc, out, errs, err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	if _, _, _, err := p.Exec(ctx, Target{Host: "web"}, "sleep 60", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a command that was cancelled: %v", err)
	}
}

func root(t testing.TB) {
	t.Helper()
	if me, err := user.Current(); err != nil || me.Uid != "0" {
		t.Skip("NOT TESTED: making users and mounts needs root")
	}
}

func BenchmarkCallSSH(b *testing.B) {
	_, p := start(b)
	r, err := p.Runner(context.Background(), Target{Host: "web"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.Run(context.Background(), modules.Call{Module: "test.remote.none"}); err != nil {
			b.Fatal(err)
		}
	}
}
