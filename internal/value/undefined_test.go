package value

import (
	"testing"
)

func TestUndefinedMessage(t *testing.T) {
	generator := &Iterator{Name: "g"}
	tests := []struct {
		u    Undefined
		want string
		repr string
	}{
		{Undefined{Name: "foo"}, "'foo' is undefined", "AnsibleUndefined(hint=None, obj=missing, name='foo')"},
		{Undefined{HasObj: true, Obj: NewDict(), Name: "x"}, "'dict object' has no attribute 'x'", "AnsibleUndefined(hint=None, obj={}, name='x')"},
		{Undefined{HasObj: true, Obj: "s", Name: "x"}, "'str object' has no attribute 'x'", "AnsibleUndefined(hint=None, obj='s', name='x')"},
		{Undefined{HasObj: true, Obj: NewList(int64(1)), Name: int64(5)}, "list object has no element 5", "AnsibleUndefined(hint=None, obj=[1], name=5)"},
		{Undefined{HasObj: true, Obj: nil, Name: "x"}, "'None' has no attribute 'x'", "AnsibleUndefined(hint=None, obj=None, name='x')"},
		{Undefined{Hint: "hinted", Name: "z"}, "hinted", "AnsibleUndefined(hint='hinted', obj=missing, name='z')"},
		{Undefined{HasObj: true, Obj: NewDict(), Name: Tuple{"a"}}, "dict object has no element ('a',)", "AnsibleUndefined(hint=None, obj={}, name=('a',))"},
		{Undefined{HasObj: true, Obj: &Undefined{Name: "q"}, Name: "w"}, "'ansible.template.native_helpers.AnsibleUndefined object' has no attribute 'w'",
			"AnsibleUndefined(hint=None, obj=AnsibleUndefined(hint=None, obj=missing, name='q'), name='w')"},
		{Undefined{HasObj: true, Obj: Timedelta(0), Name: "w", Kind: PlainUndefined}, "'datetime.timedelta object' has no attribute 'w'", "Undefined"},
		{Undefined{HasObj: true, Obj: NewView(NewDict(), ItemsView), Name: "q", Kind: StrictUndefined}, "'dict_items object' has no attribute 'q'", "Undefined"},
		{Undefined{HasObj: true, Obj: generator, Name: "q", Kind: PlainUndefined}, "'generator object' has no attribute 'q'", "Undefined"},
		{Undefined{HasObj: true, Obj: Markup(""), Name: "q", Kind: ChainableUndefined}, "'markupsafe.Markup object' has no attribute 'q'", "Undefined"},
		{Undefined{}, "None is undefined", "AnsibleUndefined(hint=None, obj=missing, name=None)"},
	}
	for _, tt := range tests {
		if got := tt.u.Message(); got != tt.want {
			t.Errorf("message %q, want %q", got, tt.want)
		}
		if got := Repr(&tt.u); got != tt.repr {
			t.Errorf("repr %q, want %q", got, tt.repr)
		}
	}
}

