package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func TestPodmansWords(t *testing.T) {
	c := object{"HostConfig": object{
		"Ulimits": []any{object{"Name": "RLIMIT_NOFILE", "Soft": int64(1), "Hard": int64(2)}, object{"Name": "core", "Soft": int64(0)}},
		"Binds":   []any{"v:/v:rw,rprivate,nosuid,nodev,rbind", "/a:/a:ro,rprivate,rbind", "/b:/b:rw,rprivate", "/c:/c:rw,rprivate,rbind"},
		"Tmpfs":   object{"/t": "rw,rprivate,nosuid,nodev,tmpcopyup", "/u": "size=1m,rw,rprivate,nosuid,nodev,tmpcopyup", "/w": "rw,nosuid"},
	}, "Config": object{"StopSignal": "2"}}
	p := &plan{want: map[string]any{"volumes": []any{"/c:/c:rw,rprivate,rbind"}, "stop_signal": "SIGINT"}}
	if got, want := haveTmpfs(p, c), (object{"/t": "", "/u": "size=1m", "/w": "rw,nosuid"}); !reflect.DeepEqual(got, want) {
		t.Errorf("tmpfs: %v", got)
	}
	if got := haveStopSignal(p, c); got != "SIGINT" {
		t.Errorf("stop_signal: %v", got)
	}
	if got, want := haveUlimits(p, c), []any{object{"Name": "nofile", "Soft": int64(1), "Hard": int64(2)}, object{"Name": "core", "Soft": int64(0)}}; !reflect.DeepEqual(got, want) {
		t.Errorf("ulimits: %v", got)
	}
	if got, want := haveVolumes(p, c), []any{"v:/v:rw", "/a:/a:ro", "/b:/b:rw,rprivate", "/c:/c:rw,rprivate,rbind"}; !reflect.DeepEqual(got, want) {
		t.Errorf("volumes: %v", got)
	}
}

// startPodman is an engine of Podman's with folders of its own, for the length of
// a test, where Podman is installed.
func startPodman(t *testing.T) *host {
	t.Helper()
	if os.Getenv(private) == "" {
		t.Skip("NOT TESTED: it needs a place of its own")
	}
	if _, err := exec.LookPath("podman"); err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	dir := t.TempDir()
	socket := "unix://" + filepath.Join(dir, "podman.sock")
	service := exec.Command("podman", "--root", dir+"/data", "--runroot", dir+"/run", "--storage-driver", "vfs", "system", "service", "--time", "0", socket)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	service.Stdout, service.Stderr = log, log
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = service.Process.Kill()
		_ = service.Wait()
	})
	h := &host{env: map[string]string{"DOCKER_HOST": socket}}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if h.engine, err = (Connection{Address: Address{DockerHost: socket}}).connect(testContext()); err == nil {
			break
		}
		if time.Now().After(deadline) {
			said, _ := os.ReadFile(log.Name())
			t.Fatalf("podman did not come up: %v: %s", err, said)
		}
	}
	if err := h.importImages(); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestPodman makes containers, networks, volumes and images with Podman behind
// the API: a second run changes nothing.
func TestPodman(t *testing.T) {
	h := startPodman(t)
	name, volume, network, dir := unique("c"), unique("v"), unique("n"), t.TempDir()
	limits := []any{"nofile:1000:1000", "nproc:500:500"} // without them Podman asks for more than a container may
	h.passes(t, "docker_volume", object{"name": volume, "labels": object{"a": "b"}})
	h.passes(t, "docker_network", object{"name": network})
	for _, more := range []object{
		{"command": "serve now", "env": object{"A": "1", "B": "x y"}, "labels": object{"l": "1"}, "user": "1000:1000", "working_dir": "/tmp", "hostname": "h"},
		{"volumes": []any{dir + ":/data:ro", volume + ":/v"}, "tmpfs": []any{"/t"}, "restart_policy": "on-failure", "restart_retries": int64(3)},
		{"capabilities": []any{"NET_ADMIN"}, "cap_drop": []any{"MKNOD"}, "read_only": true, "stop_signal": "SIGINT", "entrypoint": []any{"/app", "serve"}},
	} {
		a := object{"name": name, "image": h.image, "state": "present", "ulimits": limits}
		for k, v := range more {
			a[k] = v
		}
		h.passes(t, "docker_container", a)
	}
	h.passes(t, "docker_container", object{"name": name, "state": "absent"})
	h.passes(t, "docker_network", object{"name": network, "state": "absent"})
	h.passes(t, "docker_volume", object{"name": volume, "state": "absent"})
	archive := filepath.Join(dir, "image.tar")
	h.passes(t, "docker_image", object{"name": h.image, "source": "local", "archive_path": archive})
	h.passes(t, "docker_image", object{"name": h.image, "state": "absent"})
	h.passes(t, "docker_image", object{"name": h.image, "source": "load", "load_path": archive})
}
