package jinja

import (
	"slices"
	"strings"
)

// statement reads one statement, its tag name being current.
func (p *parser) statement() []Stmt {
	t := p.cur
	if t.kind != kindName {
		p.fail(t, "tag name expected")
	}
	p.tags = append(p.tags, t.text)
	var s Stmt
	if slices.Contains(p.lex.syntax.without, t.text) {
		p.tags = p.tags[:len(p.tags)-1]
		p.failEnd(t.text, p.ends, t)
	}
	switch t.text {
	case "for":
		s = p.forLoop()
	case "if":
		s = p.ifChain()
	case "block":
		s = p.block()
	case "extends":
		p.next()
		s = &Extends{p.pos(t), p.expression()}
	case "print":
		out := p.print()
		p.tags = p.tags[:len(p.tags)-1]
		return out
	case "macro":
		s = p.macro()
	case "include":
		s = p.include()
	case "from":
		s = p.fromImport()
	case "import":
		s = p.importModule()
	case "set":
		s = p.set()
	case "with":
		s = p.with()
	case "autoescape":
		p.next()
		x := p.expression()
		s = &Autoescape{p.pos(t), x, p.statements(true, "endautoescape")}
	case "call":
		s = p.callBlock()
	case "filter":
		p.next()
		f := p.filter(nil, true)
		s = &FilterBlock{p.pos(t), f, p.statements(true, "endfilter")}
	case "do":
		p.next()
		s = &Do{p.pos(t), p.tuple(tupleRules{condexpr: true})}
	case "break":
		p.next()
		s = &Break{p.pos(t)}
	case "continue":
		p.next()
		s = &Continue{p.pos(t)}
	default:
		p.tags = p.tags[:len(p.tags)-1]
		p.failEnd(t.text, p.ends, t)
	}
	p.tags = p.tags[:len(p.tags)-1]
	return []Stmt{s}
}

func (p *parser) print() []Stmt {
	p.next()
	var out []Stmt
	for p.cur.kind != kindBlockEnd {
		if len(out) > 0 {
			p.expect(kindComma)
		}
		place := p.pos(p.cur)
		out = append(out, &Output{place, p.expression()})
	}
	return out
}

func (p *parser) forLoop() Stmt {
	n := &For{at: p.pos(p.next())}
	n.Target = p.target(targetRules{})
	p.expectName("in")
	n.Iter = p.tuple(tupleRules{})
	if p.skipName("if") {
		n.Test = p.expression()
	}
	n.Recursive = p.skipName("recursive")
	n.Body = p.statements(false, "endfor", "else")
	if p.next().text == "else" {
		n.Else = p.statements(true, "endfor")
	}
	return n
}

func (p *parser) ifChain() Stmt {
	first := &If{at: p.pos(p.next())}
	n := first
	for {
		n.Test = p.tuple(tupleRules{})
		n.Body = p.statements(false, "elif", "else", "endif")
		switch t := p.next(); t.text {
		case "elif":
			n = &If{at: p.pos(t)}
			first.Elifs = append(first.Elifs, n)
			continue
		case "else":
			first.Else = p.statements(true, "endif")
		}
		return first
	}
}

func (p *parser) set() Stmt {
	place := p.pos(p.next())
	target := p.target(targetRules{namespace: true})
	if p.skipIf(kindAssign) {
		return &Assign{place, target, p.tuple(tupleRules{condexpr: true})}
	}
	n := &AssignBlock{at: place, Target: target}
	if f := p.filter(nil, false); f != nil {
		n.Filter = f
	}
	n.Body = p.statements(true, "endset")
	return n
}

func (p *parser) with() Stmt {
	n := &With{at: p.pos(p.next())}
	for p.cur.kind != kindBlockEnd {
		if len(n.Targets) > 0 {
			p.expect(kindComma)
		}
		target := p.target(targetRules{})
		setUsage(target, Param)
		n.Targets = append(n.Targets, target)
		p.expect(kindAssign)
		n.Values = append(n.Values, p.expression())
	}
	n.Body = p.statements(true, "endwith")
	return n
}

