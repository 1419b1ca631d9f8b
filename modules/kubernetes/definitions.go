package kubernetes

import (
	"io"
	"net/http"
	"os"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// nameOptions name an object, where no definition does.
type nameOptions struct {
	APIVersion string `arg:"api_version" alias:"api,version" default:"v1" doc:"Version of the API, with its group in front: apps/v1."`
	Kind       string `arg:"kind" doc:"Kind of the object; its plural and short names do too."`
	Name       string `arg:"name" doc:"Name of the object."`
	Namespace  string `arg:"namespace" doc:"Its namespace."`
}

// definitionOptions say what objects are to be.
type definitionOptions struct {
	Definition any    `arg:"resource_definition" alias:"definition,inline" doc:"The object as a dict, several as a list, or YAML."`
	Src        string `arg:"src" type:"path" doc:"File with YAML on the controller, or if there is none on the target; or a URL."`
}

// definitions are the objects of a task, lists taken apart, each filled up
// with what the other options say.
func (d definitionOptions) definitions(c *modules.Context, n nameOptions, generate string) ([]*value.Dict, error) {
	items, err := d.load(c)
	if err != nil {
		return nil, modules.Fail("Failed to load resource definition: %w", err)
	}
	var out []*value.Dict
	for _, item := range items {
		object, ok := item.(*value.Dict)
		if !ok {
			return nil, modules.Fail("Failed to load resource definition: %s is no mapping", value.Repr(item))
		}
		n.fill(object, generate)
		kind := textAt(object, "kind")
		list, isList := strings.CutSuffix(kind, "List")
		if !isList {
			out = append(out, object)
			continue
		}
		for _, item := range itemsAt(object, "items") {
			if inner, ok := item.(*value.Dict); ok {
				setDefault(inner, "kind", list)
				setDefault(inner, "apiVersion", textAt(object, "apiVersion"))
				n.fill(inner, generate)
				out = append(out, inner)
			}
		}
	}
	return out, nil
}

func (d definitionOptions) load(c *modules.Context) ([]any, error) {
	switch v := d.Definition.(type) {
	case nil:
	case string:
		if v != "" {
			return parseYAML("resource_definition", []byte(v))
		}
	case *value.List:
		var out []any
		for _, item := range v.Items {
			text, isText := item.(string)
			if !isText {
				if value.Truth(item) {
					out = append(out, value.DeepCopy(item))
				}
				continue
			}
			docs, err := parseYAML("resource_definition", []byte(text))
			if err != nil {
				return nil, err
			}
			out = append(out, docs...)
		}
		return out, nil
	default:
		return []any{value.DeepCopy(v)}, nil
	}
	if d.Src == "" {
		return []any{value.NewDict()}, nil
	}
	data, err := d.read(c)
	if err != nil {
		return nil, err
	}
	return parseYAML(d.Src, data)
}

// read reads src: what the controller sent of it, a URL, or a file here.
func (d definitionOptions) read(c *modules.Context) ([]byte, error) {
	if !strings.HasPrefix(d.Src, "https://") && !strings.HasPrefix(d.Src, "http://") {
		return os.ReadFile(c.Abs(d.Src))
	}
	r, err := http.NewRequestWithContext(c, http.MethodGet, d.Src, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return nil, modules.Fail("%s: %s", d.Src, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// fill sets what a definition leaves open.
func (n nameOptions) fill(object *value.Dict, generate string) {
	setDefault(object, "kind", n.Kind)
	setDefault(object, "apiVersion", n.APIVersion)
	metadata, ok := at(object, "metadata").(*value.Dict)
	if !ok {
		metadata = value.NewDict()
		object.Set("metadata", metadata)
	}
	setDefault(metadata, "namespace", n.Namespace)
	setDefault(metadata, "name", n.Name)
	setDefault(metadata, "generateName", generate)
}

func setDefault(d *value.Dict, key, text string) {
	if _, there := d.Get(key); !there && text != "" {
		d.Set(key, text)
	}
}
