package lookups

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
)

// templateFile renders template files; what looks like data becomes data.
func templateFile(c *Call) ([]any, error) {
	extra, isDict, err := value.AsDict(c.option("template_vars", value.NewDict()))
	if err != nil {
		return nil, err
	}
	if !isDict {
		return nil, failure("template_vars has to be a dict")
	}
	var out []any
	for _, term := range c.Terms {
		path, err := c.findTerm("templates", term)
		if err != nil {
			return nil, err
		}
		if path == "" {
			return nil, failure("the template file %s could not be found for the lookup", value.Str(term))
		}
		text, body, err := c.render(path, value.Str(term), extra)
		if err != nil {
			return nil, err
		}
		out = append(out, c.asData(text, body))
	}
	return out, nil
}

// asData is what a file's text becomes; body is the text without the newline
// that Jinja2 drops, nil where nothing was evaluated.
func (c *Call) asData(text string, body *string) any {
	native, own := c.Engine.Native(), c.truth("jinja2_native", false)
	switch {
	case !c.truth("convert_data", true):
		return c.Engine.Stay(text)
	case body == nil && native && !own:
		return c.Engine.Stay(text)
	case body == nil:
		return text
	case native && !own: // native types are for arguments, not for this
		if v := template.ReadBack(*body); !isText(v) {
			text = value.Str(v)
		}
		return c.Engine.Stay(text)
	}
	if v := c.Engine.ReadBack(*body); !isText(v) {
		return v
	}
	return c.Engine.ReadBack(text)
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

// render gives what a file makes, for asData.
func (c *Call) render(path, name string, extra *value.Dict) (text string, body *string, err error) {
	data, err := c.read(path)
	if err != nil {
		return "", nil, err
	}
	roots, err := c.roots()
	if err != nil {
		return "", nil, err
	}
	o := template.FileOptions{SearchPath: []string{filepath.Dir(path)}}
	for _, root := range roots {
		o.SearchPath = append(o.SearchPath, filepath.Join(root, "templates"), root)
	}
	for option, to := range map[string]*string{
		"variable_start_string": &o.VariableStart, "variable_end_string": &o.VariableEnd,
		"comment_start_string": &o.CommentStart, "comment_end_string": &o.CommentEnd,
		"block_start_string": &o.BlockStart, "block_end_string": &o.BlockEnd,
	} {
		*to = c.text(option, "")
	}
	own := templateVars(path, name)
	if _, found := c.Vars.Lookup("ansible_managed"); !found {
		own.Set("ansible_managed", "Ansible managed")
	}
	vars := template.Overlay(c.Vars, own)
	vars = template.Overlay(vars, extra)
	text, err = c.Engine.Render(c.Ctx, string(data), source.Pos{File: path, Line: 1, Col: 1}, vars, o)
	if template.IsTemplate(string(data)) || o.BlockStart+o.VariableStart+o.CommentStart != "" {
		shorter := text
		if strings.HasSuffix(string(data), "\n") {
			shorter = strings.TrimSuffix(text, "\n")
		}
		body = &shorter
	}
	return text, body, err
}

// templateVars are the variables that tell a template about itself.
func templateVars(path, name string) *value.Dict {
	d := value.DictOf("template_path", name, "template_fullpath", path, "template_run_date", value.AsNaive(time.Now()))
	if host, err := os.Hostname(); err == nil {
		d.Set("template_host", host)
	}
	if info, err := os.Stat(path); err == nil {
		d.Set("template_mtime", value.AsNaive(info.ModTime()))
	}
	return d
}
