package value

// Mapping is a dict that makes its values when they are asked for, such as
// hostvars. Every function of this package treats one as a dict. Keys are in
// order; Get reports false for a key that is not there, and an error when the
// value cannot be made.
type Mapping interface {
	Get(key any) (v any, ok bool, err error)
	Keys() []any
	Len() int
}

// AsDict makes a dict of anything that acts as one: a *Dict is itself, a
// Mapping gives all its values. It reports false for anything else.
func AsDict(v any) (*Dict, bool, error) {
	switch v := v.(type) {
	case *Dict:
		return v, v != nil, nil
	case Mapping:
		d := NewDict()
		for _, k := range v.Keys() {
			item, ok, err := v.Get(k)
			if err != nil {
				return nil, true, err
			}
			if ok {
				d.Set(k, item)
			}
		}
		return d, true, nil
	default:
		return nil, false, nil
	}
}

// mappingItem is m[key].
func mappingItem(m Mapping, key any) (any, error) {
	if err := Hashable(key); err != nil {
		return nil, err
	}
	v, ok, err := m.Get(key)
	if err == nil && !ok {
		err = &Exception{Type: "KeyError", Msg: Repr(key)}
	}
	return v, err
}

// mappingHas is `key in m`.
func mappingHas(m Mapping, key any) (bool, error) {
	if err := Hashable(key); err != nil {
		return false, err
	}
	if h, ok := m.(interface{ Has(key any) bool }); ok {
		return h.Has(key), nil
	}
	for _, k := range m.Keys() {
		if Equal(k, key) {
			return true, nil
		}
	}
	return false, nil
}

// mappingDict shows a mapping as a dict; a value that cannot be made shows its error.
func mappingDict(m Mapping) *Dict {
	d := NewDict()
	for _, k := range m.Keys() {
		v, ok, err := m.Get(k)
		switch {
		case err != nil:
			d.Set(k, err.Error())
		case ok:
			d.Set(k, v)
		}
	}
	return d
}

func equalMapping(m Mapping, o any) bool {
	a, _, err := AsDict(m)
	if err != nil {
		return false
	}
	b, ok, err := AsDict(o)
	return ok && err == nil && Equal(a, b)
}

// MappingAttr gives a mapping's methods: get, items, keys, values and copy.
func MappingAttr(m Mapping, name string) (any, bool) {
	var call func(args []any, kwargs *Dict) (any, error)
	switch name {
	case "get":
		call = func(args []any, _ *Dict) (any, error) { return mappingGet(m, args) }
	case "keys":
		call = func([]any, *Dict) (any, error) {
			d := NewDict()
			for _, k := range m.Keys() {
				d.Set(k, nil)
			}
			return NewView(d, KeysView), nil
		}
	case "items", "values", "copy":
		call = func([]any, *Dict) (any, error) {
			d, _, err := AsDict(m)
			if err != nil {
				return nil, err
			}
			switch name {
			case "items":
				return NewView(d, ItemsView), nil
			case "values":
				return NewView(d, ValuesView), nil
			}
			return d, nil
		}
	default:
		return nil, false
	}
	return &Func{Name: name, Fn: call}, true
}

func mappingGet(m Mapping, args []any) (any, error) {
	if len(args) < 1 || len(args) > 2 {
		return nil, typeError("get expected 1 or 2 arguments, got %d", len(args))
	}
	if err := Hashable(args[0]); err != nil {
		return nil, err
	}
	v, ok, err := m.Get(args[0])
	if err != nil || ok {
		return v, err
	}
	if len(args) == 2 {
		return args[1], nil
	}
	return nil, nil
}
