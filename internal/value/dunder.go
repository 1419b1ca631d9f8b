package value

import (
	"slices"
	"strings"
)

// Methods behind operators, which templates call by their names where they have
// no statement for it: d.__setitem__(key, value) is how they change a dict.

var ofOne = map[string]func(self any) (any, error){
	"__len__":  func(self any) (any, error) { n, err := Len(self); return int64(n), err },
	"__iter__": func(self any) (any, error) { return Iter(self) },
	"__str__":  func(self any) (any, error) { return Str(self), nil },
	"__repr__": func(self any) (any, error) { return Repr(self), nil },
}

var ofTwo = map[string]func(self, arg any) (any, error){
	"__contains__": func(self, arg any) (any, error) { return Contains(self, arg) },
	"__getitem__":  Item,
	"__add__":      Add, "__sub__": Sub, "__mul__": Mul, "__mod__": Mod,
	"__eq__": compared("=="), "__ne__": compared("!="), "__lt__": compared("<"),
	"__le__": compared("<="), "__gt__": compared(">"), "__ge__": compared(">="),
}

// operatorsOf are the operators of each type, beside those that all have.
var operatorsOf = map[string]string{
	"dict":  "__len__ __iter__ __contains__ __getitem__ __setitem__ __delitem__",
	"list":  "__len__ __iter__ __contains__ __getitem__ __setitem__ __delitem__ __add__ __mul__",
	"tuple": "__len__ __iter__ __contains__ __getitem__ __add__ __mul__",
	"str":   "__len__ __iter__ __contains__ __getitem__ __add__ __mul__ __mod__",
	"int":   "__add__ __sub__ __mul__ __mod__",
	"float": "__add__ __sub__ __mul__ __mod__",
}

const operatorsOfAll = "__str__ __repr__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__"

func compared(op string) func(self, arg any) (any, error) {
	return func(self, arg any) (any, error) { return Compare(op, self, arg) }
}

// operator is the method behind an operator; nil for a type without it.
func operator(obj any, name string) *member {
	if !strings.HasPrefix(name, "__") {
		return nil
	}
	own, ok := operatorsOf[TypeName(obj)]
	if !ok || !slices.Contains(strings.Fields(own+" "+operatorsOfAll), name) {
		return nil
	}
	switch {
	case ofOne[name] != nil:
		return noArgs(ofOne[name])
	case ofTwo[name] != nil:
		return oneArg(ofTwo[name])
	case name == "__setitem__":
		return counted(2, 2, setItem)
	default:
		return oneArg(deleteItem)
	}
}

func setItem(self any, args []any) (any, error) {
	if d, ok := self.(*Dict); ok {
		if err := Hashable(args[0]); err != nil {
			return nil, err
		}
		d.Set(args[0], args[1])
		return nil, nil
	}
	l := self.(*List)
	i, err := itemIndex(l, args[0], "assignment")
	if err != nil {
		return nil, err
	}
	l.Items[i] = args[1]
	return nil, nil
}

func deleteItem(self, key any) (any, error) {
	if d, ok := self.(*Dict); ok {
		if err := Hashable(key); err != nil {
			return nil, err
		}
		if _, found := d.Get(key); !found {
			return nil, &Exception{Type: "KeyError", Msg: Repr(key)}
		}
		d.Delete(key)
		return nil, nil
	}
	l := self.(*List)
	i, err := itemIndex(l, key, "deletion")
	if err != nil {
		return nil, err
	}
	l.Items = append(l.Items[:i:i], l.Items[i+1:]...)
	return nil, nil
}

// itemIndex is where in a list an index points to.
func itemIndex(l *List, key any, doing string) (int, error) {
	i, ok := unbool(key).(int64)
	if !ok {
		return 0, typeError("list indices must be integers or slices, not %s", TypeName(key))
	}
	if i < 0 {
		i += int64(len(l.Items))
	}
	if i < 0 || i >= int64(len(l.Items)) {
		return 0, &Exception{Type: "IndexError", Msg: "list " + doing + " index out of range"}
	}
	return int(i), nil
}
