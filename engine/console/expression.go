package console

import (
	"context"
	"errors"
	"strings"
	"sync"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/value"
)

// expressions evaluates what is typed: the expressions of templates are those
// of Python as far as a debugger needs them.
var expressions = sync.OnceValue(func() *jinja.Env {
	reg := jinja.NewRegistry()
	for name, fn := range builtins {
		reg.Global(name, &value.Func{Name: name, Fn: fn})
	}
	return jinja.New(reg, jinja.Options{Undefined: value.StrictUndefined})
})

var builtins = map[string]func(args []any, kwargs *value.Dict) (any, error){
	"len": one("len", func(v any) (any, error) {
		items, err := value.Items(v)
		return int64(len(items)), err
	}),
	"str":  one("str", func(v any) (any, error) { return value.Str(v), nil }),
	"repr": one("repr", func(v any) (any, error) { return value.Repr(v), nil }),
	"list": one("list", func(v any) (any, error) {
		items, err := value.Items(v)
		return value.NewList(items...), err
	}),
	"type": one("type", func(v any) (any, error) { return "<class '" + value.TypeName(v) + "'>", nil }),
}

func one(name string, fn func(any) (any, error)) func([]any, *value.Dict) (any, error) {
	return func(args []any, _ *value.Dict) (any, error) {
		if len(args) != 1 {
			return nil, value.Raise("TypeError", "%s() takes exactly one argument (%d given)", name, len(args))
		}
		return fn(args[0])
	}
}

// names lets templates see the console's.
type names map[string]any

func (n names) Lookup(name string) (any, bool, error) {
	v, ok := n[name]
	return v, ok, nil
}

func (c *Console) evaluate(text string) (any, error) {
	if text == "" {
		return nil, value.Raise("SyntaxError", "invalid syntax")
	}
	t, err := expressions().ParseExpr(text, source.Pos{})
	if err != nil {
		return nil, value.Raise("SyntaxError", "invalid syntax")
	}
	v, err := t.Eval(context.Background(), names(c.Names))
	if u, ok := v.(*value.Undefined); ok && err == nil {
		return nil, missing(u, text)
	}
	return v, plain(err, text)
}

// missing says in Python's words what is not there: the templates' would not
// tell a name from an attribute or a key.
func missing(u *value.Undefined, text string) error {
	name := value.Str(u.Name)
	switch {
	case !u.HasObj:
		return value.Raise("NameError", "name '%s' is not defined", name)
	case strings.Contains(text, "."+name):
		return value.Raise("AttributeError", "'%s' object has no attribute '%s'", value.TypeName(u.Obj), name)
	}
	if _, list := u.Obj.(*value.List); list {
		return value.Raise("IndexError", "list index out of range")
	}
	return value.Raise("KeyError", "%s", value.Repr(u.Name))
}

// plain is an error without the place that templates give it.
func plain(err error, text string) error {
	var raised *value.Exception
	if !errors.As(err, &raised) {
		return err
	}
	if raised.Type != "UndefinedError" {
		return raised
	}
	if name, ok := strings.CutSuffix(raised.Msg, " is undefined"); ok {
		return value.Raise("NameError", "name %s is not defined", name)
	}
	return value.Raise("AttributeError", "%s", raised.Msg)
}

// pretty is a value as pprint shows it.
func (c *Console) pretty(v any) (any, error) {
	if !isData(v) {
		return value.Repr(v), nil
	}
	t, err := expressions().ParseExpr("shown | pprint", source.Pos{})
	if err != nil {
		return nil, err
	}
	return t.Eval(context.Background(), names{"shown": v})
}

func isData(v any) bool {
	_, object := v.(value.Object)
	return !object
}
