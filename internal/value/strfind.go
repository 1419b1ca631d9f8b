package value

import "strings"

// window is the part of a text that find's start and end leave; shift is the
// number of characters before it.
func window(s string, args []any) (part string, shift int, empty bool, err error) {
	if len(args) < 2 {
		return s, 0, false, nil
	}
	n := runeLen(s)
	start, err := sliceIndex(args[1], 0)
	if err != nil {
		return "", 0, false, err
	}
	end := n
	if len(args) > 2 {
		if end, err = sliceIndex(args[2], n); err != nil {
			return "", 0, false, err
		}
	}
	start, end = within(start, n), min(within(end, n), n)
	if start > end {
		return "", 0, true, nil
	}
	from := offset(s, start)
	return s[from : from+offset(s[from:], end-start)], start, false, nil
}

func within(i, n int) int {
	if i < 0 {
		i = max(i+n, 0)
	}
	return i
}

type searcher func(s, sub string) int

func search(self any, args []any, by searcher) (int, error) {
	sub, ok := asString(args[0])
	if !ok {
		return 0, typeError("must be str, not %s", TypeName(args[0]))
	}
	part, shift, empty, err := window(selfText(self), args)
	if err != nil || empty {
		return -1, err
	}
	i := by(part, sub)
	if i < 0 {
		return -1, nil
	}
	return shift + runeLen(part[:i]), nil
}

func find(self any, args []any) (any, error) {
	i, err := search(self, args, strings.Index)
	return int64(i), err
}

func rfind(self any, args []any) (any, error) {
	i, err := search(self, args, strings.LastIndex)
	return int64(i), err
}

func index(self any, args []any) (any, error)  { return mustFind(self, args, strings.Index) }
func rindex(self any, args []any) (any, error) { return mustFind(self, args, strings.LastIndex) }

func mustFind(self any, args []any, by searcher) (any, error) {
	i, err := search(self, args, by)
	if err == nil && i < 0 {
		err = valueError("substring not found")
	}
	return int64(i), err
}

func countText(self any, args []any) (any, error) {
	sub, ok := asString(args[0])
	if !ok {
		return nil, typeError("must be str, not %s", TypeName(args[0]))
	}
	part, _, empty, err := window(selfText(self), args)
	if err != nil || empty {
		return int64(0), err
	}
	if sub == "" {
		return int64(runeLen(part)) + 1, nil
	}
	return int64(strings.Count(part, sub)), nil
}

func affix(name string, has func(s, affix string) bool) methodFunc {
	return func(self any, args []any) (any, error) {
		part, _, empty, err := window(selfText(self), args)
		if err != nil {
			return nil, err
		}
		options, isTuple := args[0].(Tuple)
		if !isTuple {
			s, ok := asString(args[0])
			if !ok {
				return nil, typeError("%s first arg must be str or a tuple of str, not %s", name, TypeName(args[0]))
			}
			return !empty && has(part, s), nil
		}
		for _, o := range options {
			s, ok := asString(o)
			if !ok {
				return nil, typeError("tuple for %s must only contain str, not %s", name, TypeName(o))
			}
			if !empty && has(part, s) {
				return true, nil
			}
		}
		return false, nil
	}
}

func removeAffix(name string, trim func(s, affix string) string) func(self, arg any) (any, error) {
	return func(self, arg any) (any, error) {
		s, ok := asString(arg)
		if !ok {
			return nil, typeError("%s() argument must be str, not %s", name, argType(arg))
		}
		return keepSafe(self, trim(selfText(self), s)), nil
	}
}

func replace(self any, args []any) (any, error) {
	var pair [2]string
	for i := range pair {
		s, ok := asString(args[i])
		if !ok {
			return nil, typeError("replace() argument %d must be str, not %s", i+1, argType(args[i]))
		}
		if _, safe := self.(Markup); safe {
			s = string(EscapeValue(args[i]))
		}
		pair[i] = s
	}
	n := -1
	if len(args) > 2 {
		var err error
		if n, err = argInt(args[2]); err != nil {
			return nil, err
		}
	}
	s, err := ReplaceText(selfText(self), pair[0], pair[1], n)
	return keepSafe(self, s), err
}

// ReplaceText is Python's str.replace; a negative n replaces all. A result of
// more than MaxSize bytes is a MemoryError.
func ReplaceText(s, old, with string, n int) (string, error) {
	times := strings.Count(s, old)
	if n >= 0 {
		times = min(times, n)
	}
	if err := grow(int64(times), int64(len(with)), MaxSize); err != nil {
		return "", err
	}
	if old == "" {
		return interleave(s, with, n), nil
	}
	return strings.Replace(s, old, with, n), nil
}

// interleave puts with before each of the first n characters, and after the last.
func interleave(s, with string, n int) string {
	var b strings.Builder
	for n != 0 {
		b.WriteString(with)
		n--
		if s == "" {
			break
		}
		_, size := decodeRune(s)
		b.WriteString(s[:size])
		s = s[size:]
	}
	return b.String() + s
}

func translate(self, table any) (any, error) {
	var b []byte
	for s := selfText(self); s != ""; {
		r, n := decodeRune(s)
		to, err := Item(table, int64(r))
		switch {
		case IsException(err, "KeyError", "IndexError"):
			b = append(b, s[:n]...)
		case err != nil:
			return nil, err
		default:
			if b, err = appendTranslated(b, to); err != nil {
				return nil, err
			}
		}
		s = s[n:]
	}
	return keepSafe(self, string(b)), nil
}

func appendTranslated(b []byte, to any) ([]byte, error) {
	switch to := unbool(to).(type) {
	case nil:
		return b, nil
	case int64:
		if to < 0 || to > 0x10FFFF {
			return nil, valueError("character mapping must be in range(0x110000)")
		}
		return appendRune(b, rune(to)), nil
	case string:
		return append(b, to...), nil
	default:
		return nil, typeError("character mapping must return integer, None or str")
	}
}

func maketrans(_ any, args []any) (any, error) {
	if len(args) == 1 {
		return maketransDict(args[0])
	}
	var texts []string
	for i, a := range args {
		s, ok := asString(a)
		if !ok && i == 0 {
			return nil, typeError("first maketrans argument must be a string if there is a second argument")
		}
		if !ok {
			return nil, typeError("maketrans() argument %d must be str, not %s", i+1, argType(a))
		}
		texts = append(texts, s)
	}
	from, to := runes(texts[0]), runes(texts[1])
	if len(from) != len(to) {
		return nil, valueError("the first two maketrans arguments must have equal length")
	}
	d := NewDict()
	for i := range from {
		d.Set(int64(from[i]), int64(to[i]))
	}
	if len(texts) > 2 {
		for _, r := range runes(texts[2]) {
			d.Set(int64(r), nil)
		}
	}
	return d, nil
}

func maketransDict(arg any) (any, error) {
	table, ok := arg.(*Dict)
	if !ok {
		return nil, typeError("if you give only one argument to maketrans it must be a dict")
	}
	d := NewDict()
	for k, v := range table.All() {
		switch k := unbool(k).(type) {
		case int64:
			d.Set(k, v)
		case string:
			if runeLen(k) != 1 {
				return nil, valueError("string keys in translate table must be of length 1")
			}
			d.Set(int64(runes(k)[0]), v)
		default:
			return nil, typeError("keys in translate table must be strings or integers")
		}
	}
	return d, nil
}
