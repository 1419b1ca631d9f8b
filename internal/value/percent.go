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
	if _, ok := p.arg.(Bytes); ok && p.bytes {
		return p.used > 0
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
