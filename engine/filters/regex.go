package filters

import (
	"strings"
	"sync"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/pyre"
	"goplay/internal/value"
)

// regexes keeps compiled patterns: filters are mapped over lists, with the same
// pattern for every item.
type regexes struct {
	mu    sync.Mutex
	known map[regexKey]*pyre.Regexp
}

type regexKey struct {
	pattern string
	flags   pyre.Flags
}

// maxRegexes bounds what is kept.
const maxRegexes = 512

func newRegexes() *regexes { return &regexes{known: map[regexKey]*pyre.Regexp{}} }

func (r *regexes) filters() table {
	return table{
		"regex_replace": aside(r.replace),
		"regex_search":  aside(r.search),
		"regex_findall": aside(r.findall),
		"regex_escape":  regexEscape,
	}
}

func (r *regexes) tests() table {
	return table{"match": aside(r.test("match")), "search": aside(r.test("search")), "regex": aside(r.test(""))}
}

// aside is for what takes long over short texts: a pattern may try many ways to
// match.
func aside(code jinja.Func) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		return c.Aside(func() (any, error) { return code(c) })
	}
}

// patternOf is a pattern as re.compile takes it.
func patternOf(v any) (string, error) {
	if s, ok := isText(v); ok {
		return s, nil
	}
	if err := value.Hashable(v); err != nil {
		return "", err
	}
	if _, ok := v.(value.Bytes); ok {
		return "", value.Raise("TypeError", "cannot use a bytes pattern on a string-like object")
	}
	return "", value.Raise("TypeError", "first argument must be string or compiled pattern")
}

func (r *regexes) compile(a *args, given any) (*pyre.Regexp, error) {
	pattern, err := patternOf(given)
	if err != nil {
		return nil, err
	}
	var flags pyre.Flags
	if a.truth("ignorecase", false) {
		flags |= pyre.IgnoreCase
	}
	if a.truth("multiline", false) {
		flags |= pyre.Multiline
	}
	key := regexKey{pattern, flags}
	re, err := r.compiled(key)
	if err != nil {
		return nil, err
	}
	return re.With(a.tick), nil
}

// compiled is the pattern of a key.
func (r *regexes) compiled(key regexKey) (*pyre.Regexp, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if re := r.known[key]; re != nil {
		return re, nil
	}
	re, err := pyre.Compile(key.pattern, key.flags)
	if err != nil {
		return nil, value.Raise("re.error", "%s", err.Error())
	}
	if len(r.known) >= maxRegexes {
		clear(r.known)
	}
	r.known[key] = re
	return re, nil
}

func (r *regexes) replace(c *jinja.Call) (any, error) {
	a, err := bind(c, "value? pattern? replacement? ignorecase? multiline? count? mandatory_count?")
	if err != nil {
		return nil, err
	}
	re, err := r.compile(a, a.or("pattern", ""))
	if err != nil {
		return nil, err
	}
	count, err := a.integer("count", 0)
	if err != nil {
		return nil, err
	}
	replacement, isStr := isText(a.or("replacement", ""))
	if !isStr {
		return nil, value.Raise("TypeError", "decoding to str: need a bytes-like object, %s found", value.TypeName(a.get("replacement")))
	}
	out, n, err := re.Sub(replacement, a.text("value", ""), int(count))
	if err != nil {
		return nil, value.Raise("re.error", "%s", err.Error())
	}
	if want, err := a.integer("mandatory_count", 0); err != nil || want != 0 && int(want) != n {
		if err != nil {
			return nil, err
		}
		return nil, filterError("'%s' should match %d times, but matches %d times in '%s'", re.Pattern, want, n, a.text("value", ""))
	}
	return out, nil
}

// How a group is asked for; what follows is not looked at, and \g<1> is a
// group that has the name 1.
var (
	namedGroup    = lazy.Regexp(`^\\g<(\S+)>`)
	numberedGroup = lazy.Regexp(`^\\([0-9]+)`)
)

