package value

import "strings"

func separator(v any) (sep string, given bool, err error) {
	if v == nil || v == omitted {
		return "", false, nil
	}
	sep, ok := asString(v)
	if !ok {
		return "", false, typeError("must be str or None, not %s", TypeName(v))
	}
	if sep == "" {
		return "", false, valueError("empty separator")
	}
	return sep, true, nil
}

func splitArgs(args []any) (sep string, given bool, limit int, err error) {
	limit = -1
	if args[1] != omitted {
		if limit, err = argInt(args[1]); err != nil {
			return "", false, 0, err
		}
	}
	sep, given, err = separator(args[0])
	return sep, given, limit, err
}

func split(self any, args []any) (any, error) {
	sep, given, limit, err := splitArgs(args)
	if err != nil {
		return nil, err
	}
	s := selfText(self)
	if !given {
		return parts(self, splitSpace(s, limit)), nil
	}
	if limit < 0 || limit >= len(s) {
		return parts(self, strings.Split(s, sep)), nil
	}
	return parts(self, strings.SplitN(s, sep, limit+1)), nil
}

func rsplit(self any, args []any) (any, error) {
	sep, given, limit, err := splitArgs(args)
	if err != nil {
		return nil, err
	}
	s := selfText(self)
	if !given {
		return parts(self, rsplitSpace(s, limit)), nil
	}
	var out []string
	for limit != 0 {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		out = append(out, s[i+len(sep):])
		s = s[:i]
		limit--
	}
	return parts(self, reversed(append(out, s))), nil
}

func parts(self any, texts []string) *List {
	l := &List{Items: make([]any, len(texts))}
	for i, t := range texts {
		l.Items[i] = keepSafe(self, t)
	}
	return l
}

func reversed(s []string) []string {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
	return s
}

func trimSpaceLeft(s string) string {
	for s != "" {
		r, n := decodeRune(s)
		if !isSpace(r) {
			break
		}
		s = s[n:]
	}
	return s
}

func trimSpaceRight(s string) string {
	for s != "" {
		r, n := decodeLastRune(s)
		if !isSpace(r) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// wordEnd is where the first run of characters that are not space ends.
func wordEnd(s string) int {
	at := 0
	for at < len(s) {
		r, n := decodeRune(s[at:])
		if isSpace(r) {
			break
		}
		at += n
	}
	return at
}

func splitSpace(s string, limit int) []string {
	var out []string
	for s = trimSpaceLeft(s); s != ""; s = trimSpaceLeft(s) {
		if limit >= 0 && len(out) == limit {
			return append(out, s)
		}
		n := wordEnd(s)
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

func rsplitSpace(s string, limit int) []string {
	var out []string
	for s = trimSpaceRight(s); s != ""; s = trimSpaceRight(s) {
		if limit >= 0 && len(out) == limit {
			out = append(out, s)
			break
		}
		at := len(s)
		for at > 0 {
			r, n := decodeLastRune(s[:at])
			if isSpace(r) {
				break
			}
			at -= n
		}
		out, s = append(out, s[at:]), s[:at]
	}
	return reversed(out)
}

// lineEnd is the first line break of s and its length: Python knows more of
// them than \n.
func lineEnd(s string) (at, size int) {
	for at < len(s) {
		r, n := decodeRune(s[at:])
		switch r {
		case '\r':
			if strings.HasPrefix(s[at:], "\r\n") {
				return at, 2
			}
			return at, 1
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
			return at, n
		}
		at += n
	}
	return at, 0
}

// SplitLines is Python's str.splitlines.
func SplitLines(s string, keepEnds bool) []string {
	var out []string
	for s != "" {
		at, n := lineEnd(s)
		if keepEnds {
			at, n = at+n, 0
		}
		out, s = append(out, s[:at]), s[at+n:]
	}
	return out
}

func splitlines(self any, args []any) (any, error) {
	keep := false
	if args[0] != omitted {
		n, err := argInt(args[0])
		if err != nil {
			return nil, err
		}
		keep = n != 0
	}
	return parts(self, SplitLines(selfText(self), keep)), nil
}

func partitionArg(arg any) (string, error) {
	sep, ok := asString(arg)
	if !ok {
		return "", typeError("must be str, not %s", TypeName(arg))
	}
	if sep == "" {
		return "", valueError("empty separator")
	}
	return sep, nil
}

func partition(self, arg any) (any, error) {
	sep, err := partitionArg(arg)
	if err != nil {
		return nil, err
	}
	before, after, found := strings.Cut(selfText(self), sep)
	if !found {
		return Tuple{self, keepSafe(self, ""), keepSafe(self, "")}, nil
	}
	return Tuple{keepSafe(self, before), keepSafe(self, sep), keepSafe(self, after)}, nil
}

func rpartition(self, arg any) (any, error) {
	sep, err := partitionArg(arg)
	if err != nil {
		return nil, err
	}
	s := selfText(self)
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return Tuple{keepSafe(self, ""), keepSafe(self, ""), self}, nil
	}
	return Tuple{keepSafe(self, s[:i]), keepSafe(self, sep), keepSafe(self, s[i+len(sep):])}, nil
}

func join(self, arg any) (any, error) {
	seq, err := Iterate(arg)
	if IsException(err, "TypeError") {
		return nil, typeError("can only join an iterable")
	}
	if err != nil {
		return nil, err
	}
	_, safe := self.(Markup)
	var texts []string
	size := 0
	for item, err := range seq {
		if err != nil {
			return nil, err
		}
		s, ok := asString(item)
		if safe {
			s, ok = string(EscapeValue(item)), true
		}
		if !ok {
			return nil, typeError("sequence item %d: expected str instance, %s found", len(texts), TypeName(item))
		}
		size += len(s) + len(selfText(self))
		if size > MaxSize {
			return nil, grow(int64(size), 1, MaxSize)
		}
		texts = append(texts, s)
	}
	return keepSafe(self, strings.Join(texts, selfText(self))), nil
}
