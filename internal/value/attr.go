package value

import (
	"math/big"
	"sync"
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
	m := members(obj)[name]
	if m == nil {
		m = operator(obj, name)
	}
	if m == nil {
		return nil, false
	}
	if m.get != nil {
		return m.get(obj), true
	}
	return &method{m, obj, name}, true
}

// table is the attributes of one type, made when something asks for one: most
// commands never do, and an agent, which runs no template, is linked without them.
type table struct {
	once    sync.Once
	members map[string]*member
}

func (t *table) get(fill func() map[string]*member) map[string]*member {
	t.once.Do(func() { t.members = fill() })
	return t.members
}

var dictTable, strTable, listTable, intTable, floatTable, tupleTable, setTable, bytesTable, rangeTable, viewTable, sliceTable,
	datetimeTable, dateTable, clockTable, timedeltaTable, zoneTable, classTable table

// members are the attributes that the type of a value has.
func members(obj any) map[string]*member {
	switch obj.(type) {
	case *Dict:
		return dictTable.get(dictMembers)
	case string, Markup:
		return strTable.get(strMembers)
	case *List:
		return listTable.get(listMembers)
	case int64, bool, *big.Int:
		return intTable.get(intMembers)
	case float64:
		return floatTable.get(floatMembers)
	case Tuple:
		return tupleTable.get(tupleMembers)
	case *Set:
		return setTable.get(setMembers)
	case Bytes:
		return bytesTable.get(bytesMembers)
	case *Range:
		return rangeTable.get(rangeMembers)
	case *View:
		return viewTable.get(viewMembers)
	case Slice:
		return sliceTable.get(sliceMembers)
	default:
		return timeMembers(obj)
	}
}

func timeMembers(obj any) map[string]*member {
	switch obj.(type) {
	case time.Time:
		return datetimeTable.get(datetimeMembers)
	case Date:
		return dateTable.get(dateMembers)
	case Clock:
		return clockTable.get(clockMembers)
	case Timedelta:
		return timedeltaTable.get(timedeltaMembers)
	case Zone:
		return zoneTable.get(zoneMembers)
	case Class:
		return classTable.get(classMembers)
	default:
		return nil
	}
}

// Class is a Python type as a value, such as x.__class__ gives.
type Class struct{ name, path string }

func classMembers() map[string]*member {
	return map[string]*member{
		"__name__":     attribute(func(self any) any { return self.(Class).name }),
		"__qualname__": attribute(func(self any) any { return self.(Class).name }),
	}
}