// search gives the matched text, or a list of the groups asked for as \1 or
// \g<name>.
func (r *regexes) search(c *jinja.Call) (any, error) {
	ignoreCase, multiline := value.Truth(keyword(c, "ignorecase")), value.Truth(keyword(c, "multiline"))
	plain := *c
	plain.Kwargs = nil
	a, err := bind(&plain, "value regex *groups")
	if err != nil {
		return nil, err
	}
	var groups []any // numbers or names
	for _, g := range a.rest {
		spec := value.Str(g)
		switch {
		case strings.HasPrefix(spec, `\g`):
			name := namedGroup.FindStringSubmatch(spec)
			if name == nil {
				return nil, value.Raise("AttributeError", "'NoneType' object has no attribute 'group'")
			}
			groups = append(groups, name[1])
		case strings.HasPrefix(spec, `\`):
			number := numberedGroup.FindStringSubmatch(spec)
			if number == nil {
				return nil, value.Raise("AttributeError", "'NoneType' object has no attribute 'group'")
			}
			n, ok := digits(number[1])
			if !ok {
				return nil, value.Raise("IndexError", "no such group")
			}
			groups = append(groups, n)
		default:
			return nil, filterError("Unknown argument")
		}
	}
	a.vals["ignorecase"], a.vals["multiline"] = ignoreCase, multiline
	re, err := r.compile(a, a.get("regex"))
	if err != nil {
		return nil, err
	}
	m := re.Search(plainText(a.get("value")))
	if m == nil {
		return nil, nil
	}
	if len(groups) == 0 {
		return m.String(), nil
	}
	found := value.NewList()
	for _, g := range groups {
		v, err := groupOf(re, m, g)
		if err != nil {
			return nil, err
		}
		found.Append(v)
	}
	return found, nil
}

func groupOf(re *pyre.Regexp, m *pyre.Match, g any) (any, error) {
	i, ok := g.(int)
	if name, named := g.(string); named {
		i, ok = re.Names()[name]
	}
	if !ok || i > re.Groups() {
		return nil, value.Raise("IndexError", "no such group")
	}
	if text, took := m.Group(i); took {
		return text, nil
	}
	return nil, nil
}

func digits(s string) (int, bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func keyword(c *jinja.Call, name string) any {
	v, _ := c.Kwargs.Get(name)
	return v
}

func (r *regexes) findall(c *jinja.Call) (any, error) {
	a, err := bind(c, "value regex multiline? ignorecase?")
	if err != nil {
		return nil, err
	}
	re, err := r.compile(a, a.get("regex"))
	if err != nil {
		return nil, err
	}
	found := value.NewList()
	for _, m := range re.FindAll(plainText(a.get("value")), -1) {
		switch re.Groups() {
		case 0:
			found.Append(m.String())
		case 1:
			g, _ := m.Group(1)
			found.Append(g)
		default:
			var groups value.Tuple
			for i := 1; i <= re.Groups(); i++ {
				g, _ := m.Group(i)
				groups = append(groups, g)
			}
			found.Append(groups)
		}
	}
	return found, nil
}

func regexEscape(c *jinja.Call) (any, error) {
	a, err := bind(c, "string re_type?")
	if err != nil {
		return nil, err
	}
	s := plainText(a.get("string"))
	switch kind := a.text("re_type", "python"); kind {
	case "python":
		return pyre.Escape(s), nil
	case "posix_basic":
		var b strings.Builder
		for i := range len(s) {
			if strings.IndexByte(`].[^$*\`, s[i]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		}
		return b.String(), nil
	case "posix_extended":
		return nil, filterError("Regex type (%s) not yet implemented", kind)
	default:
		return nil, filterError("Invalid regex type (%s)", kind)
	}
}

// test matches at the start, anywhere, or as match_type says.
func (r *regexes) test(kind string) jinja.Func {
	params := "value pattern? ignorecase? multiline?"
	if kind == "" {
		params += " match_type?"
	}
	return func(c *jinja.Call) (any, error) {
		a, err := bind(c, params)
		if err != nil {
			return nil, err
		}
		re, err := r.compile(a, a.or("pattern", ""))
		if err != nil {
			return nil, err
		}
		how := kind
		if how == "" {
			how = a.text("match_type", "search")
		}
		text := plainText(a.get("value"))
		var m *pyre.Match
		switch how {
		case "match":
			m = re.Match(text)
		case "search":
			m = re.Search(text)
		case "fullmatch":
			m = re.FullMatch(text)
		default:
			return nil, value.Raise("TypeError", "'str' object is not callable")
		}
		return m != nil, nil
	}
}
