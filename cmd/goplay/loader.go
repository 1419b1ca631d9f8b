package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"goplay/engine"
	"goplay/engine/actions"
	"goplay/engine/catalog"
	"goplay/engine/check"
	"goplay/engine/library"
	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

func (s *session) openLoader() error {
	s.collections.Deprecated = func(text string) { s.screen.Deprecation(engine.Deprecated{Text: text}) }
	s.library = &library.Finder{Paths: withFolders(append(s.modulePaths(), s.config.List("DEFAULT_MODULE_PATH")...)), Collections: s.collections, Utils: s.config.List("DEFAULT_MODULE_UTILS_PATH")}
	s.loader = playbook.NewLoader(playbook.Options{
		RolesPath: s.config.List("DEFAULT_ROLES_PATH"), CollectionsPath: s.collections.Roots,
		DuplicateKeys: s.config.String("DUPLICATE_YAML_DICT_KEY"),
		AllowUnknown:  !s.config.Bool("INVALID_TASK_ATTRIBUTE_FAILED"),
		Decrypt:       s.decrypt, Expand: s.expand, OnRole: s.addRole, OnImport: s.imported,
		OnDeprecated: func(text, version string) {
			s.screen.Deprecation(engine.Deprecated{Text: text, Version: version})
		},
		IsAction: func(name string, collections []string) bool {
			_, ok := lookup(name, collections)
			return ok || catalog.Has(name)
		},
	})
	return nil
}

// collectionRoots are the folders that hold ansible_collections: those beside
// the playbooks first. The setting may name that folder itself too.
func (s *session) collectionRoots() []string {
	var roots []string
	for _, path := range s.playbooks {
		roots = append(roots, filepath.Join(filepath.Dir(path), "collections"))
	}
	for _, path := range s.config.List("COLLECTIONS_PATHS") {
		if filepath.Base(path) == "ansible_collections" {
			path = filepath.Dir(path)
		}
		roots = append(roots, path)
	}
	return roots
}

// modulePaths are the folders of --module-path.
func (s *session) modulePaths() []string {
	var out []string
	for _, p := range s.modulePath {
		out = append(out, filepath.SplitList(p)...)
	}
	return out
}

// imported tells of a file of tasks that is part of the playbook.
func (s *session) imported(path string) {
	if s.verbose >= 2 {
		s.screen.Verbose("statically imported: " + path)
	}
}

// expand evaluates the name of a static import with what is known before any
// host is: -e on top of what stands around the import.
func (s *session) expand(n *tree.Node, layers []*tree.Node) (string, error) {
	stack := []vars.Layer{vars.OfNode(s.extra)}
	for i := len(layers) - 1; i >= 0; i-- {
		stack = append(stack, vars.OfNode(layers[i]))
	}
	v, err := s.templates.Eval(context.Background(), n, vars.NewScope(false, stack...))
	if err != nil {
		return "", err
	}
	return value.Str(v), nil
}

func (s *session) checkOptions() check.Options {
	all := actions.All()
	action := func(full string) bool { return all[full] != nil }
	return check.Options{
		Template: s.templates, Resolve: s.resolve,
		Group: func(name string) error {
			_, err := engine.DefaultsGroup(s.collections, name)
			return err
		},
		Own: func(t *playbook.Task, playDir string) (*library.Module, error) {
			return engine.OwnModule(s.library, t, playDir, action)
		},
		Payload: func(m *library.Module, playDir string) error {
			_, err := s.library.Payload(m, playDir)
			return err
		},
		Project: &check.Project{Known: s.defines(), Read: s.plain},
		Action:  action, Selects: s.selection().Selects, Runs: s.runs, Names: s.listing(),
		Partial: s.startAt != "" || s.step,
	}
}

// defines tells the variables that come from the command line or the inventory, and
// the functions of templates. Where the inventory cannot be read any may come.
func (s *session) defines() func(name string) bool {
	known := sync.OnceValue(s.defined)
	return func(name string) bool { return known() == nil || known()[name] }
}

func (s *session) defined() map[string]bool {
	names := map[string]bool{}
	for _, name := range s.registry.GlobalNames() {
		names[name] = true
	}
	layers := []*tree.Node{s.extra}
	for _, h := range s.inventory.Hosts() {
		own, err := s.inventory.Layers(h.Name)
		if err != nil {
			return nil
		}
		layers = append(layers, own...)
	}
	for _, l := range layers {
		if l == nil {
			continue
		}
		for _, p := range l.Pairs {
			names[p.Name()] = true
		}
	}
	return names
}

// plain reads a file, opened when it is vaulted.
func (s *session) plain(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err == nil && bytes.HasPrefix(data, []byte("$ANSIBLE_VAULT;")) {
		return s.decrypt(data, path)
	}
	return data, err
}

// checkAll checks everything that was loaded; faults end the command, doubts
// are shown with --syntax-check.
func (s *session) checkAll(books []*playbook.Playbook) error {
	s.warnOfForeign()
	var faults []error
	for _, pb := range books {
		found := check.Playbook(s.checkOptions(), pb)
		faults = append(faults, found.Err())
		for _, w := range found.Warnings {
			s.warn(w.Error() + hint(w))
		}
		if s.syntaxCheck {
			for _, d := range found.Doubts {
				s.warn(d.Error())
			}
		}
	}
	return source.Join(faults...)
}

func hint(e *source.Error) string {
	if e.Hint == "" {
		return ""
	}
	return "; " + e.Hint
}

// runs reports whether a play has hosts, as far as that is known before the
// run: what would go wrong in one without is no fault.
func (s *session) runs(play *playbook.Play) bool {
	hosts := play.Hosts
	if hosts.IsNull() {
		return true
	}
	patterns := []*tree.Node{hosts}
	if hosts.Kind == tree.List {
		patterns = hosts.Items
	}
	var parts []string
	for _, n := range patterns {
		text, err := s.expand(n, play.Vars)
		if err != nil {
			return true
		}
		parts = append(parts, text)
	}
	return s.inventory.Any(parts, s.limit)
}

// checkNodes checks what a dynamic include brought in.
func (s *session) checkNodes(playDir string, nodes []playbook.Node, guarded bool) error {
	return check.Nodes(s.checkOptions(), playDir, nodes, guarded).Err()
}

// close ends what a session started.
func (s *session) close() {
	if s.live != nil {
		_ = s.live.Close()
	}
	_ = s.pool.Close()
	_ = s.plugins.Close()
}

// factCache is what the configuration names; memory keeps facts for the run.
func (s *session) factCache() (engine.FactCache, error) {
	if s.listing() || s.syntaxCheck {
		return nil, nil
	}
	switch kind := s.config.String("CACHE_PLUGIN"); kind {
	case "", "memory", "ansible.builtin.memory":
		return nil, nil
	case "jsonfile", "ansible.builtin.jsonfile", "community.general.jsonfile":
		prefix := ""
		if s.config.IsSet("CACHE_PLUGIN_PREFIX") { // the files themselves have none by default, whatever the listing says
			prefix = s.config.String("CACHE_PLUGIN_PREFIX")
		}
		return vars.NewJSONFiles(s.config.String("CACHE_PLUGIN_CONNECTION"), prefix, s.config.Int("CACHE_PLUGIN_TIMEOUT"))
	default:
		s.warn(fmt.Sprintf("fact_caching = %s: goplay keeps facts in files with jsonfile; now they are kept for this run only", kind))
		return nil, nil
	}
}
