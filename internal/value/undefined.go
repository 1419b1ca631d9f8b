package value

// UndefinedKind says how an undefined value behaves when it is used.
type UndefinedKind uint8

const (
	// AnsibleUndefined fails when it is used, but its attributes and items are itself.
	AnsibleUndefined UndefinedKind = iota
	// PlainUndefined is Jinja2's default: it prints as nothing, is false and empty.
	PlainUndefined
	// StrictUndefined fails at every use but `is defined`.
	StrictUndefined
	// ChainableUndefined is plain, and its attributes and items are itself.
	ChainableUndefined
	// ClosedText is no undefined value: it is a vaulted text whose secret is not
	// there. Only what does not read it can use it; all else fails with its Cause.
	ClosedText
)

// Undefined is what a template gets for a name, attribute or item that is not
// there, or that cannot be read. Use it by pointer. The zero Kind is Ansible's.
type Undefined struct {
	Hint   string // the whole message, when not empty
	Obj    any    // what the attribute or item was looked up in
	HasObj bool   // whether Obj counts: false for a plain name
	Name   any    // the name or the key
	Kind   UndefinedKind
	Cause  error  // why a ClosedText is closed
	Armour string // what a ClosedText looks like as it is
}

// Message is the text of the error that using the value gives.
func (u *Undefined) Message() string {
	if u.Hint != "" {
		return u.Hint
	}
	if !u.HasObj {
		return Repr(u.Name) + " is undefined"
	}
	obj := objectType(u.Obj)
	if _, ok := asString(u.Name); !ok {
		return obj + " has no element " + Repr(u.Name)
	}
	return Repr(obj) + " has no attribute " + Repr(u.Name)
}

// Err is the error of using the value: an *Exception of type UndefinedError, or
// the Cause of a ClosedText.
func (u *Undefined) Err() error {
	if u.Kind == ClosedText {
		return u.Cause
	}
	return &Exception{Type: "UndefinedError", Msg: u.Message()}
}

// Strict reports whether printing, testing, iterating and comparing the value
// fail with Err.
func (u *Undefined) Strict() bool {
	return u.Kind == AnsibleUndefined || u.Kind == StrictUndefined || u.Kind == ClosedText
}

// Chains reports whether attributes and items of the value are the value itself.
func (u *Undefined) Chains() bool {
	return u.Kind == AnsibleUndefined || u.Kind == ChainableUndefined
}

// IsUndefined reports whether v is an undefined value.
func IsUndefined(v any) bool {
	u, ok := v.(*Undefined)
	return ok && u.Kind != ClosedText
}

// Readable fails with the cause of the first ClosedText within v.
func Readable(v any) error {
	var look func(v any) error
	var seen map[any]bool // the containers within v: they may hold themselves
	all := func(items []any) error {
		for _, item := range items {
			if err := look(item); err != nil {
				return err
			}
		}
		return nil
	}
	look = func(v any) error {
		switch c := v.(type) {
		case *Undefined:
			if c.Kind == ClosedText {
				return c.Cause
			}
			return nil
		case Tuple:
			return all(c)
		case *List, *Dict:
			if seen[c] {
				return nil
			}
			if seen == nil {
				seen = map[any]bool{}
			}
			seen[c] = true
		}
		switch c := v.(type) {
		case *List:
			return all(c.Items)
		case *Dict:
			return all(c.Values())
		case Mapping:
			for _, k := range c.Keys() {
				item, _, err := c.Get(k)
				if err != nil {
					return err
				}
				if err := look(item); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return look(v)
}

func (u *Undefined) typeName() string {
	switch u.Kind {
	case PlainUndefined:
		return "Undefined"
	case StrictUndefined:
		return "StrictUndefined"
	case ChainableUndefined:
		return "ChainableUndefined"
	case ClosedText:
		return "AnsibleVaultEncryptedUnicode"
	default:
		return "AnsibleUndefined"
	}
}

// undefined writes an undefined value, whose object may be what it stands in.
func (w *reprWriter) undefined(u *Undefined) {
	if u.Kind != AnsibleUndefined {
		w.b = append(w.b, "Undefined"...)
		return
	}
	hint := "None"
	if u.Hint != "" {
		hint = quote(u.Hint)
	}
	w.b = append(w.b, "AnsibleUndefined(hint="+hint+", obj="...)
	if u.HasObj {
		w.value(u.Obj)
	} else {
		w.b = append(w.b, "missing"...)
	}
	w.b = append(w.b, ", name="...)
	w.value(u.Name)
	w.b = append(w.b, ')')
}

// objectType is how Jinja2 names the type of a value in its messages.
func objectType(v any) string {
	if v == nil {
		return "None"
	}
	return TypePath(v) + " object"
}
