package main

import (
	"slices"
	"strings"
	"testing"

	"goplay/modules"
	"goplay/modules/modulestest"
)

const root = "../.."

// TestSchemasAreAsDocumented holds the schema of every module against what
// Ansible documents: a difference is mended or explained, and an explanation
// has a difference.
func TestSchemasAreAsDocumented(t *testing.T) {
	facts := recorded(t)
	used := map[[2]int]bool{}
	for _, d := range all(facts) {
		e, pattern := explains(d)
		if e < 0 {
			t.Error(d)
			continue
		}
		used[[2]int{e, pattern}] = true
	}
	for i, e := range explained {
		for j, pattern := range e.Options {
			if !used[[2]int{i, j}] {
				t.Errorf("nothing differs in %s of %s any more, which is explained (%s)", e.What, pattern, e.Why)
			}
		}
	}
}

// TestFactsAreOfEveryModule asks for a record of each module that Ansible has.
func TestFactsAreOfEveryModule(t *testing.T) {
	facts := recorded(t)
	if len(facts) < 210 || len(facts["ansible.builtin.copy"]) < 20 {
		t.Errorf("facts of %d modules, %d options of copy", len(facts), len(facts["ansible.builtin.copy"]))
	}
	for _, m := range modules.All() {
		if _, ok := facts[m.Name]; !ok && !slices.Contains(newerModules, m.Name) {
			t.Errorf("nothing is recorded of %s: go run ./e2e/coverage -record", m.Name)
		}
	}
	for _, name := range newerModules {
		if _, ok := facts[name]; ok {
			t.Errorf("%s is recorded, so it is not newer", name)
		}
	}
}

func TestDifferences(t *testing.T) {
	m, _ := modules.Lookup("ansible.builtin.file")
	for _, c := range []struct {
		name string
		fact Fact
		want string
	}{
		{"mode", Fact{Type: "int"}, `x.mode: type is "raw", Ansible documents "int"`},
		{"path", Fact{Type: "path", Required: true, Aliases: []string{"dest", "name", "file"}}, `x.path: aliases is "dest, name", Ansible documents "dest, file, name"`},
		{"recurse", Fact{Type: "bool", Default: true}, `x.recurse: default is "", Ansible documents "true"`},
		{"state", Fact{Choices: choices{"file", "absent"}}, `x.state: choices is "absent, directory, file, hard, link, touch", Ansible documents "absent, file"`},
		{"follow", Fact{Type: "bool", Default: "yes", Required: true}, `x.follow: required is "false", Ansible documents "true"`},
		{"other", Fact{}, "x.other: missing"},
	} {
		var got []string
		for _, d := range differences("x", m.Schema(), map[string]*Fact{c.name: &c.fact}) {
			if d.What != "more" {
				got = append(got, d.String())
			}
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWays(t *testing.T) {
	found, err := ways(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"ansible.builtin.file":                   fourPasses,
		"community.general.ufw":                  ownHost,
		"community.general.zypper":               pretended,
		"ansible.builtin.debug":                  playbooks,
		"community.general.selinux_permissive":   compared,
		"community.postgresql.postgresql_schema": asAnsible,
		"community.postgresql.postgresql_ping":   ownTests,
	} {
		if !slices.Contains(found[name], want) {
			t.Errorf("%s is tested with %s, not %s", name, strings.Join(found[name], ", "), want)
		}
	}
}

// TestEveryModuleIsTested asks for a test, a script or a playbook that names
// each module, or for the reason why there is none.
func TestEveryModuleIsTested(t *testing.T) {
	found, err := ways(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules.All() {
		switch reason := untested[m.Name]; {
		case len(found[m.Name]) == 0 && reason == "":
			t.Errorf("no test names %s: write one, or say in untested.go why there can be none", m.Name)
		case len(found[m.Name]) > 0 && reason != "":
			t.Errorf("%s is tested with %s, and untested.go says that it is not (%s)", m.Name, strings.Join(found[m.Name], ", "), reason)
		}
	}
	for name := range untested {
		if _, ok := modules.Lookup(name); !ok {
			t.Errorf("untested.go names %s, which is no module", name)
		}
	}
}

func recorded(t *testing.T) Facts {
	t.Helper()
	facts, err := readFacts(factsFile)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// TestFourPasses asks for the four passes of each module that changes
// something, of our own or as Ansible's, or for the reason why there are none.
func TestFourPasses(t *testing.T) {
	found, err := ways(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules.All() {
		passed := slices.ContainsFunc(found[m.Name], func(way string) bool { return way == fourPasses || strings.HasPrefix(way, asAnsible) })
		reason := unpassed[m.Name]
		switch {
		case !passed && reason == "" && !changesNothing(m.Name):
			t.Errorf("nothing takes %s through check, apply, check, apply: a task under passes in cmd/goplay/testdata, modulestest.Passes or Conform do, or unpassed.go says why nothing can", m.Name)
		case passed && reason != "":
			t.Errorf("%s is taken through four passes, and unpassed.go says that it is not (%s)", m.Name, reason)
		}
	}
	for _, known := range []map[string]string{changeless, unpassed} {
		for name := range known {
			if _, ok := modules.Lookup(name); !ok {
				t.Errorf("unpassed.go names %s, which is no module", name)
			}
		}
	}
}

// TestOddities reads four passes of every shape.
func TestOddities(t *testing.T) {
	results := map[rune]map[string]any{'c': {"changed": true}, 'o': {}, 's': {"skipped": true}, 'f': {"failed": true, "changed": true}}
	for shape, want := range map[string]string{
		"ccoo": "", "cccc": "changed each time", "soso": "no", "scso": "skipped in check mode", "scsc": "skipped in check mode, changed each time",
		"ocoo": "its check mode foretells nothing", "ccco": "its check mode always foretells a change", "coco": "no", "cfoo": "no", "ccof": "no", "fcoo": "no", "cco": "no",
	} {
		var four []passed
		for i, r := range shape {
			four = append(four, passed{module: "m", task: map[string]any{"a": 1.0}, check: i%2 == 0, result: results[r]})
		}
		odd, ok := oddities(four)
		if got := strings.Join(odd, ", "); !ok && want != "no" || ok && got != want {
			t.Errorf("%s: %q %v, want %q", shape, got, ok, want)
		}
		if !ok {
			continue
		}
		four[2].task = map[string]any{"a": 2.0}
		if _, ok := oddities(four); ok {
			t.Errorf("%s: passes of two tasks", shape)
		}
	}
	if passesOf != modulestest.PassesOf {
		t.Errorf("cases of four passes are called %q, modulestest calls them %q", passesOf, modulestest.PassesOf)
	}
}
