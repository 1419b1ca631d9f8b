package jinja

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"goplay/internal/value"
)

func addText(add func(name, spec string, code bound)) {
	for _, name := range []string{"capitalize", "lower", "upper"} {
		add(name, "s", textMethod(name))
	}
	add("center", "value, width=80", func(_ *Call, a []any) (any, error) {
		s, err := soft(a[0])
		if err != nil {
			return nil, err
		}
		return method(s, "center", a[1])
	})
	add("trim", "value, chars=None", func(_ *Call, a []any) (any, error) {
		s, err := soft(a[0])
		if err != nil {
			return nil, err
		}
		return method(s, "strip", a[1])
	})
	add("title", "s", title)
	add("indent", "s, width=4, first=False, blank=False", indent)
	add("replace", "eval_ctx, s, old, new, count=None", replace)
	add("truncate", "environment, s, length=255, killwords=False, end='...', leeway=None", truncate)
	add("wordcount", "s", wordcount)
	add("wordwrap", "environment, s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True", wordwrap)
}

// soft is markupsafe's soft_str: strings as they are, Markup too.
func soft(v any) (any, error) {
	if _, ok := v.(value.Markup); ok {
		return v, nil
	}
	return str(v)
}

func textMethod(name string) bound {
	return func(_ *Call, a []any) (any, error) {
		s, err := soft(a[0])
		if err != nil {
			return nil, err
		}
		return method(s, name)
	}
}

// title makes the first letter of each word upper case and the rest lower.
func title(_ *Call, a []any) (any, error) {
	s, err := str(a[0])
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(s))
	start := true
	for _, r := range s {
		breaks := r == '-' || r == '(' || r == '{' || r == '[' || r == '<' || isSpace(r)
		switch {
		case r < utf8.RuneSelf && start && 'a' <= r && r <= 'z':
			b = append(b, byte(r)-'a'+'A')
		case r < utf8.RuneSelf && !start && 'A' <= r && r <= 'Z':
			b = append(b, byte(r)-'A'+'a')
		case r < utf8.RuneSelf:
			b = append(b, byte(r))
		case start && !breaks:
			b = append(b, toUpper(r)...)
		default:
			b = append(b, toLower(r)...)
		}
		start = breaks
	}
	return string(b), nil
}

func toUpper(r rune) string {
	s, _ := method(string(r), "upper")
	text, _ := s.(string)
	return text
}

func toLower(r rune) string {
	s, _ := method(string(r), "lower")
	text, _ := s.(string)
	return text
}

func indent(_ *Call, a []any) (any, error) {
	var width string
	switch w := a[1].(type) {
	case string:
		width = w
	case *value.Undefined:
		return nil, w.Err()
	default:
		n, err := index(w)
		if err != nil {
			return nil, value.Raise("TypeError", "can't multiply sequence by non-int of type '%s'", value.TypeName(w))
		}
		if n > 1<<20 {
			return nil, &LimitError{"the indentation is too wide"}
		}
		width = strings.Repeat(" ", int(max(n, 0)))
	}
	if !isString(a[0]) {
		if u, ok := a[0].(*value.Undefined); ok {
			return nil, u.Err()
		}
		if _, ok := a[0].(value.Tuple); ok {
			return nil, value.Raise("TypeError", "can only concatenate tuple (not \"str\") to tuple")
		}
		if _, ok := a[0].(*value.List); ok {
			return nil, value.Raise("AttributeError", "'list' object has no attribute 'splitlines'")
		}
		return nil, value.Raise("TypeError", "unsupported operand type(s) for +=: '%s' and 'str'", value.TypeName(a[0]))
	}
	first, err := truth(a[2])
	if err != nil {
		return nil, err
	}
	blank, err := truth(a[3])
	if err != nil {
		return nil, err
	}
	text := value.Str(a[0])
	if err := fits(len(text) + len(width)*(1+strings.Count(text, "\n"))); err != nil {
		return nil, err
	}
	text = indented(text, width, first, blank)
	if _, ok := a[0].(value.Markup); ok {
		return value.Markup(text), nil
	}
	return text, nil
}

func indented(s, width string, first, blank bool) string {
	lines := value.SplitLines(s+"\n", false)
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == 0 && first || i > 0 && (blank || line != "") {
			b.WriteString(width)
		}
		b.WriteString(line)
	}
	return b.String()
}

func replace(_ *Call, a []any) (any, error) {
	var parts [3]string
	for i := range parts {
		s, err := str(a[i])
		if err != nil {
			return nil, err
		}
		parts[i] = s
	}
	n := int64(-1)
	if a[3] != nil {
		var err error
		if n, err = index(a[3]); err != nil {
			return nil, err
		}
	}
	return value.ReplaceText(parts[0], parts[1], parts[2], int(n))
}

// truncated says whether a text is short enough, and how much of it to keep.
func truncated(v, length, leeway any, endLen int64) (fits bool, keep any, err error) {
	if ok, err := value.Compare(">=", length, endLen); !ok || err != nil {
		return false, nil, cmp.Or(err, value.Raise("AssertionError", "expected length >= %d, got %s", endLen, value.Str(length)))
	}
	if ok, err := value.Compare(">=", leeway, int64(0)); !ok || err != nil {
		return false, nil, cmp.Or(err, value.Raise("AssertionError", "expected leeway >= 0, got %s", value.Str(leeway)))
	}
	n, err := value.Len(v)
	if err != nil {
		return false, nil, err
	}
	most, err := value.Add(length, leeway)
	if err != nil {
		return false, nil, err
	}
	if fits, err = value.Compare("<=", int64(n), most); fits || err != nil {
		return fits, nil, err
	}
	keep, err = value.Sub(length, endLen)
	return false, keep, err
}

func truncate(_ *Call, a []any) (any, error) {
	length, leeway := a[1], a[4]
	if leeway == nil {
		leeway = int64(5)
	}
	end, err := str(a[3])
	if err != nil {
		return nil, err
	}
	fits, keep, err := truncated(a[0], length, leeway, int64(utf8.RuneCountInString(end)))
	if fits || err != nil {
		return a[0], err
	}
	cut, err := value.Subslice(a[0], nil, keep, nil)
	if err != nil {
		return nil, err
	}
	if kill, err := truth(a[2]); err != nil {
		return nil, err
	} else if !kill {
		parts, err := method(cut, "rsplit", " ", int64(1))
		if err != nil {
			return nil, err
		}
		if cut, err = value.Item(parts, int64(0)); err != nil {
			return nil, err
		}
	}
	return value.Add(cut, a[3])
}

func wordcount(_ *Call, a []any) (any, error) {
	s, err := str(a[0])
	if err != nil {
		return nil, err
	}
	n, inside := 0, false
	for _, r := range s {
		word := isWord(r) || unicode.Is(unicode.Nd, r)
		if word && !inside {
			n++
		}
		inside = word
	}
	return int64(n), nil
}
