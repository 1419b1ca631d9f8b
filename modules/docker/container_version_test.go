package docker

import (
	"strings"
	"testing"

	"goplay/internal/value"
)

// TestNewOptions: what an engine does not know yet is refused, not left out.
func TestNewOptions(t *testing.T) {
	text := "x"
	annotated, mounted := &containerArgs{}, &containerArgs{}
	annotated.Annotations, mounted.Mounts = value.NewDict(), []mountArgs{{}, {Subpath: &text}}
	platform := &containerArgs{}
	platform.Platform = &text
	for _, c := range []struct {
		api  string
		args *containerArgs
		want string
	}{
		{"1.41", &containerArgs{}, ""},
		{"1.43", annotated, ""},
		{"1.100", annotated, ""},
		{"1.42", annotated, "Docker API version is 1.42. Minimum version required is 1.43 to set annotations option."},
		{"1.9", annotated, "Docker API version is 1.9. Minimum version required is 1.43 to set annotations option."},
		{"1.40", platform, "Docker API version is 1.40. Minimum version required is 1.41 to set platform option."},
		{"1.44", mounted, "Docker API version is 1.44. Minimum version required is 1.45 to set mounts.subpath option."},
	} {
		got := ""
		if err := checkVersion(c.api, c.args); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.api, got, c.want)
		}
	}
}

// TestOptionsOfNewerReleases has those that the release recorded here lacks:
// a second run changes nothing, and what the engine does not know is refused.
func TestOptionsOfNewerReleases(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("newer")
	defer h.removeContainer(name)
	rules := func(rules ...any) object {
		return object{"name": name, "image": h.image, "state": "present", "device_cgroup_rules": rules}
	}
	for i, step := range []object{rules("c 42:* rmw"), rules("c 42:* rmw", "a 7:* rmw")} {
		if r := h.passes(t, "docker_container", step); i > 0 && !strings.Contains(dictText(r.Diff[0].Before), "c 42:* rmw") {
			t.Errorf("diff: %s", dictText(r.Diff[0].Before))
		}
	}
	annotated := object{"name": name, "image": h.image, "state": "present", "annotations": object{"a.b": "c"}}
	if apiBefore(h.ClientVersion(), "1.43") {
		if r := h.run(t, "docker_container", annotated); !r.Failed || !strings.HasSuffix(r.Msg, "Minimum version required is 1.43 to set annotations option.") {
			t.Errorf("failed %v: %s", r.Failed, r.Msg)
		}
		return
	}
	h.passes(t, "docker_container", annotated)
}
