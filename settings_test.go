package goplay

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// twins are settings that the plugin they belong to reads under its own name.
var twins = map[string]string{
	"DEFAULT_TIMEOUT":       "ssh.timeout",
	"DISPLAY_SKIPPED_HOSTS": "default.display_skipped_hosts",
	"SHOW_CUSTOM_STATS":     "default.show_custom_stats",
}

// TestHonouredSettingsAreRead finds settings that the table says have their
// effect while no code ever asks for them: they would be ignored silently.
func TestHonouredSettingsAreRead(t *testing.T) {
	table, err := os.ReadFile("internal/config/table.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	err = filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		tables := path == "internal/config/table.go" || path == "internal/config/plugintable.go"
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || tables {
			return err
		}
		text, err := os.ReadFile(path)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	honoured := regexp.MustCompile(`(?m)^\t\{Name: "([^"]+)".*Effect: Honoured`).FindAllStringSubmatch(string(table), -1)
	if len(honoured) < 80 {
		t.Fatalf("only %d settings found: is the table written differently now?", len(honoured))
	}
	for _, m := range honoured {
		name := m[1]
		if twin, ok := twins[name]; ok {
			name = twin
		}
		if strings.HasPrefix(name, "COLOR_") {
			continue // named after the role that is painted
		}
		if !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("%s is honoured, says the table, but nothing reads it", name)
		}
	}
}
