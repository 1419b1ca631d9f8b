package actions

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
	"goplay/modules"
)

type includeVarsArgs struct {
	File          string   `arg:"file" doc:"File of variables."`
	Dir           string   `arg:"dir" doc:"Folder whose files are all read, in the order of their names."`
	Name          string   `arg:"name" doc:"Variable that gets all of them as a dictionary."`
	Depth         int      `arg:"depth" default:"0" doc:"How deep folders are read; 0 is all the way."`
	FilesMatching string   `arg:"files_matching" doc:"Regular expression that names of files in dir have to match."`
	IgnoreFiles   []string `arg:"ignore_files" doc:"Names of files in dir to leave out."`
	Extensions    []string `arg:"extensions" default:"json,yaml,yml" doc:"Endings that files in dir may have."`
	IgnoreUnknown bool     `arg:"ignore_unknown_extensions" default:"false" doc:"Leave files with other endings out instead of failing."`
	HashBehaviour string   `arg:"hash_behaviour" enum:"replace,merge" doc:"Whether dictionaries replace or extend those that are there."`
}

func init() {
	modules.Describe[includeVarsArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.include_vars", Summary: "Load variables from files while the play runs", FreeForm: "file",
		Example: "- name: What differs by system\n  ansible.builtin.include_vars:\n    file: \"{{ ansible_facts.distribution }}.yaml\"\n",
	})
	register("ansible.builtin.include_vars", includeVars)
}

func includeVars(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := checkIncludeVars(s); err != nil {
		return failed(err)
	}
	var files []string
	var err, unfit error
	if s.Arg("dir") != nil {
		files, unfit, err = varsDir(s)
	} else {
		name := s.FreeForm
		if name == "" {
			name = s.Text("file", "_raw_params")
		}
		if name == "" {
			return unread("Could not find file on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option"), nil
		}
		var path string
		path, err = s.FindFile("vars", strings.TrimSpace(name))
		files = []string{path}
	}
	if err != nil {
		return unread(err.Error()), nil
	}
	all := &tree.Node{Pos: s.Pos(), Kind: tree.Map}
	for i, path := range files {
		n, err := s.Options().Loader.LoadVars(path)
		if err != nil {
			return unread(unreadable(path, err), files[:i]...), nil
		}
		for _, w := range s.Options().Loader.Warnings(path) {
			s.Warn(w.Error())
		}
		if n != nil {
			all.Pairs = append(all.Pairs, n.Pairs...)
		}
	}
	if unfit != nil {
		return unread(unfit.Error(), files...), nil
	}
	if name := s.Text("name"); name != "" {
		all = &tree.Node{Pos: s.Pos(), Kind: tree.Map, Pairs: []tree.Pair{{Key: tree.TextNode(s.Pos(), name), Value: all}}}
	}
	if s.Text("hash_behaviour") == "merge" {
		if all, err = mergedWithKnown(ctx, s, all); err != nil {
			return failed(err)
		}
	}
	s.IncludeVars(all)
	return result("ansible_facts", all.Data(), "ansible_included_var_files", value.Strings(files)), nil
}

// checkIncludeVars refuses options that are none, and those of files beside those of folders.
func checkIncludeVars(s *engine.Step) error {
	ofFiles, ofFolders := s.FreeForm != "", false
	for k := range s.Args.All() {
		switch name := value.Str(k); name {
		case "file", "_raw_params":
			ofFiles = true
		case "dir", "depth", "files_matching", "ignore_files", "extensions", "ignore_unknown_extensions":
			ofFolders = true
		case "name", "hash_behaviour":
		default:
			return modules.Fail("%s is not a valid option in include_vars", name)
		}
	}
	if ofFiles && ofFolders {
		return modules.Fail("You are mixing file only and dir only arguments, these are incompatible")
	}
	return nil
}

// mergedWithKnown extends the dictionaries that the host has under the same
// names, whatever they come from.
func mergedWithKnown(ctx context.Context, s *engine.Step, all *tree.Node) (*tree.Node, error) {
	out := *all
	out.Pairs = slices.Clone(all.Pairs)
	for i, p := range out.Pairs {
		known, ok, err := s.Lookup(ctx, p.Key.Text)
		if err != nil {
			return nil, err
		}
		if dict, isDict := known.(*value.Dict); ok && isDict && p.Value.Kind == tree.Map {
			out.Pairs[i].Value = tree.Merge(tree.FromValue(s.Pos(), dict), p.Value)
		}
	}
	return &out, nil
}

