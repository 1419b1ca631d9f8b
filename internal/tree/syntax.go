package tree

import (
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"goplay/internal/lazy"
	"goplay/internal/source"
)

const quoteBraces = `a value that starts with {{ is read as a mapping: put quotes around all of it, as in "{{ name }}"`

var (
	undefinedAlias = lazy.Regexp(`^unknown anchor '(.*)' referenced$`)
	yamlPrefix     = lazy.Regexp(`^yaml: (?:line \d+: )?`)
	bareBraces     = lazy.Regexp(`(?:^|[:-])\s+\{\{|^\s*\{\{`)
	afterValue     = lazy.Regexp(`[:-]\s+(?:"(?:[^"\\]|\\.)*"|'[^']*'|\{.*?\}+|\[.*?\]+)\s*([^\s#,:])`)
	afterQuote     = lazy.Regexp(`[:-]\s+("[^"\\]*"|'[^']*')\s*[^\s,#}\]:]`)
	colonInside    = lazy.Regexp(`:\s+[^"'\s{\[|>].*:(?:\s|$)`)
)

// suspects are the characters that a message is about.
var suspects = map[string]string{
	"mapping values are not allowed":         ":",
	"found character that cannot start any":  "\t@`%",
	"block sequence entries are not allowed": "-",
	"found undefined alias":                  "*",
}

// drip hands out a file byte by byte and counts: how far the scanner got
// tells where it stumbled, which yaml.v3 does not say.
type drip struct {
	data string
	read int
}

func (d *drip) Read(p []byte) (int, error) {
	if d.read >= len(d.data) {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	p[0] = d.data[d.read]
	d.read++
	return 1, nil
}

// syntaxFault places and words what yaml.v3 refused of the file as it read it.
func (t *text) syntaxFault(data []byte, err error) error {
	d := &drip{data: string(data)}
	decoder := yaml.NewDecoder(d)
	for {
		var document yaml.Node
		if decoder.Decode(&document) != nil {
			break
		}
	}
	msg := undefinedAlias.ReplaceAllString(yamlPrefix.ReplaceAllString(err.Error(), ""), "found undefined alias '$1'")
	at := t.stumble(d.read, msg)
	fault := source.Errorf(at, "%s", msg)
	fault.Hint = t.syntaxHint(at.Line, msg)
	return fault
}

// stumble guesses the place from how much was read. The scanner looks a few
// characters ahead, over line ends and white space.
func (t *text) stumble(read int, msg string) source.Pos {
	if strings.HasPrefix(msg, "found unexpected end of stream") || strings.HasPrefix(msg, "did not find expected ',' or") {
		return t.pos(len(strings.TrimRight(t.data[:read], " \t\r\n")))
	}
	at := max(0, read-1)
	for start, marks := range suspects {
		if strings.HasPrefix(msg, start) {
			if found := strings.LastIndexAny(t.data[:read], marks); found >= 0 {
				at = found
			}
			return t.pos(at)
		}
	}
	for at > 0 && (t.data[at] == '\n' || t.data[at] == '\r' || t.data[at] == ' ') {
		at--
	}
	pos := t.pos(at)
	line := t.line(pos.Line)
	if after := afterValue.FindStringSubmatchIndex(line); after != nil {
		pos.Col = 1 + utf8.RuneCountInString(line[:after[2]])
		return pos
	}
	pos.Col = 1 + utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " "))
	return pos
}

// syntaxHint looks at the line, and the one before, for what people do wrong most.
func (t *text) syntaxHint(number int, msg string) string {
	for _, line := range []string{t.line(number), t.line(number - 1)} {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		switch {
		case strings.Contains(indent, "\t"):
			return "tabs can't indent YAML: use spaces"
		case bareBraces.MatchString(line):
			return quoteBraces
		case afterQuote.MatchString(line):
			return "text goes on after a closing quote: put quotes around the whole value"
		case colonInside.MatchString(line):
			return `": " inside a value needs quotes around the value`
		}
	}
	switch {
	case strings.Contains(msg, "expected key"), strings.Contains(msg, "expected '-' indicator"):
		return "look at the indentation of this line and of the one before it"
	case strings.Contains(msg, "expected ',' or"), strings.Contains(msg, "unexpected end of stream"):
		return "a quote or bracket is not closed"
	}
	return ""
}
