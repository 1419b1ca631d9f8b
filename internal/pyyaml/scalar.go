package pyyaml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (e *emitter) scalar(n *node, at place) {
	a := analyze(n.text, e.unicode)
	style := e.style(n, a, at)
	switch {
	case n.tag != "":
		e.tag(n.tag)
	case n.typed && style != 0:
		e.tag("!")
	}
	e.increaseIndent(true, false)
	defer e.decreaseIndent()
	breaks := !at.simpleKey
	switch style {
	case '\'':
		e.singleQuoted(n.text, breaks)
	case '"':
		e.doubleQuoted(n.text, breaks)
	case '|':
		e.literal(n.text)
	case '>':
		e.folded(n.text)
	default:
		e.plain(n.text, breaks)
	}
}

// style picks the simplest style that keeps the text; 0 is plain.
func (e *emitter) style(n *node, a analysis, at place) byte {
	style := n.style
	if e.canonical {
		style = '"'
	}
	if at.simpleKey && a.multiline {
		style = '"'
	}
	if style == 0 {
		allowed := a.blockPlain
		if e.flowLevel > 0 {
			allowed = a.flowPlain
		}
		if !allowed || n.text == "" && (e.flowLevel > 0 || at.simpleKey) || n.tag == "" && !n.plain {
			style = '\''
		}
	}
	if style == '\'' && !a.singleQuoted {
		style = '"'
	}
	if (style == '|' || style == '>') && (!a.blockScalar || e.flowLevel > 0 || at.simpleKey) {
		style = '"'
	}
	return style
}

func (e *emitter) plain(text string, allowBreaks bool) {
	if !e.whitespace && (text != "" || e.flowLevel > 0) {
		e.put(" ")
	}
	spaces := false
	for i, r := range text {
		if r == ' ' {
			next := byte(0)
			if i+1 < len(text) {
				next = text[i+1]
			}
			if allowBreaks && !spaces && e.column > e.bestWidth && next != ' ' {
				e.writeIndent()
			} else {
				e.put(" ")
			}
			spaces = true
			continue
		}
		e.put(text[i : i+width(text[i:])])
		spaces, e.indention = false, false
	}
	e.whitespace, e.indention = false, false
}

func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

func (e *emitter) singleQuoted(text string, allowBreaks bool) {
	e.indicator("'", true, false, false)
	spaces, breaks := false, false
	for i, r := range text {
		char := text[i : i+width(text[i:])]
		switch {
		case r == ' ':
			inside := i > 0 && i < len(text)-1 && text[i+1] != ' '
			if allowBreaks && !spaces && e.column > e.bestWidth && inside {
				e.writeIndent()
			} else {
				e.put(" ")
			}
			spaces = true
		case isBreak(r):
			if !breaks && r == '\n' {
				e.newline()
			}
			e.breakChar(char)
			e.indention, breaks = true, true
		default:
			if breaks {
				e.writeIndent()
			}
			if r == '\'' {
				e.put("'")
			}
			e.put(char)
			e.indention, spaces, breaks = false, false, false
		}
	}
	if breaks {
		e.writeIndent()
	}
	e.indicator("'", false, false, false)
	e.whitespace, e.indention = false, false
}

func (e *emitter) breakChar(char string) {
	if char == "\n" {
		e.newline()
		return
	}
	e.out = append(e.out, char...)
	e.column = 0
}

var shortEscapes = map[rune]string{
	0: `\0`, '\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\v': `\v`, '\f': `\f`, '\r': `\r`, 0x1b: `\e`,
	'"': `\"`, '\\': `\\`, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`,
}

func (e *emitter) doubleQuoted(text string, allowBreaks bool) {
	e.indicator(`"`, true, false, false)
	spaces := false
	for i, r := range text {
		n := width(text[i:])
		switch {
		case !isPrintable(r) || r >= utf8.RuneSelf && !e.unicode || isBreak(r) || r == '"' || r == '\\':
			e.put(escape(r, text[i:i+n]))
			spaces = false
		case r == ' ':
			if allowBreaks && !spaces && e.column > e.bestWidth && i > 0 && i < len(text)-1 {
				e.writeIndent()
				if text[i+1] == ' ' {
					e.put(`\`)
				}
			} else {
				e.put(" ")
			}
			spaces = true
		default:
			e.put(text[i : i+n])
			spaces = false
		}
	}
	e.indicator(`"`, false, false, false)
	e.whitespace, e.indention = false, false
}

func escape(r rune, raw string) string {
	if short := shortEscapes[r]; short != "" {
		return short
	}
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02X`, raw[0])
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	default:
		return fmt.Sprintf(`\U%08X`, r)
	}
}

// hints say how a block scalar is indented and how it ends.
func (e *emitter) hints(text string) {
	first, _ := utf8.DecodeRuneInString(text)
	if text != "" && (first == ' ' || isBreak(first)) {
		e.text(fmt.Sprint(e.bestIndent))
	}
	e.openEnded = false
	last, size := utf8.DecodeLastRuneInString(text)
	before, _ := utf8.DecodeLastRuneInString(text[:len(text)-size])
	switch {
	case text == "" || !isBreak(last):
		e.text("-")
	case len(text) == size || isBreak(before):
		e.text("+")
		e.openEnded = true
	}
	e.newline()
	e.indention, e.whitespace = true, true
}

func (e *emitter) literal(text string) {
	e.indicator("|", true, false, false)
	e.hints(text)
	breaks := true
	for i, r := range text {
		char := text[i : i+width(text[i:])]
		if isBreak(r) {
			e.breakChar(char)
			e.indention, breaks = true, true
			continue
		}
		if breaks {
			e.writeIndent()
		}
		e.put(char)
		e.indention, breaks = false, false
	}
}

func (e *emitter) folded(text string) {
	e.indicator(">", true, false, false)
	e.hints(text)
	breaks, leading := true, true
	for i, r := range text {
		char := text[i : i+width(text[i:])]
		if isBreak(r) {
			if !breaks && !leading && r == '\n' {
				rest := strings.TrimLeft(text[i:], "\n\r")
				if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
					e.newline()
				}
			}
			e.breakChar(char)
			e.indention, breaks = true, true
			continue
		}
		if breaks {
			e.writeIndent()
			leading = r == ' '
		}
		next := ""
		if i+1 < len(text) {
			next = text[i+1:]
		}
		if !breaks && r == ' ' && !strings.HasPrefix(next, " ") && e.column > e.bestWidth {
			e.writeIndent()
		} else {
			e.put(char)
		}
		e.indention, breaks = false, false
	}
}
