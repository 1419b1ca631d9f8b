package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/value"
)

var jsonFilters = table{
	"to_json":      toJSON,
	"to_nice_json": toNiceJSON,
	"from_json":    fromJSON,
}

func toJSON(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "a **kw")
	if err != nil {
		return nil, err
	}
	o, err := jsonOptions(a.kw, value.JSONOptions{})
	if err != nil {
		return nil, err
	}
	return value.EncodeJSON(a.get("a"), o)
}

func toNiceJSON(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "a indent? sort_keys? **kw")
	if err != nil {
		return nil, err
	}
	o := value.JSONOptions{
		Indent: a.or("indent", int64(4)), SortKeys: a.truth("sort_keys", true),
		Separators: [2]string{",", ": "},
	}
	if o, err = jsonOptions(a.kw, o); err != nil {
		return nil, err
	}
	return value.EncodeJSON(a.get("a"), o)
}

// jsonOptions are the arguments that go to Python's json.dumps.
func jsonOptions(kw *value.Dict, o value.JSONOptions) (value.JSONOptions, error) {
	o.Default = jsonStandIn
	for k, v := range kw.All() {
		switch name := value.Str(k); name {
		case "indent":
			o.Indent = v
		case "sort_keys":
			o.SortKeys = value.Truth(v)
		case "ensure_ascii":
			o.Unicode = !value.Truth(v)
		case "separators":
			pair, err := value.Items(v)
			if err != nil {
				return o, value.Raise("TypeError", "cannot unpack non-iterable %s object", value.TypeName(v))
			}
			if len(pair) != 2 {
				return o, value.Raise("ValueError", "not enough values to unpack (expected 2, got %d)", len(pair))
			}
			o.Separators = [2]string{value.Str(pair[0]), value.Str(pair[1])}
		case "vault_to_text", "preprocess_unsafe", "skipkeys", "check_circular", "allow_nan", "cls":
		default:
			return o, value.Raise("TypeError", "JSONEncoder.__init__() got an unexpected keyword argument '%s'", name)
		}
	}
	return o, nil
}

// jsonStandIn is what Ansible's encoder writes for what JSON has no form for.
func jsonStandIn(v any) (any, error) {
	switch v := v.(type) {
	case *value.Undefined:
		if v.Strict() {
			return nil, v.Err()
		}
	case *value.Set, *value.Iterator:
		items, err := value.Items(v)
		return value.NewList(items...), err
	}
	if iso, ok := isoformat(v); ok {
		return iso, nil
	}
	return nil, value.Raise("TypeError", "Object of type %s is not JSON serializable", value.TypeName(v))
}

// isoformat is the text of a date or a time.
func isoformat(v any) (any, bool) {
	method, ok := value.Attr(v, "isoformat")
	call, isCall := method.(value.Callable)
	if !ok || !isCall || value.IsUndefined(v) {
		return nil, false
	}
	text, err := call.Call(nil, nil)
	return text, err == nil
}

func fromJSON(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "s")
	if err != nil {
		return nil, err
	}
	switch s := a.get("s").(type) {
	case string:
		return value.DecodeJSON([]byte(s))
	case value.Markup:
		return value.DecodeJSON([]byte(s))
	case value.Bytes:
		return value.DecodeJSON([]byte(s))
	default:
		return nil, value.Raise("TypeError", "the JSON object must be str, bytes or bytearray, not %s", value.TypeName(s))
	}
}
