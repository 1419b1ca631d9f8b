package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"goplay/modules/modulestest"
)

// taskCase is one use of tasks: what is there before, and what is done. In the
// tasks {{ dir }} is the case's own folder; taskServers says which servers there are.
type taskCase struct {
	Name  string
	Files modulestest.Files
	Sh    string // a script that makes what Files cannot, in the case's folder
	Do    tasks
	// Passes are tasks that are done after those of Do, each of them four times:
	// it is checked, done, checked again, and done again.
	Passes tasks
	Check  bool
	Show   string // a script that says what the tasks made of the system: at the end, or after each pass
	// NoTree says that the folder is a tool's own affair, as a clone is git's.
	NoTree bool `yaml:"no_tree"`
	// Ignore names return values that are not compared. Differs names those that
	// differ on purpose ("tree" is the folder), with the reason.
	Ignore []string
	// Passing are parts of texts that differ from run to run in this case, and what stands for them.
	Passing   map[string]string
	Differs   map[string]string
	Unordered []string // lists whose order means nothing
}

// tasks are a list of tasks, or a single one.
type tasks []map[string]any

func (l *tasks) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]map[string]any)(l))
	}
	*l = make(tasks, 1)
	return n.Decode(&(*l)[0])
}

// taskAnswer is what a case gave: a result for each of its tasks, and what is in its folder then.
type taskAnswer struct {
	Input   string           `json:"input"` // the case it answers, to see when it is stale
	Results []map[string]any `json:"results"`
	Shown   []string         `json:"shown,omitempty"`
	Tree    []string         `json:"tree"`
}

// TestTasks holds tasks, from playbook to result, against what Ansible gave for
// them: every return value, the message, the diff and the resulting tree. A
// file of cases is one play; the answers are beside it, and are asked for again
// when a case is new or has changed, or all of them with ORACLE set.
func TestTasks(t *testing.T) {
	files, err := filepath.Glob("testdata/tasks/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(taskFile(file), func(t *testing.T) {
			t.Parallel()
			if os.Geteuid() != 0 {
				t.Skip("the kept answers are root's: owners are part of them")
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var cases []taskCase
			if err := yaml.Unmarshal(data, &cases); err != nil {
				t.Fatal(err)
			}
			for i := range cases {
				cases[i].passes()
			}
			run := func(program string, cases []taskCase) []taskAnswer { return runTasks(t, program, cases) }
			compareTasks(t, file, cases, false, run)
		})
	}
}

func taskFile(path string) string { return strings.TrimSuffix(filepath.Base(path), ".yml") }

// compareTasks runs the cases of a file and compares them. Cases that are
// together build on each other, so that all are asked for when one is stale.
func compareTasks(t *testing.T, file string, cases []taskCase, together bool, run func(string, []taskCase) []taskAnswer) {
	answers := keptAnswers(t, cases, strings.TrimSuffix(file, ".yml")+".json", together, run)
	ours := run("goplay", cases)
	for i := range cases {
		c := &cases[i]
		t.Run(c.Name, func(t *testing.T) {
			want, ok := answers[c.Name]
			if !ok {
				t.Skip("no answer of Ansible is kept for this case, and ansible-playbook is not installed")
			}
			c.compare(t, ours[i], want)
		})
	}
}

