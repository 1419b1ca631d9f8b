package docker

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"goplay/modules"
)

func needCompose(t *testing.T) {
	t.Helper()
	if _, err := findPlugin(testContext(), composePlugin); err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	needCompose(t)
	dir, project := t.TempDir(), unique("compose")
	file := filepath.Join(dir, "compose.yaml")
	image := h.image + ":v1"
	h.ok(t, "docker_image_tag", object{"name": h.image, "repository": []any{image}})
	defer h.run(t, "docker_image_remove", object{"name": image, "force": true})
	service := "services:\n  web:\n    image: " + image + "\n    stop_grace_period: 0s\n    environment: {GREETING: $GREETING}\n"
	write(t, file, service)
	write(t, filepath.Join(dir, "env"), "GREETING=hello\n")
	up := object{"project_src": dir, "project_name": project, "env_files": []any{filepath.Join(dir, "env")}}
	with := func(more object) object {
		o := object{}
		for _, from := range []object{up, more} {
			for k, v := range from {
				o[k] = v
			}
		}
		return o
	}
	defer h.run(t, "docker_compose_v2", with(object{"state": "absent", "remove_volumes": true}))

	r := h.passes(t, "docker_compose_v2", up)
	if text := dictText(data(t, r, "actions")); !strings.Contains(text, `{"id": "`+project+`-web-1", "status": "Creating", "what": "container"}`) {
		t.Errorf("actions: %s", text)
	}
	if text := dictText(data(t, r, "containers")); !strings.Contains(text, project+"-web-1") || !strings.Contains(text, `"running"`) {
		t.Errorf("containers: %s", text)
	}
	if text := dictText(data(t, r, "images")); !strings.Contains(text, h.image) {
		t.Errorf("images: %s", text)
	}
	container := h.ok(t, "docker_container_info", object{"name": project + "-web-1"})
	if text := dictText(data(t, container, "container.Config.Env")); !strings.Contains(text, "GREETING=hello") {
		t.Errorf("environment: %s", text)
	}
	write(t, file, service+"    labels: {changed: 'yes'}\n")
	h.passes(t, "docker_compose_v2", up)
	h.passes(t, "docker_compose_v2", with(object{"scale": object{"web": int64(2)}}))
	if !h.ok(t, "docker_compose_v2", with(object{"state": "restarted", "timeout": 0})).Changed {
		t.Error("a restart is no change")
	}
	h.passes(t, "docker_compose_v2", with(object{"state": "stopped", "scale": object{"web": int64(2)}}))
	if r := h.ok(t, "docker_compose_v2_pull", with(object{"policy": "missing"})); r.Changed {
		t.Error("pulling what is there is a change")
	}
	h.passes(t, "docker_compose_v2", with(object{"state": "absent"}))
}

func TestComposeDefinition(t *testing.T) {
	h := testHost(t)
	needCompose(t)
	project := unique("definition")
	a := object{"project_name": project, "definition": object{"services": object{"web": object{"image": h.image, "stop_grace_period": "0s"}}}}
	h.passes(t, "docker_compose_v2", a)
	a["state"] = "absent"
	h.passes(t, "docker_compose_v2", a)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "compose*", "compose.yaml")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestComposeFailures(t *testing.T) {
	h := testHost(t)
	needCompose(t)
	bad, empty, missing := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(bad, "compose.yaml"), "services: [\n")
	write(t, filepath.Join(missing, "compose.yaml"), "services: {web: {image: 'localhost:1/none'}}\n")
	for want, a := range map[string]object{
		"General error: ": {"project_src": bad},
		`"` + empty + `" does not contain compose.yaml, compose.yml, docker-compose.yaml, or docker-compose.yml`: {"project_src": empty},
		"is not a directory":       {"project_src": empty + "/none"},
		"Cannot find Compose file": {"project_src": empty, "files": []any{"x.yml"}},
		"localhost:1":              {"project_src": missing},
		"one of the following is required: definition, project_src":   {},
		"parameters are mutually exclusive: definition|project_src":   {"project_src": bad, "definition": object{}},
		"missing parameter(s) required by 'definition': project_name": {"definition": object{}},
	} {
		if r := h.run(t, "docker_compose_v2", a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("%v: failed %v: %s; want %s", a, r.Failed, r.Msg, want)
		}
	}
}

// TestComposeEvents reads progress of several versions of Compose.
func TestComposeEvents(t *testing.T) {
	for name, c := range map[string]struct {
		stderr string
		want   []composeAction
	}{
		"2.29": {`{"dry-run":false,"id":"Network p_default","status":"Creating"}
{"id":"Network p_default","status":"Created"}
{"id":"Container p-web-1","status":"Recreate"}
{"id":"web","status":"Pulling"}
{"parent_id":"web","id":"abc","status":"Pull complete"}
`, []composeAction{{"network", "p_default", "Creating"}, {"container", "p-web-1", "Recreate"}, {"service", "abc", "Pull complete"}}},
		"text": {`{"id":"Container p-web-1","text":"Starting","status":"Working"}
{"id":"Container p-web-1","text":"Started","status":"Done"}
`, []composeAction{{"container", "p-web-1", "Starting"}}},
		"layers": {`{"id":"web","text":"Pulling"}
{"parent_id":"web","id":"abc","text":"Pull complete"}
`, []composeAction{{"service", "abc", "Pull complete"}}},
		"nothing": {"time=\"2026\" level=warning msg=x\n{\"id\":\"Container p-web-1\",\"status\":\"Running\"}\n\n", []composeAction{}},
	} {
		r := composeRun{events: parseEvents(c.stderr)}
		if got := r.actions(true); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	r := composeRun{Output: modules.Output{RC: 1}, events: parseEvents(`{"id":"Container x","status":"Error","text":"no such image"}
{"id":"web","text":"Error","status":"refused"}
{"error":true,"message":"all failed"}
validating: bad
`)}
	if err := r.failure(); err.Error() != "Error when processing container x: no such image\nError when processing service web: refused\nGeneral error: all failed\nGeneral error: validating: bad" {
		t.Error(err)
	}
}
