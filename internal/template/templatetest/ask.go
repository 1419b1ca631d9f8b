package templatetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Answer is what ansible-core made of a template.
type Answer struct {
	Want  json.RawMessage `json:"v"`
	Error string          `json:"e"`
}

// Updating reports whether tables are to be written anew.
func Updating() bool { return *update }

// Ask has ansible-core evaluate templates as arguments of a task; without it
// the test fails.
func Ask(t *testing.T, templates []string) []Answer {
	t.Helper()
	cases := make([]*Case, len(templates))
	for i, text := range templates {
		cases[i] = &Case{Template: text}
	}
	answers, ok := ask(t, nil, cases, false)
	if !ok {
		t.Fatal("ansible-core 2.14 is needed to write a table anew")
	}
	return answers
}

// ask is false where ansible-core is not installed.
func ask(t *testing.T, vars json.RawMessage, cases []*Case, native bool) ([]Answer, bool) {
	t.Helper()
	if exec.Command("/usr/bin/python3", "-c", "import ansible.release as r; assert r.__version__.startswith('2.14')").Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-core 2.14 is not installed")
		}
		t.Log("ansible-core 2.14 is not installed: the answers are not confirmed again")
		return nil, false
	}
	input, err := json.Marshal(map[string]any{"vars": vars, "cases": cases})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", oracle)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "ANSIBLE_LOCALHOST_WARNING=0", fmt.Sprintf("ANSIBLE_JINJA2_NATIVE=%v", native), "TZ=UTC")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("ask ansible-core: %v\n%s", err, stderr.String())
	}
	var answers []Answer
	if err := json.Unmarshal(output, &answers); err != nil {
		t.Fatal(err)
	}
	return answers, true
}
