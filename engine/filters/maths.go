package filters

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

var mathFilters = table{
	"log":            logarithm,
	"pow":            power,
	"root":           root,
	"human_readable": humanReadable,
	"human_to_bytes": humanToBytes,
}

var mathTests = table{"nan": isNaN, "isnan": isNaN}

func isNaN(c *jinja.Call) (any, error) {
	a, err := bind(c, "x")
	if err != nil {
		return nil, err
	}
	f, ok := number(a.get("x"))
	return ok && math.IsNaN(f), nil
}

// number is a value as a float, if it is a number.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	case bool:
		if n {
			return 1, true
		}
		return 0, true
	case *big.Int:
		f, _ := new(big.Float).SetInt(n).Float64()
		return f, true
	default:
		return 0, false
	}
}

func numbers(c *jinja.Call, params, name string) (x, y float64, bound *args, err error) {
	a, err := bind(c, params)
	if err != nil {
		return 0, 0, nil, err
	}
	for i, p := range strings.Fields(params) {
		p = strings.TrimSuffix(p, "?")
		if !a.has(p) {
			continue
		}
		f, ok := number(a.get(p))
		if !ok {
			return 0, 0, nil, filterTypeError("%s() can only be used on numbers: must be real number, not %s", name, value.TypeName(a.get(p)))
		}
		if i == 0 {
			x = f
		} else {
			y = f
		}
	}
	return x, y, a, nil
}

func logarithm(c *jinja.Call) (any, error) {
	x, base, a, err := numbers(c, "x base?", "log")
	if err != nil {
		return nil, err
	}
	if x <= 0 || a.has("base") && base <= 0 {
		return nil, value.Raise("ValueError", "math domain error")
	}
	switch {
	case !a.has("base"):
		return exactLog(x), nil
	case base == 1:
		return nil, value.Raise("ZeroDivisionError", "float division by zero")
	case base == 10:
		return exactLog10(x), nil
	default:
		return exactLog(x) / exactLog(base), nil
	}
}

func power(c *jinja.Call) (any, error) {
	x, y, _, err := numbers(c, "x y", "pow")
	if err != nil {
		return nil, err
	}
	if x < 0 && y != math.Trunc(y) || x == 0 && y < 0 {
		return nil, value.Raise("ValueError", "math domain error")
	}
	return floatOrOverflow(exactPow(x, y), x, y)
}

func floatOrOverflow(f, x, y float64) (any, error) {
	if math.IsInf(f, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return nil, value.Raise("OverflowError", "math range error")
	}
	return f, nil
}

func root(c *jinja.Call) (any, error) {
	x, base, a, err := numbers(c, "x base?", "root")
	if err != nil {
		return nil, err
	}
	if !a.has("base") {
		base = 2
	}
	if base == 2 && x >= 0 {
		return math.Sqrt(x), nil
	}
	if base == 0 {
		return nil, value.Raise("ZeroDivisionError", "float division by zero")
	}
	if x < 0 && (base == 2 || 1/base != math.Trunc(1/base)) {
		return nil, filterTypeError("root() can only be used on numbers: math domain error")
	}
	return exactPow(x, 1/base), nil
}

// sizes are the units of human_readable and human_to_bytes, the largest first.
var sizes = []struct {
	letter byte
	shift  uint
}{{'Y', 80}, {'Z', 70}, {'E', 60}, {'P', 50}, {'T', 40}, {'G', 30}, {'M', 20}, {'K', 10}, {'B', 0}}

func humanReadable(c *jinja.Call) (any, error) {
	a, err := bind(c, "size isbits? unit?")
	if err != nil {
		return nil, err
	}
	unit := strings.ToUpper(textOrEmpty(a.get("unit")))
	size, ok := number(a.get("size"))
	if !ok {
		problem := "'>=' not supported between instances of '%s' and 'int'"
		if unit != "" {
			problem = "unsupported operand type(s) for /: '%s' and 'int'"
		}
		return nil, filterTypeError("human_readable() failed on bad input: "+problem, value.TypeName(a.get("size")))
	}
	base := "Bytes"
	if a.truth("isbits", false) {
		base = "bits"
	}
	suffix, limit := "", 1.0
	for _, s := range sizes {
		suffix, limit = string(s.letter), math.Ldexp(1, int(s.shift))
		if unit == "" && size >= limit || unit != "" && unit[0] == s.letter {
			break
		}
	}
	if limit != 1 {
		suffix += base[:1]
	} else {
		suffix = base
	}
	return value.FormatFixed(size/limit, 2) + " " + suffix, nil
}

var humanSize = lazy.Regexp(`(?i)^\s*(\d*\.?\d*)\s*([a-z]+)?`)

// humanToBytes reads 10M, 1.5 GB, 10 megabytes.
func humanToBytes(c *jinja.Call) (any, error) {
	a, err := bind(c, "size default_unit? isbits?")
	if err != nil {
		return nil, err
	}
	text := value.Str(a.get("size"))
	bad := filterError("human_to_bytes() can't interpret following string: %s", text)
	m := humanSize.FindStringSubmatch(text)
	if m == nil || m[1] == "" {
		return nil, bad
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return nil, bad
	}
	unit := m[2]
	if unit == "" {
		unit = textOrEmpty(a.get("default_unit"))
	}
	if unit == "" {
		return wholeOf(n), nil
	}
	limit, ok := unitSize(unit, a.truth("isbits", false))
	if !ok {
		return nil, bad
	}
	return wholeOf(n * limit), nil
}

// wholeOf is a finite number rounded to an integer, halves to the even one.
func wholeOf(f float64) any {
	n, _ := new(big.Float).SetFloat64(math.RoundToEven(f)).Int(nil)
	return value.Int(n)
}

func unitSize(unit string, bits bool) (float64, bool) {
	word, letter := "byte", "B"
	if bits {
		word, letter = "bit", "b"
	}
	lower := strings.ToLower(unit)
	for _, s := range sizes {
		if upper := strings.ToUpper(unit)[0]; upper != s.letter {
			continue
		}
		limit := math.Ldexp(1, int(s.shift))
		if len(unit) == 1 {
			return limit, true
		}
		if s.letter == 'B' {
			return limit, lower == word || lower == word+"s"
		}
		return limit, unit[1:] == letter && len(unit) == 2 || longUnit(lower, word, s.letter)
	}
	return 0, false
}

var prefixes = map[byte]string{
	'Y': "yotta", 'Z': "zetta", 'E': "exa", 'P': "peta", 'T': "tera", 'G': "giga", 'M': "mega", 'K': "kilo",
}

func longUnit(unit, word string, letter byte) bool {
	name := prefixes[letter] + word
	return unit == name || unit == name+"s"
}
