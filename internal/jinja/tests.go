package jinja

import (
	"math/big"

	"goplay/internal/value"
)

// addTests adds Jinja2's own tests.
func addTests(r *Registry) {
	one := func(name string, code func(v any) (bool, error)) {
		r.Test(name, NewParams("test_"+name, "value").Func(func(_ *Call, a []any) (any, error) { return code(a[0]) }))
	}
	is := func(name string, code func(v any) bool) {
		one(name, func(v any) (bool, error) { return code(v), nil })
	}
	is("defined", func(v any) bool { return !value.IsUndefined(v) })
	is("undefined", value.IsUndefined)
	is("none", func(v any) bool { return v == nil })
	is("boolean", func(v any) bool { _, ok := v.(bool); return ok })
	is("false", func(v any) bool { return v == false })
	is("true", func(v any) bool { return v == true })
	is("integer", isInteger)
	is("float", func(v any) bool { _, ok := v.(float64); return ok })
	is("number", isNumber)
	is("mapping", isMapping)
	is("escaped", isEscaped)
	is("sequence", isSequence)
	one("iterable", isIterable)
	one("lower", caseTest("islower"))
	one("upper", caseTest("isupper"))
	one("odd", remainder(2, 1))
	one("even", remainder(2, 0))
	r.Test("string", NewParams("test_string", "value").Func(func(c *Call, a []any) (any, error) {
		return isString(a[0]) && (c.run == nil || c.run.classes.From(a[0]) == ""), nil
	}))
	r.Test("divisibleby", NewParams("test_divisibleby", "value, num").Func(func(_ *Call, a []any) (any, error) {
		rest, err := value.Mod(a[0], a[1])
		if err != nil {
			return nil, err
		}
		return compare("==", rest, int64(0))
	}))
	r.Test("sameas", NewParams("test_sameas", "value, other").Func(func(_ *Call, a []any) (any, error) {
		return same(a[0], a[1]), nil
	}))
	r.Test("in", NewParams("test_in", "value, seq").Func(func(_ *Call, a []any) (any, error) {
		return compare("in", a[0], a[1])
	}))
	r.Test("callable", builtin("callable", 1, func(_ *Call, a []any) (any, error) {
		_, ok := a[0].(value.Callable)
		return ok || value.IsUndefined(a[0]), nil
	}))
	r.Test("filter", NewParams("test_filter", "environment, value").Func(func(c *Call, a []any) (any, error) {
		f, err := c.Env.reg.named("filter", a[0])
		return f != nil, err
	}))
	r.Test("test", NewParams("test_test", "environment, value").Func(func(c *Call, a []any) (any, error) {
		f, err := c.Env.reg.named("test", a[0])
		return f != nil, err
	}))
	for name, op := range map[string][]string{
		"==": {"==", "eq", "equalto"}, "!=": {"!=", "ne"}, ">": {">", "gt", "greaterthan"},
		">=": {">=", "ge"}, "<": {"<", "lt", "lessthan"}, "<=": {"<=", "le"},
	} {
		for _, alias := range op {
			r.Test(alias, builtin(op[1], 2, func(_ *Call, a []any) (any, error) { return compare(name, a[0], a[1]) }))
		}
	}
}

func isInteger(v any) bool {
	switch v.(type) {
	case int64, *big.Int:
		return true
	}
	return false
}

func isNumber(v any) bool {
	switch v.(type) {
	case bool, float64:
		return true
	}
	return isInteger(v)
}

func isString(v any) bool {
	switch v.(type) {
	case string, value.Markup:
		return true
	}
	return false
}

// isEscaped asks for __html__, which undefined values that chain seem to have.
func isEscaped(v any) bool {
	if u, ok := v.(*value.Undefined); ok {
		return u.Chains()
	}
	_, ok := v.(value.Markup)
	return ok
}

func isMapping(v any) bool {
	switch v.(type) {
	case *value.Dict, value.Mapping:
		return true
	}
	return false
}

func isSequence(v any) bool {
	switch v := v.(type) {
	case string, value.Markup, value.Bytes, *value.List, value.Tuple, *value.Range:
		return true
	case *value.Undefined:
		return !v.Strict()
	case value.Indexed:
		_, sized := v.(value.Sized)
		return sized
	}
	return isMapping(v)
}

func isIterable(v any) (bool, error) {
	if u, ok := v.(*value.Undefined); ok && u.Strict() {
		if u.Kind == value.ClosedText {
			return true, nil
		}
		return false, u.Err()
	}
	_, err := value.Iterate(v)
	if value.IsException(err, "TypeError") {
		return false, nil
	}
	return err == nil, err
}

// caseTest tests str(v) with one of str's methods.
func caseTest(name string) func(v any) (bool, error) {
	return func(v any) (bool, error) {
		s, err := str(v)
		if err != nil {
			return false, err
		}
		yes, err := method(s, name)
		return yes == true, err
	}
}

// remainder tests v % by == rest.
func remainder(by, rest int64) func(v any) (bool, error) {
	return func(v any) (bool, error) {
		got, err := value.Mod(v, by)
		if err != nil {
			return false, err
		}
		return compare("==", got, rest)
	}
}

// same is Python's `is`, as far as values have an identity here.
func same(a, b any) bool {
	switch x := a.(type) {
	case nil, bool, int64, string, float64:
		return a == b
	case value.Tuple:
		y, ok := b.(value.Tuple)
		return ok && len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
	case value.Markup, value.Bytes:
		return false
	}
	if _, ok := b.(value.Tuple); ok {
		return false
	}
	return a == b
}

// method calls one of a value's Python methods.
func method(v any, name string, args ...any) (any, error) {
	m, ok := value.Attr(v, name)
	fn, callable := m.(value.Callable)
	if !ok || !callable {
		return nil, value.Raise("AttributeError", "'%s' object has no attribute '%s'", value.TypeName(v), name)
	}
	return fn.Call(args, nil)
}
