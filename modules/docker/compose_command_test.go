package docker

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestComposeCommand runs commands in the containers of a service, and in new ones.
func TestComposeCommand(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	needCompose(t)
	dir, project := t.TempDir(), unique("command")
	write(t, filepath.Join(dir, "compose.yaml"), "services:\n  web:\n    image: "+h.image+"\n    stop_grace_period: 0s\n")
	base := func(more object) object {
		o := object{"project_src": dir, "project_name": project, "service": "web"}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	up := object{"project_src": dir, "project_name": project}
	h.ok(t, "docker_compose_v2", up)
	down := object{"project_src": dir, "project_name": project, "state": "absent", "remove_orphans": true}
	defer h.run(t, "docker_compose_v2", down)

	name := unique("one")
	for _, c := range []struct {
		module string
		args   object
		stdout string
		rc     int64
	}{
		{"exec", object{"argv": []any{"/app", "env", "A"}, "env": object{"A": "x y"}, "user": "7", "chdir": "/tmp"}, "7 /tmp x y", 0},
		{"exec", object{"command": "/app cat", "stdin": "said", "tty": false}, "said", 0},
		{"exec", object{"command": "/app cat", "stdin": "said\n", "stdin_add_newline": false, "strip_empty_ends": false, "tty": false, "index": int64(1)}, "said\n", 0},
		{"exec", object{"command": "/app out 3"}, "out line", 3},
		{"run", object{"command": "env B", "env": object{"B": "b"}, "cleanup": true, "no_deps": true, "tty": false, "user": "8", "chdir": "/etc",
			"cap_add": []any{"NET_ADMIN"}, "cap_drop": []any{"MKNOD"}, "interactive": false, "use_aliases": true, "quiet_pull": true}, "8 /etc b", 0},
		{"run", object{"argv": []any{"cat"}, "stdin": "typed", "tty": false, "cleanup": true}, "typed", 0},
		{"run", object{"command": "out 4", "cleanup": true, "tty": false}, "out line", 4},
		{"run", object{"command": "/app env IMG", "entrypoint": "", "tty": false, "name": name, "labels": []any{"made=here"}, "volumes": []any{dir + ":/seen:ro"}}, "0 / yes", 0},
	} {
		r := h.run(t, "docker_compose_v2_"+c.module, base(c.args))
		if data(t, r, "stdout") != c.stdout || data(t, r, "rc") != c.rc || !r.Changed || r.Failed {
			t.Errorf("%s %v: failed %v: %s %s", c.module, c.args, r.Failed, r.Msg, dictText(r.Data))
		}
	}
	made := dictText(data(t, h.ok(t, "docker_container_info", object{"name": name}), "container"))
	if !strings.Contains(made, `"made": "here"`) || !strings.Contains(made, dir+":/seen:ro") {
		t.Errorf("made: %s", made)
	}
	h.removeContainer(name)

	r := h.ok(t, "docker_compose_v2_run", base(object{"detach": true}))
	id, _ := data(t, r, "container_id").(string)
	if data(t, r, "rc") != nil || id == "" {
		t.Errorf("detached: %s", dictText(r.Data))
	}
	h.removeContainer(id)
	if r := h.ok(t, "docker_compose_v2_exec", base(object{"detach": true, "command": "/app out"})); data(t, r, "stdout") != nil {
		t.Errorf("detached: %s", dictText(r.Data))
	}
	for want, a := range map[string]object{
		"If detach=true, stdin cannot be provided.":           base(object{"argv": []any{"x"}, "detach": true, "stdin": "y"}),
		"one of the following is required: argv, command":     base(nil),
		"parameters are mutually exclusive: argv|command":     base(object{"argv": []any{"x"}, "command": "y"}),
		"Non-string value found for env option.":              base(object{"argv": []any{"x"}, "env": object{"A": true}}),
		"missing required arguments: service":                 {"project_src": dir, "argv": []any{"x"}},
		"one of the following is required: definition, proje": {"service": "web", "argv": []any{"x"}},
	} {
		if r := h.run(t, "docker_compose_v2_exec", a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("failed %v: %s; want %s", r.Failed, r.Msg, want)
		}
	}
}

// TestComposeCommandLine has every option where there is no Compose to take it.
func TestComposeCommandLine(t *testing.T) {
	entry, name, two := "sh", "n", int64(2)
	run := composeRunArgs{Build: true, CapAdd: []string{"A"}, CapDrop: []string{"B"}, Entrypoint: &entry, Labels: []string{"a=b", "c=d"}, Name: &name, NoDeps: true,
		Publish: []string{"80:80"}, QuietPull: true, RemoveOrphans: true, Cleanup: true, ServicePorts: true, UseAliases: true, Volumes: []string{"/a:/b"}}
	exec := composeExecArgs{Index: &two, Privileged: true}
	for want, got := range map[string][]string{
		"run --build --interactive=false --no-deps --quiet-pull --remove-orphans --rm --service-ports --use-aliases --cap-add A --cap-drop B --label a=b --label c=d " +
			"--publish 80:80 --volume /a:/b --entrypoint sh --name n": run.argv(),
		"exec --index 2 --privileged": exec.argv(),
	} {
		if strings.Join(got, " ") != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}
