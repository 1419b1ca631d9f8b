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
			expect(t, p, Target{Connection: connection, Host: "web", User: "app", EngineArgs: "--tls -H x"}, "echo in", "in")
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

// A real engine, where there is one with an image to run.
func TestDocker(t *testing.T) {
	image := os.Getenv("GOPLAY_TEST_IMAGE")
	if image == "" {
		t.Skip("NOT TESTED: GOPLAY_TEST_IMAGE names no image with sh in it")
	}
	out, err := exec.Command("docker", "run", "-d", image, "sleep", "600").Output()
	must(t, err)
	id := strings.TrimSpace(string(out))
	t.Cleanup(func() { exec.Command("docker", "rm", "-f", id).Run() })
	expect(t, newPool(t, Options{}), Target{Connection: "docker", Host: id}, "cat /proc/1/cmdline | tr '\\0' ' '", "sleep 600")
}
