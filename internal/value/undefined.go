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
)

// Undefined is what a template gets for a name, attribute or item that is not
// there. Use it by pointer. The zero Kind is Ansible's.
type Undefined struct {
	Hint   string // the whole message, when not empty
	Obj    any    // what the attribute or item was looked up in
	HasObj bool   // whether Obj counts: false for a plain name
	Name   any    // the name or the key
	Kind   UndefinedKind
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

// Err is the error of using the value: an *Exception of type UndefinedError.
func (u *Undefined) Err() error { return &Exception{Type: "UndefinedError", Msg: u.Message()} }

// Strict reports whether printing, testing, iterating and comparing the value
// fail with Err.
func (u *Undefined) Strict() bool { return u.Kind == AnsibleUndefined || u.Kind == StrictUndefined }

// Chains reports whether attributes and items of the value are the value itself.
func (u *Undefined) Chains() bool {
	return u.Kind == AnsibleUndefined || u.Kind == ChainableUndefined
}

// IsUndefined reports whether v is an undefined value.
func IsUndefined(v any) bool {
	_, ok := v.(*Undefined)
	return ok
}

func (u *Undefined) typeName() string {
	switch u.Kind {
	case PlainUndefined:
		return "Undefined"
	case StrictUndefined:
		return "StrictUndefined"
	case ChainableUndefined:
		return "ChainableUndefined"
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
