// Package facts finds out what a host is: its platform, network, hardware and
// users, under the names and in the types that Ansible's setup gives them. It
// reads the kernel's and the system's files and starts next to no processes;
// it knows nothing of modules or playbooks.
package facts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/internal/value"
)

// Request says what to gather and how.
type Request struct {
	Subsets  []string      // Ansible's gather_subset; none means all
	Filter   []string      // shell patterns of names, with or without ansible_; none means all
	FactPath string        // folder of the host's own facts
	Timeout  time.Duration // for one slow source, such as a mount that does not answer
	Environ  []string      // K=V, the environment that is reported and given to commands
	// Run runs a command to its end and returns what it wrote.
	Run func(argv ...string) (stdout, stderr string, rc int, err error)
}

// Gather returns the facts under the names that variables get, with the
// prefix ansible_. What a host does not have is left out or said as Ansible
// says it ("NA", "N/A", "disabled"). An error means that the request is wrong.
func Gather(ctx context.Context, req Request) (facts *value.Dict, warnings []string, err error) {
	chosen, err := choose(req.Subsets)
	if err != nil {
		return nil, nil, err
	}
	h := newHost(ctx, req)
	h.chosen = chosen
	if chosen["python"] || chosen["platform"] {
		h.python = startPython(h)
	}
	for _, c := range collectors {
		if chosen[c.name] {
			c.collect(h)
		}
	}
	python(h)
	all := h.facts.named(req)
	for name, v := range h.foreign.All() {
		if wanted(name.(string), req.Filter) {
			all.Set(name, v)
		}
	}
	return all, h.warnings, nil
}

// host is the system being looked at. Files are read below root, so that tests
// can look at systems that are not this one.
type host struct {
	ctx      context.Context
	req      Request
	root     string
	chosen   map[string]bool // names of collectors
	facts    set
	foreign  set // facts of other tools, under the names that those give them
	python   <-chan *value.Dict
	warnings []string
}

func newHost(ctx context.Context, req Request) *host {
	return &host{ctx: ctx, req: req, facts: set{value.NewDict()}, foreign: set{value.NewDict()}}
}

// set holds facts by their names without prefix.
type set struct{ *value.Dict }

// add takes name, value pairs. Go's numbers and lists become values.
func (s set) add(pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		s.Set(pairs[i], value.Of(pairs[i+1]))
	}
}

// named gives the facts their prefix and leaves out what the filter does not let through.
func (s set) named(req Request) *value.Dict {
	out := value.NewDict()
	for k, v := range s.All() {
		name := "ansible_" + strings.ReplaceAll(k.(string), "-", "_")
		if wanted(name, req.Filter) {
			out.Set(name, v)
		}
	}
	subsets := req.Subsets
	if len(subsets) == 0 {
		subsets = []string{"all"}
	}
	if wanted("ansible_gather_subset", req.Filter) {
		out.Set("gather_subset", value.Strings(subsets))
	}
	if wanted("ansible_module_setup", req.Filter) {
		out.Set("module_setup", true)
	}
	return out
}

func wanted(name string, patterns []string) bool {
	some := false
	for _, p := range patterns {
		if p == "" || p == "*" {
			return true
		}
		some = true
		if !strings.HasPrefix(p, "ansible_") && !strings.HasPrefix(p, "facter") && !strings.HasPrefix(p, "ohai") {
			p = "ansible_" + p
		}
		if ok, _ := filepath.Match(strings.ReplaceAll(p, "[!", "[^"), name); ok {
			return true
		}
	}
	return !some
}

func (h *host) path(p string) string { return h.root + p }

// read returns a file's text, "" when it cannot be read.
func (h *host) read(path string) string {
	data, err := os.ReadFile(h.path(path))
	if err != nil {
		return ""
	}
	return string(data)
}

// line is a file's text without the white space around it.
func (h *host) line(path string) string { return strings.TrimSpace(h.read(path)) }

func (h *host) exists(path string) bool {
	_, err := os.Stat(h.path(path))
	return err == nil
}

func (h *host) isDir(path string) bool {
	info, err := os.Stat(h.path(path))
	return err == nil && info.IsDir()
}

// glob returns the paths below root that match, without the root.
func (h *host) glob(pattern string) []string {
	found, _ := filepath.Glob(h.path(pattern))
	for i := range found {
		found[i] = strings.TrimPrefix(found[i], h.root)
	}
	return found
}

// list returns the names in a folder.
func (h *host) list(dir string) []string {
	entries, _ := os.ReadDir(h.path(dir))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// linkBase is the last part of what a link leads to, "" without the link.
func (h *host) linkBase(path string) string {
	target, err := os.Readlink(h.path(path))
	if err != nil {
		return ""
	}
	return filepath.Base(target)
}

// program finds a program in the folders that systems keep theirs in.
func (h *host) program(name string) string {
	for _, dir := range []string{"/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin"} {
		if info, err := os.Stat(h.path(dir + "/" + name)); err == nil && info.Mode()&0o111 != 0 && !info.IsDir() {
			return dir + "/" + name
		}
	}
	return ""
}

// run returns a command's standard output, false unless it ended well.
func (h *host) run(argv ...string) (string, bool) {
	if h.req.Run == nil {
		return "", false
	}
	out, _, rc, err := h.req.Run(argv...)
	return out, err == nil && rc == 0
}

func (h *host) warn(format string, args ...any) {
	h.warnings = append(h.warnings, fmt.Sprintf(format, args...))
}

// getenv looks into the reported environment.
func (h *host) getenv(name string) string {
	found := ""
	for _, kv := range h.req.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			found = v
		}
	}
	return found
}
