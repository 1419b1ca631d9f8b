package kubernetes

import (
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	_, url := startServer(t)
	with := func(args map[string]any) map[string]any {
		args["host"], args["api_key"] = url, "t0ken"
		return args
	}
	objects := `kind: Pod
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
	if r := run(t, "k8s", with(map[string]any{"definition": objects}), false, nil); r.Failed {
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
