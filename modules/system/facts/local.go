package facts

import (
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"goplay/internal/value"
)

// local are the facts that the host keeps in a folder: programs that print
// them, and files with JSON or INI.
func local(h *host) {
	out := value.NewDict()
	defer h.facts.add("local", out)
	if h.req.FactPath == "" || !h.isDir(h.req.FactPath) {
		return
	}
	paths := h.glob(filepath.Join(h.req.FactPath, "*.fact"))
	sort.Strings(paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".fact")
		v, problem := h.factFile(path)
		if problem != "" {
			out.Set(name, problem)
			h.warn("%s", problem)
			continue
		}
		out.Set(name, v)
	}
}

// factFile returns a file's facts, or what is wrong with it.
func (h *host) factFile(path string) (v any, problem string) {
	info, err := os.Stat(h.path(path))
	if err != nil {
		return nil, "Could not stat fact (" + path + "): " + errors.Unwrap(err).Error()
	}
	text := h.read(path)
	if info.Mode()&0o100 != 0 && h.req.Run != nil {
		out, stderr, rc, err := h.req.Run(h.path(path))
		switch {
		case err != nil:
			return nil, "Could not execute fact script (" + path + "): " + err.Error()
		case rc != 0:
			return nil, "Failure executing fact script (" + path + "), rc: " + value.Str(int64(rc)) + ", err: " + stderr
		}
		text = out
	}
	if strings.TrimSpace(text) == "" && !strings.Contains(text, "[") {
		return value.NewDict(), ""
	}
	if v, err := value.DecodeJSON([]byte(text)); err == nil {
		return v, ""
	}
	d, ok := parseINI(text)
	if !ok {
		return nil, "error loading facts as JSON or ini - please check content: " + path
	}
	return d, ""
}

// parseINI reads sections of options as Python's configparser does: names of
// options in small letters, lines that are indented continue a value.
func parseINI(text string) (*value.Dict, bool) {
	out := value.NewDict()
	var section *value.Dict
	option := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case indented && option != "":
			section.Set(option, section.GetString(option)+"\n"+trimmed)
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section, option = value.NewDict(), ""
			out.Set(trimmed[1:len(trimmed)-1], section)
		default:
			at := strings.IndexAny(trimmed, "=:")
			if section == nil || at <= 0 {
				return nil, false
			}
			option = strings.ToLower(strings.TrimSpace(trimmed[:at]))
			section.Set(option, strings.TrimSpace(trimmed[at+1:]))
		}
	}
	return out, true
}

func facter(h *host) {
	if path := h.program("facter"); path != "" {
		if out, ok := h.run(path, "--json"); ok {
			h.addForeign("facter_", out)
		}
	}
}

func ohai(h *host) {
	if path := h.program("ohai"); path != "" {
		if out, ok := h.run(path); ok {
			h.addForeign("ohai_", out)
		}
	}
}

func (h *host) addForeign(prefix, text string) {
	v, err := value.DecodeJSON([]byte(text))
	if d, ok := v.(*value.Dict); err == nil && ok {
		for k, v := range d.All() {
			h.foreign.Set(prefix+value.Str(k), v)
		}
	}
}
