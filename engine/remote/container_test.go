package remote

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// engine puts a docker first in PATH that runs commands here and notes its
// command lines: what matters is what it is called with, and that its pipes carry
// the protocol.
func engine(t *testing.T, name string) (calls string) {
	t.Helper()
	dir := t.TempDir()
	calls = filepath.Join(dir, "calls")
	script := `#!/bin/sh
echo "$@" | cut -c1-60 >> ` + calls + `
while [ "$1" != exec ]; do shift; done
shift 2
if [ "$1" = -u ]; then shift 2; fi
if [ "$1" = gone ]; then echo "Error response from daemon: No such container: gone" >&2; exit 1; fi
shift
exec "$@"
`
	must(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("XDG_CACHE_HOME", shared)
	return calls
}

func TestContainers(t *testing.T) {
	for connection, name := range map[string]string{"docker": "docker", "community.docker.docker": "docker", "containers.podman.podman": "podman"} {
		t.Run(connection, func(t *testing.T) {
			calls := engine(t, name)
			p := newPool(t, Options{})
			expect(t, p, Target{Connection: connection, Host: "web", User: "app", EngineArgs: []string{"--tls", "-H", "x"}}, "echo in", "in")
			text, err := os.ReadFile(calls)
			must(t, err)
			if !strings.HasPrefix(string(text), "--tls -H x exec -i -u app web /bin/sh -c exec sh -c") {
				t.Errorf("called with %q", text)
			}
			_, err = sh(t, p, Target{Name: "old", Connection: connection, Host: "gone"}, "true")
			var lost *Unreachable
			if !errors.As(err, &lost) || lost.Msg != "Failed to connect to old through "+name+": Error response from daemon: No such container: gone" {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("not installed", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := sh(t, newPool(t, Options{}), Target{Connection: "podman", Host: "web"}, "true")
		if err == nil || err.Error() != "podman command not found in PATH" {
			t.Errorf("got %v", err)
		}
	})
}

// container runs an image with sh and sudo in it, for the length of a test.
func container(t *testing.T, flags ...string) string {
	t.Helper()
	image := os.Getenv("GOPLAY_HOST_IMAGE")
	if image == "" {
		t.Skip("NOT TESTED: GOPLAY_HOST_IMAGE names no image of a host (e2e/lab image)")
	}
	argv := append([]string{"run", "-d", "--init", "--label", "goplay-test"}, flags...)
	out, err := exec.Command("docker", append(argv, image, "sleep", "600")...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker run: %v: %s", err, out)
	}
	lines := strings.Fields(string(out))
	id := lines[len(lines)-1]
	t.Cleanup(func() { exec.Command("docker", "rm", "-f", id).Run() })
	return id
}

// Real containers: users, becoming, a large content, and what is not there.
func TestDocker(t *testing.T) {
	t.Parallel()
	id := container(t)
	p := newPool(t, Options{})
	at := func(user string, become *Become) Target {
		return Target{Name: "box", Connection: "community.docker.docker", Host: id, User: user, Become: become}
	}
	expect(t, p, at("", nil), "cat /proc/1/cmdline | tr '\\0' ' ' | grep -o 'sleep 600'; id -un; echo $HOME", "sleep 600\nroot\n/root")
	expect(t, p, at("daemon", nil), "id -un", "daemon")
	expect(t, p, at("1234", nil), "id -u", "1234")
	expect(t, p, at("", &Become{User: "daemon"}), "id -un", "daemon")
	expect(t, p, at("", &Become{Method: "su", User: "games", Flags: "-s /bin/sh"}), "id -un", "games")
	if got := pull(t, p, at("", nil), 300<<20); got != int64(300<<20) {
		t.Errorf("%v bytes arrived", got)
	}
	for target, want := range map[*Target]string{
		{Name: "gone", Connection: "docker_api", Host: "goplay-nosuch"}:                                               "Failed to connect to gone through docker: Error response from daemon: No such container: goplay-nosuch",
		{Name: "nobody", Connection: "docker", Host: id, User: "nosuch"}:                                              "Failed to connect to nobody through docker: unable to find user nosuch: no matching entries in passwd file",
		{Name: "deaf", Connection: "docker", Host: id, EngineArgs: []string{"-H", "unix:///nonexistent/docker.sock"}}: "Failed to connect to deaf through docker: Cannot connect to the Docker daemon at unix:///nonexistent/docker.sock. Is the docker daemon running?",
	} {
		_, err := sh(t, p, *target, "true")
		var lost *Unreachable
		if !errors.As(err, &lost) || lost.Msg != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	must(t, exec.Command("docker", "stop", "-t", "0", id).Run())
	if _, err := sh(t, p, at("", nil), "true"); err == nil || !strings.Contains(err.Error(), "box") {
		t.Errorf("stopped: got %v", err)
	}
	var lost *Unreachable
	if _, err := sh(t, p, at("", nil), "true"); !errors.As(err, &lost) || !strings.HasSuffix(lost.Msg, "is not running") {
		t.Errorf("stopped: got %v", err)
	}
	must(t, exec.Command("docker", "start", id).Run())
	expect(t, p, at("", nil), "echo back", "back")
}

// A container that may be written to in one folder alone, and that a user has
// who is in no list.
func TestNarrowContainer(t *testing.T) {
	t.Parallel()
	id := container(t, "--read-only", "--tmpfs", "/var/tmp:exec,mode=1777", "--network", "none", "--user", "4711:4711", "--env", "HOME=/nonexistent")
	expect(t, newPool(t, Options{}), Target{Connection: "docker", Host: id}, "id -u; readlink /proc/$PPID/exe | xargs dirname", "4711\n/var/tmp/goplay-4711")
}
