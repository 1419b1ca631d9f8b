package remote

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// busyboxImage is an image with nothing in it but a static busybox, a profile
// that prints, and two folders for what is temporary.
func busyboxImage(t *testing.T) string {
	t.Helper()
	program, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	if !static(program) {
		t.Skip("NOT TESTED: /bin/busybox is not static (busybox-static)")
	}
	applets, err := exec.Command("/bin/busybox", "--list").Output()
	must(t, err)
	var root bytes.Buffer
	w := tar.NewWriter(&root)
	add := func(h tar.Header, content string) {
		h.Size = int64(len(content))
		must(t, w.WriteHeader(&h))
		_, err := w.Write([]byte(content))
		must(t, err)
	}
	for dir, mode := range map[string]int64{"bin/": 0o755, "etc/": 0o755, "root/": 0o700, "tmp/": 0o1777, "var/": 0o755, "var/tmp/": 0o1777} {
		add(tar.Header{Name: dir, Typeflag: tar.TypeDir, Mode: mode}, "")
	}
	add(tar.Header{Name: "bin/busybox", Mode: 0o755}, string(program))
	for _, name := range strings.Fields(string(applets)) {
		if name != "busybox" {
			add(tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "busybox"}, "")
		}
	}
	add(tar.Header{Name: "etc/passwd", Mode: 0o644}, "root:x:0:0:root:/root:/bin/sh\n")
	add(tar.Header{Name: "etc/profile", Mode: 0o644}, "echo hello from the profile\n")
	must(t, w.Close())
	image := fmt.Sprintf("goplay-test-busybox-%d", os.Getpid())
	load := exec.Command("docker", "import", "-", image)
	load.Stdin = &root
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("docker import: %v: %s", err, out)
	}
	t.Cleanup(func() { exec.Command("docker", "rmi", "-f", image).Run() })
	return image
}

// static reports whether a program runs without libraries.
func static(program []byte) bool {
	f, err := elf.NewFile(bytes.NewReader(program))
	return err == nil && f.Section(".interp") == nil
}

// A host with nothing but busybox, and hosts on which most places are closed.
func TestBusyboxOnly(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("docker"); err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	if program, err := os.ReadFile("/proc/self/exe"); err != nil || !static(program) {
		t.Skip("NOT TESTED: the test program, which is the agent here, needs C libraries (CGO_ENABLED=0 go test)")
	}
	image := busyboxImage(t)
	for _, c := range []struct {
		name, flags, want, fails string
	}{
		{name: "whole", want: "0 /root/.cache/goplay"},
		{name: "no home", flags: "--user 4711 --env HOME=/nonexistent", want: "4711 /var/tmp/goplay-4711"},
		{name: "a home that cannot be written to", flags: "--read-only --tmpfs /var/tmp:exec --ipc none", want: "0 /var/tmp/goplay-0"},
		{name: "nothing runs but in /tmp", flags: "--read-only --tmpfs /var/tmp:noexec --tmpfs /tmp:exec --ipc none", want: "0 /tmp/goplay-0"},
		{name: "only /dev/shm", flags: "--read-only --tmpfs /dev/shm:exec --tmpfs /tmp:ro --user 4711 --env HOME=", want: "4711 /dev/shm/goplay-4711"},
		{name: "nothing runs anywhere", flags: "--read-only --tmpfs /var/tmp:noexec --tmpfs /tmp:noexec --ipc none --user 4711", fails: "/tmp/goplay-4711 lets no program run"},
	} {
		t.Run(c.name, func(t *testing.T) {
			argv := append([]string{"run", "-d", "--init", "--label", "goplay-test"}, strings.Fields(c.flags)...)
			out, err := exec.Command("docker", append(argv, image, "/bin/sleep", "600")...).Output()
			if err != nil {
				t.Fatalf("docker run: %v", err)
			}
			id := strings.TrimSpace(string(out))
			t.Cleanup(func() { exec.Command("docker", "rm", "-f", id).Run() })
			p, at := newPool(t, Options{}), Target{Name: "box", Connection: "docker", Host: id}
			if c.fails == "" {
				expect(t, p, at, `echo "$(id -u) $(dirname "$(readlink /proc/$PPID/exe)")"`, c.want)
				return
			}
			var lost *Unreachable
			if _, err := sh(t, p, at, "true"); !errors.As(err, &lost) || !strings.Contains(lost.Msg, c.fails) {
				t.Errorf("got %v, want %s", err, c.fails)
			}
		})
	}
}
