package lookups

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

// span is what a sequence goes through.
type span struct {
	start, end, stride, count int64
	hasEnd, hasCount          bool
	format                    string
}

var shortcut = lazy.Regexp(`(?i)^(?:(0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(?:/(0?x?[0-9a-f]+))?(?::(.+))?$`)

// sequence gives numbers as text: "start=1 end=5 stride=2 format=host%02d",
// "count=4", or in short "5", "2-10/2", "4:host%02d".
func sequence(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		text := value.Str(term)
		s := span{start: 1, stride: 1, format: "%d"}
		var err error
		if m := shortcut.FindStringSubmatch(text); m != nil {
			err = s.short(m)
		} else {
			params, options := keyValues(text)
			if len(params) > 0 {
				options["_raw_params"] = strings.Join(params, " ")
			}
			s, err = spanOf(options)
		}
		if err != nil {
			return nil, err
		}
		items, err := s.items()
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	return out, nil
}

func (s *span) short(m []string) error {
	for i, part := range []struct {
		name string
		to   *int64
	}{{"start", &s.start}, {"end", &s.end}, {"stride", &s.stride}} {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.ParseInt(m[i+1], 0, 64)
		if err != nil {
			return failure("can't parse %s=%s as integer", part.name, m[i+1])
		}
		*part.to = n
	}
	s.hasEnd = true
	if m[4] != "" {
		s.format = m[4]
	}
	return nil
}

func spanOf(options map[string]string) (span, error) {
	s := span{start: 1, stride: 1, format: "%d"}
	for _, part := range []struct {
		name  string
		to    *int64
		given *bool
	}{{"start", &s.start, nil}, {"end", &s.end, &s.hasEnd}, {"count", &s.count, &s.hasCount}, {"stride", &s.stride, nil}} {
		text, ok := options[part.name]
		delete(options, part.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return s, failure("can't parse %s=%s as integer", part.name, text)
		}
		if *part.to = n; part.given != nil {
			*part.given = true
		}
	}
	if format, ok := options["format"]; ok {
		s.format = format
		delete(options, "format")
	}
	if len(options) > 0 {
		return s, failure("unrecognized arguments to with_sequence: %s", value.Repr(value.Strings(slices.Sorted(maps.Keys(options)))))
	}
	return s, nil
}

func (s span) items() ([]any, error) {
	switch {
	case !s.hasEnd && !s.hasCount:
		return nil, failure("must specify count or end in with_sequence")
	case s.hasEnd && s.hasCount:
		return nil, failure("can't specify both count and end in with_sequence")
	case s.hasCount && s.count != 0:
		s.end = s.start + s.count*s.stride - s.stride
	case s.hasCount:
		return []any{}, nil
	case s.stride > 0 && s.end < s.start:
		return nil, failure("to count backwards make stride negative")
	case s.stride < 0 && s.end > s.start:
		return nil, failure("to count forward don't make stride negative")
	case s.stride == 0:
		return []any{}, nil
	}
	if !strings.Contains(s.format, "%") {
		return nil, failure("bad formatting string: %s", s.format)
	}
	out := []any{}
	for n := s.start; s.stride > 0 && n <= s.end || s.stride < 0 && n >= s.end; n += s.stride {
		if len(out) >= maxRows {
			return nil, failure("with_sequence has more than %d items", maxRows)
		}
		text, err := value.Percent(s.format, n)
		if err != nil {
			return nil, failure("problem formatting %d with %s", n, value.Repr(s.format))
		}
		out = append(out, text)
	}
	return out, nil
}
