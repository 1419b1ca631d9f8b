package xmldoc

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

var errExpression = errors.New("Invalid expression")

// maxNesting keeps an expression from filling the stack.
const maxNesting = 500

// CompileXPath reads an expression.
func CompileXPath(text string) (*XPath, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	p := &xpathParser{tokens: tokens}
	root, err := p.binary(0)
	if err == nil && p.at < len(p.tokens) {
		err = errExpression
	}
	if err != nil {
		return nil, err
	}
	return &XPath{root}, nil
}

type tokenKind int

const (
	symbol tokenKind = iota
	operator
	name
	literal
	number
)

type token struct {
	kind tokenKind
	text string
}

var symbols = []string{"::", "..", "//", "!=", "<=", ">=", "(", ")", "[", "]", ".", "@", ",", "/", "|", "+", "-", "=", "<", ">", "*", "$"}

func tokenize(text string) ([]token, error) {
	var out []token
	for {
		text = strings.TrimLeft(text, blanks)
		if text == "" {
			return out, nil
		}
		t, n, err := next(text, afterOperand(out))
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		text = text[n:]
	}
}

// afterOperand says that a name or an asterisk is an operator now.
func afterOperand(tokens []token) bool {
	if len(tokens) == 0 {
		return false
	}
	last := tokens[len(tokens)-1]
	return last.kind != operator && !(last.kind == symbol && slices.Contains([]string{"@", "::", "(", "[", ",", "$", "/", "//", "|"}, last.text))
}

func next(text string, operand bool) (token, int, error) {
	if c := text[0]; c == '"' || c == '\'' {
		end := strings.IndexByte(text[1:], c)
		if end < 0 {
			return token{}, 0, errors.New("Unfinished literal")
		}
		return token{literal, text[1 : end+1]}, end + 2, nil
	}
	if n := len(text) - len(strings.TrimLeft(text, "0123456789.")); n > 0 && text[:n] != "." && text[:n] != ".." {
		return token{number, text[:n]}, n, nil
	}
	if n := ncName(text); n > 0 {
		if operand {
			word := text[:n]
			if !slices.Contains([]string{"and", "or", "div", "mod"}, word) {
				return token{}, 0, errExpression
			}
			return token{operator, word}, n, nil
		}
		if after := text[n:]; strings.HasPrefix(after, ":") && !strings.HasPrefix(after, "::") {
			if strings.HasPrefix(after, ":*") {
				return token{name, text[:n+2]}, n + 2, nil
			}
			more := ncName(after[1:])
			if more == 0 {
				return token{}, 0, errExpression
			}
			n += 1 + more
		}
		return token{name, text[:n]}, n, nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(text, s) {
			switch {
			case s == "*" && !operand:
				return token{name, s}, 1, nil
			case slices.Contains([]string{"!=", "<=", ">=", "+", "-", "=", "<", ">", "*"}, s):
				return token{operator, s}, len(s), nil
			}
			return token{symbol, s}, len(s), nil
		}
	}
	return token{}, 0, errExpression
}

// ncName is the length of a name without a colon.
func ncName(text string) int {
	n := nameLength(text)
	if at := strings.IndexByte(text[:n], ':'); at >= 0 {
		return at
	}
	return n
}

type xpathParser struct {
	tokens []token
	at     int
	depth  int
}

func (p *xpathParser) is(kind tokenKind, text string) bool { return p.isAt(0, kind, text) }

func (p *xpathParser) isAt(ahead int, kind tokenKind, text string) bool {
	return p.at+ahead < len(p.tokens) && p.tokens[p.at+ahead] == token{kind, text}
}

func (p *xpathParser) accept(kind tokenKind, text string) bool {
	if p.is(kind, text) {
		p.at++
		return true
	}
	return false
}

func (p *xpathParser) kind() tokenKind {
	if p.at < len(p.tokens) {
		return p.tokens[p.at].kind
	}
	return -1
}

