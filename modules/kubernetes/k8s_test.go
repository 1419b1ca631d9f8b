package kubernetes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
	mt "goplay/modules/modulestest"
)

func k8sCase(name string, args mt.Args) mt.Case {
	args["host"], args["api_key"] = "{url}", "t0ken"
	return mt.Case{Name: name, Module: "kubernetes.core.k8s", Args: args, Ignore: []string{"diff"}}
}

func configMap(name string, more mt.Args) mt.Args {
	object := mt.Args{"apiVersion": "v1", "kind": "ConfigMap", "metadata": mt.Args{"name": name, "namespace": "app"}}
	for k, v := range more {
		object[k] = v
	}
	return object
}

func TestK8sOracle(t *testing.T) {
	def := func(object any) mt.Args { return mt.Args{"definition": object} }
	info := func(name string, args mt.Args) mt.Case {
		c := k8sCase(name, args)
		c.Module = "kubernetes.core.k8s_info"
		return c
	}
	check := func(c mt.Case) mt.Case {
		c.Check = true
		return c
	}
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: app, labels: {tier: web}}\ndata: {k: 'on'}\n---\n---\nkind: Secret\nmetadata: {name: s}\nstringData: {p: ä}\n"
	mt.Sequence(t, []mt.Case{
		k8sCase("a namespace", mt.Args{"kind": "Namespace", "name": "app"}),
		k8sCase("a namespace again", mt.Args{"kind": "ns", "name": "app"}),
		check(k8sCase("made, checked", def(configMap("a", mt.Args{"data": mt.Args{"k": "1"}})))),
		k8sCase("made", def(configMap("a", mt.Args{"data": mt.Args{"k": "1"}}))),
		k8sCase("made again", def(configMap("a", mt.Args{"data": mt.Args{"k": "1"}}))),
		check(k8sCase("patched, checked", def(configMap("a", mt.Args{"data": mt.Args{"l": "2"}})))),
		k8sCase("patched", def(configMap("a", mt.Args{"data": mt.Args{"l": "2"}}))),
		k8sCase("replaced", mt.Args{"definition": configMap("a", mt.Args{"data": mt.Args{"m": "3"}}), "force": true}),
		k8sCase("applied", mt.Args{"definition": configMap("c", mt.Args{"data": mt.Args{"x": "1", "y": "2"}}), "apply": true}),
		k8sCase("applied again", mt.Args{"definition": configMap("c", mt.Args{"data": mt.Args{"x": "1", "y": "2"}}), "apply": true}),
		k8sCase("applied with less", mt.Args{"definition": configMap("c", mt.Args{"data": mt.Args{"x": "3"}}), "apply": true}),
		k8sCase("several", mt.Args{"definition": text, "namespace": "app"}),
		k8sCase("hashed", mt.Args{"definition": configMap("h", mt.Args{"data": mt.Args{"b": "2", "a": "1"}}), "append_hash": true}),
		k8sCase("filtered", mt.Args{"definition": configMap("f", nil), "label_selectors": "tier=web"}),
		k8sCase("not there to be patched", mt.Args{"definition": configMap("n", nil), "state": "patched"}),
		k8sCase("generated", mt.Args{"kind": "cm", "namespace": "app", "generate_name": "g-"}),
		k8sCase("forbidden", def(configMap("forbidden", nil))),
		k8sCase("no kind", mt.Args{"kind": "Gadget", "name": "x"}),
		k8sCase("no namespace", mt.Args{"kind": "ConfigMap", "name": "x"}),
		k8sCase("a kind of its own", def(mt.Args{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": mt.Args{"name": "w", "namespace": "app"}, "spec": mt.Args{"size": 1}})),
		k8sCase("patched by merging", def(mt.Args{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": mt.Args{"name": "w", "namespace": "app"}, "spec": mt.Args{"size": 2}})),
		info("a list", mt.Args{"kind": "ConfigMap", "namespace": "app", "label_selectors": "tier=web"}),
		info("one", mt.Args{"kind": "cm", "namespace": "app", "name": "c"}),
		info("none", mt.Args{"kind": "ConfigMap", "namespace": "app", "name": "none"}),
		info("no such kind", mt.Args{"kind": "Gadget"}),
		check(k8sCase("gone, checked", mt.Args{"kind": "ConfigMap", "namespace": "app", "name": "a", "state": "absent"})).
			Differing("Ansible tells what the server says to the try", "result"),
		k8sCase("gone", mt.Args{"kind": "ConfigMap", "namespace": "app", "name": "a", "state": "absent", "wait": true, "delete_options": mt.Args{"propagationPolicy": "Foreground"}}),
		k8sCase("gone again", mt.Args{"kind": "ConfigMap", "namespace": "app", "name": "a", "state": "absent"}),
	}, func(t *testing.T) map[string]string {
		_, url := startServer(t)
		return map[string]string{"{url}": url}
	})
}

// TestK8sPasses takes objects through check, apply, check, apply.
func TestK8sPasses(t *testing.T) {
	var cases []mt.Case
	for _, c := range []mt.Case{
		k8sCase("a namespace", mt.Args{"kind": "Namespace", "name": "app"}),
		k8sCase("made", mt.Args{"definition": configMap("a", mt.Args{"data": mt.Args{"k": "1"}})}),
		k8sCase("patched", mt.Args{"definition": configMap("a", mt.Args{"data": mt.Args{"l": "2"}})}),
		k8sCase("applied", mt.Args{"definition": configMap("c", mt.Args{"data": mt.Args{"x": "1"}}), "apply": true}),
		k8sCase("applied with more", mt.Args{"definition": configMap("c", mt.Args{"data": mt.Args{"x": "1", "y": "2"}}), "apply": true}),
		k8sCase("replaced", mt.Args{"definition": configMap("a", mt.Args{"data": mt.Args{"m": "3"}}), "force": true}),
		k8sCase("gone", mt.Args{"kind": "ConfigMap", "namespace": "app", "name": "a", "state": "absent"}),
	} {
		four := mt.Passes(c)
		switch c.Name {
		case "replaced":
			for _, i := range []int{2, 3} {
				four[i] = four[i].Differing("what is as it should be is not written again", "result")
			}
		case "gone":
			four[0] = four[0].Differing("Ansible tells what the server says to the try", "result")
		}
		cases = append(cases, four...)
	}
	mt.Sequence(t, cases, func(t *testing.T) map[string]string {
		_, url := startServer(t)
		return map[string]string{"{url}": url}
	})
}

func run(t *testing.T, module string, args map[string]any, check bool, env map[string]string) modules.Result {
	t.Helper()
	given := map[string]any{}
	for k, v := range args {
		given[k] = value.Of(v)
	}
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "kubernetes.core." + module, Args: given, Check: check, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A task that changes nothing writes nothing.
func TestIdleWritesNothing(t *testing.T) {
	s, url := startServer(t)
	for _, mode := range []string{"apply", "force", "append_hash"} {
		args := map[string]any{"host": url, "api_key": "t0ken", mode: true,
			"definition": "kind: ConfigMap\nmetadata: {name: " + mode[:3] + ", namespace: app}\ndata: {a: b}\n"}
		if r := run(t, "k8s", args, false, nil); !r.Changed || r.Failed {
			t.Fatalf("%s: %v %s", mode, r.Changed, r.Msg)
		}
		s.writes = nil
		if r := run(t, "k8s", args, false, nil); mode != "force" && (r.Changed || len(s.writes) > 0) {
			t.Errorf("%s: changed=%v, wrote %v", mode, r.Changed, s.writes)
		}
	}
}

func TestWays(t *testing.T) {
	_, url := startServer(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "credentials")
	script := "#!/bin/sh\necho '{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"'$TOKEN'\"}}'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("t0ken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := "current-context: byfile\ncontexts:\n- {name: byfile, context: {cluster: c, user: file}}\n- {name: byexec, context: {cluster: c, user: exec}}\n- {name: nobody, context: {cluster: c, user: none}}\n" +
		"clusters:\n- {name: c, cluster: {server: \"" + url + "/\"}}\nusers:\n- {name: file, user: {tokenFile: token}}\n- name: exec\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: " + program + ", env: [{name: TOKEN, value: t0ken}]}\n"
	path := filepath.Join(dir, "config")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args map[string]any
		env  map[string]string
		want string // part of the message of a failure
	}{
		{"a token file", map[string]any{"kubeconfig": path}, nil, ""},
		{"a program", map[string]any{"kubeconfig": path, "context": "byexec"}, nil, ""},
		{"the environment", nil, map[string]string{"K8S_AUTH_KUBECONFIG": path, "K8S_AUTH_CONTEXT": "byexec"}, ""},
		{"the usual variable", nil, map[string]string{"KUBECONFIG": dir + "/none:" + path}, ""},
		{"a dict", map[string]any{"kubeconfig": map[string]any{"current-context": "x", "contexts": []any{map[string]any{"name": "x", "context": map[string]any{"cluster": "c", "user": "u"}}},
			"clusters": []any{map[string]any{"name": "c", "cluster": map[string]any{"server": url}}}, "users": []any{map[string]any{"name": "u", "user": map[string]any{"token": "t0ken"}}}}}, nil, ""},
		{"a key that wins", map[string]any{"kubeconfig": path, "context": "nobody", "api_key": "t0ken"}, nil, ""},
		{"nobody", map[string]any{"kubeconfig": path, "context": "nobody"}, nil, "Unauthorized"},
		{"no context", map[string]any{"kubeconfig": path, "context": "none"}, nil, "Could not create API client: Invalid kube-config file. Expected object with name none in contexts list"},
		{"nothing", nil, map[string]string{"HOME": dir + "/none"}, "No configuration found."},
	} {
		args := map[string]any{"kind": "Namespace"}
		for k, v := range c.args {
			args[k] = v
		}
		r := run(t, "k8s_info", args, false, c.env)
		if r.Failed != (c.want != "") || !strings.Contains(r.Msg, c.want) {
			t.Errorf("%s: failed=%v %s", c.name, r.Failed, r.Msg)
		}
	}
}

func TestReady(t *testing.T) {
	for _, c := range []struct {
		kind, object string
		want         bool
	}{
		{"Deployment", `{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"replicas":2,"availableReplicas":2,"observedGeneration":2}}`, true},
		{"Deployment", `{"metadata":{"generation":3},"spec":{"replicas":2},"status":{"replicas":2,"availableReplicas":2,"observedGeneration":2}}`, false},
		{"Deployment", `{"metadata":{"generation":2},"spec":{"replicas":2},"status":{"replicas":2,"availableReplicas":1,"unavailableReplicas":1,"observedGeneration":2}}`, false},
		{"DaemonSet", `{"metadata":{"generation":1},"status":{"desiredNumberScheduled":3,"updatedNumberScheduled":3,"numberReady":3,"observedGeneration":1}}`, true},
		{"DaemonSet", `{"metadata":{"generation":1},"status":{"observedGeneration":1}}`, false},
		{"StatefulSet", `{"metadata":{"generation":1},"spec":{"replicas":1,"updateStrategy":{"type":"RollingUpdate"}},"status":{"replicas":1,"readyReplicas":1,"updatedReplicas":1,"observedGeneration":1}}`, true},
		{"Pod", `{"status":{"containerStatuses":[{"ready":true},{"ready":false}]}}`, false},
		{"Pod", `{"status":{"containerStatuses":[{"ready":true}]}}`, true},
		{"ConfigMap", `{"metadata":{}}`, true},
	} {
		object, err := value.DecodeJSON([]byte(c.object))
		if err != nil {
			t.Fatal(err)
		}
		if got := (waitOptions{}).ready(c.kind)(object); got != c.want {
			t.Errorf("%s %s: %v", c.kind, c.object, got)
		}
	}
	condition := waitOptions{Condition: &waitCondition{Type: "Progressing", Status: "Unknown", Reason: "DeploymentPaused"}}
	object, _ := value.DecodeJSON([]byte(`{"status":{"conditions":[{"type":"Available","status":"True"},{"type":"Progressing","status":"Unknown","reason":"DeploymentPaused"}]}}`))
	if !condition.ready("Deployment")(object) {
		t.Error("the condition holds")
	}
}

// A container that somebody else has added stays; one that was applied and is
// no longer wanted goes; fields that the server has set stay.
func TestApplyPatch(t *testing.T) {
	parse := func(text string) *value.Dict {
		docs, err := parseYAML("test", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return docs[0].(*value.Dict)
	}
	last := parse("kind: Pod\nspec: {containers: [{name: a, image: a:1, command: [x]}, {name: b, image: b:1}], nodeName: n}")
	actual, err := annotated(last)
	if err != nil {
		t.Fatal(err)
	}
	actual = merged(actual, parse("spec: {containers: [{name: a, image: a:1, command: [x], pull: Always}, {name: b, image: b:1}, {name: side, image: s}], qos: q}"))
	patch, err := applyPatch(actual, parse("kind: Pod\nspec: {containers: [{name: a, image: a:2}]}"))
	if err != nil {
		t.Fatal(err)
	}
	want := parse("{containers: [{name: a, image: 'a:2', pull: Always}, {name: side, image: s}], nodeName: null}")
	if !value.Equal(at(patch, "spec"), want) {
		t.Errorf("%s", value.Repr(at(patch, "spec")))
	}
}

func TestSelectors(t *testing.T) {
	labels := value.DictOf("tier", "web", "env", "test")
	for selector, want := range map[string]bool{"tier=web": true, "tier==web": true, "tier!=web": false, "none!=x": true, "env in (prod, test)": true,
		"env notin (prod,test)": false, "tier": true, "!tier": false, "!none": true, "none in (a)": false} {
		if selects([]string{selector}, labels) != want {
			t.Errorf("%s: %v", selector, !want)
		}
	}
}
