package filters

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"goplay/internal/value"
)

// charset finds an encoding by the name Python knows it by; nil is UTF-8.
func charset(name string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.NewReplacer("_", "-", " ", "-").Replace(name)) {
	case "utf-8", "utf8", "u8", "cp65001", "ascii", "us-ascii", "646":
		return nil, nil
	case "utf-16", "utf16", "u16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case "utf-16-le", "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16-be", "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1", "8859":
		return charmap.ISO8859_1, nil
	}
	enc, err := htmlindex.Get(strings.ReplaceAll(name, "_", "-"))
	if err != nil {
		return nil, value.Raise("LookupError", "unknown encoding: %s", name)
	}
	return enc, nil
}

func encodeText(s, name string) ([]byte, error) {
	enc, err := charset(name)
	if err != nil || enc == nil {
		return []byte(s), err
	}
	data, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		return nil, value.Raise("UnicodeEncodeError", "'%s' codec can't encode characters", name)
	}
	return data, nil
}

// Decode reads text in an encoding that Python knows by that name. It keeps
// bytes that are not UTF-8 as they are.
func Decode(data []byte, name string) (string, error) {
	enc, err := charset(name)
	if err != nil || enc == nil {
		return string(data), err
	}
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(out) {
		return "", value.Raise("UnicodeDecodeError", "'%s' codec can't decode bytes", name)
	}
	return string(out), nil
}
