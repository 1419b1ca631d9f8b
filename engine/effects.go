package engine

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/value"
)

// ShowAlways shows the step's result whatever the verbosity.
func (s *Step) ShowAlways() { s.always = true }

// ShowNever keeps the step's result off the screen: facts are too long to read.
func (s *Step) ShowNever() { s.never = true }

func verbosityOf(s *Step, o *outcome) (always, never bool) {
	for _, item := range o.items {
		if item.step != nil {
			always, never = always || item.step.always, never || item.step.never
		}
	}
	return s.always || always, s.never || never
}

// EndLoop ends the step's loop after this item.
func (s *Step) EndLoop() { s.endLoop = true }

func (s *Step) ended() bool { return s.endLoop }

// AddStats keeps values for the end of the run.
func (s *Step) AddStats(data *value.Dict, perHost, aggregate bool) {
	r := s.play.run
	r.mu.Lock()
	defer r.mu.Unlock()
	key := "_run"
	if perHost {
		key = s.Host.Name
	}
	have, _ := r.stats.Get(key)
	into, ok := have.(*value.Dict)
	if !ok {
		into = value.NewDict()
		r.stats.Set(key, into)
	}
	for k, v := range data.All() {
		old, had := into.Get(k)
		if aggregate && had {
			v = aggregated(old, v)
		}
		into.Set(k, v)
	}
}

func aggregated(old, v any) any {
	if d, ok := old.(*value.Dict); ok {
		if over, ok := v.(*value.Dict); ok {
			d = d.Copy()
			d.Update(over)
			return d
		}
	}
	if sum, err := value.Add(old, v); err == nil {
		return sum
	}
	return v
}

// SearchPath lists the folders where the task's files are looked for, nearest first.
func (s *Step) SearchPath() []string { return s.play.searchPath(s.Task) }

// PlayDir is the folder of the playbook.
func (s *Step) PlayDir() string { return s.play.play.Dir }

// FindFile finds a file of the controller for a task: in sub ("files",
// "templates" ...) of each folder of the search path, then in the folder
// itself. Without one the error lists where it was looked for.
func (s *Step) FindFile(sub, name string) (string, error) {
	var tried []string
	for _, path := range s.candidates(sub, name) {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		tried = append(tried, path)
	}
	switch {
	case filepath.IsAbs(name):
		tried = nil
	case len(s.SearchPath()) == 1:
		tried = append(tried, tried...) // Ansible looks into the playbook's folder at last, even when it has been there
	}
	return "", &FileNotFound{Name: name, Tried: tried}
}

// FileNotFound says that a file of the controller is not there, and where it
// was looked for if it might have been in more than one place.
type FileNotFound struct {
	Name  string
	Tried []string
}

func (e *FileNotFound) Error() string {
	searched := ""
	if len(e.Tried) > 0 {
		searched = "\nSearched in:\n\t" + strings.Join(e.Tried, "\n\t")
	}
	return "Could not find or access '" + e.Name + "'" + searched + " on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option"
}

// checkNodes checks tasks that an include brought in, before any of them runs.
func (w *walk) checkNodes(nodes []playbook.Node) error {
	if w.opts.CheckNodes == nil {
		return nil
	}
	return w.opts.CheckNodes(w.play.Dir, nodes, w.failing == intoRescue)
}
