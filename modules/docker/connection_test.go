package docker

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"goplay/modules"
)

func TestNormalHost(t *testing.T) {
	for _, c := range []struct {
		host   string
		secure bool
		want   string
	}{
		{"unix://var/run/docker.sock", false, "unix:///var/run/docker.sock"}, {"unix:///run/d.sock", false, "unix:///run/d.sock"},
		{"tcp://h", false, "tcp://h:2375"}, {"tcp://h", true, "tcp://h:2376"}, {"https://h", false, "tcp://h:2376"},
		{"h:99", false, "tcp://h:99"}, {"tcp://[::1]:1/x", false, "tcp://[::1]:1/x"}, {"ssh://u@h:2", false, "ssh://u@h:2"},
	} {
		if got, err := normalHost(c.host, c.secure); err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.host, got, err, c.want)
		}
	}
	for _, host := range []string{"npipe://x", "tcp://", "tcp://%zz"} {
		if got, err := normalHost(host, false); err == nil {
			t.Errorf("%s: %s", host, got)
		}
	}
}

func TestSSHArgv(t *testing.T) {
	argv, err := sshArgv("ssh://me@far:22")
	if got := strings.Join(argv, " "); err != nil || got != "-T -o BatchMode=yes -l me -p 22 -- far docker system dial-stdio" {
		t.Errorf("%s, %v", got, err)
	}
	for _, host := range []string{"ssh://", "ssh://-oProxyCommand=x"} {
		if argv, err := sshArgv(host); err == nil {
			t.Errorf("%s: %q", host, argv)
		}
	}
}

// TestNoEngine: what users read when there is no engine to talk to.
func TestNoEngine(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, "dead.sock")
	l, err := net.Listen("unix", dead)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	silent := filepath.Join(dir, "silent.sock")
	if l, err = net.Listen("unix", silent); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const front = "Error connecting: Error while fetching server API version: "
	for _, c := range []struct {
		args, want object
	}{
		{object{"docker_host": "unix://" + dir + "/none.sock"}, object{"msg": front + "no Docker engine listens at " + dir + "/none.sock: No such file or directory. Install docker"}},
		{object{"docker_host": "unix://" + dead}, object{"msg": front + "no Docker engine listens at " + dead + ": Connection refused. Start it"}},
		{object{"docker_host": "unix://" + silent, "timeout": 1}, object{"msg": "gives no answer"}},
		{object{"docker_host": "tcp://127.0.0.1:1"}, object{"msg": front + "no Docker engine answers at tcp://127.0.0.1:1: connect: connection refused"}},
		{object{"docker_host": "tcp://127.0.0.1:1", "tls": true}, object{"msg": front + "no Docker engine answers at tcp://127.0.0.1:1: connect: connection refused"}},
		{object{"docker_host": "ssh://-x"}, object{"msg": "is no ssh address"}},
		{object{"docker_host": "npipe://x"}, object{"msg": "Error connecting: docker_host"}},
		{object{"docker_host": "tcp://h", "tls": true, "ca_cert": dir + "/none.pem"}, object{"msg": "Error connecting: TLS configuration: open " + dir + "/none.pem"}},
	} {
		c.args["name"] = "x"
		r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "community.docker.docker_container_info", Args: args(c.args)})
		if err != nil || !r.Failed || !strings.Contains(r.Msg, c.want["msg"].(string)) {
			t.Errorf("%v: %v, failed %v: %s; want %s", c.args, err, r.Failed, r.Msg, c.want["msg"])
		}
	}
}

// TestDockerHostFromTheTask: the task's environment counts, not only options.
func TestDockerHostFromTheTask(t *testing.T) {
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "community.docker.docker_container_info",
		Args: args(object{"name": "x"}), Env: map[string]string{"DOCKER_HOST": "unix:///nonexistent/d.sock"}})
	if err != nil || !strings.Contains(r.Msg, "no Docker engine listens at /nonexistent/d.sock") {
		t.Errorf("%v, %s", err, r.Msg)
	}
}

// TestPermission runs this test as another user, who may not use the socket.
func TestPermission(t *testing.T) {
	if os.Getenv("PERMISSION_SOCKET") != "" {
		r, _ := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "community.docker.docker_container_info",
			Args: args(object{"name": "x", "docker_host": "unix://" + os.Getenv("PERMISSION_SOCKET")})})
		os.Stdout.WriteString(r.Msg)
		return
	}
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: it needs root to become another user")
	}
	dir, err := os.MkdirTemp("/tmp", "permission")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "docker.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	program, _ := os.ReadFile(os.Args[0])
	if os.WriteFile(dir+"/test", program, 0o755) != nil || os.Chmod(dir, 0o755) != nil || os.Chmod(socket, 0o660) != nil {
		t.Fatal("cannot prepare")
	}
	cmd := exec.Command(dir+"/test", "-test.run=^TestPermission$")
	cmd.Env, cmd.Dir = append(os.Environ(), "PERMISSION_SOCKET="+socket), dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, _ := cmd.CombinedOutput()
	for _, want := range []string{"Error connecting: Error while fetching server API version: " + socket + ": Permission denied for user nobody", "group docker", "become"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%s\nlacks %q", out, want)
		}
	}
}
