package value

import (
	"math"
	"math/big"
	"strings"
	"time"
)

// Truth is Python's bool(v). An undefined value is false; check IsUndefined
// first where a strict one has to fail.
func Truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *List:
		return v.Len() != 0
	case *Dict:
		return v.Len() != 0
	case Tuple:
		return len(v) != 0
	case *Undefined:
		return false
	case Bytes:
		return v != ""
	case Markup:
		return v != ""
	case *big.Int:
		return v.Sign() != 0
	case Timedelta:
		return v != 0
	case Truther:
		return v.Truth()
	case Sized:
		return v.Len() != 0
	default:
		return true
	}
}

// maxDepth is how deep structures are compared and copied; what is deeper
// contains itself.
const maxDepth = 10000

// Equal is Python's ==. Undefined values are never equal to anything but their
// own kind; Compare fails on strict ones.
func Equal(a, b any) bool { return equal(a, b, 0) }

func equal(a, b any, depth int) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		switch b := b.(type) {
		case string:
			return a == b
		case Markup:
			return a == string(b)
		}
		return false
	case int64:
		if b, ok := b.(int64); ok {
			return a == b
		}
	case Markup:
		s, ok := asString(b)
		return ok && s == string(a)
	case *List:
		b, ok := b.(*List)
		return ok && (a == b || equalItems(a.Items, b.Items, depth))
	case Tuple:
		b, ok := untuple(b).(Tuple)
		return ok && equalItems(a, b, depth)
	case *Dict:
		b, ok := b.(*Dict)
		return ok && (a == b || equalDicts(a, b, depth))
	}
	if isNumber(a) {
		return isNumber(b) && compareNumbers(a, b) == 0
	}
	return equalOther(a, b)
}

func equalOther(a, b any) bool {
	switch a := a.(type) {
	case *Record:
		return Equal(a.Items, untuple(b))
	case *Set:
		b, ok := asSet(b)
		return ok && a.Len() == b.Len() && a.subset(b)
	case *View:
		if o, ok := b.(*View); ok && isSetView(a) && isSetView(o) {
			return a.Len() == o.Len() && a.subview(o)
		}
		s, ok := asSet(a)
		if !ok {
			return a == b
		}
		o, ok := asSet(b)
		return ok && s.Len() == o.Len() && s.subset(o)
	case *Range:
		b, ok := b.(*Range)
		return ok && a.equal(b)
	case time.Time:
		b, ok := b.(time.Time)
		return ok && isNaive(a) == isNaive(b) && a.Equal(b)
	case *Undefined:
		b, ok := b.(*Undefined)
		return ok && a.Kind == b.Kind
	case Slice:
		b, ok := b.(Slice)
		return ok && Equal(a.Lo, b.Lo) && Equal(a.Hi, b.Hi) && Equal(a.Step, b.Step)
	case *method:
		b, ok := b.(*method)
		return ok && a.name == b.name && Equal(a.self, b.self)
	case Mapping:
		return equalMapping(a, b)
	case interface{ Equal(any) bool }:
		return a.Equal(b)
	case Bytes, Date, Clock, Timedelta, Zone:
		return a == b
	}
	return sameObject(a, b)
}

func equalItems(a, b []any, depth int) bool {
	if len(a) != len(b) || depth > maxDepth {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i], depth+1) {
			return false
		}
	}
	return true
}

func equalDicts(a, b *Dict, depth int) bool {
	if a.Len() != b.Len() || depth > maxDepth {
		return false
	}
	for k, v := range a.All() {
		w, ok := b.Get(k)
		if !ok || !equal(v, w, depth+1) {
			return false
		}
	}
	return true
}

func isNumber(v any) bool {
	switch v.(type) {
	case bool, int64, float64, *big.Int:
		return true
	default:
		return false
	}
}

// compareNumbers is -1, 0 or 1, and 2 when a NaN makes them neither.
func compareNumbers(a, b any) int {
	a, b = unbool(a), unbool(b)
	x, xf := a.(float64)
	y, yf := b.(float64)
	if xf && math.IsNaN(x) || yf && math.IsNaN(y) {
		return 2
	}
	if i, ok := a.(int64); ok {
		if j, ok := b.(int64); ok {
			return order(i < j, i > j)
		}
	}
	switch {
	case xf && yf:
		return order(x < y, x > y)
	case xf:
		return -compareIntFloat(b, x)
	case yf:
		return compareIntFloat(a, y)
	default:
		return toBig(a).Cmp(toBig(b))
	}
}

