package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"goplay/engine/playbook"
	"goplay/engine/schema"
	"goplay/modules"
)

// The schemas as an editor has them: from their JSON, held against the
// meta-schema of their draft. That takes long, so it is done once.
var (
	ofPlaybooks = compiled(schema.Playbook)
	ofTasks     = compiled(schema.Tasks)
)

func compiled(document func(map[string]*modules.Module) map[string]any) func() (*jsonschema.Schema, error) {
	return sync.OnceValues(func() (*jsonschema.Schema, error) {
		data, err := json.Marshal(document(namedModules()))
		if err != nil {
			return nil, err
		}
		parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", parsed); err != nil {
			return nil, err
		}
		return c.Compile("schema.json")
	})
}

func bothSchemas(t *testing.T) (playbooks, tasks *jsonschema.Schema) {
	t.Helper()
	playbooks, err := ofPlaybooks()
	if err != nil {
		t.Fatal(err)
	}
	if tasks, err = ofTasks(); err != nil {
		t.Fatal(err)
	}
	return playbooks, tasks
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = jsonschema.UnmarshalJSON(strings.NewReader(string(data))); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchemaTakesWhatRuns(t *testing.T) {
	t.Parallel()
	playbooks, tasks := bothSchemas(t)
	for _, m := range modules.All() {
		if err := tasks.Validate(parsed(t, m.Example)); err != nil {
			t.Errorf("the example of %s: %v", m.Name, err)
		}
	}
	n := 0
	for _, pattern := range []string{"../../examples/*.yaml", "../../examples/*/*.yaml", "../../playbooks/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), "hosts:") {
				n++
				if err := playbooks.Validate(parsed(t, string(data))); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		}
	}
	if n < 6 {
		t.Errorf("only %d playbooks were looked at", n)
	}
	for _, text := range right {
		if err := tasks.Validate(parsed(t, text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	data, err := os.ReadFile("../../examples/role/roles/motd/tasks/main.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := tasks.Validate(parsed(t, string(data))); err != nil {
		t.Errorf("tasks of a role: %v", err)
	}
}

// right are tasks that a schema must take although they bend a rule of it.
var right = []string{
	"- copy: src=a dest=/b mode=0644",
	"- command: make\n  args: {chdir: /src, creates: /src/out}",
	"- file: {path: /a, state: '{{ state }}', recurse: '{{ deep }}'}",
	"- file: {state: absent}\n  args: {path: /a}",
	"- file: {dest: /a, mode: 0755}",
	"- apt: {name: [a, b], update_cache: yes}",
	"- apt: pkg=a,b",
	"- sysctl: {name: a, value: 1}\n  when: [a, b == 1]\n  with_items: [1, 2]",
	"- block:\n  - meta: flush_handlers\n  rescue:\n  - debug:\n  always: []",
	"- amazon.aws.ec2_instance: {anything: goes}",
	"- set_fact: {a: 1, cacheable: true}",
	"- include_tasks: more.yml\n  loop: '{{ list }}'\n  loop_control: {loop_var: one, label: '{{ one.name }}'}",
	"- uri: {url: http://a, status_code: [200, 201], timeout: '30'}\n  register: r\n  until: r is succeeded\n  retries: 3",
	"- service: {name: a, state: restarted}\n  listen: restart",
	"- action: copy src=a dest=/b",
	"- local_action: {module: copy, src: a, dest: /b}\n  with_first_found: [a]\n  listen: topic",
}

func TestSchemaRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	playbooks, tasks := bothSchemas(t)
	for text, place := range map[string]string{
		"- file: {path: /a, stat: absent}":                    "/0/file",
		"- file: {path: /a, state: present}":                  "/0/file/state",
		"- file: {path: /a, recurse: perhaps}":                "/0/file/recurse",
		"- file: {state: absent}":                             "/0/file",
		"- copy: {dest: /a, src: b, content: c}":              "/0/copy",
		"- uri: {url: http://a, timeout: soon}":               "/0/uri/timeout",
		"- debug: {msg: a}\n  whenn: b":                       "/0",
		"- debug: {msg: a}\n  retries: often":                 "/0/retries",
		"- debug: {msg: a}\n  loop_control: {loop_vars: b}":   "/0/loop_control",
		"- block:\n  - debug:\n  loop: [1]":                   "/0",
		"- block:\n  - fiel: {path: /a}":                      "/0/block/0",
		"- meta: flush":                                       "/0/meta",
		"- docker_container: {name: a, networks: [{nam: b}]}": "/0/docker_container/networks",
		"debug:":                     "",
		"- name: nothing\n  when: a": "/0",
		"- copy: {src: a, dest: /b}\n  file: {path: /b}":            "/0",
		"- command: a\n  my.own.module: {a: b}":                     "/0",
		"- action: debug\n  debug: {msg: a}":                        "/0",
		"- community.general.ufw: {rule: allow, default: permit}":   "/0/community.general.ufw/default",
		"- ansible.posix.mount: {path: /a, state: mounted, bot: 1}": "/0/ansible.posix.mount",
	} {
		err := tasks.Validate(parsed(t, text))
		if err == nil {
			t.Errorf("%s: nothing is wrong", text)
			continue
		}
		if places := placesOf(err.(*jsonschema.ValidationError)); !slices.Contains(places, place) {
			t.Errorf("%s: wrong at %q, want %q", text, places, place)
		}
	}
	for _, text := range []string{"- tasks: []", "- hosts: all\n  task: []", "- hosts: all\n  gather_facts: maybe", "- import_playbook: a.yml\n  hosts: b",
		"- hosts: all\n  roles: [{tags: a}]", "- hosts: all\n  handlers:\n  - debug: {massage: a}"} {
		if playbooks.Validate(parsed(t, text)) == nil {
			t.Errorf("%s: nothing is wrong", text)
		}
	}
}

// placesOf are the places that an error and its causes name.
func placesOf(e *jsonschema.ValidationError) []string {
	place := ""
	for _, part := range e.InstanceLocation {
		place += "/" + part
	}
	places := []string{place}
	for _, cause := range e.Causes {
		places = append(places, placesOf(cause)...)
	}
	return places
}

// TestSchemaHasEveryKeyword finds keywords that any value would do for.
func TestSchemaHasEveryKeyword(t *testing.T) {
	document := schema.Playbook(namedModules())
	for kind, name := range map[string]string{"play": "play", "block": "block", "task": "task", "handler": "handler", "import": "import"} {
		properties := document["definitions"].(map[string]any)[name].(map[string]any)["properties"].(map[string]any)
		for _, word := range playbook.Words(kind) {
			shape := properties[word].(map[string]any)
			delete(shape, "description")
			if len(shape) == 0 && !slices.Contains([]string{"action", "local_action", "loop_with"}, word) {
				t.Errorf("the keyword %s takes anything", word)
			}
		}
	}
}
