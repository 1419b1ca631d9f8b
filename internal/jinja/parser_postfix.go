package jinja

import "fmt"

func goType(x any) string { return fmt.Sprintf("%T", x) }

// postfix reads .attr, [index] and (call) after an expression.
func (p *parser) postfix(x Expr) Expr {
	for n := 0; ; n++ {
		p.chain(n)
		switch p.cur.kind {
		case kindDot, kindLbracket:
			x = p.subscript(x)
		case kindLparen:
			x = p.call(x)
		default:
			return x
		}
	}
}

// filters reads |filter, `is test` and (call) after an expression.
func (p *parser) filters(x Expr) Expr {
	for n := 0; ; n++ {
		p.chain(n)
		switch {
		case p.cur.kind == kindPipe:
			x = p.filter(x, false)
		case p.cur.isName("is"):
			x = p.test(x)
		case p.cur.kind == kindLparen:
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) subscript(x Expr) Expr {
	t := p.next()
	if t.kind == kindDot {
		attr := p.cur
		p.next()
		switch attr.kind {
		case kindName:
			return &Getattr{p.pos(t), x, attr.text}
		case kindInteger:
			return &Getitem{p.pos(t), x, &Const{p.pos(attr), attr.number()}}
		}
		p.fail(attr, "expected name or number")
	}
	var args []Expr
	for p.cur.kind != kindRbracket {
		if len(args) > 0 {
			p.expect(kindComma)
		}
		args = append(args, p.subscribed())
	}
	p.expect(kindRbracket)
	if len(args) == 1 {
		return &Getitem{p.pos(t), x, args[0]}
	}
	return &Getitem{p.pos(t), x, &Tuple{p.pos(t), args}}
}

// subscribed reads one index, which may be a slice.
func (p *parser) subscribed() Expr {
	n := &Slice{at: p.pos(p.cur)}
	if p.cur.kind != kindColon {
		x := p.expression()
		if p.cur.kind != kindColon {
			return x
		}
		n.Start = x
	}
	p.next()
	stops := func() bool { return p.cur.kind == kindRbracket || p.cur.kind == kindComma }
	if p.cur.kind != kindColon && !stops() {
		n.Stop = p.expression()
	}
	if p.skipIf(kindColon) && !stops() {
		n.Step = p.expression()
	}
	return n
}

func (p *parser) call(x Expr) Expr {
	t := p.cur
	return &CallExpr{p.pos(t), x, p.args()}
}

// args reads arguments in parentheses.
func (p *parser) args() Args {
	p.enter()
	defer p.leave()
	open := p.expect(kindLparen)
	var a Args
	for first := true; p.cur.kind != kindRparen; first = false {
		if !first {
			p.expect(kindComma)
			if p.cur.kind == kindRparen {
				break
			}
		}
		p.arg(&a, open)
	}
	p.expect(kindRparen)
	return a
}

func (p *parser) arg(a *Args, open token) {
	ensure := func(ok bool) {
		if !ok {
			p.fail(open, "invalid syntax for function call expression")
		}
	}
	switch {
	case p.cur.kind == kindMul:
		ensure(a.Star == nil && a.StarStar == nil)
		p.next()
		a.Star = p.expression()
	case p.cur.kind == kindPow:
		ensure(a.StarStar == nil)
		p.next()
		a.StarStar = p.expression()
	case p.cur.kind == kindName && p.look().kind == kindAssign:
		ensure(a.StarStar == nil)
		name := p.next().text
		p.next()
		a.Keywords = append(a.Keywords, Keyword{name, p.expression()})
	default:
		ensure(a.Star == nil && a.StarStar == nil && len(a.Keywords) == 0)
		a.Positional = append(a.Positional, p.expression())
	}
}

func (p *parser) dottedName() (string, token) {
	t := p.expect(kindName)
	name := t.text
	for p.skipIf(kindDot) {
		name += "." + p.expect(kindName).text
	}
	return name, t
}

// filter reads a chain of filters; with inline the first has no |. It returns
// nil when there is none.
func (p *parser) filter(x Expr, inline bool) *Filter {
	var f *Filter
	for n := 0; p.cur.kind == kindPipe || inline; n++ {
		p.chain(n)
		if !inline {
			p.next()
		}
		name, t := p.dottedName()
		next := &Filter{at: p.pos(t), X: x, Name: name}
		if p.cur.kind == kindLparen {
			next.Args = p.args()
		}
		f, x, inline = next, next, false
	}
	return f
}

func (p *parser) test(x Expr) Expr {
	p.next()
	negated := p.skipName("not")
	name, t := p.dottedName()
	n := &Test{at: p.pos(t), X: x, Name: name}
	switch p.cur.kind {
	case kindLparen:
		n.Args = p.args()
	case kindName, kindString, kindInteger, kindFloat, kindLbracket, kindLbrace:
		if p.cur.isAny([]string{"else", "or", "and"}) {
			break
		}
		if p.cur.isName("is") {
			p.fail(p.cur, "You cannot chain multiple tests with is")
		}
		n.Args.Positional = []Expr{p.postfix(p.primary())}
	}
	if negated {
		return &Unary{n.at, "not", n}
	}
	return n
}
