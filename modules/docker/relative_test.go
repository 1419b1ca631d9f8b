package docker

import (
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules"
)

// TestRelativePaths: paths of a task that runs on the controller start at its
// playbook, wherever goplay was started.
func TestRelativePaths(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	dir := appContext(t, scratch, map[string]string{"env": "A=file\n"})
	from := func(c *modules.Call) { c.Dir = filepath.Dir(dir) }
	below := filepath.Base(dir)
	name := unique("relative")
	h.gone(t, "docker_image", object{"name": name, "force_absent": true})
	h.ok(t, "docker_image", object{"name": name, "source": "build", "build": object{"path": below}, "archive_path": "./" + below + "/image.tar"}, from)
	if images, err := readArchive(filepath.Join(dir, "image.tar")); err != nil || len(images) != 1 {
		t.Errorf("archive: %v, %v", images, err)
	}
	defer h.removeContainer(name)
	r := h.ok(t, "docker_container", object{"name": name, "image": name, "state": "present", "env_file": below + "/env", "volumes": []any{"./" + below + ":/data"}}, from)
	if text := dictText(data(t, r, "container.HostConfig.Binds")) + dictText(data(t, r, "container.Config.Env")); !strings.Contains(text, dir+":/data:rw") || !strings.Contains(text, "A=file") {
		t.Errorf("container: %s", text)
	}
}
