package jinja

import (
	"goplay/internal/value"
	"strings"
)

// targetRules say what an assignment target may be.
type targetRules struct {
	namespace bool
}

// target reads what a value is assigned to.
func (p *parser) target(r targetRules) Expr {
	t := p.cur
	if r.namespace && p.look().kind == kindDot {
		name := p.expect(kindName)
		p.next()
		return &NamespaceRef{p.pos(name), name.text, p.expect(kindName).text}
	}
	x := p.tuple(tupleRules{simplified: true})
	setUsage(x, Store)
	p.assignable(x, t)
	return x
}

// nameTarget reads a plain name that is assigned to.
func (p *parser) nameTarget() *Name {
	t := p.expect(kindName)
	n := &Name{p.pos(t), t.text, Store}
	p.assignable(n, t)
	return n
}

func (p *parser) assignable(x Expr, t token) {
	if !canAssign(x) {
		p.fail(t, "can't assign to "+value.Repr(nodeName(x)))
	}
}

func canAssign(x Expr) bool {
	switch x := x.(type) {
	case *Name:
		switch x.Name {
		case "true", "false", "none", "True", "False", "None":
			return false
		}
		return true
	case *Tuple:
		for _, item := range x.Items {
			if !canAssign(item) {
				return false
			}
		}
		return true
	}
	return false
}

// nodeName is how Jinja2 calls a node that can stand where a target is read.
func nodeName(x Expr) string {
	switch x.(type) {
	case *Name:
		return "name"
	case *Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case *Const:
		return "const"
	default:
		return strings.ToLower(strings.TrimPrefix(goType(x), "*jinja."))
	}
}

func setUsage(x Expr, u Usage) {
	Walk(x, func(n Node) bool {
		if name, ok := n.(*Name); ok {
			name.Usage = u
		}
		return true
	})
}

// tupleRules say how a bare tuple is read.
type tupleRules struct {
	simplified bool // items are primaries only
	condexpr   bool // items may be `a if b else c`
	parens     bool // parentheses stand around it: () is a tuple
}

func (p *parser) tupleEnd() bool {
	return p.cur.kind == kindVariableEnd || p.cur.kind == kindBlockEnd || p.cur.kind == kindRparen
}

func (p *parser) tupleItem(r tupleRules) Expr {
	switch {
	case r.simplified:
		return p.primary()
	case r.condexpr:
		return p.expression()
	default:
		return p.or()
	}
}

// tuple reads an expression, or several with commas between them.
func (p *parser) tuple(r tupleRules) Expr {
	p.enter()
	defer p.leave()
	t := p.cur
	if p.tupleEnd() {
		if !r.parens {
			p.fail(p.cur, "Expected an expression, got "+value.Repr(p.cur.describe()))
		}
		return &Tuple{p.pos(t), nil}
	}
	first := p.tupleItem(r)
	if p.cur.kind != kindComma {
		return first
	}
	items := []Expr{first}
	for p.cur.kind == kindComma {
		p.next()
		if p.tupleEnd() {
			break
		}
		items = append(items, p.tupleItem(r))
	}
	return &Tuple{p.pos(t), items}
}

// expression reads an expression that may be `a if b else c`.
func (p *parser) expression() Expr {
	p.enter()
	defer p.leave()
	t := p.cur
	x := p.or()
	for n := 0; p.skipName("if"); n++ {
		p.chain(n)
		test := p.or()
		var other Expr
		if p.skipName("else") {
			other = p.expression()
		}
		x = &Cond{p.pos(t), test, x, other}
	}
	return x
}

// chain bounds how many operators of one level may follow each other: each
// makes the tree a level deeper.
func (p *parser) chain(n int) {
	if n > maxChain {
		p.fail(p.cur, "the expression is too long")
	}
}

func (p *parser) or() Expr {
	x := p.and()
	for n := 0; p.cur.isName("or"); n++ {
		p.chain(n)
		place := p.pos(p.next())
		x = &Binary{place, "or", x, p.and()}
	}
	return x
}

func (p *parser) and() Expr {
	x := p.not()
	for n := 0; p.cur.isName("and"); n++ {
		p.chain(n)
		place := p.pos(p.next())
		x = &Binary{place, "and", x, p.not()}
	}
	return x
}

func (p *parser) not() Expr {
	if p.cur.isName("not") {
		p.enter()
		defer p.leave()
		t := p.next()
		return &Unary{p.pos(t), "not", p.not()}
	}
	return p.compare()
}

