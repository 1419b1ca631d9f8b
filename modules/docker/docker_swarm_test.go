package docker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSwarm makes a swarm of one engine, changes everything in it that the
// modules can, asks Ansible whether it would change anything, and leaves it.
func TestSwarm(t *testing.T) {
	if os.Getenv(private) == "" {
		t.Skip("NOT TESTED: a swarm is made only of an engine of our own")
	}
	h := testHost(t)
	for _, module := range []string{"docker_swarm_info", "docker_node_info"} {
		if r := h.run(t, module, object{}); !r.Failed || r.Msg != notManager {
			t.Errorf("%s without a swarm: failed %v: %s", module, r.Failed, r.Msg)
		}
	}
	if r := h.ok(t, "docker_swarm", object{"state": "absent"}); r.Changed || !strings.Contains(textOf(data(t, r, "actions")), "not part of a swarm") {
		t.Errorf("leaving no swarm: changed %v, %s", r.Changed, dictText(r.Data))
	}
	swarm := object{"advertise_addr": "127.0.0.1", "listen_addr": "127.0.0.1:2377"}
	if r := h.passes(t, "docker_swarm", swarm); !strings.Contains(dictText(data(t, r, "swarm_facts.JoinTokens")), "SWMTKN") {
		t.Errorf("a new swarm: %s", dictText(r.Data))
	}
	defer h.run(t, "docker_swarm", object{"state": "absent", "force": true})
	h.swarmChanges(t, swarm)
	node := h.swarmNode(t)
	config, secret := h.swarmStored(t)
	service := h.swarmService(t, config, secret)
	h.swarmStack(t)

	dir := t.TempDir()
	if needAnsible(t); !t.Failed() {
		out := h.ansible(t, dir, []object{{"community.docker.docker_swarm": swarm}, {"community.docker.docker_node": node},
			{"community.docker.docker_config": config}, {"community.docker.docker_secret": secret}, {"community.docker.docker_swarm_service": service}})
		if !strings.Contains(out, "ok=5 ") || !strings.Contains(out, "changed=0 ") {
			t.Errorf("Ansible changes what goplay made:\n%s", out)
		}
	}
	if r := h.run(t, "docker_swarm", object{"state": "absent"}); !r.Failed || !strings.HasPrefix(r.Msg, "This node can not leave the Swarm Cluster: 503 Server Error") {
		t.Errorf("the last manager leaves: failed %v: %s", r.Failed, r.Msg)
	}
	h.passes(t, "docker_swarm", object{"state": "absent", "force": true})
}

func (h *host) swarmChanges(t *testing.T, swarm object) {
	t.Helper()
	for name, v := range map[string]any{"labels": object{"a": "b"}, "task_history_retention_limit": int64(3), "snapshot_interval": int64(9000), "node_cert_expiry": int64(7000000000000000)} {
		swarm[name] = v
	}
	r := h.passes(t, "docker_swarm", swarm)
	if before, after := dictText(r.Diff[0].Before), dictText(r.Diff[0].After); !strings.Contains(before, `"task_history_retention_limit": 5`) || !strings.Contains(after, `"task_history_retention_limit": 3`) {
		t.Errorf("diff %s -> %s", before, after)
	}
	if data(t, r, "swarm_facts.Spec.Raft.SnapshotInterval") != int64(9000) || data(t, r, "swarm_facts.UnlockKey") != nil {
		t.Errorf("facts: %s", dictText(data(t, r, "swarm_facts")))
	}
	old := data(t, r, "swarm_facts.JoinTokens.Worker")
	if r := h.ok(t, "docker_swarm", object{"rotate_worker_token": true}); !r.Changed || data(t, r, "swarm_facts.JoinTokens.Worker") == old {
		t.Errorf("rotating the token: changed %v", r.Changed)
	}
	r = h.ok(t, "docker_swarm", object{"autolock_managers": true})
	key := data(t, r, "swarm_facts.UnlockKey")
	if info := h.ok(t, "docker_swarm_info", object{"unlock_key": true}); key == nil || data(t, info, "swarm_unlock_key") != key {
		t.Errorf("unlock key %v, docker_swarm_info says %v", key, data(t, info, "swarm_unlock_key"))
	}
	h.ok(t, "docker_swarm", object{"autolock_managers": false})
	if r := h.ok(t, "docker_swarm", object{"state": "join", "join_token": "x", "remote_addrs": []any{"127.0.0.1"}}); r.Changed {
		t.Error("joining once more is a change")
	}
	if r := h.run(t, "docker_swarm", object{"state": "remove", "node_id": "nosuch"}); !r.Failed || !strings.HasPrefix(r.Msg, "Error while reading from Swarm manager: 404 Client Error") {
		t.Errorf("removing no node: failed %v: %s", r.Failed, r.Msg)
	}
	r = h.ok(t, "docker_swarm_info", object{"nodes": true, "services": true, "tasks": true})
	if text := dictText(data(t, r, "nodes")); data(t, r, "docker_swarm_manager") != true || !strings.Contains(text, `"ManagerStatus": "Leader"`) || strings.Contains(text, "Description") {
		t.Errorf("docker_swarm_info: %s", dictText(r.Data))
	}
}