// uses of an undefined value u; the wants are what Python says for Ansible's
// kind and for Jinja2's default.
func TestUndefinedUse(t *testing.T) {
	const fails = "UndefinedError: 'foo' is undefined"
	list := func(u any) any { return NewList(u) }
	tests := []struct {
		name          string
		use           func(u any) (any, error)
		strict, plain string
	}{
		{"add", func(u any) (any, error) { return Add(u, int64(1)) }, fails, fails},
		{"add to int", func(u any) (any, error) { return Add(int64(1), u) }, fails, fails},
		{"add to str", func(u any) (any, error) { return Add("a", u) }, fails, fails},
		{"add to list", func(u any) (any, error) { return Add(NewList(), u) }, fails, fails},
		{"add to tuple", func(u any) (any, error) { return Add(Tuple{}, u) }, fails, fails},
		{"add to bytes", func(u any) (any, error) { return Add(Bytes(""), u) }, fails, fails},
		{"subtract", func(u any) (any, error) { return Sub(int64(1), u) }, fails, fails},
		{"repeat", func(u any) (any, error) { return Mul("a", u) }, fails, fails},
		{"divide", func(u any) (any, error) { return FloorDiv(u, int64(2)) }, fails, fails},
		{"modulo", func(u any) (any, error) { return Mod(u, int64(1)) }, fails, fails},
		{"power", func(u any) (any, error) { return Pow(u, int64(2)) }, fails, fails},
		{"negate", Neg, fails, fails},
		{"plus", Plus, fails, fails},
		{"or", func(u any) (any, error) { return Or(NewDict(), u) },
			"TypeError: unsupported operand type(s) for |: 'dict' and 'AnsibleUndefined'", "TypeError: unsupported operand type(s) for |: 'dict' and 'Undefined'"},
		{"less", func(u any) (any, error) { return Compare("<", u, int64(1)) }, fails, fails},
		{"greater", func(u any) (any, error) { return Compare(">", int64(1), u) }, fails, fails},
		{"equal", func(u any) (any, error) { return Compare("==", u, int64(1)) }, fails, "False"},
		{"equal to its kind", func(u any) (any, error) { return Compare("==", u, u) }, fails, "True"},
		{"not equal", func(u any) (any, error) { return Compare("!=", int64(1), u) }, fails, "True"},
		{"in it", func(u any) (any, error) { return Contains(u, int64(1)) }, fails, "False"},
		{"in list", func(u any) (any, error) { return Contains(NewList(int64(1)), u) }, fails, "False"},
		{"in dict", func(u any) (any, error) { return Contains(NewDict(), u) }, fails, "False"},
		{"in str", func(u any) (any, error) { return Contains("abc", u) },
			"TypeError: 'in <string>' requires string as left operand, not AnsibleUndefined", "TypeError: 'in <string>' requires string as left operand, not Undefined"},
		{"len", func(u any) (any, error) { n, err := Len(u); return int64(n), err }, fails, "0"},
		{"list", func(u any) (any, error) { items, err := Items(u); return NewList(items...), err }, fails, "[]"},
		{"hash", func(u any) (any, error) { return true, Hashable(u) }, fails, "True"},
		{"key", func(u any) (any, error) { return Item(NewDict(), u) }, fails, "KeyError: Undefined"},
		{"index", func(u any) (any, error) { return Item(NewList(), u) },
			"TypeError: list indices must be integers or slices, not AnsibleUndefined", "TypeError: list indices must be integers or slices, not Undefined"},
		{"item", func(u any) (any, error) { return Item(u, "a") }, "AnsibleUndefined(hint=None, obj=missing, name='foo')", fails},
		{"slice", func(u any) (any, error) { return Subslice(u, int64(1), nil, nil) }, "AnsibleUndefined(hint=None, obj=missing, name='foo')", fails},
		{"%s", func(u any) (any, error) { return Percent("%s", u) }, fails, "''"},
		{"%d", func(u any) (any, error) { return Percent("%d", u) }, fails, fails},
		{"%x", func(u any) (any, error) { return Percent("%x", u) },
			"TypeError: %x format: an integer is required, not AnsibleUndefined", "TypeError: %x format: an integer is required, not Undefined"},
		{"%f", func(u any) (any, error) { return Percent("%f", u) }, fails, fails},
		{"format", func(u any) (any, error) { return StrFormat("{}", []any{u}, nil) }, fails, "''"},
		{"format !r", func(u any) (any, error) { return StrFormat("{!r}", list(u).(*List).Items, nil) }, `"AnsibleUndefined(hint=None, obj=missing, name='foo')"`, "'Undefined'"},
		{"format with spec", func(u any) (any, error) { return FormatSpec(u, "5") },
			"TypeError: unsupported format string passed to AnsibleUndefined.__format__", "TypeError: unsupported format string passed to Undefined.__format__"},
		{"json", func(u any) (any, error) { return EncodeJSON(u, JSONOptions{}) },
			"TypeError: Object of type AnsibleUndefined is not JSON serializable", "TypeError: Object of type Undefined is not JSON serializable"},
		{"sort", func(u any) (any, error) { return nil, Sort([]any{u, int64(1)}, nil, false) }, fails, fails},
		{"join", func(u any) (any, error) { return join(",", NewList(u)) },
			"TypeError: sequence item 0: expected str instance, AnsibleUndefined found", "TypeError: sequence item 0: expected str instance, Undefined found"},
		{"join it", func(u any) (any, error) { return join(",", u) }, fails, "''"},
		{"repr in list", func(u any) (any, error) { return Repr(NewList(u)), nil }, `"[AnsibleUndefined(hint=None, obj=missing, name='foo')]"`, "'[Undefined]'"},
	}
	for _, tt := range tests {
		for want, u := range map[string]*Undefined{tt.strict: {Name: "foo"}, tt.plain + " ": {Name: "foo", Kind: PlainUndefined}} {
			v, err := tt.use(u)
			got, err := shown(v, err)
			if err != nil {
				e := err.(*Exception)
				got = e.Type + ": " + e.Msg
			}
			if got != want && got+" " != want {
				t.Errorf("%s (%s): got %s, want %s", tt.name, u.typeName(), got, want)
			}
		}
	}
}

func TestUndefinedChains(t *testing.T) {
	for kind, want := range map[UndefinedKind]bool{AnsibleUndefined: true, ChainableUndefined: true, PlainUndefined: false, StrictUndefined: false} {
		u := &Undefined{Name: "foo", Kind: kind}
		v, ok := Attr(u, "bar")
		if ok != want || ok && v != u {
			t.Errorf("%s: attribute %v %v, want itself: %v", u.typeName(), v, ok, want)
		}
		if u.Strict() && Truth(u) {
			t.Errorf("%s is true", u.typeName())
		}
	}
	if Str(&Undefined{Kind: PlainUndefined}) != "" {
		t.Error("a plain undefined value prints")
	}
}
