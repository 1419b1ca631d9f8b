package facts

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

// askPython makes an interpreter tell of itself, without the site's packages,
// which take most of its start.
const askPython = `import sys
try:
    import _ssl
    tls = 1
except ImportError:
    tls = 0
v = sys.version_info
print(v[0], v[1], v[2], v[3], v[4], tls, getattr(getattr(sys, "implementation", None), "name", "cpython"))
`

// startPython asks the system's Python while everything else is gathered.
func startPython(h *host) <-chan *value.Dict {
	answer := make(chan *value.Dict, 1)
	path := h.interpreter()
	if path == "" || h.req.Run == nil {
		answer <- nil
		return answer
	}
	go func() {
		out, _, rc, err := h.req.Run(path, "-ESc", askPython)
		if err != nil || rc != 0 {
			answer <- nil
			return
		}
		answer <- parsePython(path, out)
	}()
	return answer
}

// interpreter is the Python that Ansible would find.
func (h *host) interpreter() string {
	for _, path := range []string{"/usr/bin/python3", "/usr/libexec/platform-python", "/usr/bin/python", "/usr/local/bin/python3"} {
		if h.exists(path) {
			return path
		}
	}
	return ""
}

var pythonAnswer = lazy.Regexp(`^(\d+) (\d+) (\d+) (\w+) (\d+) ([01]) (\w+)\s*$`)

func parsePython(path, out string) *value.Dict {
	m := pythonAnswer.FindStringSubmatch(out)
	if m == nil {
		return nil
	}
	n := func(i int) int64 { v, _ := strconv.ParseInt(m[i], 10, 64); return v }
	return value.DictOf(
		"version", value.DictOf("major", n(1), "minor", n(2), "micro", n(3), "releaselevel", m[4], "serial", n(5)),
		"version_info", value.NewList(n(1), n(2), n(3), m[4], n(5)),
		"executable", path, "has_sslcontext", m[6] == "1", "type", m[7])
}

func nothing(*host) {}

// python says what python3 answered. Its version is one of the platform's facts.
func python(h *host) {
	if h.python == nil {
		return
	}
	d := <-h.python
	if d == nil {
		return
	}
	if h.chosen["python"] {
		h.facts.add("python", d)
	}
	if !h.chosen["platform"] {
		return
	}
	info, _ := d.Get("version_info")
	parts := []string{}
	for _, v := range info.(*value.List).Items[:3] {
		parts = append(parts, value.Str(v))
	}
	h.facts.add("python_version", strings.Join(parts, "."))
}