// keptAnswers returns what Ansible gave, asking it where that is not known.
func keptAnswers(t *testing.T, cases []taskCase, path string, together bool, run func(string, []taskCase) []taskAnswer) map[string]taskAnswer {
	kept := map[string]taskAnswer{}
	if data, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(data, &kept); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	known := map[string]taskAnswer{}
	var stale []taskCase
	for _, c := range cases {
		if _, twice := known[c.Name]; twice {
			t.Fatalf("two cases are called %q", c.Name)
		}
		known[c.Name] = kept[c.Name]
		if os.Getenv("ORACLE") != "" || kept[c.Name].Input != c.fingerprint() {
			stale = append(stale, c)
			delete(known, c.Name)
		}
	}
	if len(stale) == 0 {
		return known
	}
	if os.Getenv("CI") != "" && os.Getenv("ORACLE") == "" {
		t.Fatalf("%s has no answer for %q as it is now: run this test without CI, and commit what it records", path, stale[0].Name)
	}
	if _, err := exec.LookPath("ansible-playbook"); err != nil {
		return known
	}
	if together {
		stale = cases
	}
	for i, a := range run("ansible-playbook", stale) {
		a.Input = stale[i].fingerprint()
		known[stale[i].Name] = a
	}
	data, err := json.MarshalIndent(known, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	return known
}

// fingerprint names everything that an answer depends on.
func (c *taskCase) fingerprint() string {
	all := []any{c.Files, c.Sh, c.Do, c.Check, c.Ignore}
	if c.Show != "" || c.NoTree {
		all = append(all, c.Show, c.NoTree)
	}
	if c.Passing != nil {
		all = append(all, c.Passing)
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(fmt.Sprintf("the case %s: %v", c.Name, err))
	}
	return string(text)
}

// runTasks runs cases with a program, in one play, and returns an answer for each.
func runTasks(t *testing.T, program string, cases []taskCase) []taskAnswer {
	t.Helper()
	root := evenDir(t)
	servers := startServers(t, root)
	var list []map[string]any
	for i := range cases {
		dir := filepath.Join(root, fmt.Sprintf("%03d", i))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		cases[i].prepare(t, dir)
		list = append(list, cases[i].tasks(i, dir, servers)...)
	}
	answers := playTasks(t, program, root, list, len(cases))
	for i := range cases {
		dir := filepath.Join(root, fmt.Sprintf("%03d", i))
		cases[i].normalize(t, &answers[i], normalizer{dir: dir, root: root, servers: servers}, dir)
	}
	return answers
}

// normalize writes an answer's results and the tree in a folder as they are compared.
func (c *taskCase) normalize(t *testing.T, a *taskAnswer, n normalizer, dir string) {
	n.drop = append(slices.Clone(passingValues), c.Ignore...)
	n.passing(c.Passing)
	for i, r := range a.Results {
		a.Results[i] = n.value(r).(map[string]any)
	}
	for i, line := range a.Shown {
		a.Shown[i] = n.text(line)
	}
	if c.NoTree {
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(string(modulestest.Tree(t, dir, false))), "\n") {
		a.Tree = append(a.Tree, n.text(line))
	}
}

// evenDir makes a folder whose path is as long in every run: the size of a link
// is the length of where it leads.
func evenDir(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	root = filepath.Join(root, strings.Repeat("x", max(1, 160-len(root))))
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func (c *taskCase) prepare(t *testing.T, dir string) {
	t.Helper()
	c.Files.Make(t, dir)
	if c.Sh == "" {
		return
	}
	cmd := exec.Command("sh", "-e", "-c", c.Sh)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c.Name, err, out)
	}
}

// script is a task that runs a script in a folder.
func script(name, dir, text string) map[string]any {
	return map[string]any{"name": name, "raw": "cd {{ dir }}; {{ text }}", "vars": map[string]any{"dir": dir, "text": text}, "ignore_errors": true}
}

