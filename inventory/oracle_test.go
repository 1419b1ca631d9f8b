package inventory

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goplay/internal/template"
	"goplay/internal/tree"
)

// oracle runs one of Ansible's commands and returns what it wrote; stderr comes
// with its lines joined again, since Ansible wraps them.
func oracle(t *testing.T, name string, args ...string) (out, complaints string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed: nothing to compare with", name)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "HOME="+t.TempDir(),
		"ANSIBLE_INVENTORY_ENABLED=host_list,script,auto,yaml,ini,toml", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Logf("%s %q: %v", name, args, err)
	}
	return stdout.String(), stderr.String()
}

// load reads sources with templates evaluated and collects warnings.
func load(t testing.TB, sources ...string) (*Inventory, *[]string) {
	t.Helper()
	warnings := &[]string{}
	engine := template.New(template.Options{})
	l := Loader{
		Warn: func(s string) { *warnings = append(*warnings, s) },
		Eval: func(n *tree.Node, v template.Vars) (any, error) { return engine.Eval(context.Background(), n, v) },
	}
	inv, err := l.Load(sources)
	if err != nil {
		t.Fatal(err)
	}
	return inv, warnings
}

func corpus(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob("testdata/corpus/*")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	sources = slices.DeleteFunc(sources, func(s string) bool { return filepath.Base(s) == "scripts" })
	scripts, err := filepath.Glob("testdata/corpus/scripts/*")
	if err != nil {
		t.Fatal(err)
	}
	return append(sources, scripts...)
}

var update = flag.Bool("update", false, "record what ansible-inventory lists")

// listings are the forms in which an inventory is written.
var listings = []struct {
	name  string
	flags []string
	write func(*Inventory) (string, error)
}{
	{"json", []string{"--list"}, func(i *Inventory) (string, error) { return (&Listing{Inventory: i}).List() }},
	{"export", []string{"--list", "--export"}, func(i *Inventory) (string, error) { return (&Listing{Inventory: i, Export: true}).List() }},
	{"yaml", []string{"--list", "--yaml"}, func(i *Inventory) (string, error) { return (&Listing{Inventory: i, Format: YAML}).List() }},
	{"graph", []string{"--graph", "--vars"}, func(i *Inventory) (string, error) { return (&Listing{Inventory: i}).Graph(All, true) }},
	{"toml", []string{"--list", "--toml"}, func(i *Inventory) (string, error) { return (&Listing{Inventory: i, Format: TOML}).List() }},
}

// TestListings compares every listing of every inventory with what
// ansible-inventory wrote; in CI and with -update it is asked again.
func TestListings(t *testing.T) {
	for _, source := range corpus(t) {
		for _, form := range listings {
			name := filepath.Base(source) + "." + form.name
			if name == "odd.yml.toml" || name == "varied.toml" {
				continue // ansible-inventory can not write these values as TOML
			}
			t.Run(name, func(t *testing.T) {
				inv, _ := load(t, source)
				got, err := form.write(inv)
				if err != nil {
					t.Fatal(err)
				}
				if want := recorded(t, name, append(form.flags, "-i", source)); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
					t.Error(firstDifference(got, want))
				}
			})
		}
	}
}

// recorded is what ansible-inventory wrote with these arguments.
func recorded(t *testing.T, name string, args []string) string {
	t.Helper()
	path := filepath.Join("testdata", "listings", name)
	if *update || os.Getenv("CI") == "true" {
		now, _ := oracle(t, "ansible-inventory", args...)
		if *update {
			if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return now
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// firstDifference shows the first line that differs with what is around it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := 0; i < len(g) || i < len(w); i++ {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			from := max(0, i-3)
			return "got\n" + strings.Join(g[min(from, len(g)):min(i+3, len(g))], "\n") +
				"\nwant\n" + strings.Join(w[min(from, len(w)):min(i+3, len(w))], "\n")
		}
	}
	return "the same"
}
