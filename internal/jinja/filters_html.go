package jinja

import (
	"html"
	"strings"

	"goplay/internal/value"
)

func addHTML(r *Registry, add func(name, spec string, code bound)) {
	escape := builtin("markupsafe._speedups.escape", 1, func(_ *Call, a []any) (any, error) {
		if _, err := str(a[0]); err != nil {
			return nil, err
		}
		return value.EscapeValue(a[0]), nil
	})
	r.Filter("escape", escape)
	r.Filter("e", escape)
	add("forceescape", "value", func(_ *Call, a []any) (any, error) {
		s, err := str(a[0])
		return value.Escape(s), err
	})
	r.Filter("safe", NewParams("do_mark_safe", "value").Func(func(_ *Call, a []any) (any, error) {
		s, err := str(a[0])
		return value.Markup(s), err
	}))
	r.Filter("string", builtin("markupsafe._speedups.soft_str", 1, func(_ *Call, a []any) (any, error) { return soft(a[0]) }))
	add("striptags", "value", striptags)
	add("xmlattr", "eval_ctx, d, autospace=True", xmlattr)
	add("urlencode", "value", urlencode)
	add("urlize", "eval_ctx, value, trim_url_limit=None, nofollow=False, target=None, rel=None, extra_schemes=None", urlize)
	r.Filter("format", format)
}

// without drops what stands between two marks, and the marks. What is opened
// and not closed stays.
func without(s, open, end string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		n := strings.Index(s[i+len(open):], end)
		if n < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+len(open)+n+len(end):]
	}
	b.WriteString(s)
	return b.String()
}

func striptags(_ *Call, a []any) (any, error) {
	s, err := str(a[0])
	if err != nil {
		return nil, err
	}
	s = without(without(s, "<!--", "-->"), "<", ">")
	return html.UnescapeString(strings.Join(strings.FieldsFunc(s, isSpace), " ")), nil
}

func xmlattr(c *Call, a []any) (any, error) {
	if u, ok := a[0].(*value.Undefined); ok {
		return nil, u.Err()
	}
	view, err := method(a[0], "items")
	if err != nil {
		return nil, err
	}
	pairs, err := c.Items(view)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, p := range pairs {
		k, v := p.(value.Tuple)[0], p.(value.Tuple)[1]
		if v == nil || value.IsUndefined(v) {
			continue
		}
		if !isString(k) {
			return nil, value.Raise("TypeError", "expected string or bytes-like object, got '%s'", value.TypeName(k))
		}
		if name := value.Str(k); strings.ContainsAny(name, "/>=") || strings.IndexFunc(name, isSpace) >= 0 {
			return nil, value.Raise("ValueError", "Invalid character in attribute name: %s", value.Repr(k))
		}
		parts = append(parts, string(value.EscapeValue(k))+`="`+string(value.EscapeValue(v))+`"`)
	}
	text := strings.Join(parts, " ")
	space, err := truth(a[1])
	if err == nil && space && text != "" {
		text = " " + text
	}
	return text, err
}

// quote is urllib's quote of str(v); the characters in safe stay.
func quote(v any, safe string) (string, error) {
	s := ""
	if b, ok := v.(value.Bytes); ok {
		s = string(b)
	} else {
		var err error
		if s, err = str(v); err != nil {
			return "", err
		}
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("_.-~"+safe, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String(), nil
}

func urlencode(c *Call, a []any) (any, error) {
	if isString(a[0]) {
		return quote(a[0], "/")
	}
	iterable, err := isIterable(a[0])
	if err != nil {
		return nil, err
	}
	if !iterable {
		return quote(a[0], "/")
	}
	source := a[0]
	if isMapping(source) {
		if source, err = method(source, "items"); err != nil {
			return nil, err
		}
	}
	pairs, err := c.Items(source)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, p := range pairs {
		pair, err := unpack(p, 2)
		if err != nil {
			return nil, err
		}
		k, err := quote(pair[0], "")
		if err != nil {
			return nil, err
		}
		v, err := quote(pair[1], "")
		if err != nil {
			return nil, err
		}
		parts = append(parts, strings.ReplaceAll(k, "%20", "+")+"="+strings.ReplaceAll(v, "%20", "+"))
	}
	return strings.Join(parts, "&"), nil
}

func format(c *Call) (any, error) {
	if len(c.Args) == 0 {
		return nil, value.Raise("TypeError", "do_format() missing 1 required positional argument: 'value'")
	}
	args := c.Args[1:]
	if len(args) > 0 && c.Kwargs.Len() > 0 {
		return nil, argumentError("can't handle positional and keyword arguments at the same time")
	}
	s, err := soft(c.Args[0])
	if err != nil {
		return nil, err
	}
	if c.Kwargs.Len() > 0 {
		return value.Mod(s, c.Kwargs)
	}
	return value.Mod(s, value.Tuple(args))
}

func toJSON(_ *Call, a []any) (any, error) {
	o := value.JSONOptions{SortKeys: true}
	if a[1] != nil {
		o.Indent = a[1]
	}
	s, err := value.EncodeJSON(a[0], o)
	if err != nil {
		return nil, err
	}
	return value.Markup(strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(s)), nil
}