func (p *parser) block() Stmt {
	n := &Block{at: p.pos(p.next())}
	n.Name = p.expect(kindName).text
	n.Scoped = p.skipName("scoped")
	n.Required = p.skipName("required")
	if p.cur.kind == kindSub {
		p.fail(p.cur, "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.")
	}
	n.Body = p.statements(true, "endblock")
	for _, s := range n.Body {
		if data, ok := s.(*Data); n.Required && (!ok || strings.TrimFunc(data.Text, isSpace) != "") {
			p.fail(p.cur, "Required blocks can only contain comments or whitespace")
		}
	}
	p.skipName(n.Name)
	return n
}

// importContext reads `with context` and `without context`.
func (p *parser) importContext(def bool) bool {
	if (p.cur.isName("with") || p.cur.isName("without")) && p.look().isName("context") {
		with := p.next().text == "with"
		p.next()
		return with
	}
	return def
}

func (p *parser) include() Stmt {
	n := &Include{at: p.pos(p.next())}
	n.Template = p.expression()
	if p.cur.isName("ignore") && p.look().isName("missing") {
		n.IgnoreMissing = true
		p.next()
		p.next()
	}
	n.WithContext = p.importContext(true)
	return n
}

func (p *parser) importModule() Stmt {
	n := &Import{at: p.pos(p.next())}
	n.Template = p.expression()
	p.expectName("as")
	n.Target = p.nameTarget().Name
	n.WithContext = p.importContext(false)
	return n
}

func (p *parser) fromImport() Stmt {
	n := &FromImport{at: p.pos(p.next())}
	n.Template = p.expression()
	p.expectName("import")
	for {
		if len(n.Names) > 0 {
			p.expect(kindComma)
		}
		if p.cur.kind != kindName {
			p.expect(kindName)
		}
		if p.contextWord() {
			n.WithContext = p.importContext(false)
			return n
		}
		t := p.cur
		name := ImportName{Name: p.nameTarget().Name, Pos: p.pos(t).Pos}
		if name.Name[0] == '_' {
			p.fail(t, "names starting with an underline can not be imported")
		}
		name.Alias = name.Name
		if p.skipName("as") {
			name.Alias = p.nameTarget().Name
		}
		n.Names = append(n.Names, name)
		if p.contextWord() {
			n.WithContext = p.importContext(false)
			return n
		}
		if p.cur.kind != kindComma {
			return n
		}
	}
}

func (p *parser) contextWord() bool {
	return (p.cur.isName("with") || p.cur.isName("without")) && p.look().isName("context")
}

func (p *parser) signature() Signature {
	var s Signature
	p.expect(kindLparen)
	for p.cur.kind != kindRparen {
		if len(s.Params) > 0 {
			p.expect(kindComma)
		}
		param := p.nameTarget()
		param.Usage = Param
		if p.skipIf(kindAssign) {
			s.Defaults = append(s.Defaults, p.expression())
		} else if len(s.Defaults) > 0 {
			p.fail(p.cur, "non-default argument follows default argument")
		}
		s.Params = append(s.Params, param)
	}
	p.expect(kindRparen)
	return s
}

func (p *parser) macro() Stmt {
	n := &Macro{at: p.pos(p.next())}
	n.Name = p.nameTarget().Name
	n.Signature = p.signature()
	n.Body = p.statements(true, "endmacro")
	return n
}

func (p *parser) callBlock() Stmt {
	t := p.next()
	n := &CallBlock{at: p.pos(t)}
	if p.cur.kind == kindLparen {
		n.Signature = p.signature()
	}
	call, ok := p.expression().(*CallExpr)
	if !ok {
		p.fail(t, "expected call")
	}
	n.Call = call
	n.Body = p.statements(true, "endcall")
	return n
}
