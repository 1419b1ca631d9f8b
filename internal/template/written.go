package template

import (
	"context"
	"strings"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// In Python a text knows where it comes from by its class: what a YAML file says
// is another one than what a host or a lookup gave. Nothing but type_debug shows
// that, so texts are marked from when a template that has type_debug was compiled,
// which the checks before a run do, and are plain strings otherwise.
const (
	fromFile  = "AnsibleUnicode"    // text of a YAML file
	untrusted = "AnsibleUnsafeText" // text of hosts, lookups and !unsafe, never a template
)

// tracing is the filter that shows where a text comes from.
const tracing = "type_debug"

// trace notices a template that asks where texts come from.
func (e *Engine) trace(text string) {
	if !e.traced.Load() && strings.Contains(text, tracing) {
		e.traced.Store(true)
	}
}

// Trace marks texts from now on, for what else shows where they come from.
func (e *Engine) Trace() { e.traced.Store(true) }

// classPaths are the full names of the classes of texts.
var classPaths = map[string]string{
	fromFile: "ansible.parsing.yaml.objects.AnsibleUnicode", untrusted: "ansible.utils.unsafe_proxy.AnsibleUnsafeText",
}

// ClassPath is the full name of a value's class in Python, of a text by where it
// comes from.
func (e *Engine) ClassPath(v any) string {
	if text, ok := v.(string); ok {
		if path := classPaths[e.classes.Of(text)]; path != "" {
			return path
		}
	}
	return value.TypeName(v)
}

// textOf is a node's text, marked with where it comes from.
func (e *Engine) textOf(n *tree.Node) string {
	switch {
	case !e.traced.Load():
		return n.Text
	case n.Opaque:
		return e.classes.MarkLasting(n.Text, untrusted)
	case n.Bare:
		return n.Text
	default:
		return e.classes.Mark(n.Text, fromFile)
	}
}

// keyOf is the key of a mapping, marked as a text is.
func (e *Engine) keyOf(n *tree.Node) any {
	if n.Kind == tree.Text && n.Sealed == nil {
		return e.textOf(n)
	}
	return n.Data()
}

// Untrusted is a value that a host or a lookup gave: in it every text that has
// no class of its own is marked as one that is never a template.
func (e *Engine) Untrusted(v any) any {
	if !e.traced.Load() {
		return v
	}
	return e.mark(v, 0)
}

func (e *Engine) mark(v any, depth int) any {
	if depth > maxDepth {
		return v
	}
	switch v := v.(type) {
	case string:
		if e.classes.Of(v) != "" && e.classes.Of(v) != fromFile {
			return v
		}
		return e.classes.MarkLasting(v, untrusted)
	case *value.List:
		l := &value.List{Items: make([]any, len(v.Items))}
		for i, item := range v.Items {
			l.Items[i] = e.mark(item, depth+1)
		}
		return l
	case *value.Dict:
		d := value.NewDict()
		for k, item := range v.All() {
			d.Set(e.mark(k, depth+1), e.mark(item, depth+1))
		}
		return d
	}
	return v
}

// TextClass is the class of a text as Ansible's type_debug names it.
func TextClass(ctx context.Context, text string) string {
	if e, _, ok := Of(ctx); ok {
		if class := e.classes.Of(text); class != "" {
			return class
		}
	}
	return "str"
}
