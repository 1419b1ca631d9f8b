package docker

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"goplay/modules"
)

// startRegistry runs a registry that wants user and secret, and returns its host.
func startRegistry(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no docker-registry")
		}
		t.Skip("NOT TESTED: there is no docker-registry")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "htpasswd"), "user:"+string(hash)+"\n")
	write(t, filepath.Join(dir, "config.yml"), fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}\nhttp: {addr: %q}\nauth: {htpasswd: {realm: test, path: %s/htpasswd}}\n", dir, address, dir))
	registry := exec.Command(program, "serve", filepath.Join(dir, "config.yml"))
	if err := registry.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = registry.Process.Kill()
		_ = registry.Wait()
	})
	for range 200 {
		if resp, err := http.Get("http://" + address + "/v2/"); err == nil {
			resp.Body.Close()
			_, port, _ := net.SplitHostPort(address)
			return "localhost:" + port
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the registry did not come up")
	return ""
}

// TestRegistry logs in, pushes, removes, pulls and logs out.
func TestRegistry(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	registry := startRegistry(t)
	home := t.TempDir()
	atHome := func(c *modules.Call) {
		env := map[string]string{"HOME": home}
		for k, v := range h.env {
			env[k] = v
		}
		c.Env = env
	}
	config := filepath.Join(home, ".docker/config.json")
	name := registry + "/" + unique("reg")
	h.ok(t, "docker_image_tag", object{"name": h.image, "repository": []any{name}})
	t.Cleanup(func() { h.run(t, "docker_image_remove", object{"name": name, "force": true}) })

	if r := h.run(t, "docker_image_push", object{"name": name}, atHome); !r.Failed || !strings.HasPrefix(r.Msg, "Error pushing image "+name) {
		t.Errorf("pushing without a login: failed %v: %s", r.Failed, r.Msg)
	}
	login := object{"registry_url": registry, "username": "user", "password": "wrong"}
	if r := h.run(t, "docker_login", login, atHome); !r.Failed || !strings.HasPrefix(r.Msg, "Logging into "+registry+" for user user failed - ") || !strings.Contains(r.Msg, "401 Unauthorized") {
		t.Errorf("a wrong password: failed %v: %s", r.Failed, r.Msg)
	}
	if err := os.MkdirAll(filepath.Dir(config), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, config, `{"HttpHeaders": {"X": "stays"}}`)
	login["password"] = "secret"
	if r := h.passes(t, "docker_login", login, atHome); data(t, r, "login_result.Status") != "Login Succeeded" {
		t.Errorf("login: %s", dictText(r.Data))
	}
	info, err := os.Stat(config)
	text, _ := os.ReadFile(config)
	if err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(text), "stays") || !strings.Contains(string(text), "dXNlcjpzZWNyZXQ=") {
		t.Errorf("%v %v\n%s", err, info.Mode(), text)
	}
	h.transfer(t, name, atHome)

	logout := object{"registry_url": registry, "state": "absent"}
	h.passes(t, "docker_login", logout, atHome)
	if text, _ := os.ReadFile(config); strings.Contains(string(text), registry) || !strings.Contains(string(text), "stays") {
		t.Errorf("after logging out:\n%s", text)
	}
}

func (h *host) transfer(t *testing.T, name string, atHome func(*modules.Call)) {
	push := object{"name": name}
	h.passes(t, "docker_image_push", push, atHome)
	h.passes(t, "docker_image_remove", object{"name": name})
	pull := object{"name": name}
	if r := h.ok(t, "docker_image_pull", pull, atHome); !r.Changed || data(t, r, "image.Id") == nil {
		t.Error("pulling what is not there changes nothing")
	}
	if h.ok(t, "docker_image_pull", pull, atHome).Changed {
		t.Error("pulling what is there is a change")
	}
	h.ok(t, "docker_image_remove", object{"name": name})
	h.passes(t, "docker_image_pull", object{"name": name, "pull": "not_present"}, atHome)
	old := object{"name": name, "source": "pull", "force_source": true}
	if h.ok(t, "docker_image", old, atHome).Changed {
		t.Error("docker_image: pulling what is there is a change")
	}
	if r := h.run(t, "docker_image_pull", object{"name": name + ":none"}, atHome); !r.Failed || !strings.HasPrefix(r.Msg, "Error pulling image "+name+":none - ") {
		t.Errorf("a missing tag: failed %v: %s", r.Failed, r.Msg)
	}
	h.ok(t, "docker_image_remove", object{"name": name})
	container := unique("pulled")
	defer h.removeContainer(container)
	run := object{"name": container, "image": name, "pull": "always"}
	if !h.ok(t, "docker_container", run, atHome).Changed || h.ok(t, "docker_container", run, atHome).Changed {
		t.Error("a container with pull always: no change, or two")
	}
	h.removeContainer(container)
}
