package goplay

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const self = "goplay/"

// allowed says which rooms a room may import. A name stands for the folder and
// all below it; what is not listed here may import nothing of ours.
var allowed = map[string][]string{
	"cmd":                 {"engine", "inventory", "modules", "internal"},
	"engine":              {"engine/console", "engine/playbook", "engine/vars", "engine/remote", "engine/agent", "inventory", "modules", "internal"},
	"engine/actions":      {"engine", "engine/vars", "engine/playbook", "engine/remote", "inventory", "modules", "modules/fsys", "internal"},
	"engine/lookups":      {"engine/filters", "internal"},
	"engine/filters":      {"internal"},
	"engine/console":      {"internal"},
	"engine/catalog":      {},
	"engine/library":      {"engine/collections"},
	"engine/check":        {"engine/library", "engine/playbook", "modules", "internal"},
	"engine/schema":       {"engine/playbook", "modules"},
	"engine/report":       {"engine", "engine/playbook", "modules", "internal"},
	"engine/vars":         {"engine/playbook", "inventory", "internal"},
	"engine/remote":       {"engine/agent", "engine/remote", "modules", "internal"},
	"engine/agent":        {"modules", "internal/value"},
	"engine/playbook":     {"internal"},
	"inventory":           {"internal"},
	"modules":             {"internal/shlex", "internal/value", "internal/source"},
	"modules/all":         {"modules"},
	"modules/modulestest": {"modules", "modules/fsys", "engine/agent", "internal"},
	"modules/fsys":        {"modules", "internal/value", "internal/pyre", "internal/shlex"},
	"internal/source":     {},
	"internal/value":      {},
	"internal/textwrap":   {},
	"internal/jinja":      {"internal/source", "internal/textwrap", "internal/value"},
	"internal/tree":       {"internal/source", "internal/value"},
	"internal/vault":      {"internal/homedir", "internal/shlex", "internal/value"},
	"internal/config":     {"internal/source", "internal/value", "internal/shlex"},
	"internal":            {"internal"},
	"examples":            {},
	"e2e/coverage":        {"modules", "modules/all", "engine/actions"},
}

// rooms of modules may use what modules share, and nothing of the controller.
var roomOfModules = []string{"modules", "modules/fsys", "modules/web", "modules/packages/tool", "internal/value", "internal/source", "internal/pyre", "internal/pyurl", "internal/shlex", "internal/diff", "internal/tree", "internal/passlib", "internal/pycsv", "internal/xmldoc"}

// anywhere is what every room may import, as it may the standard library.
const anywhere = "internal/lazy"

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportsPointDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, self)
		may := roomsFor(room)
		for _, i := range p.Imports {
			to, ours := strings.CutPrefix(i, self)
			if ours && to != anywhere && !permitted(room, to, may) {
				t.Errorf("%s imports %s, which the table does not allow", room, to)
			}
		}
	}
}

// roomsFor finds the row of the nearest folder.
func roomsFor(room string) []string {
	for at := room; at != ""; at = at[:max(0, strings.LastIndexByte(at, '/'))] {
		if may, ok := allowed[at]; ok && (at == room || at != "modules") {
			return may
		}
		if at == "modules" {
			return roomOfModules
		}
	}
	return nil
}

func permitted(from, to string, may []string) bool {
	if strings.HasPrefix(to, from+"/") {
		return true
	}
	for _, m := range may {
		deep := strings.HasPrefix(to, m+"/")
		if to == m || deep && m != "engine" && m != "modules" || deep && (strings.HasPrefix(from, "cmd/") || from == "modules/all") {
			return true
		}
	}
	return false
}
