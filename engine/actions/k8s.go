package actions

import (
	"context"
	"io"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	register("kubernetes.core.k8s", k8s)
	register("community.kubernetes.k8s", k8s)
}

// k8s reads what stands on the controller: src if it is there, and templates,
// which become definitions. Everything else is the target's.
func k8s(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Text("resource_definition", "definition", "inline") != "" {
		return through(ctx, s, nil)
	}
	if templates := s.Arg("template"); templates != nil && s.Text("src") == "" {
		texts, err := definitions(ctx, s, templates)
		if err != nil {
			return failed(err)
		}
		return through(ctx, s, map[string]any{"template": nil, "resource_definition": texts})
	}
	src := s.Text("src")
	if src == "" || s.Arg("template") != nil || strings.Contains(src, "://") {
		return through(ctx, s, nil)
	}
	path, err := s.FindFile("files", src)
	if err != nil {
		return through(ctx, s, nil) // it may be on the target
	}
	text, err := wholeText(s, path)
	if err != nil {
		return failed(err)
	}
	return through(ctx, s, map[string]any{"src": nil, "resource_definition": text})
}

func wholeText(s *engine.Step, path string) (string, error) {
	r, err := s.Decrypted(path, true)
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	return string(data), err
}

// definitions renders the templates of a task: paths, or dicts of a path and
// of what is special in it.
func definitions(ctx context.Context, s *engine.Step, templates any) (*value.List, error) {
	list, ok := templates.(*value.List)
	if !ok {
		list = value.NewList(templates)
	}
	out := value.NewList()
	for _, item := range list.Items {
		options, ok := item.(*value.Dict)
		if !ok {
			options = value.DictOf("path", item)
		}
		name, _ := options.Get("path")
		if !value.Truth(name) {
			return nil, modules.Fail("Error while reading template file - a path for template is needed")
		}
		path, err := s.FindFile("templates", value.Str(name))
		if err != nil {
			return nil, err
		}
		src, err := wholeText(s, path)
		if err != nil {
			return nil, err
		}
		text := func(names ...string) string { return options.GetString(names[0]) }
		on := func(name string, def bool) (bool, error) {
			if v, given := options.Get(name); given {
				return modules.ToBool(v)
			}
			return def, nil
		}
		o, err := fileOptions(text, on)
		if err != nil {
			return nil, err
		}
		rendered, err := renderedAs(ctx, s, path, src, o)
		if err != nil {
			return nil, err
		}
		out.Append(rendered)
	}
	return out, nil
}
