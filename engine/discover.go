package engine

import (
	"cmp"
	"context"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// pythonFact is what Ansible finds out of a host before its first module runs.
// Nothing here needs Python, but playbooks read the fact.
const pythonFact = "discovered_interpreter_python"

// ownResults are the actions whose result has nothing of the modules that they run.
var ownResults = map[string]bool{"fetch": true, "script": true, "raw": true, "wait_for_connection": true, "reboot": true, "synchronize": true}

// pythonic is a runner that knows its host's Python.
type pythonic interface{ Python() string }

// discover tells the host's Python as a fact in the result of the first module
// that ran there, unless a variable or the configuration says which it is.
func (w *walk) discover(ctx context.Context, s *Step, r *modules.Result) {
	if s.Module != builtinPrefix+"set_fact" && s.Module != builtinPrefix+"include_vars" {
		r.Facts = withoutDiscovery(r.Facts)
	}
	if s.python == nil || *s.python == "" || s.Delegate != "" || !s.Task.Async.IsNull() || ownResults[shortName(s.Module)] || !w.undiscovered(s.Host.Name) {
		return
	}
	wanted := cmp.Or(w.opts.Defaults.Python, "auto")
	v, ok, err := s.Lookup(ctx, "ansible_python_interpreter")
	if ok {
		wanted = value.Str(v)
	}
	if err != nil || !strings.HasPrefix(wanted, "auto") {
		return
	}
	facts := value.NewDict()
	if r.Facts != nil {
		facts = r.Facts.Copy()
	}
	facts.Set(pythonFact, *s.python)
	r.Facts = facts
	w.run.mu.Lock()
	w.run.discovered[s.Host.Name] = true
	w.run.mu.Unlock()
}

// withoutDiscovery are a module's facts without those that say how modules are
// run: only what was found out here is told.
func withoutDiscovery(facts *value.Dict) *value.Dict {
	kept := facts
	for k := range facts.All() {
		if !strings.HasPrefix(strings.TrimPrefix(value.Str(k), "ansible_"), "discovered_interpreter_") {
			continue
		}
		if kept == facts {
			kept = facts.Copy()
		}
		kept.Delete(k)
	}
	return kept
}

// endDiscovery ends a task on a host: from now on the fact says whether the
// host's Python was told, which a task that failed has not left.
func (w *walk) endDiscovery(h *Host) {
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	delete(w.run.discovered, h.Name)
}

// undiscovered reports whether a host's Python is still to be told.
func (w *walk) undiscovered(host string) bool {
	if _, known := w.source.Store.Facts(host).Get(pythonFact); known {
		return false
	}
	w.run.mu.Lock()
	defer w.run.mu.Unlock()
	return !w.run.discovered[host]
}