// playTasks returns the answers to each case: the results of its tasks, and of what they include.
func playTasks(t *testing.T, program, root string, list []map[string]any, n int, flags ...string) []taskAnswer {
	t.Helper()
	// A line for each task: of a file that is JSON Ansible knows no places.
	book := "- hosts: all\n  gather_facts: false\n  tasks:\n"
	for _, task := range list {
		book += "  - " + modulestest.Text(task) + "\n"
	}
	for name, text := range map[string]string{
		"play.yml": book, "ansible.cfg": "[defaults]\n", "hosts": "localhost ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(flags) == 0 {
		flags = []string{"-i", "hosts"}
	}
	cmd := exec.Command(program, append(flags, "-D", "play.yml")...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "ANSIBLE_STDOUT_CALLBACK=ansible.posix.json", "ANSIBLE_CONFIG=ansible.cfg", "ANSIBLE_NOCOLOR=1",
		"ANSIBLE_LOCALHOST_WARNING=false", "ANSIBLE_PIPELINING=1", "PYTHONWARNINGS=ignore")
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // failed tasks are ignored; what is wrong shows in the output
	var out struct {
		Plays []struct {
			Tasks []struct {
				Task  struct{ Name string }
				Hosts map[string]map[string]any
			}
		}
	}
	screen := stdout.String()
	in := json.NewDecoder(strings.NewReader(screen[max(0, strings.IndexByte(screen, '{')):]))
	in.UseNumber()
	if err := in.Decode(&out); err != nil || len(out.Plays) != 1 {
		t.Fatalf("%s: %v\n%s\n%s", program, err, screen, stderr.String())
	}
	answers := make([]taskAnswer, n)
	at := -1
	for _, task := range out.Plays[0].Tasks {
		_, _ = fmt.Sscanf(task.Task.Name, "case %d", &at)
		for _, r := range task.Hosts {
			r = modulestest.Numbers(r).(map[string]any)
			var which int
			switch _, shows := fmt.Sscanf(task.Task.Name, "show %d", &which); {
			case shows == nil:
				shown := strings.Split(strings.TrimSpace(strings.ReplaceAll(fmt.Sprint(r["stdout"]), "\r", "")), "\n")
				answers[which].Shown = append(answers[which].Shown, shown...)
			case strings.HasPrefix(task.Task.Name, "before "):
				if r["rc"] != 0.0 {
					t.Fatalf("%s: %v", task.Task.Name, r)
				}
			case !included(r): // Ansible lists the task that includes too
				answers[at].Results = append(answers[at].Results, r)
			}
		}
	}
	return answers
}

// included says that a result is only that files were found to include.
func included(r map[string]any) bool {
	if list, ok := r["results"].([]any); ok && len(list) > 0 {
		first, ok := list[0].(map[string]any)
		return ok && included(first)
	}
	return r["include"] != nil || r["include_args"] != nil
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func (c *taskCase) compare(t *testing.T, got, want taskAnswer) {
	if len(got.Results) != len(want.Results) {
		t.Fatalf("%d results, Ansible: %d\n%s\n%s", len(got.Results), len(want.Results), modulestest.Text(got.Results), modulestest.Text(want.Results))
	}
	differed := map[string]bool{}
	for i := range want.Results {
		g, w := got.Results[i], want.Results[i]
		withoutTemporary(g, w)
		if w["msg"] == traceback {
			if g["failed"] != true || g["msg"] == "" {
				t.Errorf("task %d: %s, Ansible's module fell over", i+1, modulestest.Text(g))
			}
			continue
		}
		for _, key := range modulestest.KeysOf(g, w) {
			gv, wv := g[key], w[key]
			if key == "ansible_facts" && len(asMap(gv))+len(asMap(wv)) == 0 {
				continue // only where Python is was among Ansible's
			}
			gv, wv = c.ordered(key, gv), c.ordered(key, wv)
			same := reflect.DeepEqual(gv, wv)
			reason := c.Differs[key]
			switch {
			case reason == "" && !same:
				t.Errorf("task %d: %s: %s, Ansible: %s", i+1, key, modulestest.Text(gv), modulestest.Text(wv))
			case !same:
				differed[key] = true
			}
		}
	}
	for key, reason := range c.Differs {
		if !differed[key] && key != "tree" && key != "shown" {
			t.Errorf("%s: differs on purpose (%s), but it is the same", key, reason)
		}
	}
	if c.Differs["shown"] == "" && !slices.Equal(got.Shown, want.Shown) {
		t.Errorf("the system shows\n%s\nAnsible's\n%s", strings.Join(got.Shown, "\n"), strings.Join(want.Shown, "\n"))
	}
	if c.Differs["tree"] == "" && !reflect.DeepEqual(got.Tree, want.Tree) {
		t.Errorf("the tree is\n%s\nAnsible's is\n%s", strings.Join(got.Tree, "\n"), strings.Join(want.Tree, "\n"))
	}
}