func compareIntFloat(n any, f float64) int {
	if math.IsInf(f, 0) {
		return order(f > 0, f < 0)
	}
	if i, ok := n.(int64); ok && i > -1<<53 && i < 1<<53 {
		return order(float64(i) < f, float64(i) > f)
	}
	return new(big.Float).SetInt(toBig(n)).Cmp(new(big.Float).SetFloat64(f))
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	default:
		return 0
	}
}

// unbool makes True and False the ints they are.
func unbool(v any) any {
	if b, ok := v.(bool); ok {
		if b {
			return int64(1)
		}
		return int64(0)
	}
	return v
}

func toBig(v any) *big.Int {
	switch v := v.(type) {
	case *big.Int:
		return v
	case int64:
		return big.NewInt(v)
	}
	return big.NewInt(unbool(v).(int64))
}

// Compare is Python's comparison; op is == != < <= > or >=. It fails with a
// TypeError on values that have no order, and on strict undefined ones.
func Compare(op string, a, b any) (bool, error) {
	for _, v := range [...]any{a, b} {
		if u, ok := v.(*Undefined); ok && (u.Strict() || op[0] == '<' || op[0] == '>') {
			return false, u.Err()
		}
	}
	switch op {
	case "==":
		return Equal(a, b), nil
	case "!=":
		return !Equal(a, b), nil
	}
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return holds(op, order(x < y, x > y)), nil
		}
	}
	return compareOrder(op, a, b, 0)
}

// holds says whether op is true of a comparison's -1, 0, 1 or 2.
func holds(op string, c int) bool {
	switch op {
	case "<":
		return c == -1
	case "<=":
		return c == -1 || c == 0
	case ">":
		return c == 1
	default:
		return c == 1 || c == 0
	}
}

func compareOrder(op string, a, b any, depth int) (bool, error) {
	if isNumber(a) && isNumber(b) {
		return holds(op, compareNumbers(a, b)), nil
	}
	if s, ok := asString(a); ok {
		if t, ok := asString(b); ok {
			return holds(op, strings.Compare(s, t)), nil
		}
	}
	switch a := a.(type) {
	case *List:
		if b, ok := b.(*List); ok {
			return compareItems(op, a.Items, b.Items, depth)
		}
	case *Record:
		return compareOrder(op, a.Items, b, depth)
	case Tuple:
		if b, ok := untuple(b).(Tuple); ok {
			return compareItems(op, a, b, depth)
		}
	case Bytes:
		if b, ok := b.(Bytes); ok {
			return holds(op, strings.Compare(string(a), string(b))), nil
		}
	case *Set, *View:
		if v, ok := a.(*View); ok && isSetView(a) && isSetView(b) {
			return compareViews(op, v, b.(*View)), nil
		}
		s, ok := asSet(a)
		t, ok2 := asSet(b)
		if ok && ok2 {
			return compareSets(op, s, t), nil
		}
	case time.Time, Date, Clock, Timedelta:
		if c, err := compareTimes(a, b); err != nil {
			return false, err
		} else if c != 2 {
			return holds(op, c), nil
		}
	}
	return false, typeError("'%s' not supported between instances of '%s' and '%s'", op, qualifiedName(a), qualifiedName(b))
}

// qualifiedName is the type's name where Python gives the module with it.
func qualifiedName(v any) string { return typePath(v) }

func compareItems(op string, a, b []any, depth int) (bool, error) {
	if depth > maxDepth {
		return false, Raise("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	for i := 0; i < len(a) && i < len(b); i++ {
		same, err := meets(a[i], b[i])
		if err != nil {
			return false, err
		}
		for _, v := range []any{a[i], b[i]} {
			if u, ok := v.(*Undefined); ok && !same {
				return false, u.Err()
			}
		}
		if !same {
			return compareOrder(op, a[i], b[i], depth+1)
		}
	}
	return holds(op, order(len(a) < len(b), len(a) > len(b))), nil
}

func compareSets(op string, a, b *Set) bool {
	switch op {
	case "<":
		return a.Len() < b.Len() && a.subset(b)
	case "<=":
		return a.subset(b)
	case ">":
		return b.Len() < a.Len() && b.subset(a)
	default:
		return b.subset(a)
	}
}

// asSet gives sets, and the keys and items views that act as sets.
func asSet(v any) (*Set, bool) {
	switch v := v.(type) {
	case *Set:
		return v, true
	case *View:
		if v.kind == ValuesView {
			return nil, false
		}
		s, err := v.set()
		return s, err == nil
	default:
		return nil, false
	}
}
