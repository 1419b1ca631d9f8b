package jinja

import (
	"slices"
	"strings"

	"goplay/internal/source"
	"goplay/internal/value"
)

// maxParseDepth bounds how deep expressions and blocks may nest in a source,
// and how long a chain of operators may be.
const (
	maxParseDepth = 200
	maxChain      = 1000
)

// parser turns tokens into a tree, by recursive descent with one token of
// look-ahead (two where `not in` and keyword arguments need it). A fault is
// raised as a panic of *source.Error and caught in parse.
type parser struct {
	lex    *lexer
	at     source.Pos
	places places
	// the nodes that there are most of
	names   slab[Name]
	datas   slab[Data]
	outputs slab[Output]
	tokens  []token
	i       int
	cur     token
	depth   int
	ends    [][]string // end tags looked for, outermost first
	tags    []string   // statements that are open
	stmts   []Stmt     // of the bodies being read, the innermost last
}

func newParser(l *lexer, at source.Pos) *parser {
	// Most of a template is text and {{ name }}, which are two statements.
	return &parser{lex: l, at: at, tokens: l.tokens, i: -1, stmts: make([]Stmt, 0, len(l.tokens)/2)}
}

// parseTemplate parses a whole template.
func parseTemplate(s *syntax, src string, at source.Pos) (root *Root, err error) {
	p := newParser(lex(s, s.normalize(src)), at)
	defer p.lex.release()
	defer catch(&err)
	p.next()
	body := p.subparse(nil)
	return &Root{p.pos(token{}), body}, nil
}

// parseExpression parses an expression that stands alone.
func parseExpression(s *syntax, src string, at source.Pos) (x Expr, err error) {
	p := newParser(lexExpr(s, src), at)
	defer p.lex.release()
	defer catch(&err)
	p.next()
	x = p.tuple(tupleRules{condexpr: true})
	if p.cur.kind != kindEOF {
		p.fail(p.cur, "expected token 'end of template', got "+value.Repr(p.cur.describe()))
	}
	return x, nil
}

func catch(err *error) {
	switch fault := recover().(type) {
	case nil:
	case *source.Error:
		*err = fault
	default:
		panic(fault)
	}
}

// pos turns a token's offset into a place in the file.
func (p *parser) pos(t token) at {
	line, col := p.places.of(p.lex.src, t.off)
	pos := p.at
	if line == 0 {
		pos.Col = max(pos.Col, 1) + col
	} else {
		pos.Col = col + 1
	}
	pos.Line = max(pos.Line, 1) + line
	return at{pos}
}

func (p *parser) fail(t token, msg string) {
	panic(syntaxError(p.pos(t).Pos, msg))
}

// enter counts one level of nesting; leave undoes it.
func (p *parser) enter() {
	if p.depth++; p.depth > maxParseDepth {
		p.fail(p.cur, "the template is nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

// next moves on by a token and returns the one that was current.
func (p *parser) next() token {
	prev := p.cur
	if p.i+1 < len(p.tokens) {
		p.i++
	}
	p.cur = p.tokens[p.i]
	p.check(p.cur)
	return prev
}

func (p *parser) check(t token) {
	if t.kind == kindError {
		fault := *p.lex.err
		fault.Pos = p.pos(t).Pos
		panic(&fault)
	}
}

// look is the token after the current one.
func (p *parser) look() token {
	t := p.tokens[min(p.i+1, len(p.tokens)-1)]
	p.check(t)
	return t
}

func (p *parser) skipIf(k kind) bool {
	if p.cur.kind != k {
		return false
	}
	p.next()
	return true
}

func (p *parser) skipName(name string) bool {
	if !p.cur.isName(name) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(k kind) token {
	if p.cur.kind != k {
		p.unexpected(kindNames[k])
	}
	return p.next()
}

func (p *parser) expectName(name string) token {
	if !p.cur.isName(name) {
		p.unexpected(name)
	}
	return p.next()
}

func (p *parser) unexpected(want string) {
	if p.cur.kind == kindEOF {
		p.fail(p.cur, "unexpected end of template, expected "+value.Repr(want)+".")
	}
	p.fail(p.cur, "expected token "+value.Repr(want)+", got "+value.Repr(p.cur.describe()))
}

// subparse reads data, output and statements up to one of the end tags, whose
// name is then current.
func (p *parser) subparse(ends []string) []Stmt {
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	}
	p.enter()
	defer p.leave()
	start := len(p.stmts)
	for p.cur.kind != kindEOF {
		t := p.cur
		switch t.kind {
		case kindData:
			d := p.datas.take()
			*d = Data{p.pos(t), t.text}
			p.stmts = append(p.stmts, d)
			p.next()
		case kindVariableBegin:
			p.next()
			place := p.pos(p.cur)
			x := p.tuple(tupleRules{condexpr: true})
			o := p.outputs.take()
			*o = Output{place, x}
			p.stmts = append(p.stmts, o)
			p.expect(kindVariableEnd)
		default:
			p.next()
			if ends != nil && p.cur.isAny(ends) {
				return p.body(start)
			}
			read := p.statement()
			p.stmts = append(p.stmts, read...)
			p.expect(kindBlockEnd)
		}
	}
	return p.body(start)
}

// body takes the statements of the innermost body off the stack, which is
// grown once for all bodies.
func (p *parser) body(start int) []Stmt {
	var body []Stmt
	if len(p.stmts) > start {
		body = slices.Clone(p.stmts[start:])
	}
	p.stmts = p.stmts[:start]
	return body
}

// statements reads the body of a statement up to one of the end tags. With
// drop the end tag is skipped.
func (p *parser) statements(drop bool, ends ...string) []Stmt {
	p.skipIf(kindColon)
	p.expect(kindBlockEnd)
	body := p.subparse(ends)
	if p.cur.kind == kindEOF {
		p.failEnd("", append(p.ends[:len(p.ends):len(p.ends)], ends), p.cur)
	}
	if drop {
		p.next()
	}
	return body
}

// failEnd reports an unknown tag, or (tag empty) the end of the template.
func (p *parser) failEnd(tag string, stack [][]string, t token) {
	msg := "Unexpected end of template."
	if tag != "" {
		msg = "Encountered unknown tag " + value.Repr(tag) + "."
	}
	if len(stack) > 0 {
		expected := false
		for _, ends := range stack {
			for _, end := range ends {
				expected = expected || end == tag
			}
		}
		var quoted []string
		for _, end := range stack[len(stack)-1] {
			quoted = append(quoted, value.Repr(end))
		}
		looking := strings.Join(quoted, " or ")
		if tag != "" && expected {
			msg += " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " + looking + "."
		} else {
			msg += " Jinja was looking for the following tags: " + looking + "."
		}
	}
	if len(p.tags) > 0 {
		msg += " The innermost block that needs to be closed is " + value.Repr(p.tags[len(p.tags)-1]) + "."
	}
	p.fail(t, msg)
}
