package docker

import (
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

// TestContainerStates walks one container through its life; what each step
// reports is what ansible-playbook reported.
func TestContainerStates(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("states")
	defer h.removeContainer(name)
	for i, step := range []struct {
		args          object
		changed       bool
		before, after string
	}{
		{object{"image": h.image, "restart_policy": "always", "ports": []any{"127.0.0.1::9000"}}, true, `{"exists": false, "running": false}`, `{"exists": true, "running": true}`},
		{object{"image": h.image, "restart_policy": "always", "ports": []any{"127.0.0.1::9000"}}, false, `{}`, `{}`},
		{object{"image": h.image, "cpu_shares": 512, "restart_policy": "unless-stopped"}, true, `{"cpu_shares": 0, "restart_policy": "always"}`, `{"cpu_shares": 512, "restart_policy": "unless-stopped"}`},
		{object{"image": h.image, "recreate": true}, true, `{"running": true}`, `{"running": true}`},
		{object{"image": h.image, "restart": true}, true, `{"restarted": false, "running": true}`, `{"restarted": true, "running": true}`},
		{object{"state": "stopped"}, true, `{"running": true}`, `{"running": false}`},
		{object{"state": "stopped"}, false, `{}`, `{}`},
		{object{"state": "started"}, true, `{"running": false}`, `{"running": true}`},
		{object{"paused": true}, true, `{"paused": false}`, `{"paused": true}`},
		{object{"paused": true}, false, `{}`, `{}`},
		{object{"paused": false}, true, `{"paused": true}`, `{"paused": false}`},
		{object{"state": "present", "image": h.image}, false, `{}`, `{}`},
		{object{"image": h.image, "env": object{"NEW": "1"}}, true, `{"env": ["IMG=yes", "PATH=/"], "running": true}`, `{"env": ["IMG=yes", "NEW=1", "PATH=/"], "running": true}`},
		{object{"state": "absent", "force_kill": true}, true, `{"exists": true, "running": true}`, `{"exists": false, "running": false}`},
		{object{"state": "absent"}, false, `{}`, `{}`},
	} {
		step.args["name"], step.args["stop_timeout"] = name, 1
		predicted := h.ok(t, "docker_container", step.args, check)
		r := h.ok(t, "docker_container", step.args)
		if r.Changed != step.changed || predicted.Changed != step.changed {
			t.Errorf("step %d %v: changed %v, check said %v", i+1, step.args, r.Changed, predicted.Changed)
		}
		for _, d := range [][]modules.Diff{r.Diff, predicted.Diff} {
			if before, after := canonicalJSON(t, d[0].Before), canonicalJSON(t, d[0].After); before != step.before || after != step.after {
				t.Errorf("step %d %v: diff\n%s -> %s, want\n%s -> %s", i+1, step.args, before, after, step.before, step.after)
			}
		}
	}
}

func TestContainerRunsToItsEnd(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	for name, c := range map[string]struct {
		args   object
		failed bool
		status any
		stays  bool
	}{
		"success":     {object{"command": "out"}, false, int64(0), true},
		"failure":     {object{"command": "out 3"}, true, int64(3), true},
		"cleanup":     {object{"command": "out 3", "cleanup": true}, true, int64(3), false},
		"auto remove": {object{"command": "out 0", "auto_remove": true}, false, int64(0), false},
		"no log":      {object{"command": "out 0", "log_driver": "none"}, false, int64(0), true},
		"terminal":    {object{"command": "out 0", "tty": true}, false, int64(0), true},
	} {
		t.Run(name, func(t *testing.T) {
			container := unique("end")
			defer h.removeContainer(container)
			c.args["name"], c.args["image"], c.args["detach"], c.args["output_logs"] = container, h.image, false, true
			var live strings.Builder
			r := h.run(t, "docker_container", c.args, func(call *modules.Call) {
				call.Output = func(_ string, p []byte) { live.Write(p) }
			})
			output, _ := data(t, r, "container.Output").(string)
			if c.failed && (output != r.Msg || dictText(data(t, r, "diff")) != `{"after": {"exists": true, "running": true}, "before": {"exists": false, "running": false}}`) {
				t.Errorf("with the failure comes the output %q and the diff %s", output, dictText(data(t, r, "diff")))
			}
			for what, text := range map[string]string{"output": output, "screen": live.String()} {
				if !strings.Contains(text, "out line") || !strings.Contains(text, "err line") {
					t.Errorf("%s is %q", what, text)
				}
			}
			if r.Failed != c.failed || !r.Changed || !value.Equal(data(t, r, "status"), c.status) {
				t.Errorf("failed %v (%s), changed %v, status %v", r.Failed, r.Msg, r.Changed, data(t, r, "status"))
			}
			if there, err := h.engine.container(testContext(), container); err != nil || (there != nil) != c.stays {
				t.Errorf("stays: %v, %v", there != nil, err)
			}
		})
	}
}

func TestContainerHealth(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("health")
	defer h.removeContainer(name)
	healthy := object{"name": name, "image": h.image, "state": "healthy", "healthcheck": object{"test": []any{"CMD", "/app", "out", "0"}, "interval": "100ms"}, "stop_timeout": 0}
	if r := h.ok(t, "docker_container", healthy); !r.Changed || data(t, r, "container.State.Health.Status") != "healthy" {
		t.Errorf("changed %v, health %v", r.Changed, data(t, r, "container.State.Health.Status"))
	}
	if h.ok(t, "docker_container", healthy).Changed {
		t.Error("waiting again is a change")
	}
	for want, change := range map[string]object{
		"Timeout of 0.5 seconds exceeded while waiting for container": {"healthcheck": object{"test": []any{"CMD", "/app", "out", "1"}, "interval": "100ms"}, "healthy_wait_timeout": 0.5},
		"has no health check": {"healthcheck": object{"test": []any{"NONE"}}},
		"has ended":           {"command": "out 1", "healthcheck": object{"test": []any{"CMD", "/app", "out", "0"}, "interval": "10s"}},
	} {
		a := object{"recreate": true}
		for _, o := range []object{healthy, change} {
			for k, v := range o {
				a[k] = v
			}
		}
		if r := h.run(t, "docker_container", a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("failed %v: %s; want %s", r.Failed, r.Msg, want)
		}
	}
}

func TestContainerFailures(t *testing.T) {
	h := testHost(t)
	for want, a := range map[string]object{
		"state is present but all of the following are missing: image": {"state": "present"},
		"Cannot create container when image is not specified!":         {"state": "started"},
		"Error pulling image localhost:1/none:1 - 500 Server Error":    {"image": "localhost:1/none:1"},
		"and pull=never":                                                     {"image": "goplaytest/none", "pull": "never"},
		"Cannot find image with ID sha256:0000":                              {"image": "sha256:" + strings.Repeat("0", 64)},
		"value of pull must be one of":                                       {"image": h.image, "pull": "sometimes"},
		"Some labels should be removed but are present in the base image":    {"image": h.image, "labels": object{}, "image_label_mismatch": "fail", "comparisons": object{"labels": "strict"}},
		"missing parameter(s) required by 'restart_retries': restart_policy": {"image": h.image, "restart_retries": 2},
	} {
		a["name"] = unique("fails")
		if r := h.run(t, "docker_container", a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("%v: failed %v: %s; want %s", a, r.Failed, r.Msg, want)
		}
		h.removeContainer(a["name"].(string))
	}
}

// TestContainerReplaced: what a check would replace is still described, a failure
// is no change, labels that the task does not name are no mistake, and without a
// name the image is the one that the container has.
func TestContainerReplaced(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("replaced")
	defer h.removeContainer(name)
	made := h.ok(t, "docker_container", object{"name": name, "image": h.image, "state": "present", "command": "serve"})
	image := textAt(h.inspected(t, name), "Image")

	other := object{"name": name, "image": h.image, "state": "present", "command": []any{"out"}}
	checked := h.ok(t, "docker_container", other, func(c *modules.Call) { c.Check = true })
	if got, want := data(t, checked, "container"), data(t, made, "container"); !checked.Changed || !value.Equal(got, want) {
		t.Errorf("changed %v, the container is %v", checked.Changed, got)
	}
	other["mounts"] = []any{object{"type": "bind", "source": "/nowhere/at/all", "target": "/m"}}
	if r := h.run(t, "docker_container", other); !r.Failed || r.Changed {
		t.Errorf("failed %v, changed %v: %s", r.Failed, r.Changed, r.Msg)
	}
	h.ok(t, "docker_container", object{"name": name, "image": h.image, "state": "present", "image_label_mismatch": "fail", "comparisons": object{"labels": "strict"}})
	h.ok(t, "docker_container", object{"name": name, "recreate": true, "state": "started", "command_handling": "compatibility", "command": []any{}})
	if c := h.inspected(t, name); textAt(c, "Config.Image") != image {
		t.Errorf("made anew of %s, was %s", textAt(c, "Config.Image"), image)
	}
}

func (h *host) inspected(t *testing.T, name string) object {
	t.Helper()
	c, err := h.engine.container(testContext(), name)
	if err != nil || c == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func TestRemovalIsAwaited(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("again")
	defer h.removeContainer(name)
	a := object{"name": name, "image": h.image, "auto_remove": true, "recreate": true, "stop_timeout": 0}
	for range 3 {
		h.ok(t, "docker_container", a)
	}
}
