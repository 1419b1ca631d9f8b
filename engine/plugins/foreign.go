package plugins

import (
	"path/filepath"
	"slices"
	"strings"
)

// foreign are the kinds of plugins that goplay does not run.
var foreign = []string{"action", "become", "cache", "callback", "connection", "inventory", "shell", "strategy", "vars"}

// Foreign lists the files of plugins in Python that the project ships and
// goplay does not run, by their kind.
func (p *Plugins) Foreign() map[string][]string {
	p.mu.Lock()
	bases := slices.Clone(p.bases)
	p.mu.Unlock()
	out := map[string][]string{}
	for _, kind := range foreign {
		for _, base := range bases {
			files, _ := filepath.Glob(filepath.Join(base, kind+"_plugins", "[^_]*.py"))
			out[kind] = append(out[kind], files...)
		}
		slices.Sort(out[kind])
		out[kind] = slices.Compact(out[kind])
		if len(out[kind]) == 0 {
			delete(out, kind)
		}
	}
	return out
}

// Describe says of files of a kind that they are passed over.
func Describe(kind string, files []string) string {
	return "goplay runs no " + kind + " plugins in Python, so that the project's own are passed over: " + strings.Join(files, ", ")
}
