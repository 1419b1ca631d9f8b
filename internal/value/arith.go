package value

import (
	"math"
	"math/big"
	"time"
)

// unsupported is Python's TypeError for operands that an operator cannot take.
func unsupported(op string, a, b any) error {
	if err := undefinedOperand(a, b); err != nil {
		return err
	}
	return typeError("unsupported operand type(s) for %s: '%s' and '%s'", op, typePath(a), typePath(b))
}

func undefinedOperand(operands ...any) error {
	for _, v := range operands {
		if u, ok := v.(*Undefined); ok {
			return u.Err()
		}
	}
	return nil
}

// Add is Python's a + b.
func Add(a, b any) (any, error) {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			if sum := x + y; (sum > x) == (y > 0) {
				return sum, nil
			}
			return Int(new(big.Int).Add(big.NewInt(x), big.NewInt(y))), nil
		}
	case string, Markup:
		return concatText(a, b)
	case *List:
		if y, ok := b.(*List); ok {
			if err := grow(int64(x.Len()+y.Len()), 1, MaxItems); err != nil {
				return nil, err
			}
			items := make([]any, 0, x.Len()+y.Len())
			return &List{Items: append(append(items, x.Items...), y.Items...)}, nil
		}
		return nil, concatError("list", b)
	case *Record:
		return Add(x.Items, b)
	case Tuple:
		if y, ok := untuple(b).(Tuple); ok {
			if err := grow(int64(len(x)+len(y)), 1, MaxItems); err != nil {
				return nil, err
			}
			return append(append(make(Tuple, 0, len(x)+len(y)), x...), y...), nil
		}
		return nil, concatError("tuple", b)
	case Bytes:
		if y, ok := b.(Bytes); ok {
			if err := grow(int64(len(x)+len(y)), 1, MaxSize); err != nil {
				return nil, err
			}
			return x + y, nil
		}
		if err := undefinedOperand(b); err != nil {
			return nil, err
		}
		return nil, typeError("can't concat %s to bytes", typePath(b))
	}
	if isTime(a) || isTime(b) {
		return addTimes(a, b)
	}
	return numeric("+", a, b)
}

func concatText(a, b any) (any, error) {
	x, _ := asString(a)
	y, ok := asString(b)
	if !ok {
		if _, safe := a.(Markup); safe {
			return nil, unsupported("+", a, b)
		}
		return nil, concatError("str", b)
	}
	if err := grow(int64(len(x)+len(y)), 1, MaxSize); err != nil {
		return nil, err
	}
	_, safeA := a.(Markup)
	_, safeB := b.(Markup)
	switch {
	case safeA && safeB:
		return Markup(x + y), nil
	case safeA:
		return Markup(x) + Escape(y), nil
	case safeB:
		return Escape(x) + Markup(y), nil
	default:
		return x + y, nil
	}
}

func concatError(kind string, b any) error {
	if err := undefinedOperand(b); err != nil {
		return err
	}
	return typeError("can only concatenate %s (not \"%s\") to %s", kind, typePath(b), kind)
}

// Sub is Python's a - b: of numbers, sets, and dates and times.
func Sub(a, b any) (any, error) {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			if diff := x - y; (diff < x) == (y > 0) {
				return diff, nil
			}
			return Int(new(big.Int).Sub(big.NewInt(x), big.NewInt(y))), nil
		}
	}
	if s, t, ok := bothSets(a, b); ok {
		return s.difference(t), nil
	}
	if isSetView(a) || isSetView(b) {
		return subView(a, b)
	}
	if isTime(a) || isTime(b) {
		return subTimes(a, b)
	}
	return numeric("-", a, b)
}

// Mul is Python's a * b. A product of more than MaxSize characters
// or MaxItems items is a MemoryError.
func Mul(a, b any) (any, error) { return MulLimit(a, b, MaxSize) }

// MulLimit is Mul with a limit of its own.
func MulLimit(a, b any, limit int) (any, error) {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return mulInts(x, y), nil
		}
	}
	for _, v := range []any{a, b} {
		if u, ok := v.(*Undefined); ok {
			return nil, u.Err()
		}
	}
	if isSequence(a) {
		if safe, ok := a.(Markup); ok && !isInt(b) {
			return nil, repeatMarkupError(safe, b)
		}
		return repeat(a, b, limit)
	}
	if isSequence(b) {
		if _, ok := b.(Markup); ok && !isInt(a) {
			return nil, unsupported("*", a, b)
		}
		return repeat(b, a, limit)
	}
	if isTime(a) || isTime(b) {
		return mulTimes(a, b)
	}
	if err := bigProduct(a, b, min(limit, MaxBits)); err != nil {
		return nil, err
	}
	return numeric("*", a, b)
}

func bigProduct(a, b any, limit int) error {
	x, ok := a.(*big.Int)
	y, ok2 := b.(*big.Int)
	if ok && ok2 {
		return grow(int64(x.BitLen())+int64(y.BitLen()), 1, limit)
	}
	return nil
}

func mulInts(x, y int64) any {
	p := x * y
	if x == 0 || p/x == y && !(x == -1 && y == math.MinInt64) {
		return p
	}
	return Int(new(big.Int).Mul(big.NewInt(x), big.NewInt(y)))
}