// comparison returns the comparison operator at the current token, skipping it.
func (p *parser) comparison() string {
	switch p.cur.kind {
	case kindEq, kindNe, kindLt, kindLteq, kindGt, kindGteq:
		return p.next().text
	case kindName:
		if p.cur.text == "in" {
			p.next()
			return "in"
		}
		if p.cur.text == "not" && p.look().isName("in") {
			p.next()
			p.next()
			return "not in"
		}
	}
	return ""
}

func (p *parser) compare() Expr {
	t := p.cur
	x := p.math1()
	var n *Compare
	for {
		operatorAt := p.cur
		op := p.comparison()
		if op == "" {
			break
		}
		if n == nil {
			t = operatorAt
			n = &Compare{X: x}
		}
		n.Ops = append(n.Ops, op)
		n.Args = append(n.Args, p.math1())
	}
	if n == nil {
		return x
	}
	n.at = p.pos(t)
	return n
}

// binary reads a chain of operators of one precedence.
func (p *parser) binary(operand func() Expr, kinds ...kind) Expr {
	x := operand()
	for n := 0; ; n++ {
		found := false
		for _, k := range kinds {
			found = found || p.cur.kind == k
		}
		if !found {
			return x
		}
		p.chain(n)
		t := p.next()
		x = &Binary{p.pos(t), t.text, x, operand()}
	}
}

func (p *parser) math1() Expr { return p.binary(p.concat, kindAdd, kindSub) }

func (p *parser) concat() Expr {
	t := p.cur
	x := p.math2()
	if p.cur.kind != kindTilde {
		return x
	}
	items := []Expr{x}
	for p.skipIf(kindTilde) {
		items = append(items, p.math2())
	}
	return &Concat{p.pos(t), items}
}

func (p *parser) math2() Expr { return p.binary(p.pow, kindMul, kindDiv, kindFloordiv, kindMod) }

func (p *parser) pow() Expr {
	return p.binary(func() Expr { return p.unary(true) }, kindPow)
}

func (p *parser) unary(withFilter bool) Expr {
	var x Expr
	switch p.cur.kind {
	case kindSub, kindAdd:
		p.enter()
		defer p.leave()
		t := p.next()
		x = &Unary{p.pos(t), t.text, p.unary(false)}
	default:
		x = p.primary()
	}
	x = p.postfix(x)
	if withFilter {
		x = p.filters(x)
	}
	return x
}

func (p *parser) primary() Expr {
	t := p.cur
	switch t.kind {
	case kindName:
		p.next()
		switch t.text {
		case "true", "True":
			return &Const{p.pos(t), true}
		case "false", "False":
			return &Const{p.pos(t), false}
		case "none", "None":
			return &Const{p.pos(t), nil}
		}
		n := p.names.take()
		*n = Name{p.pos(t), t.text, Load}
		return n
	case kindString:
		p.next()
		text := t.text
		if p.cur.kind == kindString {
			var b strings.Builder
			b.WriteString(text)
			for p.cur.kind == kindString {
				b.WriteString(p.next().text)
			}
			text = b.String()
		}
		return &Const{p.pos(t), text}
	case kindInteger, kindFloat:
		p.next()
		return &Const{p.pos(t), t.number()}
	case kindLparen:
		p.next()
		x := p.tuple(tupleRules{condexpr: true, parens: true})
		p.expect(kindRparen)
		return x
	case kindLbracket:
		return p.list()
	case kindLbrace:
		return p.dict()
	}
	p.fail(t, "unexpected "+value.Repr(t.describe()))
	return nil
}

func (p *parser) list() Expr {
	n := &List{at: p.pos(p.next())}
	for p.cur.kind != kindRbracket {
		if len(n.Items) > 0 {
			p.expect(kindComma)
		}
		if p.cur.kind == kindRbracket {
			break
		}
		n.Items = append(n.Items, p.expression())
	}
	p.expect(kindRbracket)
	return n
}

func (p *parser) dict() Expr {
	n := &Dict{at: p.pos(p.next())}
	for p.cur.kind != kindRbrace {
		if len(n.Keys) > 0 {
			p.expect(kindComma)
		}
		if p.cur.kind == kindRbrace {
			break
		}
		n.Keys = append(n.Keys, p.expression())
		p.expect(kindColon)
		n.Values = append(n.Values, p.expression())
	}
	p.expect(kindRbrace)
	return n
}
