package inventory

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

// patterns are tried on testdata/patterns.ini; what Ansible answers is in
// testdata/patterns.json. Only one group of the file has groups below it: with
// more, the order of Ansible's answers is a matter of luck.
var patterns = [][2]string{
	{"all", ""}, {"*", ""}, {"web", ""}, {"web*", ""}, {"web1", ""}, {"web:db", ""}, {"web,db", ""}, {"db,web", ""},
	{"web:&db", ""}, {"web:!web1", ""}, {"!web1:web", ""}, {"!web", ""}, {"&web", ""}, {"all:!west:&east", ""},
	{"web[0]", ""}, {"web[1]", ""}, {"web[-1]", ""}, {"web[0:2]", ""}, {"web[1:]", ""}, {"web[0:0]", ""}, {"web[2:0]", ""},
	{"web[9]", ""}, {"web[-9]", ""}, {"web[3:99]", ""}, {"web[4:2]", ""}, {"web[99:]", ""}, {"web[1-2]", ""}, {"nope[0]", ""}, {"we*[0]", ""},
	{"~web[13]$", ""}, {"~(web|db)1", ""}, {"~eb", ""}, {"~.*eb", ""}, {"~(", ""}, {"~db[0-9]:!db1", ""}, {"~(?=web)w.*2", ""},
	{"web?", ""}, {"web[!1]*", ""}, {"[wd]*1", ""}, {"*.example.com", ""}, {"10.0.0.1", ""}, {"10.0.0.*", ""}, {"fe80::1", ""}, {"[fe80::1]", ""},
	{"web1:22", ""}, {"web1:db1", ""}, {"web1, db1 ,", ""}, {" web1 ", ""}, {"web1 db1", ""}, {"", ""}, {",", ""}, {":", ""},
	{"nope", ""}, {"nope*", ""}, {"nope:web1", ""}, {"!nope:web1", ""}, {"ungrouped", ""}, {"localhost", ""}, {"127.0.0.1", ""}, {"localhost,web1", ""}, {"all,localhost", ""},
	{"east:west", ""}, {"west:east", ""}, {"we", ""}, {"w*", ""}, {"special-name", ""}, {"special_name", ""}, {"x_y", ""},
	{"db2:db1", ""}, {"db2,db1,db2", ""}, {"1.2.3.4", ""}, {"web[0]:db[0]", ""}, {"web[0],db[0]", ""}, {"web:!web[0]", ""}, {"web:&web[0:1]", ""},
	{"all[0]", ""}, {"all[-1]", ""}, {"*[2]", ""}, {"WEB", ""}, {"web1*", ""}, {"east[0:1]:west[0]", ""},
	{"all", "web1"}, {"web", "db"}, {"all", "!web"}, {"all", "web:!web1"}, {"db", "~.*1"}, {"all", "nope"}, {"all", "nope,web1"},
	{"all", "@testdata/limit.retry"}, {"web", "@testdata/limit.retry:!web2"}, {"all", "@nope"}, {"all", "@testdata"}, {"all", "web[0]"}, {"all", "&web"},
	{"all", "localhost"}, {"localhost", "web1"}, {"all", ","}, {"web", "all"}, {"web:db", "web1,db2"}, {"all", "db2,web1"}, {"nope", "web1"},
}

// answer is what a pattern gave: hosts or an error, and the patterns warned of.
type answer struct {
	Pattern, Limit string
	Hosts          []string
	Error          string `json:",omitempty"`
}

func answers(t *testing.T) []answer {
	var out []answer
	for _, p := range patterns {
		inv, _ := load(t, "testdata/patterns.ini")
		a := answer{Pattern: p[0], Limit: p[1], Hosts: []string{}}
		hosts, err := inv.Select(p[0], p[1])
		if err != nil {
			a.Error = err.Error()
		}
		for _, h := range hosts {
			a.Hosts = append(a.Hosts, h.Name)
		}
		out = append(out, a)
	}
	return out
}

func TestPatterns(t *testing.T) {
	var want []answer
	data, err := os.ReadFile("testdata/patterns.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	got := answers(t)
	if len(got) != len(want) {
		t.Fatalf("%d patterns, %d recorded answers", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%q limited to %q: got %q %s, want %q %s", got[i].Pattern, got[i].Limit, got[i].Hosts, got[i].Error, want[i].Hosts, want[i].Error)
		}
	}
}

// ask has Ansible's own inventory answer all patterns in one process.
const ask = `
import json, sys
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
out = []
for pattern, limit in json.load(sys.stdin):
    manager = InventoryManager(loader=DataLoader(), sources=["testdata/patterns.ini"])
    a = {"Pattern": pattern, "Limit": limit, "Hosts": []}
    try:
        manager.subset(limit or None)
        a["Hosts"] = [h.name for h in manager.get_hosts(pattern)]
    except Exception as e:
        a["Error"] = str(e)
    out.append(a)
json.dump(out, sys.stdout, indent=1)
`

// TestPatternsConfirmed asks Ansible again for the recorded answers.
func TestPatternsConfirmed(t *testing.T) {
	oracle(t, "ansible", "--version")
	in, err := json.Marshal(patterns)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", ask)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ask Ansible: %v", err)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	portable := strings.ReplaceAll(string(out), dir+"/", "")
	recorded, err := os.ReadFile("testdata/patterns.json")
	if err != nil || string(recorded) != portable {
		t.Errorf("testdata/patterns.json is not what Ansible answers (%v); it is\n%s", err, portable)
	}
}

func TestEmptyPattern(t *testing.T) {
	inv, _ := load(t, "testdata/patterns.ini")
	for _, pattern := range []string{"!", "&", "web:!"} {
		// Ansible stops with an IndexError of Python.
		if hosts, err := inv.Select(pattern, ""); err == nil {
			t.Errorf("%q gives %d hosts", pattern, len(hosts))
		}
	}
}

func FuzzSelect(f *testing.F) {
	for _, p := range patterns {
		f.Add(p[0])
	}
	inv := New()
	for _, name := range []string{"web1", "web2", "db1"} {
		inv.member(name, 0, "g")
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		hosts, err := inv.Select(pattern, "")
		if err != nil && len(hosts) > 0 {
			t.Fatal("hosts in spite of an error")
		}
	})
}

// A look ahead at whom patterns match says nothing, and takes no warning away
// from whoever selects by them afterwards.
func TestAnyLeavesTheWarning(t *testing.T) {
	inv := New()
	var warnings []string
	inv.Warn = func(text string) { warnings = append(warnings, text) }
	if inv.Any([]string{"nobody"}, "") || len(warnings) != 0 {
		t.Fatalf("looking ahead warned: %q", warnings)
	}
	if hosts, err := inv.SelectList([]string{"nobody"}, ""); err != nil || len(hosts) != 0 {
		t.Fatalf("%v, %v", hosts, err)
	}
	if len(warnings) != 1 || warnings[0] != "Could not match supplied host pattern, ignoring: nobody" {
		t.Errorf("warnings %q", warnings)
	}
}
