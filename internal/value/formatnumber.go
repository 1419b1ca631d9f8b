package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

func (f *spec) integer(v any) (string, error) {
	n := toBig(v)
	if strings.ContainsRune("eEfFgG%", f.kind) {
		x, err := toFloat(unbool(v))
		if err != nil {
			return "", err
		}
		return f.float(x, v)
	}
	switch {
	case !strings.ContainsRune("boxXcdn", f.kind):
		return "", f.unknown(v)
	case f.precision >= 0:
		return "", valueError("Precision not allowed in integer format specifier")
	case f.positive:
		return "", valueError("Negative zero coercion (z) not allowed in integer format specifier")
	}
	base, prefix := 10, ""
	switch f.kind {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	case 'c':
		return f.char(n)
	}
	if !f.alternate {
		prefix = ""
	}
	digits := new(big.Int).Abs(n).Text(base)
	if f.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	return f.number(n.Sign() < 0, prefix, digits, "")
}

func (f *spec) char(n *big.Int) (string, error) {
	if f.sign != 0 {
		return "", valueError("Sign not allowed with integer format specifier 'c'")
	}
	if f.alternate {
		return "", valueError("Alternate form (#) not allowed with integer format specifier 'c'")
	}
	if !n.IsInt64() {
		return "", Raise("OverflowError", "Python int too large to convert to C long")
	}
	if n.Int64() < 0 || n.Int64() > 0x10FFFF {
		return "", Raise("OverflowError", "%%c arg not in range(0x110000)")
	}
	return f.pad("", string(appendRune(nil, rune(n.Int64()))))
}

// float formats x; v is the value it was, for error words.
func (f *spec) float(x float64, v any) (string, error) {
	kind, precision, suffix := f.kind, f.precision, ""
	switch kind {
	case 'e', 'E', 'f', 'F', 'g', 'G', 0:
	case 'n':
		kind = 'g'
	case '%':
		kind, x, suffix = 'f', x*100, "%"
	default:
		return "", f.unknown(v)
	}
	if precision > maxPrecision {
		return "", valueError("precision too big")
	}
	s := formatFloat(math.Abs(x), kind, precision, f.alternate)
	negative := math.Signbit(x) && !math.IsNaN(x)
	if negative && f.positive && strings.Trim(s, "0.eE+-") == "" {
		negative = false
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return f.number(negative, "", "", s+suffix)
	}
	whole := 0
	for whole < len(s) && s[whole] >= '0' && s[whole] <= '9' {
		whole++
	}
	return f.number(negative, "", s[:whole], s[whole:]+suffix)
}

// number puts sign, prefix, grouped digits and the rest together.
func (f *spec) number(negative bool, prefix, digits, rest string) (string, error) {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case f.sign == '+' || f.sign == ' ':
		sign = string(f.sign)
	}
	sign += prefix
	if f.group != 0 && digits != "" {
		size := 3
		if f.kind == 'b' || f.kind == 'o' || f.kind == 'x' || f.kind == 'X' {
			size = 4
		}
		least := 0
		if f.fill == '0' && f.align == '=' {
			least = f.width - len(sign) - len(rest)
			if err := grow(int64(least), 1, MaxSize); err != nil {
				return "", err
			}
		}
		digits = group(digits, f.group, size, least)
	}
	return f.pad(sign, digits+rest)
}

// group puts separators between digits, filling with zeros up to a least
// length; the result never starts with a separator.
func group(digits string, sep byte, size, least int) string {
	b := make([]byte, 0, max(least, len(digits)+len(digits)/size)+1)
	for i := 0; i < len(digits) || len(b) < least; i++ {
		if i > 0 && i%size == 0 {
			b = append(b, sep)
		}
		if i < len(digits) {
			b = append(b, digits[len(digits)-1-i])
		} else {
			b = append(b, '0')
		}
	}
	reverseBytes(b)
	return string(b)
}

// maxPrecision is the number of digits after which Python refuses floats too.
const maxPrecision = math.MaxInt32 / 64

// formatFloat writes a number that is not negative; kind 0 is str()'s form, a
// precision of -1 the default.
func formatFloat(x float64, kind rune, precision int, alternate bool) string {
	upper := kind == 'E' || kind == 'F' || kind == 'G'
	s := ""
	switch {
	case math.IsNaN(x):
		s = "nan"
	case math.IsInf(x, 0):
		s = "inf"
	case kind == 0 && precision < 0:
		s = floatRepr(x)
		if alternate && !strings.Contains(s, ".") {
			s = strings.Replace(s, "e", ".e", 1)
		}
	default:
		if precision < 0 {
			precision = 6
		}
		s = formatFinite(x, kind, precision, alternate)
	}
	if upper {
		s = strings.ToUpper(s)
	}
	return s
}

func formatFinite(x float64, kind rune, precision int, alternate bool) string {
	switch kind {
	case 'e', 'E':
		s := strconv.FormatFloat(x, 'e', precision, 64)
		if alternate && precision == 0 {
			s = s[:1] + "." + s[1:]
		}
		return s
	case 'f', 'F':
		s := strconv.FormatFloat(x, 'f', precision, 64)
		if alternate && precision == 0 {
			s += "."
		}
		return s
	default:
		return formatGeneral(x, max(precision, 1), alternate, kind == 0)
	}
}

// formatGeneral is %g; dot makes it str()'s form, which never looks like an int.
func formatGeneral(x float64, precision int, alternate, dot bool) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', precision-1, 64), "e")
	exp, _ := strconv.Atoi(exponent)
	digits := strings.Replace(mantissa, ".", "", 1)
	limit := precision
	if dot {
		limit--
	}
	if exp < -4 || exp >= limit {
		s := trimFraction(digits[:1]+"."+digits[1:], alternate)
		return s + "e" + exponent
	}
	if exp < 0 {
		return trimFraction("0."+strings.Repeat("0", -exp-1)+digits, alternate)
	}
	if exp+1 > len(digits) {
		digits += strings.Repeat("0", exp+1-len(digits))
	}
	s := trimFraction(digits[:exp+1]+"."+digits[exp+1:], alternate)
	if dot && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func trimFraction(s string, keep bool) string {
	if keep {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// FormatFixed is a float with so many digits after the point, as %.2f writes it.
func FormatFixed(x float64, precision int) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'f', precision, 64)
}
