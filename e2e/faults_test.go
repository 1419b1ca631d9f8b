//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nowhere is an address that nobody answers at (RFC 5737): what is wrong is
// said before a host is reached for.
const nowhere = "h ansible_host=192.0.2.1\n"

func TestFaultsAreToldBeforeTheFirstHost(t *testing.T) {
	for _, c := range []struct {
		name, text string
		code       int
		want       []string
	}{
		{"unknown module", "- hosts: all\n  tasks:\n    - coppy: {src: a, dest: b}\n", 4,
			[]string{"couldn't resolve module/action 'coppy'", "site.yaml:3:7", "did you mean copy?"}},
		{"unknown option", "- hosts: all\n  tasks:\n    - file: {pth: /tmp/x, state: directory}\n", 4,
			[]string{`no option "pth"`, "site.yaml:3:", "did you mean path?"}},
		{"missing option", "- hosts: all\n  tasks:\n    - file: {state: directory}\n", 4,
			[]string{"missing required arguments: path", "site.yaml:3:7"}},
		{"wrong choice", "- hosts: all\n  tasks:\n    - file: {path: /tmp/x, state: folder}\n", 4,
			[]string{"folder", "site.yaml:3:"}},
		{"template that cannot be read", "- hosts: all\n  tasks:\n    - debug:\n        msg: \"{{ a b }}\"\n", 4,
			[]string{"site.yaml:4:"}},
		{"YAML that cannot be read", "- hosts: all\n  tasks:\n    - name: a\n     debug:\n", 4,
			[]string{"site.yaml:4:6", "indentation"}},
		{"empty playbook", "", 4, []string{"Empty playbook, nothing to do"}},
		{"missing role", "- hosts: all\n  roles: [nobody.wrote]\n", 1, []string{"nobody.wrote", "site.yaml:2:"}},
		{"several at once", "- hosts: all\n  tasks:\n    - coppy:\n    - file: {state: directory}\n    - user:\n", 4,
			[]string{"coppy", "missing required arguments: path", "missing required arguments: name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := play(t, "-i", inventoryOf(t, nowhere), playbookOf(t, c.text)).want(t, c.code)
			if strings.Contains(r.stdout.String(), "TASK [") {
				t.Errorf("it has begun:\n%s", &r.stdout)
			}
			for _, w := range c.want {
				if !strings.Contains(r.stderr.String(), w) {
					t.Errorf("it does not say %q:\n%s", w, &r.stderr)
				}
			}
		})
	}
}

func TestNoHosts(t *testing.T) {
	r := play(t, "-i", inventoryOf(t, nowhere), playbookOf(t, "- hosts: nobody\n  tasks:\n    - ping:\n")).want(t, 0)
	if !strings.Contains(r.stdout.String(), "skipping: no hosts matched") || !strings.Contains(r.stderr.String(), "Could not match supplied host pattern, ignoring: nobody") {
		t.Errorf("got:\n%s%s", &r.stdout, &r.stderr)
	}
}

func TestUndefinedVariable(t *testing.T) {
	r := play(t, playbookOf(t, "- hosts: "+staging+"\n  gather_facts: false\n  tasks:\n    - name: Say\n      debug: {msg: '{{ nothing }}'}\n")).want(t, 2)
	r.wantStatuses(t, "Say: fatal\nok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0")
	if !strings.Contains(r.stdout.String(), "'nothing' is undefined") || !strings.Contains(r.stdout.String(), "line 5") {
		t.Errorf("it does not say what is undefined, and where:\n%s", &r.stdout)
	}
}

func TestNobodyThere(t *testing.T) {
	const refused = "h ansible_host=127.0.0.1 ansible_port=1\n"
	r := play(t, "-i", inventoryOf(t, refused), playbookOf(t, "- hosts: all\n  gather_facts: false\n  tasks:\n    - name: Reach\n      ping:\n")).want(t, 4)
	r.wantStatuses(t, "Reach: fatal\nok=0 changed=0 unreachable=1 failed=0 skipped=0 rescued=0 ignored=0")
	if !strings.Contains(r.stdout.String(), "UNREACHABLE!") || !strings.Contains(r.stdout.String(), "refused") {
		t.Errorf("it does not say why:\n%s", &r.stdout)
	}
}

func inventoryOf(t *testing.T, text string) string { return fileOf(t, "hosts", text) }

func playbookOf(t *testing.T, text string) string { return fileOf(t, "site.yaml", text) }

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
