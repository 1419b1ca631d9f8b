package template

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

// lookupNames are the functions whose terms Ansible evaluates once more. Only
// strings that stand in the template itself are: they are text from a file.
// What a variable or a filter gives is a value, and stays one.
var lookupNames = map[string]bool{"lookup": true, "query": true, "q": true}

// templatedTerms has the terms of lookups that are themselves templates, as in
// lookup('file', '{{ name }}.txt'), evaluated before the lookup sees them.
func templatedTerms(root jinja.Node) {
	jinja.Walk(root, func(n jinja.Node) bool {
		call, ok := n.(*jinja.CallExpr)
		if !ok || len(call.Args.Positional) < 2 {
			return true
		}
		if name, ok := call.X.(*jinja.Name); !ok || !lookupNames[name.Name] {
			return true
		}
		terms := call.Args.Positional[1:]
		for i, term := range terms {
			terms[i] = jinja.MapTexts(term, templatedTerm)
		}
		return true
	})
}

func templatedTerm(text *jinja.Const) jinja.Expr {
	if s, ok := text.Value.(string); !ok || !IsTemplate(s) {
		return text
	}
	at := text.Position()
	return jinja.Computed(text, func(c *jinja.Call) (any, error) {
		engine, vars, ok := Of(c.Context)
		if !ok || !LookupsAllowed(c.Context) {
			return c.Args[0], nil
		}
		return engine.EvalText(c.Context, value.Str(c.Args[0]), at, vars)
	})
}
