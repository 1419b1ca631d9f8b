package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// containers are tasks with most options in some combination.
func containers(h *host, network, subnet, dir string) []object {
	return []object{
		{"image": h.image},
		{"image": h.image, "command": "serve now", "env": object{"A": "1", "B": "x y", "IMG": "no"}, "env_file": dir + "/env", "labels": object{"l": "1", "from": "task"},
			"user": "1000:1000", "groups": []any{"10"}, "working_dir": "/tmp", "hostname": "h", "domainname": "d.e", "tty": true, "interactive": true},
		{"image": h.image, "ports": []any{"127.0.0.1::9000", "9001", "28100-28102:9100-9102/udp", "[::1]::9003"}, "exposed_ports": []any{"80", "81/udp"}, "restart_policy": "on-failure", "restart_retries": int64(3)},
		{"image": h.image, "volumes": []any{dir + ":/data:ro", unique("v") + ":/v", "/anonymous"}, "tmpfs": []any{"/t:size=1m", "/u"},
			"mounts": []any{object{"source": dir, "target": "/m", "type": "bind", "read_only": true}, object{"target": "/mt", "type": "tmpfs", "tmpfs_size": "1M", "tmpfs_mode": "1770"}}},
		{"image": h.image, "networks": []any{object{"name": network, "ipv4_address": subnet + "9", "aliases": []any{"one", "two"}}}},
		{"image": h.image, "network_mode": "host", "ipc_mode": "host", "pid_mode": "host", "uts": "host", "userns_mode": "host", "cgroupns_mode": "host"},
		{"image": h.image, "memory": "64M", "memory_reservation": "32M", "memory_swap": "128M", "shm_size": "32M", "cpus": 0.5, "cpu_shares": int64(10), "cpuset_cpus": "0", "pids_limit": int64(100), "oom_score_adj": int64(10)},
		{"image": h.image, "capabilities": []any{"NET_ADMIN", "SYS_TIME"}, "cap_drop": []any{"MKNOD"}, "security_opts": []any{"no-new-privileges"}, "sysctls": object{"net.ipv4.ip_forward": int64(1)},
			"ulimits": []any{"nofile:100:200", "nproc:50"}, "devices": []any{"/dev/null:/dev/n:rw", "/dev/zero"}, "init": true, "read_only": true, "privileged": false},
		{"image": h.image, "healthcheck": object{"test": []any{"CMD", "/app", "out"}, "interval": "5s", "timeout": "1m30s", "retries": int64(2), "start_period": "1s"},
			"log_driver": "json-file", "log_options": object{"max-size": "10m", "max-file": "3"}, "stop_signal": "SIGINT", "stop_timeout": int64(5)},
		{"image": h.image, "dns_servers": []any{"1.1.1.1", "8.8.8.8"}, "dns_opts": []any{"ndots:2"}, "dns_search_domains": []any{"x.y"}, "etc_hosts": object{"a": "1.2.3.4"}, "mac_address": "02:42:ac:11:00:09"},
		{"image": h.image, "entrypoint": []any{"/app", "serve"}, "command": []any{}, "detach": true, "auto_remove": false, "runtime": "runc", "container_default_behavior": "compatibility"},
	}
}

