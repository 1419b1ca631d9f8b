package actions

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"goplay/engine"
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
		Example: "- ansible.builtin.include_vars:\n    file: \"{{ ansible_facts.distribution }}.yaml\"\n",
	})
	register("ansible.builtin.include_vars", includeVars)
}

func includeVars(_ context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("file", "dir", "name", "depth", "files_matching", "ignore_files", "extensions",
		"ignore_unknown_extensions", "hash_behaviour", "_raw_params"); err != nil {
		return failed(err)
	}
	var files []string
	var err error
	if s.Arg("dir") != nil {
		files, err = varsDir(s)
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
	for _, path := range files {
		n, err := s.Options().Loader.LoadVars(path)
		var placed *source.Error
		switch {
		case (vault.Unopened(err) || errors.Is(err, vault.ErrFormat)) && errors.As(err, &placed):
			return unread(placed.Msg), nil
		case err != nil:
			return unread(source.Render(err)), nil
		}
		if n != nil {
			all.Pairs = append(all.Pairs, n.Pairs...)
		}
	}
	if name := s.Text("name"); name != "" {
		all = &tree.Node{Pos: s.Pos(), Kind: tree.Map, Pairs: []tree.Pair{{Key: tree.TextNode(s.Pos(), name), Value: all}}}
	}
	s.IncludeVars(all, s.Text("hash_behaviour") == "merge")
	return result("ansible_facts", all.Data(), "ansible_included_var_files", value.Strings(files)), nil
}

// unread is the result of variables that cannot be had: Ansible gives the reason as message.
func unread(reason string) modules.Result {
	r := modules.Result{Failed: true, Data: value.DictOf("message", reason, "ansible_included_var_files", value.NewList())}
	r.Facts = value.NewDict()
	return r
}

// varsDir lists the files of a folder as dir: and its options ask.
func varsDir(s *engine.Step) ([]string, error) {
	root, err := s.FindFile("vars", s.Text("dir"))
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil || !info.IsDir() {
		return nil, modules.Fail("%s is not a directory", root)
	}
	matching := regexp.MustCompile("")
	if pattern := s.Text("files_matching"); pattern != "" {
		if matching, err = regexp.Compile(pattern); err != nil {
			return nil, modules.Fail("Invalid regular expression: %s", pattern)
		}
	}
	depth, err := modules.ToInt(orZero(s.Arg("depth")))
	if err != nil {
		return nil, err
	}
	skipUnknown, err := s.Bool("ignore_unknown_extensions", false)
	if err != nil {
		return nil, err
	}
	ignored := stringList(s.Arg("ignore_files"))
	endings := stringList(s.Arg("extensions"))
	if len(endings) == 0 {
		endings = []string{"yaml", "yml", "json"}
	}
	var files []string
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if depth > 0 && rel != "." && strings.Count(rel, "/")+1 >= int(depth) {
				return filepath.SkipDir
			}
			return nil
		}
		if matchesAny(ignored, d.Name()) || !matching.MatchString(d.Name()) {
			return nil
		}
		if !hasEnding(d.Name(), endings) {
			if skipUnknown {
				return nil
			}
			return modules.Fail("%s does not have a valid extension: %s", path, strings.Join(endings, ", "))
		}
		files = append(files, path)
		return nil
	})
	sort.Strings(files)
	return files, err
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
