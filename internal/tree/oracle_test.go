package tree

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// oracle runs a Python program that gets a JSON list of texts and answers with a list of strings.
func oracle(t *testing.T, program string, input []string) []string {
	t.Helper()
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import ansible, yaml").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-core is not installed")
		}
		t.Skip("ansible-core is not installed: can't ask the real thing")
	}
	dir := t.TempDir()
	data, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/in.json", data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", program, dir+"/in.json")
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "ANSIBLE_LOCALHOST_WARNING=false", "HOME="+dir)
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const readScalars = `
import json, sys
from ansible.parsing.yaml.loader import AnsibleLoader
def show(v):
    t = type(v).__name__
    for ours, theirs in (("str", "AnsibleUnicode"), ("str", "AnsibleUnsafeText"), ("list", "AnsibleSequence"), ("dict", "AnsibleMapping")):
        if t == theirs: t = ours
    return t + " " + str(v)
out = []
for s in json.load(open(sys.argv[1])):
    try:
        out.append(show(AnsibleLoader(s, file_name="f.yml", vault_secrets=[]).get_single_data()))
    except Exception as e:
        out.append("error")
print(json.dumps(out))
`
