package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// misuses are command lines that make no sense: what is said last on standard
// error, or a part of it, and the exit code. In args PLAYBOOK is a good one.
var misuses = []struct {
	program, args, want string
	code                int
	differs             string // why Ansible says something else
}{
	{"ansible-playbook", "--bogus", "unrecognized arguments: --bogus", 2, "argparse misses the playbook first"},
	{"ansible-playbook", "PLAYBOOK --bogus", "error: unrecognized arguments: --bogus", 2, ""},
	{"ansible-playbook", "PLAYBOOK --inventry x", "error: unrecognized arguments: --inventry", 2, ""},
	{"ansible-playbook", "PLAYBOOK -Z", "error: unrecognized arguments: -Z", 2, ""},
	{"ansible-playbook", "", "error: the following arguments are required: playbook", 2, ""},
	{"ansible-playbook", "PLAYBOOK -f x", "error: argument -f/--forks: invalid int value: 'x'", 2, ""},
	{"ansible-playbook", "PLAYBOOK -f 0", "error: The number of processes (--forks) must be >= 1", 2, ""},
	{"ansible-playbook", "PLAYBOOK -l", "error: argument -l/--limit: expected one argument", 2, ""},
	{"ansible-playbook", "PLAYBOOK -i", "error: argument -i/--inventory/--inventory-file: expected one argument", 2, ""},
	{"ansible-playbook", "PLAYBOOK --ssh-extra-args -v", "error: argument --ssh-extra-args: expected one argument", 2, ""},
	{"ansible-playbook", "PLAYBOOK -i --check", "error: argument -i/--inventory/--inventory-file: expected one argument", 2, ""},
	{"ansible-playbook", "PLAYBOOK -vl -- x", "error: argument -l/--limit: expected one argument", 2, ""},
	{"ansible-playbook", "PLAYBOOK --syntax-check --ssh-extra-args=-v -T -1", "", 0, ""},
	{"ansible-playbook", "PLAYBOOK --check=x", "error: argument -C/--check: ignored explicit argument 'x'", 2, ""},
	{"ansible-playbook", "PLAYBOOK --list", "error: ambiguous option: --list could match --list-hosts, --list-tasks, --list-tags", 2, ""},
	{"ansible-playbook", "PLAYBOOK --syn", "", 0, ""},
	{"ansible-playbook", "PLAYBOOK -K --become-pass-file x", "error: argument --become-password-file/--become-pass-file: not allowed with argument -K/--ask-become-pass", 2, ""},
	{"ansible-playbook", "none.yml", "ERROR! the playbook: none.yml could not be found", 1, ""},
	{"ansible-playbook", ".", "ERROR! the playbook: . does not appear to be a file", 1, ""},
	{"ansible-playbook", "PLAYBOOK -e /x", "ERROR! Please prepend extra_vars filename '/x' with '@'", 5, ""},
	{"ansible-playbook", "PLAYBOOK -e [1]", "ERROR! Invalid extra vars data supplied. '[1]' could not be made into a dictionary", 5, ""},
	{"ansible-playbook", "PLAYBOOK -e @empty.yml", "empty.yml' could not be made into a dictionary", 5, ""},
	{"ansible-playbook", "PLAYBOOK -e @none.yml", "none.yml' on the Ansible Controller.", 1, ""},
	{"ansible-playbook", "PLAYBOOK -l nobody -i localhost,", "ERROR! Specified inventory, host pattern and/or --limit leaves us with no hosts to target.", 1, ""},
	{"ansible-playbook", "PLAYBOOK --vault-id x@none", "The vault password file", 1, ""},
	{"ansible", "-m ping", "error: the following arguments are required: pattern", 2, ""},
	{"ansible", "all b", "error: unrecognized arguments: b", 2, ""},
	{"ansible", "localhost -m command", "ERROR! No argument passed to command module", 5, ""},
	{"ansible", "localhost -m import_playbook -a x", "ERROR! 'import_playbook' is not a valid action for ad-hoc commands", 5, ""},
	{"ansible", "localhost -m include_tasks -a none.yml", "", 2, ""},
	{"ansible", "localhost -m include_role -a name=none", "", 2, ""},
	{"ansible", "localhost -m import_role -a name=none", "ERROR! the role 'none' was not found in", 1, ""},
	{"ansible", "localhost -m include_role", "ERROR! 'name' is a required field for include_role.", 4, ""},
	{"ansible", "localhost -m nope", "", 2, ""},
	{"ansible-inventory", "", "ERROR! No action selected, at least one of --host, --graph or --list needs to be specified.", 5, ""},
	{"ansible-inventory", "--list --graph", "ERROR! Conflicting options used, only one of --host, --graph or --list can be used at the same time.", 5, ""},
	{"ansible-inventory", "--host none -i localhost,", "ERROR! You must pass a single valid host to --host parameter", 5, ""},
	{"ansible-inventory", "--graph none -i localhost,", "ERROR! Pattern must be valid group name when using --graph", 5, ""},
}

// TestCommandLinesThatMakeNoSense compares what is said and the exit code; with
// ORACLE set Ansible is asked, too.
func TestCommandLinesThatMakeNoSense(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"site.yml": "- hosts: all\n  tasks: []\n", "empty.yml": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commands := map[string][]string{"ansible-playbook": {}, "ansible": {"run"}, "ansible-inventory": {"inventory"}}
	for _, c := range misuses {
		t.Run(c.program+" "+c.args, func(t *testing.T) {
			args := strings.Fields(strings.ReplaceAll(c.args, "PLAYBOOK", "site.yml"))
			misuse(t, dir, "goplay", append(commands[c.program][:len(commands[c.program]):len(commands[c.program])], args...), c.want, c.code)
			if os.Getenv("ORACLE") != "" && c.differs == "" {
				misuse(t, dir, c.program, args, c.want, c.code)
			}
		})
	}
}

func misuse(t *testing.T, dir, program string, args []string, want string, code int) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "COLUMNS=400")
	var said strings.Builder
	cmd.Stderr = &said
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code || !strings.Contains(strings.Join(strings.Fields(said.String()), " "), want) {
		t.Errorf("%s: exit code %d, want %d; said %q, want %q", program, got, code, said.String(), want)
	}
}
