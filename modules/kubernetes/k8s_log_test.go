package kubernetes

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

func TestLog(t *testing.T) {
	_, url := startServer(t)
	with := func(args map[string]any) map[string]any {
		args["host"], args["api_key"] = url, "t0ken"
		return args
	}
	if r := run(t, "k8s", with(map[string]any{"definition": logged}), false, nil); r.Failed {
		t.Fatal(r.Msg)
	}
	for _, c := range []struct {
		name string
		args map[string]any
		want string // the log, or part of the message of a failure
	}{
		{"of a pod", map[string]any{"name": "p", "tail_lines": 5}, "one\ntwo tailLines=5\n"},
		{"of all containers", map[string]any{"name": "p", "all_containers": true}, "one\ntwo container=c\none\ntwo container=d\n"},
		{"of a deployment", map[string]any{"api_version": "apps/v1", "kind": "Deployment", "name": "d", "container": "c", "since_seconds": "30"}, "one\ntwo container=c&sinceSeconds=30\n"},
		{"by label", map[string]any{"label_selectors": "run=web", "previous": true}, "one\ntwo previous=true\n"},
		{"of nothing", map[string]any{"label_selectors": "run=none"}, "No pods in namespace app matched selector run=none"},
		{"of no pod", map[string]any{"name": "none"}, "Pod app/none not found."},
		{"of what selects none", map[string]any{"kind": "ConfigMap", "name": "c"}, "v1 ConfigMap does not support the log subresource directly"},
		{"of both", map[string]any{"name": "p", "label_selectors": "a=b"}, "Only one of name or label_selectors can be provided"},
	} {
		c.args["namespace"] = "app"
		r := run(t, "k8s_log", with(c.args), false, nil)
		if got := r.Data.GetString("log"); got != c.want && (!r.Failed || !strings.Contains(r.Msg, c.want)) {
			t.Errorf("%s: %q %s", c.name, got, r.Msg)
		}
	}
}

// logged are pods, and what selects them.
const logged = `kind: Pod
metadata: {name: p, namespace: app, labels: {run: web}}
status: {containerStatuses: [{name: c, ready: true}, {name: d, ready: true}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: app}
spec: {selector: {matchLabels: {run: web}, matchExpressions: [{key: run, operator: Exists}]}}
---
kind: ConfigMap
metadata: {name: c, namespace: app}
`

func TestK8sLogOracle(t *testing.T) {
	of := func(name string, args mt.Args) mt.Case {
		args["namespace"] = "app"
		c := k8sCase(name, args)
		c.Module = "kubernetes.core.k8s_log"
		return c
	}
	checked := of("checked", mt.Args{"name": "p"})
	checked.Check = true
	mt.Sequence(t, []mt.Case{
		k8sCase("pods", mt.Args{"definition": logged}),
		of("of a pod", mt.Args{"name": "p", "tail_lines": 5}),
		checked,
		of("of all containers", mt.Args{"name": "p", "all_containers": true}),
		of("of a deployment", mt.Args{"api_version": "apps/v1", "kind": "Deployment", "name": "d", "container": "c", "since_seconds": "30"}),
		of("by label", mt.Args{"label_selectors": []any{"run=web"}, "previous": true}).
			Differing("the server echoes the request, in which Ansible writes True", "log", "log_lines"),
		of("of nothing", mt.Args{"label_selectors": []any{"run=none"}}),
		of("of no pod", mt.Args{"name": "none"}),
		of("of both", mt.Args{"name": "p", "label_selectors": []any{"a=b"}}),
		of("of neither", mt.Args{}),
		of("of no deployment's name", mt.Args{"api_version": "apps/v1", "kind": "Deployment"}),
		of("of no kind", mt.Args{"kind": "Gadget", "name": "x"}),
		of("of a container and all", mt.Args{"name": "p", "container": "c", "all_containers": true}),
	}, func(t *testing.T) map[string]string {
		_, url := startServer(t)
		return map[string]string{"{url}": url}
	})
}
