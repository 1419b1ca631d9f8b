package jinja

import (
	"strings"

	"goplay/internal/textwrap"
	"goplay/internal/value"
)

func wordwrap(c *Call, a []any) (any, error) {
	s, ok := a[0].(string)
	if !ok {
		if m, isMarkup := a[0].(value.Markup); isMarkup {
			s = string(m)
		} else if u, undef := a[0].(*value.Undefined); undef {
			return nil, u.Err()
		} else {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'splitlines'", value.TypeName(a[0]))
		}
	}
	if s == "" {
		return "", nil
	}
	if _, err := compare("<=", a[1], int64(0)); err != nil {
		return nil, err
	}
	width, err := index(a[1])
	if err != nil {
		return nil, err
	}
	long, err := truth(a[2])
	if err != nil {
		return nil, err
	}
	hyphens, err := truth(a[4])
	if err != nil {
		return nil, err
	}
	sep := c.Env.syntax.newline
	if a[3] != nil {
		if sep, ok = a[3].(string); !ok {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'join'", value.TypeName(a[3]))
		}
	}
	if width <= 0 && s != "" {
		return nil, value.Raise("ValueError", "invalid width %d (must be > 0)", width)
	}
	var lines []string
	total := 0
	for _, line := range value.SplitLines(s, false) {
		if err := c.Work(1 + len(line)/unitBytes); err != nil {
			return nil, err
		}
		wrapped := textwrap.Wrap(line, int(width), long, hyphens)
		if total += len(line) + len(wrapped)*len(sep); total > value.MaxSize {
			return nil, fits(total)
		}
		lines = append(lines, strings.Join(wrapped, sep))
	}
	return strings.Join(lines, sep), nil
}
