package value

import (
	"math"
	"math/big"
	"strings"
)

func (p *percent) convert(d *directive, v any) (c converted, known bool, err error) {
	switch d.kind {
	case 's', 'r', 'a', 'b':
		if d.kind == 'b' && !p.bytes {
			return c, false, nil
		}
		c.text, err = p.text(d, v)
	case 'c':
		c.text, err = percentChar(v)
	case 'd', 'i', 'u', 'o', 'x', 'X':
		c, err = d.integer(v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		c, err = d.float(v)
	default:
		return c, false, nil
	}
	return c, true, err
}

func (p *percent) text(d *directive, v any) (s string, err error) {
	if err := Readable(v); err != nil {
		return "", err
	}
	switch {
	case d.kind == 'a' || p.bytes && d.kind == 'r':
		s = asciiRepr(v)
	case d.kind == 'r':
		s = Repr(v)
	case p.bytes:
		b, ok := v.(Bytes)
		if !ok {
			return "", typeError("%%b requires a bytes-like object, or an object that implements __bytes__, not '%s'", typePath(v))
		}
		s = latin1(string(b))
	default:
		s, err = strOf(v)
	}
	if _, safe := v.(Markup); p.escape && !safe {
		s = string(Escape(s))
	}
	if d.precision >= 0 && d.precision < len(s) {
		s = s[:offset(s, d.precision)]
	}
	return s, err
}

func percentChar(v any) (string, error) {
	if s, ok := asString(v); ok && runeLen(s) == 1 {
		return s, nil
	}
	switch n := unbool(v).(type) {
	case int64:
		if n >= 0 && n <= 0x10FFFF {
			return string(appendRune(nil, rune(n))), nil
		}
		return "", Raise("OverflowError", "%%c arg not in range(0x110000)")
	case *big.Int:
		return "", Raise("OverflowError", "%%c arg not in range(0x110000)")
	default:
		return "", typeError("%%c requires int or char")
	}
}

func (d *directive) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	default:
		return ""
	}
}

func (d *directive) integer(v any) (converted, error) {
	n, err := d.intArg(v)
	if err != nil {
		return converted{}, err
	}
	base, prefix := 10, ""
	switch d.kind {
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	}
	digits := new(big.Int).Abs(n).Text(base)
	if d.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	if missing := d.precision - len(digits); missing > 0 {
		if err := grow(int64(missing), 1, MaxSize); err != nil {
			return converted{}, err
		}
		digits = strings.Repeat("0", missing) + digits
	}
	sign := d.signOf(n.Sign() < 0)
	if d.alternate {
		sign += prefix
	}
	return converted{sign, digits, true}, nil
}

func (d *directive) intArg(v any) (*big.Int, error) {
	switch n := unbool(v).(type) {
	case int64, *big.Int:
		return toBig(n), nil
	case float64:
		if strings.ContainsRune("diu", d.kind) {
			return truncate(n)
		}
	case *Undefined:
		if strings.ContainsRune("diu", d.kind) {
			return nil, n.Err()
		}
	}
	need := "a real number"
	if strings.ContainsRune("oxX", d.kind) {
		need = "an integer"
	}
	return nil, typeError("%%%c format: %s is required, not %s", d.kind, need, typePath(v))
}

// truncate is Python's int(f).
func truncate(f float64) (*big.Int, error) {
	if math.IsInf(f, 0) {
		return nil, Raise("OverflowError", "cannot convert float infinity to integer")
	}
	if math.IsNaN(f) {
		return nil, valueError("cannot convert float NaN to integer")
	}
	n, _ := new(big.Float).SetFloat64(f).Int(nil)
	return n, nil
}

func (d *directive) float(v any) (converted, error) {
	if u, ok := v.(*Undefined); ok {
		return converted{}, u.Err()
	}
	x, err := toFloat(v)
	if err != nil {
		return converted{}, err
	}
	if d.precision > maxPrecision {
		return converted{}, valueError("precision too big")
	}
	text := formatFloat(math.Abs(x), d.kind, d.precision, d.alternate)
	return converted{d.signOf(math.Signbit(x) && !math.IsNaN(x)), text, true}, nil
}
