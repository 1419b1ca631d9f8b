package docker

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// swarmService makes a service with most options, and changes it step by step;
// what it leaves Ansible must find as it should be.
func (h *host) swarmService(t *testing.T, config, secret object) object {
	t.Helper()
	name := unique("service")
	service := object{"name": name, "image": h.image, "replicas": int64(0), "command": "/app serve", "args": []any{"x"}, "env": object{"A": "1", "B": "x y"},
		"user": "1000", "working_dir": "/tmp", "hostname": "h", "hosts": object{"far": "10.9.8.7"}, "tty": true, "read_only": false, "init": true,
		"cap_add": []any{"CAP_NET_ADMIN"}, "cap_drop": []any{"CAP_MKNOD"}, "stop_signal": "SIGINT", "stop_grace_period": "5s", "labels": object{"l": "1"},
		"container_labels": object{"c": "2"}, "dns": []any{"1.1.1.1"}, "dns_search": []any{"x.y"}, "dns_options": []any{"ndots:2"}, "endpoint_mode": "vip", "groups": []any{"10"},
		"publish":     []any{object{"published_port": int64(28300), "target_port": int64(9000)}, object{"target_port": int64(9001), "protocol": "udp", "mode": "host"}},
		"mounts":      []any{object{"source": "/tmp", "target": "/m", "readonly": true}, object{"target": "/t", "type": "tmpfs", "tmpfs_size": "1M"}, object{"source": name, "target": "/v", "type": "volume"}},
		"configs":     []any{object{"config_name": config["name"], "filename": "/c"}},
		"secrets":     []any{object{"secret_name": secret["name"], "mode": int64(0o400)}},
		"healthcheck": object{"test": []any{"CMD", "/app", "out"}, "interval": "90s", "retries": int64(2), "timeout": "1m30s", "start_period": "1s"},
		"limits":      object{"cpus": 0.5, "memory": "64M"}, "reservations": object{"cpus": 0.25, "memory": "32M"},
		"logging":         object{"driver": "json-file", "options": object{"max-size": "10m"}},
		"placement":       object{"constraints": []any{"node.role == manager"}, "preferences": []any{object{"spread": "node.labels.rack"}}, "replicas_max_per_node": int64(2)},
		"restart_config":  object{"condition": "on-failure", "delay": "5s", "max_attempts": int64(3), "window": "120s"},
		"update_config":   object{"parallelism": int64(2), "delay": "10s", "failure_action": "rollback", "monitor": "5s", "max_failure_ratio": 0.5, "order": "start-first"},
		"rollback_config": object{"parallelism": int64(1), "delay": "1s", "failure_action": "pause", "order": "stop-first"}}
	h.gone(t, "docker_swarm_service", object{"name": name})
	if r := h.passes(t, "docker_swarm_service", service); r.Msg != "Service created" {
		t.Errorf("a new service: %v", r.Msg)
	}
	for option, v := range map[string]any{"env": object{"A": "2"}, "labels": object{"l": "3"}, "mounts": []any{}, "tty": false, "args": []any{"y", "z"},
		"publish": []any{}, "limits": object{"memory": "128M"}, "stop_grace_period": "6s", "hostname": "other"} {
		service[option] = v
		r := h.passes(t, "docker_swarm_service", service)
		want := map[string]string{"limits": "limit_memory"}[option]
		if want == "" {
			want = option
		}
		if got := dictText(data(t, r, "changes")); got != `["`+want+`"]` || data(t, r, "rebuilt") != false {
			t.Errorf("%s: changes are %s", option, got)
		}
	}
	if r := h.ok(t, "docker_swarm_service", object{"name": name, "image": h.image, "force_update": true}); !r.Changed || r.Msg != "Service updated" {
		t.Errorf("forced: changed %v, %v", r.Changed, r.Msg)
	}
	r := h.ok(t, "docker_swarm_service_info", object{"name": name})
	if text := dictText(data(t, r, "service.Spec")); data(t, r, "exists") != true || strings.Contains(text, "Hostname") || !strings.Contains(text, `"Replicas": 0`) || !strings.Contains(text, `"ForceUpdate": 1`) {
		t.Errorf("docker_swarm_service_info: %s", text)
	}
	global := object{"name": name, "image": h.image, "mode": "global", "placement": object{"constraints": []any{"node.labels.none == here"}}}
	if r := h.passes(t, "docker_swarm_service", global); data(t, r, "rebuilt") != true {
		t.Error("another mode does not make the service anew")
	}
	for _, wrong := range []object{{"networks": []any{"nosuch"}}, {"mounts": []any{object{"target": "/x"}}}, {"secrets": []any{object{"secret_name": "nosuch"}}}, {"env": []any{"novalue"}}} {
		wrong["name"], wrong["image"] = name, h.image
		if r := h.run(t, "docker_swarm_service", wrong); !r.Failed {
			t.Errorf("%v does not fail", wrong)
		}
	}
	h.passes(t, "docker_swarm_service", object{"name": name, "state": "absent"})
	if r := h.ok(t, "docker_swarm_service_info", object{"name": name}); data(t, r, "exists") != false {
		t.Error("the service is there still")
	}
	delete(service, "tty") // of which Ansible's module finds a change every time
	delete(service, "read_only")
	h.ok(t, "docker_swarm_service", service)
	return service
}