// numeric is an operator on numbers of any kind.
func numeric(op string, a, b any) (any, error) {
	if !isNumber(a) || !isNumber(b) {
		return nil, unsupported(op, a, b)
	}
	x, xf := a.(float64)
	y, yf := b.(float64)
	if xf || yf {
		var err error
		if !xf {
			x, err = toFloat(a)
		}
		if !yf && err == nil {
			y, err = toFloat(b)
		}
		if err != nil {
			return nil, err
		}
		return floatOp(op, x, y)
	}
	return intOp(op, toBig(a), toBig(b))
}

func floatOp(op string, x, y float64) (any, error) {
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "/":
		if y == 0 {
			return nil, Raise("ZeroDivisionError", "float division by zero")
		}
		return x / y, nil
	}
	if y == 0 {
		if op == "//" {
			return nil, Raise("ZeroDivisionError", "float floor division by zero")
		}
		return nil, Raise("ZeroDivisionError", "float modulo")
	}
	div, mod := floatDivmod(x, y)
	if op == "//" {
		return div, nil
	}
	return mod, nil
}

// floatDivmod has the remainder take the divisor's sign.
func floatDivmod(x, y float64) (div, mod float64) {
	mod = math.Mod(x, y)
	div = (x - mod) / y
	if mod != 0 {
		if (y < 0) != (mod < 0) {
			mod += y
			div--
		}
	} else {
		mod = math.Copysign(0, y)
	}
	if div == 0 {
		return math.Copysign(0, x/y), mod
	}
	floor := math.Floor(div)
	if div-floor > 0.5 {
		floor++
	}
	return floor, mod
}

func intOp(op string, x, y *big.Int) (any, error) {
	switch op {
	case "+":
		return Int(new(big.Int).Add(x, y)), nil
	case "-":
		return Int(new(big.Int).Sub(x, y)), nil
	case "*":
		return Int(new(big.Int).Mul(x, y)), nil
	}
	if y.Sign() == 0 {
		switch op {
		case "/":
			return nil, Raise("ZeroDivisionError", "division by zero")
		case "%":
			return nil, Raise("ZeroDivisionError", "integer modulo by zero")
		default:
			return nil, Raise("ZeroDivisionError", "integer division or modulo by zero")
		}
	}
	if op == "/" {
		return bigQuotient(x, y)
	}
	div, mod := new(big.Int).QuoRem(x, y, new(big.Int))
	if mod.Sign() != 0 && mod.Sign() != y.Sign() {
		div.Sub(div, big.NewInt(1))
		mod.Add(mod, y)
	}
	if op == "//" {
		return Int(div), nil
	}
	return Int(mod), nil
}

// bigQuotient rounds the exact quotient once, to the nearest float.
func bigQuotient(x, y *big.Int) (any, error) {
	if x.Sign() == 0 {
		return math.Copysign(0, float64(y.Sign())), nil
	}
	f, _ := new(big.Rat).SetFrac(x, y).Float64()
	if math.IsInf(f, 0) {
		return nil, Raise("OverflowError", "integer division result too large for a float")
	}
	return f, nil
}

// toFloat makes any number a float; an int too large is an OverflowError.
func toFloat(v any) (float64, error) {
	switch v := unbool(v).(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) {
			return 0, Raise("OverflowError", "int too large to convert to float")
		}
		return f, nil
	default:
		return 0, typeError("must be real number, not %s", typePath(v))
	}
}

// TrueDiv is Python's a / b.
func TrueDiv(a, b any) (any, error) {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok && y != 0 && abs64(x) < 1<<53 && abs64(y) < 1<<53 {
			return float64(x) / float64(y), nil
		}
	}
	if isTime(a) || isTime(b) {
		return divTimes("/", a, b)
	}
	return numeric("/", a, b)
}

// FloorDiv is Python's a // b, rounding down.
func FloorDiv(a, b any) (any, error) {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok && y != 0 && y != -1 {
			q := x / y
			if x%y != 0 && (x < 0) != (y < 0) {
				q--
			}
			return q, nil
		}
	}
	if isTime(a) || isTime(b) {
		return divTimes("//", a, b)
	}
	return numeric("//", a, b)
}

// Mod is Python's a % b: the remainder with the divisor's sign, or a string's
// % formatting.
func Mod(a, b any) (any, error) {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok && y != 0 && y != -1 {
			m := x % y
			if m != 0 && (m < 0) != (y < 0) {
				m += y
			}
			return m, nil
		}
	case string:
		return Percent(x, b)
	case Markup:
		return percentMarkup(x, b)
	case Bytes:
		return percentBytes(x, b)
	}
	if isTime(a) || isTime(b) {
		return divTimes("%", a, b)
	}
	return numeric("%", a, b)
}

func abs64(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func isTime(v any) bool {
	switch v.(type) {
	case time.Time, Date, Clock, Timedelta:
		return true
	default:
		return false
	}
}

func bothSets(a, b any) (s, t *Set, ok bool) {
	if s, ok = asSet(a); !ok {
		return nil, nil, false
	}
	t, ok = asSet(b)
	return s, t, ok
}