func (h *host) swarmNode(t *testing.T) object {
	t.Helper()
	r := h.ok(t, "docker_node_info", object{"self": true})
	name := data(t, h.ok(t, "docker_swarm_info", object{"nodes": true}), "nodes")
	if !strings.Contains(dictText(data(t, r, "nodes")), `"Addr": "127.0.0.1"`) {
		t.Errorf("docker_node_info: %s of %s", dictText(r.Data), dictText(name))
	}
	host, _ := os.Hostname()
	node := object{"hostname": host, "labels": object{"a": "1", "b": "2"}, "availability": "pause"}
	h.passes(t, "docker_node", node)
	fewer := object{"hostname": host, "labels_to_remove": []any{"b", "none"}}
	r = h.passes(t, "docker_node", fewer)
	if text := dictText(data(t, r, "node.Spec.Labels")); text != `{"a": "1"}` {
		t.Errorf("labels are %s", text)
	}
	h.passes(t, "docker_node", object{"hostname": host, "labels_state": "replace", "labels": object{"c": "3"}})
	if r := h.run(t, "docker_node", object{"hostname": "nosuch"}); !r.Failed || !strings.HasPrefix(r.Msg, "Error while reading from Swarm manager: 404") {
		t.Errorf("no such node: failed %v: %s", r.Failed, r.Msg)
	}
	h.passes(t, "docker_node", object{"hostname": host, "availability": "active"})
	return object{"hostname": host, "labels": object{"c": "3"}, "availability": "active"}
}

// swarmStored returns the tasks whose config and secret it leaves.
func (h *host) swarmStored(t *testing.T) (config, secret object) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "data")
	write(t, file, "from a file")
	for _, kind := range []string{"config", "secret"} {
		module, name := "docker_"+kind, unique(kind)
		one := object{"name": name, "data": "one", "labels": object{"l": "1"}}
		first := h.passes(t, module, one)
		two := object{"name": name, "data": "dHdv", "data_is_b64": true}
		second := h.passes(t, module, two)
		if a, b := data(t, first, kind+"_id"), data(t, second, kind+"_id"); a == b || b == "" || data(t, second, kind+"_name") != name {
			t.Errorf("%s: %v, then %v", kind, a, b)
		}
		h.passes(t, module, object{"name": name, "state": "absent"})
		for i, text := range []string{"first text", "second text", "third text"} {
			r := h.passes(t, module, object{"name": name, "data": text, "rolling_versions": true, "versions_to_keep": 2})
			if want := name + "_v" + string(rune('1'+i)); data(t, r, kind+"_name") != want {
				t.Errorf("%s is %v, want %s", kind, data(t, r, kind+"_name"), want)
			}
		}
		left, err := h.list(t.Context(), "/"+kind+"s", nil)
		if err != nil || len(left) != 2 {
			t.Errorf("%d versions are left, %v", len(left), err)
		}
		h.passes(t, module, object{"name": name, "state": "absent", "rolling_versions": true})
		if r := h.run(t, module, object{"name": name, "data_src": file + ".none"}); !r.Failed || !strings.HasPrefix(r.Msg, "Error while reading "+file) {
			t.Errorf("%s from no file: failed %v: %s", kind, r.Failed, r.Msg)
		}
		secret = object{"name": name, "data_src": file}
		h.passes(t, module, secret)
		if kind == "config" {
			config = secret
		}
	}
	return config, secret
}
