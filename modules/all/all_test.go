package all

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRooms finds every room below modules that registers a module and asks
// for its import here: a room that is forgotten is one that users do not have.
func TestRooms(t *testing.T) {
	imports, err := os.ReadFile("all.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rooms found: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		room := filepath.Base(filepath.Dir(file))
		if strings.HasSuffix(file, "_test.go") || !strings.Contains(string(text), "\tmodules.Register(modules.Spec{") {
			continue
		}
		if !strings.Contains(string(imports), `_ "goplay/modules/`+room+`"`) {
			t.Errorf("%s registers a module, but room %s is not imported", file, room)
		}
	}
}
