package security

import (
	"strings"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

// conform runs steps on a host that passes a test of what they need.
func conform(t *testing.T, need, prepare string, steps []ht.Step) {
	t.Helper()
	if out := ht.Start(t, false).Sh("if " + need + " >/dev/null 2>&1; then echo able; fi"); !strings.Contains(out, "able") {
		t.Skipf("the host's image cannot do %q; see GOPLAY_HOST_IMAGE and GOPLAY_HOST_FLAGS", need)
	}
	ht.Story{Prepare: prepare, Steps: steps}.Conform(t)
}

func TestACL(t *testing.T) {
	step := func(name string, args ht.Args) ht.Step {
		if args["path"] == nil {
			args["path"] = "/opt/d/f"
		}
		return ht.Step{Name: name, Module: "ansible.posix.acl", Args: args, Compare: []string{"msg", "acl"}}
	}
	conform(t, "command -v setfacl && setfacl -m u:1:r /root", "mkdir -p /opt/d; touch /opt/d/f; ln -s f /opt/d/l", []ht.Step{
		step("asked", ht.Args{}),
		step("given", ht.Args{"entity": "daemon", "etype": "user", "permissions": "rw", "state": "present"}),
		step("less", ht.Args{"entity": "daemon", "etype": "user", "permissions": "r", "state": "present"}),
		step("without a mask", ht.Args{"entity": "bin", "etype": "group", "permissions": "rwx", "state": "present", "recalculate_mask": "no_mask"}),
		{Name: "for others", Module: "ansible.posix.acl", Args: ht.Args{"path": "/opt/d/f", "etype": "other", "permissions": "", "state": "present"}},
		step("inherited", ht.Args{"path": "/opt/d", "entity": "daemon", "etype": "user", "permissions": "rwx", "state": "present", "default": true}),
		step("below too", ht.Args{"path": "/opt/d", "entity": "games", "etype": "group", "permissions": "rX", "state": "present", "recursive": true}),
		step("as a text", ht.Args{"entry": "default:user:games:rwx", "path": "/opt/d", "state": "present"}),
		step("bad text", ht.Args{"entry": "user", "state": "present"}),
		step("taken", ht.Args{"entity": "daemon", "etype": "user", "state": "absent"}),
		step("taken with permissions", ht.Args{"entity": "daemon", "etype": "user", "permissions": "r", "state": "absent"}),
		step("asked recursively", ht.Args{"recursive": true}),
		step("missing", ht.Args{"path": "/opt/none"}),
	})
}
