package docker

import (
	"strings"
	"testing"
)

func TestSizeOf(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "64": 64, "512M": 512 << 20, "1g": 1 << 30, "1.5K": 1536, "2KB": 2048, "3 MB": 3 << 20, "16mB": 16 << 20, "1Mbyte": 1 << 20, "1kbytes": 1024, "unlimited": -1, "-1": -1, "10b": 10} {
		if got, err := sizeOf("memory", text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "M", "64X", "1.2.3M", "64Mb2", "16mb", "32MiB", "9999999Y"} {
		if got, err := sizeOf("memory", text); err == nil || !strings.HasPrefix(err.Error(), "Failed to convert memory to bytes: ") {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
}

func TestNanoseconds(t *testing.T) {
	for text, want := range map[string]int64{"5s": 5e9, "1m30s": 90e9, "1h5m30s20ms": 3930020000000, "10us": 10000, "0s": 0, " 1m 2s ": 62e9} {
		if got, err := nanoseconds(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "5x", "s", "-5s", "5ns"} {
		if got, err := nanoseconds(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestImageName(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for text, want := range map[string]struct {
		name     imageName
		tagged   string
		registry string
	}{
		"app":                     {imageName{"app", ""}, "app:latest", hubIndex},
		"user/app:1":              {imageName{"user/app", "1"}, "user/app:1", hubIndex},
		"localhost:5000/app":      {imageName{"localhost:5000/app", ""}, "localhost:5000/app:latest", "localhost:5000"},
		"reg.example.com/a/b:1.2": {imageName{"reg.example.com/a/b", "1.2"}, "reg.example.com/a/b:1.2", "reg.example.com"},
		"app@" + digest:           {imageName{"app", digest}, "app@" + digest, hubIndex},
		"docker.io/library/app":   {imageName{"docker.io/library/app", ""}, "docker.io/library/app:latest", hubIndex},
	} {
		got := parseImageName(text)
		if got != want.name || got.or("latest").String() != want.tagged || got.registry() != want.registry {
			t.Errorf("%q is %+v, %s, in %s", text, got, got.or("latest"), got.registry())
		}
	}
}

func TestSameName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"app:1", "app:1", true}, {"docker.io/library/app:1", "app:1", true}, {"user/app:1", "docker.io/user/app:1", true},
		{"app:1", "app:2", false}, {"localhost/app:1", "app:1", false}, {"UPPER:1", "upper:1", false},
	} {
		if got := sameName(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

func TestContainerOf(t *testing.T) {
	id := strings.Repeat("0a", 32)
	for _, c := range []struct {
		cpuset, mounts string
		want           currentContainerResult
	}{
		{"/\n", "", currentContainerResult{}},
		{"/docker/" + id + "\n", "", currentContainerResult{id, "docker"}},
		{"/actions_job/" + id, "", currentContainerResult{id, "github_actions"}},
		{"/", "1 2 8:1 /var/lib/docker/containers/" + id + "/hostname /etc/hostname rw - ext4 /dev/vda rw\n", currentContainerResult{id, "docker"}},
		{"/", "1 2 0:2 /containers/overlay-containers/" + id + "/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw\n", currentContainerResult{id, "podman"}},
		{"/", "1 2 8:1 /etc/hostname /etc/hostname rw - ext4 /dev/vda rw\n", currentContainerResult{}},
	} {
		if got := containerOf(c.cpuset, c.mounts); got != c.want {
			t.Errorf("%q %q: %+v, want %+v", c.cpuset, c.mounts, got, c.want)
		}
	}
}

func FuzzPublication(f *testing.F) {
	for _, text := range []string{"80", "80:8888", "127.0.0.1::9000/udp", "[::1]:1-2:3-4/tcp", "9000-9010:80", "a:b", ":", "[", "1:2:3:4"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePublication(text, "0.0.0.0")
		if err == nil && len(p.bindings()) != len(p.container) {
			t.Errorf("%q: %d bindings of %d ports", text, len(p.bindings()), len(p.container))
		}
	})
}

func FuzzTrace(f *testing.F) {
	f.Add([]byte{0x0a, 0x05, 0x0a, 0x03, 'a', 'b', 'c'})
	f.Add([]byte{0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, data []byte) {
		var b buildkitTrace
		var out strings.Builder
		for f := range fields(data) {
			b.vertex(&out, f.bytes)
			b.log(&out, f.bytes)
		}
	})
}

func FuzzSize(f *testing.F) {
	for _, text := range []string{"512M", "1.5g", ".", "1..2", "9e9", "-1", "8e"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := sizeOf("memory", text); err == nil && n < 0 && text != "unlimited" && !strings.HasPrefix(text, "-") {
			t.Errorf("%q is %d", text, n)
		}
	})
}
