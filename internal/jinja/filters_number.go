package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"goplay/internal/value"
)

func addNumbers(r *Registry, add func(name, spec string, code bound)) {
	r.Filter("abs", builtin("abs", 1, func(_ *Call, a []any) (any, error) { return abs(a[0]) }))
	add("float", "value, default=0.0", func(_ *Call, a []any) (any, error) {
		f, err := toFloat(a[0])
		if value.IsException(err, "TypeError", "ValueError") {
			return a[1], nil
		}
		if err != nil {
			return nil, err
		}
		return f, nil
	})
	add("int", "value, default=0, base=10", toInt)
	add("round", "value, precision=0, method='common'", roundFilter)
	add("filesizeformat", "value, binary=False", fileSize)
}

func abs(v any) (any, error) {
	switch n := v.(type) {
	case int64:
		if n == math.MinInt64 || n >= 0 {
			return value.Int(new(big.Int).Abs(big.NewInt(n))), nil
		}
		return -n, nil
	case *big.Int:
		return value.Int(new(big.Int).Abs(n)), nil
	case float64:
		return math.Abs(n), nil
	case bool:
		return index(n)
	case value.Timedelta:
		return max(n, -n), nil
	}
	return nil, value.Raise("TypeError", "bad operand type for abs(): '%s'", value.LongName(v))
}

// toFloat is Python's float(v).
func toFloat(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	case bool:
		n, _ := index(v)
		return float64(n), nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) {
			return 0, value.Raise("OverflowError", "int too large to convert to float")
		}
		return f, nil
	case string:
		return parseFloat(v)
	case value.Markup:
		return parseFloat(string(v))
	case *value.Undefined:
		return 0, v.Err()
	}
	return 0, value.Raise("TypeError", "float() argument must be a string or a real number, not '%s'", value.TypeName(v))
}

func parseFloat(s string) (float64, error) {
	fail := value.Raise("ValueError", "could not convert string to float: %s", value.Repr(s))
	text := strings.TrimFunc(s, isSpace)
	if strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") {
		return 0, fail
	}
	plain := strings.ToLower(strings.TrimLeft(text, "+-"))
	if len(text)-len(plain) > 1 || strings.ContainsAny(plain, "xp") {
		return 0, fail
	}
	for i := 0; i < len(text); i++ {
		if text[i] == '_' && !(digit(text[i-1]) && digit(text[i+1])) {
			return 0, fail
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, fail
	}
	return f, nil
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// toInt reads an int, or else a float that it cuts off.
func toInt(_ *Call, a []any) (any, error) {
	var n any
	var err error
	if isString(a[0]) {
		var base int64
		if base, err = index(a[2]); err == nil {
			n, err = boundedInt(value.Str(a[0]), int(base))
		}
	} else {
		n, err = integer(a[0])
	}
	if err == nil {
		return n, nil
	}
	if !value.IsException(err, "TypeError", "ValueError") {
		return nil, err
	}
	f, err := toFloat(a[0])
	if err == nil {
		n, err = integer(f)
	}
	if value.IsException(err, "TypeError", "ValueError") {
		return a[1], nil
	}
	return n, err
}

// maxDigits is how many digits Python reads of a number, bases of two aside.
const maxDigits = 4300

// boundedInt is Python's int(text, base).
func boundedInt(text string, base int) (any, error) {
	if len(text) > maxDigits && base&(base-1) != 0 {
		digits := 0
		for _, r := range text {
			if unicode.IsDigit(r) || unicode.IsLetter(r) {
				digits++
			}
		}
		if digits > maxDigits {
			return nil, value.Raise("ValueError", "Exceeds the limit (%d digits) for integer string conversion", maxDigits)
		}
	}
	return parseInt(text, base)
}

// integer is Python's int(v) of what is not a string.
func integer(v any) (any, error) {
	switch v := v.(type) {
	case int64, *big.Int:
		return v, nil
	case bool:
		return index(v)
	case float64:
		switch {
		case math.IsNaN(v):
			return nil, value.Raise("ValueError", "cannot convert float NaN to integer")
		case math.IsInf(v, 0):
			return nil, value.Raise("OverflowError", "cannot convert float infinity to integer")
		}
		n, _ := new(big.Float).SetFloat64(math.Trunc(v)).Int(nil)
		return value.Int(n), nil
	case *value.Undefined:
		return nil, v.Err()
	}
	return nil, value.Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '%s'", value.TypeName(v))
}

// parseInt is Python's int(s, base).
func parseInt(s string, base int) (any, error) {
	if base != 0 && (base < 2 || base > 36) {
		return nil, value.Raise("ValueError", "int() base must be >= 2 and <= 36, or 0")
	}
	fail := value.Raise("ValueError", "invalid literal for int() with base %d: %s", base, value.Repr(s))
	text := strings.TrimFunc(s, isSpace)
	sign := ""
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, text = text[:1], text[1:]
	}
	if text == "" || text[0] == '+' || text[0] == '-' {
		return nil, fail
	}
	digits := text
	if len(text) > 1 && text[0] == '0' {
		if b := map[byte]int{'x': 16, 'o': 8, 'b': 2}[text[1]|0x20]; b != 0 && (base == b || base == 0) {
			base, digits = b, strings.TrimPrefix(text[2:], "_")
		}
	}
	if base == 0 {
		base = 10
		if digits[0] == '0' && strings.Trim(digits, "0_") != "" {
			return nil, fail
		}
	}
	if digits == "" || digits[0] == '_' || digits[len(digits)-1] == '_' || strings.Contains(digits, "__") ||
		strings.ContainsAny(digits, "+-") {
		return nil, fail
	}
	n, ok := new(big.Int).SetString(sign+strings.ReplaceAll(digits, "_", ""), base)
	if !ok {
		return nil, fail
	}
	return value.Int(n), nil
}

