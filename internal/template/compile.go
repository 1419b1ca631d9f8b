package template

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/source"
)

// IsTemplate reports whether a text has anything to evaluate.
func IsTemplate(text string) bool {
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 || i+1 >= len(text) {
			return false
		}
		switch text[i+1] {
		case '{', '%', '#':
			return true
		}
		text = text[i+1:]
	}
}

// conditionStart and conditionEnd make a template of a condition, as error messages show it.
const (
	conditionStart = "{% if "
	conditionEnd   = " %} True {% else %} False {% endif %}"
)

func (e *Engine) compile(m mode, text string, at source.Pos) *compiled {
	key := cacheKey{mode: m, text: text, at: at}
	if c := e.cache.get(key); c != nil {
		return c
	}
	e.trace(text)
	c := &compiled{mutates: mayMutate(text)}
	if m == dataMode {
		c.name = loneName(text)
	}
	c.tpl, c.err = e.parse(m, text, at)
	if c.err == nil {
		c.err = e.unusable(c.tpl)
	}
	if c.err == nil && m == dataMode {
		c.asIs = e.leftAsIs(c.tpl, doubled(text))
	}
	if m == condMode && c.err == nil {
		if expr, err := e.data.ParseExpr(text, at); err == nil {
			c.expr = expr
		}
	}
	if c.err != nil {
		shown := text
		if m == condMode {
			shown = conditionStart + text + conditionEnd
		}
		c.err = compileError(c.err, shown, at, m == dataMode)
	}
	e.cache.put(key, c)
	return c
}

func (e *Engine) parse(m mode, text string, at source.Pos) (*jinja.Template, error) {
	switch m {
	case exprMode:
		return e.data.ParseExpr(text, at)
	case condMode:
		if at.Line > 0 {
			at.Col -= len(conditionStart)
		}
		return e.data.Parse(conditionStart+text+conditionEnd, at)
	default:
		return e.data.Parse(text, at)
	}
}

// unknown fails when a template names a filter or test that is not there.
func (e *Engine) unknown(t *jinja.Template) error {
	filters, tests := t.Unknown()
	var errs []error
	for _, ref := range filters {
		errs = append(errs, e.unknownError(ref, "filter", e.reg.FilterNames()))
	}
	for _, ref := range tests {
		errs = append(errs, e.unknownError(ref, "test", e.reg.TestNames()))
	}
	return source.Join(errs...)
}
