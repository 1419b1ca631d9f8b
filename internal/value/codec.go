package value

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// codec is a way to write code points as bytes.
type codec struct {
	name   string                                // as error messages give it
	encode func(b []byte, r rune) ([]byte, bool) // false for what it cannot write
	decode func(s string) (r rune, size int, problem string)
	reason string                                 // why a code point cannot be written
	mark   string                                 // byte order mark that is written first
	skip   func(s string) (rest string, c *codec) // reads a byte order mark
}

// Encode is Python's str.encode; problems is the name of the error handler.
func Encode(s, encoding, problems string) (Bytes, error) {
	c, err := findCodec(encoding)
	if err != nil {
		return "", err
	}
	if c.name == "utf-8" && utf8.ValidString(s) {
		return Bytes(c.mark + s), nil
	}
	b := []byte(c.mark)
	rs := runes(s)
	for i := 0; i < len(rs); i++ {
		out, ok := c.encode(b, rs[i])
		if ok {
			b = out
			continue
		}
		end := i + 1
		for end < len(rs) {
			if _, ok := c.encode(nil, rs[end]); ok {
				break
			}
			end++
		}
		if b, err = c.handle(b, rs, i, end, problems); err != nil {
			return "", err
		}
		i = end - 1
	}
	return Bytes(b), nil
}

// handle writes code points that the codec cannot, as the error handler says.
func (c *codec) handle(b []byte, rs []rune, start, end int, problems string) ([]byte, error) {
	for _, r := range rs[start:end] {
		text := ""
		switch problems {
		case "strict":
			return nil, c.encodeError(rs, start, end)
		case "ignore":
		case "replace":
			text = "?"
		case "xmlcharrefreplace":
			text = fmt.Sprintf("&#%d;", r)
		case "backslashreplace":
			text = string(appendEscape(nil, r))
		case "surrogateescape":
			if r < 0xDC80 || r > 0xDCFF {
				return nil, c.encodeError(rs, start, end)
			}
			b = append(b, byte(r-0xDC00))
		case "surrogatepass":
			if r < 0xD800 || r > 0xDFFF {
				return nil, c.encodeError(rs, start, end)
			}
			b = appendCode(b, r)
		default:
			return nil, Raise("LookupError", "unknown error handler name '%s'", problems)
		}
		for i := range len(text) {
			b, _ = c.encode(b, rune(text[i]))
		}
	}
	return b, nil
}

func (c *codec) encodeError(rs []rune, start, end int) error {
	if end == start+1 {
		return Raise("UnicodeEncodeError", "'%s' codec can't encode character '%s' in position %d: %s", c.name, appendEscape(nil, rs[start]), start, c.reason)
	}
	return Raise("UnicodeEncodeError", "'%s' codec can't encode characters in position %d-%d: %s", c.name, start, end-1, c.reason)
}

// Decode is Python's bytes.decode; problems is the name of the error handler.
func Decode(data Bytes, encoding, problems string) (string, error) {
	c, err := findCodec(encoding)
	if err != nil {
		return "", err
	}
	s := string(data)
	if c.skip != nil {
		s, c = c.skip(s)
	}
	if c.name == "utf-8" && utf8.ValidString(s) {
		return s, nil
	}
	var b []byte
	for at := 0; at < len(s); {
		r, n, problem := c.decode(s[at:])
		if problem == "" {
			b = appendCode(b, r)
		} else if b, err = c.undecodable(b, s, at, n, problem, problems); err != nil {
			return "", err
		}
		at += n
	}
	return string(b), nil
}

func (c *codec) undecodable(b []byte, s string, at, n int, problem, problems string) ([]byte, error) {
	switch problems {
	case "ignore":
		return b, nil
	case "replace":
		return append(b, "\ufffd"...), nil
	case "backslashreplace":
		for i := range n {
			b = appendEscape(b, rune(s[at+i]))
		}
		return b, nil
	case "surrogateescape":
		return append(b, s[at:at+n]...), nil
	case "strict":
		if n == 1 {
			return nil, Raise("UnicodeDecodeError", "'%s' codec can't decode byte 0x%02x in position %d: %s", c.name, s[at], at, problem)
		}
		return nil, Raise("UnicodeDecodeError", "'%s' codec can't decode bytes in position %d-%d: %s", c.name, at, at+n-1, problem)
	default:
		return nil, Raise("LookupError", "unknown error handler name '%s'", problems)
	}
}

func encode(self any, args []any) (any, error) {
	encoding, problems, err := codecArgs("encode", args)
	if err != nil {
		return nil, err
	}
	b, err := Encode(selfText(self), encoding, problems)
	return b, err
}

func codecArgs(name string, args []any) (encoding, problems string, err error) {
	names := [2]string{"utf-8", "strict"}
	for i, a := range args {
		if a == omitted {
			continue
		}
		s, ok := asString(a)
		if !ok {
			return "", "", typeError("%s() argument '%s' must be str, not %s", name, [...]string{"encoding", "errors"}[i], argType(a))
		}
		names[i] = s
	}
	return names[0], names[1], nil
}

func findCodec(name string) (*codec, error) {
	switch key := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(name)); key {
	case "utf-8", "utf8", "u8", "utf", "cp65001":
		return &utf8Codec, nil
	case "utf-8-sig":
		c := utf8Codec
		c.mark = "\ufeff"
		c.skip = func(s string) (string, *codec) { return strings.TrimPrefix(s, "\ufeff"), &utf8Codec }
		return &c, nil
	case "ascii", "us-ascii", "646":
		return narrowCodec("ascii", 128), nil
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "8859", "l1", "latin":
		return narrowCodec("latin-1", 256), nil
	case "utf-16", "utf16", "u16", "utf-32", "utf32", "u32":
		wide := 2
		if strings.HasSuffix(key, "32") {
			wide = 4
		}
		return markedCodec(wide), nil
	case "utf-16-le", "utf-16le", "utf-16-be", "utf-16be":
		return wideCodec(2, byteOrderOf(key)), nil
	case "utf-32-le", "utf-32le", "utf-32-be", "utf-32be":
		return wideCodec(4, byteOrderOf(key)), nil
	default:
		return charmapCodec(name, key)
	}
}

func byteOrderOf(name string) binary.ByteOrder {
	if strings.HasSuffix(name, "le") {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// charmapCodec finds a code page such as cp1252 or iso-8859-15.
func charmapCodec(name, key string) (*codec, error) {
	squash := strings.NewReplacer("-", "", "windows", "cp", "codepage", "cp", "ibm", "cp").Replace(key)
	for _, e := range charmap.All {
		m, ok := e.(*charmap.Charmap)
		if !ok {
			continue
		}
		known := strings.NewReplacer("-", "", " ", "", "ibm code page ", "cp", "windows", "cp", "codepage", "cp", "ibm", "cp").Replace(strings.ToLower(m.String()))
		if known == squash {
			return pageCodec(m), nil
		}
	}
	return nil, Raise("LookupError", "unknown encoding: %s", name)
}

func pageCodec(m *charmap.Charmap) *codec {
	const reason = "character maps to <undefined>"
	return &codec{
		name: "charmap", reason: reason,
		encode: func(b []byte, r rune) ([]byte, bool) {
			c, ok := m.EncodeRune(r)
			return append(b, c), ok
		},
		decode: func(s string) (rune, int, string) {
			r := m.DecodeByte(s[0])
			if r == utf8.RuneError {
				return 0, 1, reason
			}
			return r, 1, ""
		},
	}
}
