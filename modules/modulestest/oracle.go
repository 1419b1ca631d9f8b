package modulestest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// answer is what Ansible gave for a case.
type answer struct {
	Input  string         `json:"input"` // the case it answers, to see when it is stale
	Result map[string]any `json:"result"`
	Tree   []string       `json:"tree"`
}

// ask runs cases through ansible-playbook, all in one play, and returns an
// answer for each. Each case has a folder of its own below root.
func ask(t *testing.T, cases []*Case, root string) []answer {
	t.Helper()
	var tasks []map[string]any
	for i, c := range cases {
		dir := caseDir(root, i)
		c.Files.Make(t, dir)
		args := c.Args
		if c.Ansible != nil {
			args = c.Ansible
		}
		tasks = append(tasks, map[string]any{
			"name": fmt.Sprintf("case %d", i), c.fullName(): c.place(args, dir),
			"check_mode": c.Check, "ignore_errors": true, "environment": c.env(dir),
			"vars": map[string]any{"ansible_python_interpreter": c.python()},
		})
	}
	results := play(t, root, tasks)
	answers := make([]answer, len(cases))
	for i, c := range cases {
		dir := caseDir(root, i)
		answers[i] = answer{Input: c.fingerprint(), Result: c.normalize(results[i], dir).(map[string]any),
			Tree: strings.Split(strings.TrimSpace(string(Tree(t, dir, false))), "\n")}
		for _, key := range append(append([]string{}, never...), c.Ignore...) {
			drop(answers[i].Result, key)
		}
	}
	return answers
}

func (c *Case) python() string {
	if c.Python != "" {
		return c.Python
	}
	return "/usr/bin/python3"
}

func caseDir(root string, i int) string {
	dir := filepath.Join(root, fmt.Sprintf("%03d", i))
	_ = os.MkdirAll(dir, 0o755)
	return dir
}

func play(t *testing.T, root string, tasks []map[string]any) []map[string]any {
	t.Helper()
	book, err := json.Marshal([]any{map[string]any{
		"hosts": "localhost", "gather_facts": false, "connection": "local", "tasks": tasks,
	}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "play.json")
	if err := os.WriteFile(path, book, 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(root, "ansible.cfg")
	if err := os.WriteFile(config, []byte("[defaults]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("ansible-playbook", "-D", "-i", "localhost,", path)
	cmd.Env = append(os.Environ(), "ANSIBLE_STDOUT_CALLBACK=ansible.posix.json", "ANSIBLE_CONFIG="+config, "ANSIBLE_NOCOLOR=1",
		"ANSIBLE_LOCALHOST_WARNING=false", "PYTHONWARNINGS=ignore")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // failed tasks are ignored; what is wrong shows in the output
	return taskResults(t, stdout.Bytes(), stderr.String(), len(tasks))
}

func taskResults(t *testing.T, stdout []byte, stderr string, n int) []map[string]any {
	t.Helper()
	var out struct {
		Plays []struct {
			Tasks []struct {
				Hosts map[string]map[string]any `json:"hosts"`
			} `json:"tasks"`
		} `json:"plays"`
	}
	if at := bytes.IndexByte(stdout, '{'); at > 0 {
		stdout = stdout[at:]
	}
	if err := decodeJSON(stdout, &out); err != nil || len(out.Plays) != 1 || len(out.Plays[0].Tasks) != n {
		t.Fatalf("ansible-playbook: %v\n%s\n%s", err, stdout, stderr)
	}
	var results []map[string]any
	for _, task := range out.Plays[0].Tasks {
		results = append(results, Numbers(task.Hosts["localhost"]).(map[string]any))
	}
	return results
}

// fingerprint names everything that an answer depends on.
func (c *Case) fingerprint() string {
	args := c.Args
	if c.Ansible != nil {
		args = c.Ansible
	}
	var files any = c.Files
	if c.Input != "" {
		files = c.Input
	}
	text, err := json.Marshal([]any{c.fullName(), files, args, c.Env, c.Check})
	if err != nil {
		panic(fmt.Sprintf("modulestest: case %s: %v", c.Name, err))
	}
	return string(text)
}

// normalize writes the folder as {dir}, the values of Vars as their names and a
// backup's name as .BACKUP~.
func (c *Case) normalize(v any, dir string) any {
	switch v := v.(type) {
	case string:
		v = strings.ReplaceAll(v, dir, "{dir}")
		for name, text := range c.Vars {
			v = strings.ReplaceAll(v, text, name)
		}
		return backupName.ReplaceAllString(v, ".BACKUP~")
	case []any:
		for i := range v {
			v[i] = c.normalize(v[i], dir)
		}
		return v
	case map[string]any:
		out := map[string]any{}
		for k := range v {
			out[c.normalize(k, dir).(string)] = c.normalize(v[k], dir)
		}
		return out
	default:
		return v
	}
}
