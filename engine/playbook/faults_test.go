package playbook

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"goplay/internal/source"
)

// unpack writes the files of an archive to a new folder and returns it.
func unpack(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// faulty is a playbook that does not load. ask is Ansible's message where it
// differs on purpose from ours; "loads" where Ansible only fails later or never.
type faulty struct{ name, files, want, hint, ask string }

// relocate takes a temporary folder out of a message.
func relocate(s, dir string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, dir+"/", ""), dir, "DIR")
}

func readFaulty(t *testing.T) []faulty {
	t.Helper()
	a, err := txtar.ParseFile("testdata/faults.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []faulty
	for _, f := range a.Files {
		c := faulty{name: f.Name}
		files := []string{"-- site.yml --\n"}
		for line := range strings.Lines(string(f.Data)) {
			rest, special := strings.CutPrefix(strings.TrimRight(line, "\n"), "# ")
			switch key, val, _ := strings.Cut(rest, ": "); {
			case special && key == "want":
				c.want += val + "\n"
			case special && key == "hint":
				c.hint += val + "\n"
			case special && key == "ansible":
				c.ask = val
			case special && key == "file":
				files = append(files, "-- "+val+" --\n")
			default:
				files = append(files, line)
			}
		}
		c.files = strings.Join(files, "")
		out = append(out, c)
	}
	return out
}

func TestFaults(t *testing.T) {
	for _, c := range readFaulty(t) {
		t.Run(c.name, func(t *testing.T) {
			dir := unpack(t, txtar.Parse([]byte(c.files)))
			_, err := Load(Options{}, filepath.Join(dir, "site.yml"))
			var got, hints strings.Builder
			for _, one := range source.List(err) {
				got.WriteString(relocate(one.Error(), dir) + "\n")
				var fault *source.Error
				if errors.As(one, &fault) && fault.Hint != "" {
					hints.WriteString(relocate(fault.Hint, dir) + "\n")
				}
			}
			if got.String() != c.want {
				t.Errorf("got\n%swant\n%s", got.String(), c.want)
			}
			if hints.String() != c.hint {
				t.Errorf("hints\n%swant\n%s", hints.String(), c.hint)
			}
		})
	}
}

const loadPlaybooks = `
import json, os, sys
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from ansible.inventory.manager import InventoryManager
from ansible.playbook import Playbook
out = []
sys.setrecursionlimit(400)
for d in json.load(open(sys.argv[1])):
    os.chdir(d)
    l = DataLoader(); inv = InventoryManager(loader=l, sources=["localhost,"])
    try:
        Playbook.load("site.yml", variable_manager=VariableManager(loader=l, inventory=inv), loader=l)
        out.append("loads")
    except RecursionError: out.append("recursion")
    except Exception as e:
        out.append(str(e).split("\n\nThe error appears")[0].replace(d + "/", ""))
print(json.dumps(out))
`

// Ansible stops at the first fault and says much around it: what counts is
// that its words are in ours.
func TestFaultsAreWhatAnsibleSays(t *testing.T) {
	cases := readFaulty(t)
	var dirs []string
	for _, c := range cases {
		dirs = append(dirs, unpack(t, txtar.Parse([]byte(c.files))))
	}
	for i, said := range oracle(t, loadPlaybooks, dirs) {
		c := cases[i]
		if c.ask != "" {
			if !strings.Contains(said, c.ask) {
				t.Errorf("%s: ansible says %s, the row %s", c.name, said, c.ask)
			}
			continue
		}
		_, msg, _ := strings.Cut(c.want, " ")
		msg, _, _ = strings.Cut(msg, "\n")
		if !strings.Contains(said, strings.TrimSuffix(msg, ".")) {
			text, _ := json.Marshal(said)
			t.Errorf("%s: ansible says %s, we say %s", c.name, text, msg)
		}
	}
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
