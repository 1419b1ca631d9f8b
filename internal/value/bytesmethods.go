package value

import (
	"encoding/hex"
	"strings"
)

// bytesMembers are the methods of bytes. Most are str's: bytes beyond ASCII
// become private characters, which no method takes for letters or space.
func bytesMembers() map[string]*member {
	t := map[string]*member{
		"decode":     named(decodeMethod, 0, "encoding", "errors"),
		"hex":        named(bytesHex, 0, "sep", "bytes_per_sep"),
		"fromhex":    oneArg(bytesFromhex),
		"translate":  named(bytesTranslate, 1, "table", "delete"),
		"maketrans":  counted(2, 2, bytesMaketrans),
		"splitlines": named(bytesSplitlines, 0, "keepends"),
	}
	texts := strMembers()
	for _, name := range []string{
		"capitalize", "center", "count", "endswith", "expandtabs", "find", "index", "isalnum", "isalpha", "isascii",
		"isdigit", "islower", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition",
		"removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip",
		"split", "startswith", "strip", "swapcase", "title", "upper", "zfill",
	} {
		t[name] = asText(name, texts[name])
	}
	return t
}

// asText is a method of str for bytes.
func asText(name string, m *member) *member {
	out := *m
	out.fn = func(self any, args []any) (any, error) {
		texts := make([]any, len(args))
		for i, a := range args {
			t, err := veil(name, a, i)
			if err != nil {
				return nil, err
			}
			texts[i] = t
		}
		if name == "isascii" {
			return isASCII(string(self.(Bytes))), nil
		}
		v, err := m.fn(veilText(string(self.(Bytes))), texts)
		return unveil(v), err
	}
	return &out
}

const private = 0xE000

func veilText(s string) string {
	var b []byte
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || c >= 0x1c && c < ' ' {
			b = appendRune(b, private+rune(c))
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// veil makes the bytes among arguments text, and refuses text.
func veil(name string, v any, i int) (any, error) {
	switch x := v.(type) {
	case Bytes:
		return veilText(string(x)), nil
	case string, Markup:
		if name == "startswith" || name == "endswith" {
			return nil, typeError("%s first arg must be bytes or a tuple of bytes, not %s", name, TypeName(v))
		}
		return nil, typeError("a bytes-like object is required, not '%s'", TypeName(v))
	case int64:
		if i == 0 && (strings.HasSuffix(name, "find") || strings.HasSuffix(name, "index") || name == "count") {
			if x < 0 || x > 255 {
				return nil, valueError("byte must be in range(0, 256)")
			}
			return veilText(string([]byte{byte(x)})), nil
		}
	case Tuple, *List, *Dict, *Iterator, *Set:
		if name == "join" || name == "startswith" || name == "endswith" {
			return veilItems(v)
		}
	}
	return v, nil
}

func veilItems(v any) (any, error) {
	items, err := Items(v)
	if err != nil {
		return nil, err
	}
	out := make(Tuple, len(items))
	for i, item := range items {
		b, ok := item.(Bytes)
		if !ok {
			return nil, typeError("sequence item %d: expected a bytes-like object, %s found", i, TypeName(item))
		}
		out[i] = veilText(string(b))
	}
	return out, nil
}

func unveil(v any) any {
	switch v := v.(type) {
	case string:
		var b []byte
		for _, r := range v {
			b = append(b, byte(r))
		}
		return Bytes(b)
	case *List:
		for i, item := range v.Items {
			v.Items[i] = unveil(item)
		}
	case Tuple:
		for i, item := range v {
			v[i] = unveil(item)
		}
	}
	return v
}

func decodeMethod(self any, args []any) (any, error) {
	encoding, problems, err := codecArgs("decode", args)
	if err != nil {
		return nil, err
	}
	s, err := Decode(self.(Bytes), encoding, problems)
	return s, err
}

func bytesHex(self any, args []any) (any, error) {
	b := string(self.(Bytes))
	if args[0] == omitted {
		return hex.EncodeToString([]byte(b)), nil
	}
	sep, ok := asString(args[0])
	if !ok || len(sep) != 1 {
		return nil, valueError("sep must be length 1.")
	}
	size := []int{1}
	if err := intArgs(args[1:], size); err != nil {
		return nil, err
	}
	var out strings.Builder
	for i := range len(b) {
		// A positive size counts groups from the right, a negative one from the left.
		if n := size[0]; i > 0 && (n > 0 && (len(b)-i)%n == 0 || n < 0 && i%-n == 0) {
			out.WriteString(sep)
		}
		out.WriteByte(hexDigits[b[i]>>4])
		out.WriteByte(hexDigits[b[i]&15])
	}
	return out.String(), nil
}

func bytesFromhex(_, arg any) (any, error) {
	s, ok := asString(arg)
	if !ok {
		return nil, typeError("fromhex() argument must be str, not %s", TypeName(arg))
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 && isSpace(rune(s[i])) && s[i] < 0x1c || s[i] == ' ' {
			continue
		}
		for j := range 2 {
			if i+j >= len(s) || !isHex(s[i+j]) {
				return nil, valueError("non-hexadecimal number found in fromhex() arg at position %d", runeLen(s[:i+j]))
			}
		}
		b = append(b, hexValue(s[i])<<4|hexValue(s[i+1]))
		i++
	}
	return Bytes(b), nil
}

func bytesTranslate(self any, args []any) (any, error) {
	table, isTable := args[0].(Bytes)
	if !isTable && args[0] != nil {
		return nil, typeError("a bytes-like object is required, not '%s'", TypeName(args[0]))
	}
	if isTable && len(table) != 256 {
		return nil, valueError("translation table must be 256 characters long")
	}
	drop, _ := args[1].(Bytes)
	var b []byte
	for _, c := range []byte(self.(Bytes)) {
		if strings.IndexByte(string(drop), c) >= 0 {
			continue
		}
		if isTable {
			c = table[c]
		}
		b = append(b, c)
	}
	return Bytes(b), nil
}

func bytesMaketrans(_ any, args []any) (any, error) {
	from, ok := args[0].(Bytes)
	to, ok2 := args[1].(Bytes)
	if !ok || !ok2 {
		return nil, typeError("a bytes-like object is required")
	}
	if len(from) != len(to) {
		return nil, valueError("maketrans arguments must have same length")
	}
	table := make([]byte, 256)
	for i := range table {
		table[i] = byte(i)
	}
	for i := range len(from) {
		table[from[i]] = to[i]
	}
	return Bytes(table), nil
}

func bytesSplitlines(self any, args []any) (any, error) {
	keep := args[0] != omitted && Truth(args[0])
	s := string(self.(Bytes))
	l := NewList()
	for s != "" {
		end := strings.IndexAny(s, "\r\n")
		if end < 0 {
			l.Append(Bytes(s))
			break
		}
		next := end + 1
		if strings.HasPrefix(s[end:], "\r\n") {
			next++
		}
		if keep {
			end = next
		}
		l.Append(Bytes(s[:end]))
		s = s[next:]
	}
	return l, nil
}