// unreadable says why a file of variables cannot be had.
func unreadable(path string, err error) string {
	var placed *source.Error
	switch {
	case errors.Is(err, playbook.ErrNoVars):
		return path + " must be stored as a dictionary/hash"
	case (vault.Unopened(err) || errors.Is(err, vault.ErrFormat)) && errors.As(err, &placed):
		return placed.Msg
	}
	return source.Render(err)
}

// unread is the result of variables that cannot be had: Ansible gives the reason as message.
func unread(reason string, files ...string) modules.Result {
	r := modules.Result{Failed: true, Data: value.DictOf("message", reason, "ansible_included_var_files", value.Strings(files))}
	r.Facts = value.NewDict()
	return r
}

// varsDir lists the files of a folder as dir: and its options ask. unfit says
// why the files after them are not read.
func varsDir(s *engine.Step) (files []string, unfit, err error) {
	root, err := s.FindFile("vars", s.Text("dir"))
	info, missing := os.Stat(root)
	switch {
	case err != nil || missing != nil:
		return nil, nil, modules.Fail("%s directory does not exist", s.Text("dir"))
	case !info.IsDir():
		return nil, nil, modules.Fail("%s is not a directory", root)
	}
	w, err := varsWalkOf(s, root)
	if err != nil {
		return nil, nil, err
	}
	if err := filepath.WalkDir(root, w.visit); err != nil {
		return nil, nil, err
	}
	sort.Slice(w.files, func(i, j int) bool {
		a, b := filepath.Dir(w.files[i]), filepath.Dir(w.files[j])
		return a < b || a == b && w.files[i] < w.files[j]
	})
	for i, path := range w.files {
		if !hasEnding(path, w.endings) {
			return w.files[:i], modules.Fail("%s does not have a valid extension: %s", path, strings.Join(w.endings, ", ")), nil
		}
	}
	return w.files, nil, nil
}

// varsWalk collects the files of a folder.
type varsWalk struct {
	root        string
	matching    *regexp.Regexp
	depth       int64
	skipUnknown bool
	ignored     []string
	endings     []string
	files       []string
}

func varsWalkOf(s *engine.Step, root string) (*varsWalk, error) {
	w := &varsWalk{root: root, ignored: stringList(s.Arg("ignore_files")), endings: stringList(s.Arg("extensions"))}
	if len(w.endings) == 0 {
		w.endings = []string{"yaml", "yml", "json"}
	}
	var err error
	if w.matching, err = regexp.Compile(s.Text("files_matching")); err != nil {
		return nil, modules.Fail("Invalid regular expression: %s", s.Text("files_matching"))
	}
	if w.depth, err = modules.ToInt(orZero(s.Arg("depth"))); err != nil {
		return nil, err
	}
	w.skipUnknown, err = s.Bool("ignore_unknown_extensions", false)
	return w, err
}

func (w *varsWalk) visit(path string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	rel, _ := filepath.Rel(w.root, path)
	switch {
	case d.IsDir() && w.depth > 0 && rel != "." && strings.Count(rel, "/")+1 >= int(w.depth):
		return filepath.SkipDir
	case d.IsDir(), matchesAny(w.ignored, d.Name()), !w.matching.MatchString(d.Name()), w.skipUnknown && !hasEnding(d.Name(), w.endings):
		return nil
	}
	w.files = append(w.files, path)
	return nil
}

func matchesAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if re, err := regexp.Compile(p + "$"); err == nil && re.MatchString(name) {
			return true
		}
	}
	return false
}

func hasEnding(name string, endings []string) bool {
	ext := strings.TrimPrefix(filepath.Ext(name), ".")
	for _, e := range endings {
		if strings.TrimPrefix(e, ".") == ext {
			return true
		}
	}
	return false
}

// stringList is an option that is a list of texts, or one text.
func stringList(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case *value.List:
		out := make([]string, v.Len())
		for i, item := range v.Items {
			out[i] = value.Str(item)
		}
		return out
	default:
		return strings.Split(value.Str(v), ",")
	}
}
