package pyyaml

import "unicode/utf8"

// emitter writes nodes as libyaml does. whitespace and indention say whether
// the last thing written was space, and whether the line is only indentation
// and dashes so far.
type emitter struct {
	out                   []byte
	bestIndent, bestWidth int
	unicode               bool
	explicitStart         bool
	explicitEnd           bool
	lineBreak             string
	directives            []string
	indent, column        int
	indents               []int
	flowLevel             int
	whitespace, indention bool
	openEnded             bool
	canonical             bool
}

func newEmitter(o Options) *emitter {
	e := &emitter{
		bestIndent: o.Indent, bestWidth: o.Width, unicode: o.Unicode,
		explicitStart: o.ExplicitStart, explicitEnd: o.ExplicitEnd, lineBreak: o.LineBreak, directives: o.Directives, canonical: o.Canonical,
		indent: -1, whitespace: true, indention: true,
	}
	if e.bestIndent < 2 || e.bestIndent > 9 {
		e.bestIndent = 2
	}
	switch {
	case e.bestWidth < 0:
		e.bestWidth = int(^uint(0) >> 1)
	case e.bestWidth <= e.bestIndent*2:
		e.bestWidth = 80
	}
	if e.lineBreak == "" {
		e.lineBreak = "\n"
	}
	return e
}

// place is where a node stands.
type place struct{ sequence, mapping, simpleKey bool }

func (e *emitter) document(root *node) {
	for _, line := range e.directives {
		e.indicator(line, true, false, false)
		e.writeIndent()
	}
	if e.explicitStart || len(e.directives) > 0 || e.canonical {
		e.indicator("---", true, false, false)
	}
	if e.canonical {
		e.writeIndent()
	}
	e.node(root, place{})
	e.writeIndent()
	if e.explicitEnd || e.openEnded {
		e.indicator("...", true, false, false)
		e.openEnded = false
		e.writeIndent()
	}
}

func (e *emitter) node(n *node, at place) {
	if n.shown && n.anchor != "" {
		e.indicator("*", true, false, false)
		e.text(n.anchor)
		return
	}
	n.shown = true
	if n.anchor != "" {
		e.indicator("&", true, false, false)
		e.text(n.anchor)
	}
	if e.canonical && n.tag == "" {
		n.tag = n.known
	}
	if n.kind == scalar {
		e.scalar(n, at)
		return
	}
	if n.tag != "" {
		e.tag(n.tag)
	}
	flow := e.canonical || e.flowLevel > 0 || n.flow || len(n.items) == 0
	switch {
	case n.kind == sequence && flow:
		e.flowSequence(n)
	case n.kind == sequence:
		e.blockSequence(n, at)
	case flow:
		e.flowMapping(n)
	default:
		e.blockMapping(n)
	}
}

func (e *emitter) tag(tag string) {
	if !e.whitespace {
		e.put(" ")
	}
	e.text(tag)
}

func (e *emitter) increaseIndent(flow, indentless bool) {
	e.indents = append(e.indents, e.indent)
	switch {
	case e.indent < 0 && flow:
		e.indent = e.bestIndent
	case e.indent < 0:
		e.indent = 0
	case !indentless:
		e.indent += e.bestIndent
	}
}

func (e *emitter) decreaseIndent() {
	e.indent = e.indents[len(e.indents)-1]
	e.indents = e.indents[:len(e.indents)-1]
}

func (e *emitter) blockSequence(n *node, at place) {
	e.increaseIndent(false, at.mapping && !e.indention)
	for _, item := range n.items {
		e.writeIndent()
		e.indicator("-", true, false, true)
		e.node(item, place{sequence: true})
	}
	e.decreaseIndent()
}

func (e *emitter) blockMapping(n *node) {
	e.increaseIndent(false, false)
	for i := 0; i < len(n.items); i += 2 {
		e.writeIndent()
		if e.isSimpleKey(n.items[i]) {
			e.node(n.items[i], place{mapping: true, simpleKey: true})
			e.indicator(":", false, false, false)
		} else {
			e.indicator("?", true, false, true)
			e.node(n.items[i], place{mapping: true})
			e.writeIndent()
			e.indicator(":", true, false, true)
		}
		e.node(n.items[i+1], place{mapping: true})
	}
	e.decreaseIndent()
}

func (e *emitter) flowSequence(n *node) {
	e.indicator("[", true, true, false)
	e.increaseIndent(true, false)
	e.flowLevel++
	for i, item := range n.items {
		e.flowItem(i)
		e.node(item, place{sequence: true})
	}
	e.closeFlow(n)
	e.indicator("]", false, false, false)
}

func (e *emitter) flowItem(i int) {
	if i > 0 {
		e.indicator(",", false, false, false)
	}
	if e.canonical || e.column > e.bestWidth {
		e.writeIndent()
	}
}

// closeFlow is what stands before the bracket that closes a collection.
func (e *emitter) closeFlow(n *node) {
	e.flowLevel--
	e.decreaseIndent()
	if e.canonical && len(n.items) > 0 {
		e.indicator(",", false, false, false)
		e.writeIndent()
	}
}

func (e *emitter) flowMapping(n *node) {
	e.indicator("{", true, true, false)
	e.increaseIndent(true, false)
	e.flowLevel++
	for i := 0; i < len(n.items); i += 2 {
		e.flowItem(i)
		if e.isSimpleKey(n.items[i]) {
			e.node(n.items[i], place{mapping: true, simpleKey: true})
			e.indicator(":", false, false, false)
		} else {
			e.indicator("?", true, false, false)
			e.node(n.items[i], place{mapping: true})
			if e.canonical || e.column > e.bestWidth {
				e.writeIndent()
			}
			e.indicator(":", true, false, false)
		}
		e.node(n.items[i+1], place{mapping: true})
	}
	e.closeFlow(n)
	e.indicator("}", false, false, false)
}

// isSimpleKey reports whether a key fits before its colon.
func (e *emitter) isSimpleKey(n *node) bool {
	const longest = 128
	if e.canonical {
		return false
	}
	length := len(n.anchor)
	switch {
	case n.shown && n.anchor != "":
	case n.kind == scalar:
		if analyze(n.text, e.unicode).multiline {
			return false
		}
		length += len(n.tag) + len(n.text)
	default:
		if len(n.items) > 0 {
			return false
		}
		length += len(n.tag)
	}
	return length <= longest
}

func (e *emitter) put(s string) {
	e.out = append(e.out, s...)
	e.column += utf8.RuneCountInString(s)
}

// text writes s and leaves the emitter in the middle of a line.
func (e *emitter) text(s string) {
	e.put(s)
	e.whitespace, e.indention = false, false
}

func (e *emitter) newline() {
	e.out = append(e.out, e.lineBreak...)
	e.column = 0
}

func (e *emitter) indicator(s string, needSpace, isSpace, isIndention bool) {
	if needSpace && !e.whitespace {
		e.put(" ")
	}
	e.put(s)
	e.whitespace = isSpace
	e.indention = e.indention && isIndention
}

func (e *emitter) writeIndent() {
	indent := max(e.indent, 0)
	if !e.indention || e.column > indent || e.column == indent && !e.whitespace {
		e.newline()
	}
	for e.column < indent {
		e.put(" ")
	}
	e.whitespace, e.indention = true, true
}
