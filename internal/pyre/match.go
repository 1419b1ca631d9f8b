package pyre

import "github.com/dlclark/regexp2"

// Match is one match of a pattern in a text.
type Match struct {
	re   *Regexp
	text []rune
	m    *regexp2.Match
}

// Start is where the match begins, End where it ends: characters of the text,
// or bytes for a pattern of bytes.
func (m *Match) Start() int { return m.m.Index }

// End is the position after the match.
func (m *Match) End() int { return m.m.Index + m.m.Length }

// String is the text that matched.
func (m *Match) String() string { return encode(m.text[m.Start():m.End()], m.re.flags) }

// Group is the text of a group by its number, 0 for the whole match; false
// when the group took no part or there is none of that number.
func (m *Match) Group(i int) (string, bool) {
	start, end, ok := m.Span(i)
	if !ok {
		return "", false
	}
	return encode(m.text[start:end], m.re.flags), true
}

// Span is where a group begins and ends.
func (m *Match) Span(i int) (start, end int, ok bool) {
	g := m.m.GroupByNumber(i)
	if g == nil || len(g.Captures) == 0 {
		return 0, 0, false
	}
	return g.Index, g.Index + g.Length, true
}

// Around cuts the text into what is before a group, the group and what is
// after it. A group that took no part is empty and at the start.
func (m *Match) Around(i int) (before, group, after string) {
	start, end, _ := m.Span(i)
	f := m.re.flags
	return encode(m.text[:start], f), encode(m.text[start:end], f), encode(m.text[end:], f)
}

// Named is the text of a group by its name.
func (m *Match) Named(name string) (string, bool) {
	i, ok := m.re.names[name]
	if !ok {
		return "", false
	}
	return m.Group(i)
}

// Prefix and Suffix are the texts before and after the match.
func (m *Match) Prefix() string { return encode(m.text[:m.Start()], m.re.flags) }

// Suffix is the text after the match.
func (m *Match) Suffix() string { return encode(m.text[m.End():], m.re.flags) }

// Expand fills a replacement template with the match's groups, as Python's
// Match.expand does.
func (m *Match) Expand(template string) (string, error) {
	t, err := m.re.parseTemplate(template)
	if err != nil {
		return "", err
	}
	return t.expand(m), nil
}
