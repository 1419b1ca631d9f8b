package value

import (
	"math"
	"math/big"
	"strings"
)

// Percent is Python's format % args: a Tuple is many arguments, a dict (or
// anything with items) also serves %(name)s.
func Percent(format string, args any) (string, error) {
	p := percent{s: format, arg: untuple(args)}
	return p.run()
}

// percentMarkup makes what is put into Markup safe for HTML.
func percentMarkup(format Markup, args any) (any, error) {
	p := percent{s: string(format), arg: untuple(args), escape: true}
	s, err := p.run()
	return Markup(s), err
}

// percentBytes is bytes' own %: text of one byte each.
func percentBytes(format Bytes, args any) (any, error) {
	p := percent{s: latin1(string(format)), arg: args, bytes: true}
	s, err := p.run()
	return Bytes(fromLatin1(s)), err
}

type percent struct {
	s      string
	at     int
	arg    any
	used   int
	escape bool
	bytes  bool
	b      []byte
}

// directive is one %...x.
type directive struct {
	left, plus, space, alternate, zero bool
	width, precision                   int // precision -1 when not given
	kind                               rune
}

func (p *percent) run() (string, error) {
	for p.at < len(p.s) {
		i := strings.IndexByte(p.s[p.at:], '%')
		if i < 0 {
			p.b = append(p.b, p.s[p.at:]...)
			break
		}
		p.b = append(p.b, p.s[p.at:p.at+i]...)
		p.at += i + 1
		if err := p.directive(); err != nil {
			return "", err
		}
		if len(p.b) > MaxSize {
			return "", grow(MaxSize, 2, MaxSize)
		}
	}
	if !p.exhausted() {
		return "", typeError("not all arguments converted during %s formatting", p.what())
	}
	return string(p.b), nil
}

func (p *percent) what() string {
	if p.bytes {
		return "bytes"
	}
	return "string"
}

// exhausted says whether all arguments were used; a mapping always is.
func (p *percent) exhausted() bool {
	if t, ok := p.arg.(Tuple); ok {
		return p.used >= len(t)
	}
	return p.used > 0 || isMapping(p.arg)
}

func isMapping(v any) bool {
	switch v.(type) {
	case *Dict, *List, *Range, *Undefined, Indexed, Bytes:
		return true
	default:
		return false
	}
}

func (p *percent) next() (any, error) {
	p.used++
	if t, ok := p.arg.(Tuple); ok {
		if p.used <= len(t) {
			return t[p.used-1], nil
		}
	} else if p.used == 1 {
		return p.arg, nil
	}
	return nil, typeError("not enough arguments for format string")
}

func (p *percent) directive() error {
	if p.at < len(p.s) && p.s[p.at] == '%' {
		p.at++
		p.b = append(p.b, '%')
		return nil
	}
	d := directive{precision: -1}
	var arg any
	keyed, taken := false, 0
	if p.at < len(p.s) && p.s[p.at] == '(' {
		var err error
		if arg, err = p.keyed(); err != nil {
			return err
		}
		keyed = true
	}
	take := func() (any, error) {
		if !keyed {
			return p.next()
		}
		if taken++; taken > 1 {
			return nil, typeError("not enough arguments for format string")
		}
		return arg, nil
	}
	if err := p.options(&d, take); err != nil {
		return err
	}
	if p.at >= len(p.s) {
		return valueError("incomplete format")
	}
	start := p.at
	r, n := decodeRune(p.s[p.at:])
	p.at += n
	d.kind = r
	v, err := take()
	if err != nil {
		return err
	}
	out, known, err := p.convert(&d, v)
	if err != nil {
		return err
	}
	if !known {
		shown := r
		if r <= 31 || r > 126 {
			shown = '?'
		}
		return valueError("unsupported format character '%c' (0x%x) at index %d", shown, r, runeLen(p.s[:start]))
	}
	return p.write(&d, out)
}

// keyed reads (name) and looks it up.
func (p *percent) keyed() (any, error) {
	if !isMapping(p.arg) {
		return nil, typeError("format requires a mapping")
	}
	start, open := p.at+1, 0
	for ; p.at < len(p.s); p.at++ {
		switch p.s[p.at] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			key := p.s[start:p.at]
			p.at++
			p.used++
			if p.bytes {
				return Item(p.arg, Bytes(fromLatin1(key)))
			}
			return Item(p.arg, key)
		}
	}
	return nil, valueError("incomplete format key")
}

// options reads flags, width, precision and the length that C has.
func (p *percent) options(d *directive, take func() (any, error)) error {
	for ; p.at < len(p.s); p.at++ {
		switch p.s[p.at] {
		case '-':
			d.left = true
		case '+':
			d.plus = true
		case ' ':
			d.space = true
		case '#':
			d.alternate = true
		case '0':
			d.zero = true
		default:
			return p.sizes(d, take)
		}
	}
	return nil
}

func (p *percent) sizes(d *directive, take func() (any, error)) error {
	n, _, err := p.size("width", take)
	if err != nil {
		return err
	}
	if d.width = n; n < 0 {
		d.left, d.width = true, -n
	}
	if p.at < len(p.s) && p.s[p.at] == '.' {
		p.at++
		if d.precision, _, err = p.size("precision", take); err != nil {
			return err
		}
		d.precision = max(d.precision, 0)
	}
	if p.at < len(p.s) && strings.IndexByte("hlL", p.s[p.at]) >= 0 {
		p.at++
	}
	return nil
}

func (p *percent) size(what string, take func() (any, error)) (n int, given bool, err error) {
	if p.at < len(p.s) && p.s[p.at] == '*' {
		p.at++
		v, err := take()
		if err != nil {
			return 0, false, err
		}
		i, ok := unbool(v).(int64)
		if _, big := v.(*big.Int); big {
			i, ok = math.MaxInt64, true
		}
		if !ok {
			return 0, false, typeError("* wants int")
		}
		if i == math.MaxInt64 && what == "width" {
			return 0, false, Raise("OverflowError", "Python int too large to convert to C ssize_t")
		}
		if i > math.MaxInt32 || i < -math.MaxInt32 {
			return 0, false, Raise("OverflowError", "Python int too large to convert to C int")
		}
		return int(i), true, nil
	}
	for ; p.at < len(p.s) && p.s[p.at] >= '0' && p.s[p.at] <= '9'; p.at++ {
		if n > (math.MaxInt-9)/10 || what == "precision" && n > math.MaxInt32/10 {
			return 0, false, valueError("%s too big", what)
		}
		n, given = n*10+int(p.s[p.at]-'0'), true
	}
	return n, given, nil
}

// converted is a value as text, its sign and prefix apart so that zeros can go between.
type converted struct {
	sign, text string
	numeric    bool
}

func (p *percent) write(d *directive, c converted) error {
	missing := d.width - runeLen(c.text) - len(c.sign)
	if missing <= 0 {
		p.b = append(append(p.b, c.sign...), c.text...)
		return nil
	}
	if err := grow(int64(missing), 1, MaxSize); err != nil {
		return err
	}
	switch {
	case d.left:
		p.b = append(append(p.b, c.sign...), c.text...)
		p.b = append(p.b, strings.Repeat(" ", missing)...)
	case d.zero && c.numeric:
		p.b = append(append(p.b, c.sign...), strings.Repeat("0", missing)...)
		p.b = append(p.b, c.text...)
	default:
		p.b = append(append(p.b, strings.Repeat(" ", missing)...), c.sign...)
		p.b = append(p.b, c.text...)
	}
	return nil
}

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
