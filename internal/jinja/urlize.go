package jinja

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

var (
	urlPattern = lazy.Regexp(`(?i)^((https?://|www\.)(([\p{L}\p{N}_%-]+\.)+)?([a-z]{2,63}|xn--[\p{L}\p{N}_%]{2,59})` +
		`|([\p{L}\p{N}_%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)` +
		`|(https?://)((\d{1,3}(\.\d{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}])))` +
		`(?::\d{1,5})?(?:[/?#][^\s\v]*)?$`)
	mailPattern   = lazy.Regexp(`^[^\s\v]+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$`)
	schemePattern = lazy.Regexp(`^[\p{L}\p{N}_.+-]{2,}:/{0,2}$`)
	urlHead       = lazy.Regexp(`^([(<]|&lt;)+`)
	urlTail       = lazy.Regexp(`([)>.,\n]|&gt;)+$`)
)

// linker makes links of the addresses in a text.
type linker struct {
	limit      any   // nil: no limit
	wrong      error // of the limit, once there is something to cut
	attributes string
	schemes    []string
	tick       func(steps int) // pays for a word that has to be looked at closely
}

func urlize(c *Call, a []any) (any, error) {
	l := &linker{limit: a[1]}
	rel := map[string]bool{"noopener": true}
	if a[4] != nil {
		for _, word := range strings.Fields(value.Str(a[4])) {
			rel[word] = true
		}
	}
	nofollow, err := truth(a[2])
	if err != nil {
		return nil, err
	}
	if nofollow {
		rel["nofollow"] = true
	}
	words := sortedKeys(rel)
	sort.Strings(words)
	l.attributes = ` rel="` + string(value.Escape(strings.Join(words, " "))) + `"`
	if value.Truth(a[3]) {
		l.attributes += ` target="` + string(value.EscapeValue(a[3])) + `"`
	}
	if a[5] != nil {
		schemes, err := c.Items(a[5])
		if err != nil {
			return nil, err
		}
		for _, s := range schemes {
			text, _ := s.(string)
			if !schemePattern.MatchString(text) {
				return nil, argumentError("%s is not a valid URI scheme prefix.", value.Repr(s))
			}
			l.schemes = append(l.schemes, text)
		}
	}
	if _, err := str(a[0]); err != nil {
		return nil, err
	}
	l.tick = c.Tick
	text := l.text(string(value.EscapeValue(a[0])))
	if l.wrong != nil {
		return nil, l.wrong
	}
	return text, nil
}

func (l *linker) text(s string) string {
	var b strings.Builder
	for s != "" {
		end := strings.IndexFunc(s, isGap)
		if end < 0 {
			end = len(s)
		}
		b.WriteString(l.word(s[:end]))
		next := strings.IndexFunc(s[end:], func(r rune) bool { return !isGap(r) })
		if next < 0 {
			next = len(s) - end
		}
		b.WriteString(s[end : end+next])
		s = s[end+next:]
	}
	return b.String()
}

// isGap is \s of Python's regular expressions.
func isGap(r rune) bool {
	return r <= ' ' && (r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f) || r >= 0x85 && (r == 0x85 || unicode.Is(unicode.Z, r))
}

// plainWord reports whether there is no address in a word: each has a point, an
// @ or a scheme.
func (l *linker) plainWord(s string) bool {
	return strings.IndexByte(s, '.') < 0 && strings.IndexByte(s, '@') < 0 && strings.IndexByte(s, ':') < 0 && len(l.schemes) == 0
}

func (l *linker) word(middle string) string {
	if l.plainWord(middle) {
		return middle
	}
	l.tick(itemSteps)
	head := urlHead.FindString(middle)
	middle = middle[len(head):]
	tail := urlTail.FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		opened := strings.Count(middle, pair[0])
		if opened <= strings.Count(middle, pair[1]) {
			continue
		}
		for range min(opened, strings.Count(tail, pair[1])) {
			end := strings.Index(tail, pair[1]) + len(pair[1])
			middle, tail = middle+tail[:end], tail[end:]
		}
	}
	return head + l.link(middle) + tail
}

func (l *linker) link(s string) string {
	switch {
	case urlPattern.MatchString(s):
		href := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			href = "https://" + s
		}
		return `<a href="` + href + `"` + l.attributes + `>` + l.trim(s) + `</a>`
	case strings.HasPrefix(s, "mailto:") && mailPattern.MatchString(s[7:]):
		return `<a href="` + s + `">` + s[7:] + `</a>`
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.Contains(s, ":") && mailPattern.MatchString(s):
		return `<a href="mailto:` + s + `">` + s + `</a>`
	}
	for _, scheme := range l.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			s = `<a href="` + s + `"` + l.attributes + `>` + s + `</a>`
		}
	}
	return s
}

func (l *linker) trim(s string) string {
	if l.limit == nil || l.wrong != nil {
		return s
	}
	long, err := value.Compare(">", int64(utf8.RuneCountInString(s)), l.limit)
	if !long || err != nil {
		l.wrong = err
		return s
	}
	cut, err := value.Subslice(s, nil, l.limit, nil)
	if err != nil {
		l.wrong = err
		return s
	}
	return value.Str(cut) + "..."
}
