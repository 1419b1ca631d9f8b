package value

import (
	"math/big"
	"time"
)

// Attr is Python's getattr: an attribute, or a method bound to obj as a
// Callable. It is false where Python raises an AttributeError. A dict's keys are
// not its attributes.
func Attr(obj any, name string) (any, bool) {
	switch o := obj.(type) {
	case Attributed:
		return o.Attr(name)
	case Mapping:
		return MappingAttr(o, name)
	case *Undefined:
		return o, o.Chains()
	}
	if name == "__class__" {
		return Class{TypeName(obj), TypePath(obj)}, true
	}
	m, ok := members(obj)[name]
	if !ok {
		return nil, false
	}
	if m.get != nil {
		return m.get(obj), true
	}
	return &method{m, obj, name}, true
}

// members are the attributes that the type of a value has.
func members(obj any) map[string]*member {
	switch obj.(type) {
	case *Dict:
		return dictMembers
	case string, Markup:
		return strMembers
	case *List:
		return listMembers
	case int64, bool, *big.Int:
		return intMembers
	case float64:
		return floatMembers
	case Tuple:
		return tupleMembers
	case *Set:
		return setMembers
	case Bytes:
		return bytesMembers
	case *Range:
		return rangeMembers
	case *View:
		return viewMembers
	case Slice:
		return sliceMembers
	default:
		return timeMembers(obj)
	}
}

func timeMembers(obj any) map[string]*member {
	switch obj.(type) {
	case time.Time:
		return datetimeMembers
	case Date:
		return dateMembers
	case Clock:
		return clockMembers
	case Timedelta:
		return timedeltaMembers
	case Zone:
		return zoneMembers
	case Class:
		return classMembers
	default:
		return nil
	}
}

// Class is a Python type as a value, such as x.__class__ gives.
type Class struct{ name, path string }

var classMembers = map[string]*member{
	"__name__":     attribute(func(self any) any { return self.(Class).name }),
	"__qualname__": attribute(func(self any) any { return self.(Class).name }),
}
