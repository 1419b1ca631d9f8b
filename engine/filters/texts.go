package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/value"
)

var textFilters = table{
	"bool":       toBool,
	"comment":    comment,
	"mandatory":  mandatory,
	"split":      split,
	"ternary":    ternary,
	"type_debug": typeDebug,
	"undef":      undef,
}

// toBool leaves None and bools alone; yes, on, true and 1 are true, everything else is not.
func toBool(c *jinja.Call) (any, error) {
	a, err := bind(c, "a")
	if err != nil {
		return nil, err
	}
	return asBool(a.get("a")), nil
}

func asBool(v any) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	}
	if s, ok := isText(v); ok {
		switch strings.ToLower(s) {
		case "yes", "on", "1", "true":
			return true
		}
		return false
	}
	return value.Equal(v, int64(1))
}

func mandatory(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "a msg?")
	if err != nil {
		return nil, err
	}
	u, ok := a.get("a").(*value.Undefined)
	if !ok {
		return a.get("a"), nil
	}
	if a.get("msg") != nil {
		return nil, filterError("%s", value.Str(a.get("msg")))
	}
	name := ""
	if u.Name != nil {
		name = "'" + value.Str(u.Name) + "' "
	}
	return nil, filterError("Mandatory variable %s not defined.", name)
}

func ternary(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "value true_val false_val none_val?")
	if err != nil {
		return nil, err
	}
	v := a.get("value")
	if err := defined(v); err != nil {
		return nil, err
	}
	switch {
	case v == nil && a.get("none_val") != nil:
		return a.get("none_val"), nil
	case value.Truth(v):
		return a.get("true_val"), nil
	default:
		return a.get("false_val"), nil
	}
}

func typeDebug(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "obj")
	if err != nil {
		return nil, err
	}
	if text, ok := a.get("obj").(string); ok {
		return template.TextClass(c.Context, text), nil
	}
	return value.TypeName(a.get("obj")), nil
}

func undef(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "hint?")
	if err != nil {
		return nil, err
	}
	return &value.Undefined{Hint: textOrEmpty(a.get("hint"))}, nil
}

func split(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "string *args **kw")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("string"))
	if !ok {
		return nil, value.Raise("TypeError", "descriptor 'split' for 'str' objects doesn't apply to a '%s' object", value.TypeName(a.get("string")))
	}
	method, _ := value.Attr(s, "split")
	call, ok := method.(value.Callable)
	if !ok {
		return nil, value.Raise("AttributeError", "'str' object has no attribute 'split'")
	}
	return call.Call(a.rest, a.kw)
}
