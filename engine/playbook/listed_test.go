package playbook

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// listed is a playbook as ansible-playbook --list-tasks shows it, less the
// lines of the plays, where templates are evaluated.
func listed(pb *Playbook) string {
	var b strings.Builder
	var list func(nodes []Node)
	list = func(nodes []Node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Block:
				list(n.Tasks)
			case *Task:
				if n.FreeForm != nil && n.FreeForm.Text == "role_complete" {
					continue
				}
				name := n.Module
				if n.Name != "" {
					name = n.Name
					if n.Role != nil {
						name = n.Role.FQCN + " : " + name
					}
				}
				tags := append([]string(nil), n.Tags...)
				sort.Strings(tags)
				fmt.Fprintf(&b, "%s\tTAGS: [%s]\n", name, strings.Join(tags, ", "))
			}
		}
	}
	for _, play := range pb.Plays {
		b.WriteString("play\n")
		for _, nodes := range [][]Node{play.PreTasks, play.RoleTasks, play.Tasks, play.PostTasks} {
			list(nodes)
		}
	}
	return b.String()
}

func TestListedAsAnsibleListsIt(t *testing.T) {
	if _, err := exec.LookPath("ansible-playbook"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-playbook is not installed")
		}
		t.Skip("ansible-playbook is not installed: can't ask the real thing")
	}
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpack(t, a)
			pb, err := Load(testOptions(dir), filepath.Join(dir, "site.yml"))
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("ansible-playbook", "-i", "localhost,", "--list-tasks", "site.yml")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "HOME="+dir, "ANSIBLE_CONFIG=", "ANSIBLE_ROLES_PATH="+dir+"/more_roles",
				"ANSIBLE_COLLECTIONS_PATH="+dir+"/collections:/usr/lib/python3/dist-packages", "ANSIBLE_DEPRECATION_WARNINGS=0")
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
			}
			var want strings.Builder
			for line := range strings.Lines(string(out)) {
				switch text := strings.TrimSpace(line); {
				case strings.HasPrefix(text, "play #"):
					want.WriteString("play\n")
				case strings.Contains(text, "TAGS: ["):
					want.WriteString(text + "\n")
				}
			}
			if got := listed(pb); got != want.String() {
				t.Errorf("got\n%s\nansible lists\n%s", got, want.String())
			}
		})
	}
}
