package value

import (
	"math/big"
	"time"
)

// TypeName is the name of a value's Python type, as type(v).__name__ gives it.
func TypeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case Tuple:
		return "tuple"
	case Bytes:
		return "bytes"
	case Markup:
		return "Markup"
	case *Set:
		return "set"
	case *Range:
		return "range"
	case *View:
		return v.kind.typeName()
	case *Iterator:
		return v.typeName()
	case *Undefined:
		return v.typeName()
	default:
		return otherTypeName(v)
	}
}

func otherTypeName(v any) string {
	switch v := v.(type) {
	case time.Time:
		return "datetime"
	case Date:
		return "date"
	case Clock:
		return "time"
	case Timedelta:
		return "timedelta"
	case Zone:
		return "timezone"
	case Class:
		return "type"
	case Slice:
		return "slice"
	case *method:
		return "builtin_function_or_method"
	case *Func:
		return "function"
	case Object:
		return v.TypeName()
	case Mapping:
		if named, ok := v.(interface{ TypeName() string }); ok {
			return named.TypeName()
		}
		return "dict"
	case Callable:
		return "function"
	default:
		return "object"
	}
}

// TypePath is the type with its module, as Python shows a class: in
// <class '...'> it stands between the quotes.
func TypePath(v any) string {
	switch v := v.(type) {
	case *Undefined:
		if v.Kind == AnsibleUndefined {
			return "ansible.template.native_helpers.AnsibleUndefined"
		}
		if v.Kind == ClosedText {
			return "ansible.parsing.yaml.objects." + v.typeName()
		}
		return "jinja2.runtime." + v.typeName()
	case Markup:
		return "markupsafe.Markup"
	case interface{ TypeModule() string }:
		return v.TypeModule() + "." + TypeName(v)
	}
	return typePath(v)
}

// LongName is the type as the errors of Python's own functions name it.
func LongName(v any) string { return typePath(v) }

// typePath is the type's name with its module, builtins without.
func typePath(v any) string {
	switch v.(type) {
	case time.Time, Date, Clock, Timedelta, Zone:
		return "datetime." + TypeName(v)
	default:
		return TypeName(v)
	}
}