func roundFilter(_ *Call, a []any) (any, error) {
	method := a[2]
	if method != "common" && method != "ceil" && method != "floor" {
		return nil, argumentError("method must be common, ceil or floor")
	}
	if method == "common" {
		return round(a[0], a[1])
	}
	switch a[0].(type) {
	case string, value.Markup:
		return nil, value.Raise("TypeError", "must be real number, not %s", value.TypeName(a[0]))
	}
	scale, err := value.Pow(int64(10), a[1])
	if err != nil {
		return nil, err
	}
	scaled, err := value.Mul(a[0], scale)
	if err != nil {
		return nil, err
	}
	f, err := toFloat(scaled)
	if err != nil {
		return nil, value.Raise("TypeError", "must be real number, not %s", value.TypeName(scaled))
	}
	if method == "ceil" {
		f = math.Ceil(f)
	} else {
		f = math.Floor(f)
	}
	n, err := integer(f)
	if err != nil {
		return nil, err
	}
	return value.TrueDiv(n, scale)
}

// round is Python's round(v, ndigits): halves go to the even neighbour.
func round(v, ndigits any) (any, error) {
	if b, ok := v.(bool); ok {
		v, _ = index(b)
	}
	switch v.(type) {
	case int64, *big.Int, float64:
	default:
		return nil, value.Raise("TypeError", "type %s doesn't define __round__ method", value.LongName(v))
	}
	if ndigits == nil {
		r, err := round(v, int64(0))
		if err != nil {
			return nil, err
		}
		return integer(r)
	}
	n, err := index(ndigits)
	if err != nil {
		return nil, err
	}
	if f, ok := v.(float64); ok {
		return roundFloat(f, n), nil
	}
	if n >= 0 {
		return v, nil
	}
	big10 := new(big.Int).Exp(big.NewInt(10), big.NewInt(min(-n, 10_000)), nil)
	return value.Int(roundTo(bigInt(v), big10)), nil
}

func bigInt(v any) *big.Int {
	if n, ok := v.(int64); ok {
		return big.NewInt(n)
	}
	return v.(*big.Int)
}

// roundTo rounds n to a multiple of unit, halves to the even one.
func roundTo(n, unit *big.Int) *big.Int {
	q, rest := new(big.Int).DivMod(n, unit, new(big.Int))
	switch twice := new(big.Int).Lsh(rest, 1); {
	case twice.Cmp(unit) > 0, twice.Cmp(unit) == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	return q.Mul(q, unit)
}

func roundFloat(f float64, n int64) float64 {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || n > 323:
		return f
	case n < -308:
		return math.Copysign(0, f)
	case n >= 0:
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(n), 64), 64)
		return r
	}
	whole, frac := math.Modf(f)
	exact, _ := new(big.Float).SetFloat64(whole).Int(nil)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-n), nil)
	// A fraction decides only where the whole part is exactly half way.
	exact.Mul(exact, big.NewInt(2))
	if frac != 0 {
		exact.Add(exact, big.NewInt(int64(math.Copysign(1, frac))))
	}
	rounded := roundTo(exact, new(big.Int).Lsh(unit, 1))
	r, _ := new(big.Float).SetInt(rounded.Rsh(rounded, 1)).Float64()
	return math.Copysign(r, f)
}

func fileSize(_ *Call, a []any) (any, error) {
	size, err := toFloat(a[0])
	if err != nil {
		return nil, err
	}
	binary, err := truth(a[1])
	if err != nil {
		return nil, err
	}
	base, suffix, first := 1000.0, "B", "k"
	if binary {
		base, suffix, first = 1024, "iB", "K"
	}
	if size == 1 {
		return "1 Byte", nil
	}
	if size < base {
		n, err := integer(size)
		if err != nil {
			return nil, err
		}
		return value.Str(n) + " Bytes", nil
	}
	unit := base
	for _, prefix := range []string{first, "M", "G", "T", "P", "E", "Z", "Y"} {
		unit *= base
		// 1000 to the 8th is no float64: the one next to it is below.
		if size < unit || prefix == "Y" || prefix == "Z" && !binary && size == 1e24 {
			return value.FormatFixed(base*size/unit, 1) + " " + prefix + suffix, nil
		}
	}
	return nil, nil
}