// swarmStack deploys a stack of a file and a dict, changes it and removes it.
func (h *host) swarmStack(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("docker"); err != nil {
		t.Skip("NOT TESTED: there is no docker command")
	}
	name := unique("stack")
	file := filepath.Join(t.TempDir(), "compose.yaml")
	write(t, file, fmt.Sprintf("version: '3'\nservices:\n  web:\n    image: %s\n    environment: {A: one}\n    deploy: {replicas: 0}\n", h.image))
	stack := func(value string) object {
		return object{"name": name, "resolve_image": "never", "compose": []any{file, object{"version": "3", "services": object{"web": object{"environment": object{"B": value}}}}}}
	}
	defer h.run(t, "docker_stack", object{"name": name, "state": "absent"})
	if r := h.ok(t, "docker_stack", stack("two")); !r.Changed || !strings.Contains(dictText(data(t, r, "stack_spec_diff")), name+"_web") {
		t.Errorf("a new stack: changed %v, %s", r.Changed, dictText(r.Data))
	}
	if r := h.ok(t, "docker_stack", stack("two")); r.Changed || data(t, r, "stack_spec_diff") != nil {
		t.Errorf("the same stack: %s", dictText(r.Data))
	}
	want := fmt.Sprintf(`{%q: {"TaskTemplate": {"ContainerSpec": {"Env": ["A=one", "B=three"]}}}}`, name+"_web")
	if r := h.ok(t, "docker_stack", stack("three")); !r.Changed || dictText(data(t, r, "stack_spec_diff")) != want {
		t.Errorf("a changed stack: %s, want %s", dictText(data(t, r, "stack_spec_diff")), want)
	}
	if text := dictText(data(t, h.ok(t, "docker_stack_info", object{}), "results")); !strings.Contains(text, `"Name": "`+name+`"`) {
		t.Errorf("docker_stack_info: %s", text)
	}
	if r := h.run(t, "docker_stack_task_info", object{"name": name}); r.Failed && !strings.Contains(r.Msg, "nothing found in stack") {
		t.Errorf("docker_stack_task_info: %s", r.Msg)
	}
	if r := h.run(t, "docker_stack", object{"name": name, "compose": []any{file + ".none"}}); !r.Failed || r.Msg != "docker stack up deploy command failed" || data(t, r, "rc") != int64(1) {
		t.Errorf("no such file: failed %v: %s %v", r.Failed, r.Msg, data(t, r, "rc"))
	}
	h.passes(t, "docker_stack", object{"name": name, "state": "absent", "absent_retries": int64(5)})
}

// TestPlugin: an engine that reaches no registry has no plugin to install.
func TestPlugin(t *testing.T) {
	h := testHost(t)
	gone := object{"plugin_name": "goplay/nosuch", "state": "absent"}
	if r := h.ok(t, "docker_plugin", gone); r.Changed {
		t.Error("removing no plugin is a change")
	}
	if r := h.ok(t, "docker_plugin", object{"plugin_name": "127.0.0.1:1/nosuch", "alias": "mine", "state": "enable"}, check); !r.Changed || !strings.Contains(dictText(data(t, r, "actions")), "Installed plugin mine") {
		t.Errorf("check: changed %v, %s", r.Changed, dictText(r.Data))
	}
	if r := h.run(t, "docker_plugin", object{"plugin_name": "127.0.0.1:1/nosuch"}); !r.Failed || !strings.Contains(r.Msg, "127.0.0.1:1") {
		t.Errorf("no registry: failed %v: %s", r.Failed, r.Msg)
	}
}
