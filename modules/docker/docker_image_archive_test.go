package docker

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestImageArchives is the way of an image through the modules of newer
// releases: built, exported, removed and loaded.
func TestImageArchives(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("archived")
	dir := appContext(t, scratch, nil)
	tar := filepath.Join(t.TempDir(), "image.tar")
	h.gone(t, "docker_image", object{"name": name, "force_absent": true})
	h.passes(t, "docker_image_build", object{"name": name, "path": dir, "labels": object{"kind": "test"}})
	if h.ok(t, "docker_image_build", object{"name": name, "path": dir, "nocache": true, "rebuild": "never"}).Changed {
		t.Error("an image that is there is built")
	}
	h.passes(t, "docker_image_export", object{"names": []any{name + ":latest"}, "path": tar})
	h.ok(t, "docker_image", object{"name": name, "state": "absent"})
	load := object{"path": tar}
	if r := h.ok(t, "docker_image_load", load, check); !r.Skipped {
		t.Error("what it would load is predicted")
	}
	r := h.ok(t, "docker_image_load", load)
	if names := textOf(data(t, r, "image_names")); !r.Changed || !strings.Contains(names, name+":latest") {
		t.Errorf("loaded %s, changed %v", names, r.Changed)
	}
	if r := h.ok(t, "docker_image_info", object{"name": name}); !strings.Contains(textOf(data(t, r, "images")), "kind") {
		t.Errorf("the image lost its label: %s", textOf(data(t, r, "images")))
	}
	for want, a := range map[string]object{
		"Error opening archive " + dir + "/none.tar": {"path": dir + "/none.tar"},
		"value is not allowed for type env":          {"name": name, "path": dir, "secrets": []any{object{"id": "x", "type": "env", "env": "E", "value": "hidden"}}},
	} {
		module := "docker_image_load"
		if a["secrets"] != nil {
			module = "docker_image_build"
		}
		if r := h.run(t, module, a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("failed=%v: %s, want %s", r.Failed, r.Msg, want)
		}
	}
	if r := h.run(t, "docker_image_export", object{"names": []any{unique("none")}, "path": tar}); !r.Failed {
		t.Error("an image that is not there is exported")
	}
}
