package docker

import (
	"context"
	"strings"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

func TestExec(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("exec")
	defer h.removeContainer(name)
	h.ok(t, "docker_container", object{"name": name, "image": h.image, "env": object{"HERE": "container"}})
	for what, c := range map[string]struct {
		args           object
		rc             int64
		stdout, stderr string
	}{
		"exit status":      {object{"command": "/app out 3"}, 3, "out line", "err line"},
		"argv":             {object{"argv": []any{"/app", "env", "HERE"}}, 0, "0 / container", ""},
		"user, env, chdir": {object{"command": "/app env FOO", "user": "1000", "env": object{"FOO": "a b"}, "chdir": "/tmp"}, 0, "1000 /tmp a b", ""},
		"stdin":            {object{"command": "/app cat", "stdin": "hello"}, 0, "hello", ""},
		"stdin as it is":   {object{"command": "/app cat", "stdin": "hello", "stdin_add_newline": false, "strip_empty_ends": false}, 0, "hello", ""},
		"empty ends kept":  {object{"command": "/app cat", "stdin": "hello\n\n", "strip_empty_ends": false}, 0, "hello\n\n\n", ""},
		"much":             {object{"command": "/app cat", "stdin": strings.Repeat("0123456789\n", 100000)}, 0, strings.TrimRight(strings.Repeat("0123456789\n", 100000), "\n"), ""},
		"stdin not read":   {object{"command": "/app out 0", "stdin": strings.Repeat("x", 1<<20)}, 0, "out line", "err line"},
		"terminal":         {object{"command": "/app out 0", "tty": true}, 0, "out line\r\nerr line", ""},
	} {
		t.Run(what, func(t *testing.T) {
			c.args["container"] = name
			r := h.ok(t, "docker_container_exec", c.args)
			if !r.Changed || !value.Equal(data(t, r, "rc"), c.rc) || data(t, r, "stdout") != c.stdout || data(t, r, "stderr") != c.stderr {
				t.Errorf("changed %v, rc %v, stdout %.200q, stderr %.200q", r.Changed, data(t, r, "rc"), data(t, r, "stdout"), data(t, r, "stderr"))
			}
		})
	}
	r := h.ok(t, "docker_container_exec", object{"container": name, "command": "/app", "detach": true})
	if id, _ := data(t, r, "exec_id").(string); len(id) != 64 || data(t, r, "rc") != nil {
		t.Errorf("detached: exec_id %q, rc %v", id, data(t, r, "rc"))
	}
	if r := h.ok(t, "docker_container_exec", object{"container": name, "command": "/app out"}, check); !r.Skipped {
		t.Error("check mode runs the command")
	}
	h.execFailures(t, name)
}

func (h *host) execFailures(t *testing.T, name string) {
	stopped := unique("stopped")
	defer h.removeContainer(stopped)
	h.ok(t, "docker_container", object{"name": stopped, "image": h.image, "state": "present"})
	h.ok(t, "docker_container", object{"name": name, "paused": true})
	defer h.ok(t, "docker_container", object{"name": name, "paused": false})
	for want, a := range map[string]object{
		`Could not find container "` + name + `none"`:         {"container": name + "none", "command": "x"},
		`The container "` + name + `" has been paused (409`:   {"container": name, "command": "x"},
		`The container "` + stopped + `" is not running (409`: {"container": stopped, "command": "x"},
		"one of the following is required: argv, command":     {"container": name},
		"parameters are mutually exclusive: argv|command":     {"container": name, "command": "x", "argv": []any{"x"}},
		"If detach=true, stdin cannot be provided.":           {"container": name, "command": "x", "detach": true, "stdin": "x"},
		"Non-string value found for env option.":              {"container": name, "command": "x", "env": object{"A": int64(1)}},
		"command: No closing quotation":                       {"container": name, "command": "x 'y"},
	} {
		if r := h.run(t, "docker_container_exec", a); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("%v: failed %v: %s; want %s", a, r.Failed, r.Msg, want)
		}
	}
}

// TestExecCancelled: nothing waits for a command when nobody wants its end.
func TestExecCancelled(t *testing.T) {
	h := testHost(t)
	name := unique("cancel")
	defer h.removeContainer(name)
	h.ok(t, "docker_container", object{"name": name, "image": h.image})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	done := make(chan modules.Result, 1)
	go func() {
		r, _ := modules.InProcess{}.Run(ctx, modules.Call{Module: "community.docker.docker_container_exec", Env: h.env,
			Args: args(object{"container": name, "command": "/app serve"})})
		done <- r
	}()
	select {
	case r := <-done:
		if !r.Failed {
			t.Error("a cancelled command is no failure")
		}
	case <-time.After(20 * time.Second):
		t.Error("cancelling does not end the call")
	}
}