// levels are the binary operators from the weakest to the strongest.
var levels = [][]string{{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"}}

func (p *xpathParser) binary(level int) (expression, error) {
	if level == 0 {
		if p.depth++; p.depth > maxNesting {
			return nil, errExpression
		}
		defer func() { p.depth-- }()
	}
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil && p.kind() == operator && slices.Contains(levels[level], p.tokens[p.at].text) {
		op := p.tokens[p.at].text
		p.at++
		var right expression
		right, err = p.binary(level + 1)
		left = operation{op, left, right}
	}
	return left, err
}

func (p *xpathParser) unary() (expression, error) {
	minus := 0
	for p.accept(operator, "-") {
		minus++
	}
	e, err := p.union()
	for ; minus > 0; minus-- {
		e = operation{"neg", e, e}
	}
	return e, err
}

func (p *xpathParser) union() (expression, error) {
	left, err := p.path()
	for err == nil && p.accept(symbol, "|") {
		var right expression
		right, err = p.path()
		left = operation{"|", left, right}
	}
	return left, err
}

var anyDescendant = step{axis: "descendant-or-self", test: test{kind: "node"}}

func (p *xpathParser) path() (expression, error) {
	switch {
	case p.accept(symbol, "//"):
		return p.steps(path{absolute: true, steps: []step{anyDescendant}})
	case p.accept(symbol, "/"):
		if !p.atStep() {
			return path{absolute: true}, nil
		}
		return p.steps(path{absolute: true})
	case p.atStep():
		return p.steps(path{})
	}
	e, err := p.primary()
	if err != nil {
		return nil, err
	}
	predicates, err := p.predicates()
	if err != nil {
		return nil, err
	}
	if len(predicates) > 0 {
		e = filter{e, predicates}
	}
	switch {
	case p.accept(symbol, "//"):
		return p.steps(path{from: e, steps: []step{anyDescendant}})
	case p.accept(symbol, "/"):
		return p.steps(path{from: e})
	}
	return e, nil
}

var nodeTypes = []string{"comment", "text", "processing-instruction", "node"}

func (p *xpathParser) atStep() bool {
	if p.is(symbol, ".") || p.is(symbol, "..") || p.is(symbol, "@") {
		return true
	}
	return p.kind() == name && (!p.isAt(1, symbol, "(") || slices.Contains(nodeTypes, p.tokens[p.at].text))
}

func (p *xpathParser) steps(e path) (expression, error) {
	for {
		s, err := p.step()
		if err != nil {
			return nil, err
		}
		e.steps = append(e.steps, s)
		switch {
		case p.accept(symbol, "//"):
			e.steps = append(e.steps, anyDescendant)
		case !p.accept(symbol, "/"):
			return e, nil
		}
	}
}

func (p *xpathParser) step() (s step, err error) {
	switch {
	case p.accept(symbol, "."):
		return step{axis: "self", test: test{kind: "node"}}, nil
	case p.accept(symbol, ".."):
		return step{axis: "parent", test: test{kind: "node"}}, nil
	case p.accept(symbol, "@"):
		s.axis = "attribute"
	case p.kind() == name && p.isAt(1, symbol, "::"):
		s.axis = p.tokens[p.at].text
		p.at += 2
	default:
		s.axis = "child"
	}
	if axes[s.axis] == nil || p.kind() != name {
		return s, errExpression
	}
	if s.test, err = p.test(); err == nil {
		s.predicates, err = p.predicates()
	}
	return s, err
}

func (p *xpathParser) test() (test, error) {
	word := p.tokens[p.at].text
	p.at++
	if !p.is(symbol, "(") || !slices.Contains(nodeTypes, word) {
		prefix, local, ok := strings.Cut(word, ":")
		if !ok {
			prefix, local = "", word
		}
		return test{prefix: prefix, local: local}, nil
	}
	p.at++
	t := test{kind: word}
	if word == "processing-instruction" && p.kind() == literal {
		t.local = p.tokens[p.at].text
		p.at++
	}
	if !p.accept(symbol, ")") {
		return t, errors.New("Missing closing curly brace")
	}
	return t, nil
}

func (p *xpathParser) predicates() ([]expression, error) {
	var out []expression
	for p.accept(symbol, "[") {
		e, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		if !p.accept(symbol, "]") {
			return nil, errors.New("Invalid predicate")
		}
		out = append(out, e)
	}
	return out, nil
}

func (p *xpathParser) primary() (expression, error) {
	if p.at == len(p.tokens) {
		return nil, errExpression
	}
	t := p.tokens[p.at]
	p.at++
	switch {
	case t.kind == literal:
		return constant{t.text}, nil
	case t.kind == number:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, errExpression
		}
		return constant{f}, nil
	case t == token{symbol, "$"} && p.kind() == name:
		p.at++
		return broken{errors.New("Undefined variable")}, nil
	case t == token{symbol, "("}:
		e, err := p.binary(0)
		if err == nil && !p.accept(symbol, ")") {
			err = errExpression
		}
		return e, err
	case t.kind == name && p.accept(symbol, "("):
		return p.call(t.text)
	}
	return nil, errExpression
}

func (p *xpathParser) call(function string) (expression, error) {
	c := call{function: function}
	if p.accept(symbol, ")") {
		return c, nil
	}
	for {
		e, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, e)
		if p.accept(symbol, ")") {
			return c, nil
		}
		if !p.accept(symbol, ",") {
			return nil, errExpression
		}
	}
}