// TestAnsibleAgrees makes containers with ansible-playbook and with goplay.
// Each must find those of the other as they should be, and the engine must
// describe both in the same words.
func TestAnsibleAgrees(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	playbook := needAnsible(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "env"), "# comment\nA=file\nE=a=b\n")
	network, subnet := unique("net"), fmt.Sprintf("10.%d.%d.", 90+rand.IntN(9), rand.IntN(250))
	h.ok(t, "docker_network", object{"name": network, "ipam_config": []any{object{"subnet": subnet + "0/24"}}})
	h.gone(t, "docker_network", object{"name": network})

	tasks := containers(h, network, subnet, dir)
	theirs, ours := make([]object, len(tasks)), make([]object, len(tasks))
	for i, task := range tasks {
		theirs[i], ours[i] = object{"name": unique("theirs"), "state": "present"}, object{"name": unique("ours"), "state": "present"}
		if task["ports"] == nil && task["networks"] == nil && task["mac_address"] == nil {
			theirs[i]["state"], ours[i]["state"] = "started", "started"
		}
		for k, v := range task {
			theirs[i][k], ours[i][k] = v, v
		}
		t.Cleanup(func() { h.removeContainer(theirs[i]["name"].(string)) })
		t.Cleanup(func() { h.removeContainer(ours[i]["name"].(string)) })
	}
	if out := playbook(dir, theirs); !strings.Contains(out, fmt.Sprintf("changed=%d ", len(tasks))) {
		t.Fatalf("ansible-playbook:\n%s", out)
	}
	for i := range tasks {
		if r := h.ok(t, "docker_container", theirs[i]); r.Changed {
			t.Errorf("goplay changes what Ansible made of %v: %s -> %s", tasks[i], dictText(r.Diff[0].Before), dictText(r.Diff[0].After))
		}
		h.ok(t, "docker_container", ours[i])
	}
	if out := playbook(dir, ours); !strings.Contains(out, "changed=0 ") || !strings.Contains(out, "failed=0 ") {
		t.Errorf("Ansible changes what goplay made:\n%s", out)
	}
	for i := range tasks {
		if a, b := h.described(t, theirs[i]["name"].(string)), h.described(t, ours[i]["name"].(string)); a != b {
			t.Errorf("%v: Ansible made\n%s\ngoplay made\n%s", tasks[i], a, b)
		}
	}
}

// described is what the engine says of a container that its maker decides.
func (h *host) described(t *testing.T, name string) string {
	t.Helper()
	c, err := h.engine.container(testContext(), name)
	if err != nil || c == nil {
		t.Fatalf("%s: %v", name, err)
	}
	config := objectAt(c, "Config")
	if objectAt(c, "HostConfig")["NetworkMode"] != "host" && len(textAt(config, "Hostname")) == 12 {
		delete(config, "Hostname")
	}
	endpoints := object{}
	for network, end := range objectAt(c, "NetworkSettings.Networks") {
		endpoints[network] = []any{at(end, "IPAMConfig.IPv4Address"), withoutID(textsAt(end, "Aliases"), textAt(c, "Id"))}
	}
	sortTexts(config, "Env")
	text, err := json.Marshal([]any{config, c["HostConfig"], endpoints})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `"OomKillDisable":null`, `"OomKillDisable":false`)
}

func sortTexts(o object, name string) { o[name] = shownSet(o[name]) }

func withoutID(aliases []string, id string) []string {
	var out []string
	for _, a := range aliases {
		if !strings.HasPrefix(id, a) {
			out = append(out, a)
		}
	}
	return out
}

// needAnsible skips the test without ansible-playbook and its collection, and
// returns what runs docker_container tasks with it.
func needAnsible(t *testing.T) func(dir string, tasks []object) string {
	t.Helper()
	out, err := exec.Command("ansible-doc", "-t", "module", "-s", "community.docker.docker_container").CombinedOutput()
	if err == nil {
		out, err = exec.Command("/usr/bin/python3", "-c", "import requests, docker").CombinedOutput()
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("there is no ansible-playbook with community.docker: %v: %s", err, out)
		}
		t.Skipf("NOT COMPARED: there is no ansible-playbook with community.docker: %v", err)
	}
	h := testHost(t)
	return func(dir string, tasks []object) string {
		var all []object
		for _, task := range tasks {
			all = append(all, object{"community.docker.docker_container": task})
		}
		return h.ansible(t, dir, all)
	}
}

// ansiblePatience is for a whole playbook: a task can take most of a minute
// where others work too.
const ansiblePatience = 15 * time.Minute

// ansible runs tasks with ansible-playbook and returns what it prints.
func (h *host) ansible(t *testing.T, dir string, tasks []object) string {
	t.Helper()
	for _, task := range tasks {
		task["environment"] = h.env
	}
	data, _ := json.Marshal([]any{object{"hosts": "localhost", "connection": "local", "gather_facts": false, "tasks": tasks}})
	file := filepath.Join(dir, "playbook.json")
	write(t, file, string(data))
	ctx, cancel := context.WithTimeout(t.Context(), ansiblePatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ansible-playbook", "-i", "localhost,", "-e", "ansible_python_interpreter=/usr/bin/python3", "--diff", file)
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_PIPELINING=1")
	out, _ := cmd.CombinedOutput()
	return string(out)
}
