package jinja

import (
	"goplay/internal/source"
)

// compiler turns a tree into closures, with names resolved to slots.
type compiler struct {
	env        *Env
	name       string // of the template, for messages
	fn         *function
	root       *Root
	blocks     map[string]*block
	hasExtends bool
	known      bool // it is certain that there is a parent
	extends    int
	loops      int // that break can leave here

	failure        error // why the template cannot be rendered
	undeclared     []Ref
	filters, tests []Ref
	unknown        Ref // the first of filters and tests
	unknownKind    string
	// What Jinja2 stumbles over, or lets pass and Python then refuses in the code made of it.
	nameless, paramTwice, keywordTwice, outsideLoop error
}

// scope is what Jinja2 calls a frame: the names of a place and where it stands.
type scope struct {
	sy          *symbols
	toplevel    bool // what is assigned is exported
	rootlevel   bool // stands outside of every statement
	soft        bool // inside an if: unknown filters only fail when used
	checkOutput bool // writes only when there is no parent template
}

func (s *scope) inner() *scope {
	return &scope{sy: newSymbols(s.sy, s.sy.fn), checkOutput: s.checkOutput}
}

func (s *scope) softly() *scope {
	c := *s
	c.rootlevel, c.soft = false, true
	return &c
}

// fail notes the first fault that keeps the template from being rendered.
func (c *compiler) fail(pos source.Pos, msg string) {
	if c.failure == nil {
		c.failure = syntaxError(pos, msg)
	}
}

// refuses notes the first place of a kind where Python takes the code for none.
func (c *compiler) refuses(first *error, pos source.Pos, msg string) {
	if *first == nil {
		*first = syntaxError(pos, msg)
	}
}

// within compiles something that is a function of its own.
func (c *compiler) within(fn *function, compile func()) {
	outer, loops := c.fn, c.loops
	c.fn, c.loops = fn, 0
	compile()
	c.fn, c.loops = outer, loops
}

// entries lists what a scope does when it is entered. Every name that comes
// from outside is undeclared.
func (c *compiler) entries(sy *symbols) []entry {
	if len(sy.own.order) == 0 {
		return nil
	}
	list := make([]entry, 0, len(sy.own.order))
	for _, sym := range sy.own.order {
		e := entry{sym: sym}
		switch sym.load.kind {
		case loadParam:
			continue
		case loadAlias:
			e.hops = hops(c.fn, sym.load.from.fn)
		}
		list = append(list, e)
	}
	return list
}

// block is a compiled {% block %}.
type block struct {
	name  string
	tmpl  *Template
	fn    *function
	body  action
	self  *symbol
	super *symbol
}

// template compiles a whole template.
func (c *compiler) template(t *Template, root *Root) action {
	c.root = root
	c.blocks = map[string]*block{}
	var blocks []*Block
	Walk(root, func(n Node) bool {
		switch n := n.(type) {
		case *Block:
			if c.blocks[n.Name] != nil {
				c.fail(n.Pos, "block '"+n.Name+"' defined twice")
			}
			c.blocks[n.Name] = &block{name: n.Name, tmpl: t}
			blocks = append(blocks, n)
		case *Extends:
			c.hasExtends = true
		}
		return true
	})
	c.fn = &function{}
	t.fn = c.fn
	sc := &scope{sy: newSymbols(nil, c.fn), toplevel: true, rootlevel: true, checkOutput: c.hasExtends}
	sc.sy.refs = make(map[string]*symbol, len(root.Body)/2)
	if undeclared(root.Body, "self")["self"] {
		t.self = sc.sy.param("self")
	}
	(&analyzer{s: sc.sy}).body(root.Body)
	entries := c.entries(sc.sy)
	c.undeclared = make([]Ref, 0, len(entries)+len(entries)/4)
	body := c.body(root.Body, sc)
	for _, n := range blocks {
		c.blockFunction(n, c.blocks[n.Name])
	}
	t.blocks = c.blocks
	hasExtends := c.hasExtends
	return func(f *frame) error {
		if err := enter(f, entries); err != nil {
			return err
		}
		if err := body(f); err != nil {
			return err
		}
		if hasExtends && *f.parent != nil {
			return (*f.parent).render(f.ctx, f.run, f.out)
		}
		return nil
	}
}

func (c *compiler) blockFunction(n *Block, b *block) {
	b.fn = &function{}
	c.within(b.fn, func() {
		sc := &scope{sy: newSymbols(nil, b.fn)}
		names := undeclared(n.Body, "self", "super")
		if names["self"] {
			b.self = sc.sy.param("self")
		}
		if names["super"] {
			b.super = sc.sy.param("super")
		}
		(&analyzer{s: sc.sy}).body(n.Body)
		entries := c.entries(sc.sy)
		body := c.body(n.Body, sc)
		b.body = func(f *frame) error {
			if err := enter(f, entries); err != nil {
				return err
			}
			return body(f)
		}
	})
}

// run renders a block in a context.
func (b *block) run(ctx *scopes, r *run, out *output) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	f := newFrame(b.fn, nil, ctx, r, out)
	if b.self != nil {
		f.slots[b.self.slot] = &selfReference{ctx, r}
	}
	if b.super != nil {
		f.slots[b.super.slot] = superOf(b, ctx, r)
	}
	return b.body(f)
}

// body compiles statements; what follows a second certain {% extends %} is
// never reached.
func (c *compiler) body(list []Stmt, sc *scope) action {
	var actions []action
	for len(list) > 0 {
		act, n := c.writes(list, sc)
		stop := false
		if n == 0 {
			act, stop = c.stmt(list[0], sc)
			n = 1
		}
		list = list[n:]
		if act != nil {
			actions = append(actions, act)
		}
		if stop {
			break
		}
	}
	switch len(actions) {
	case 0:
		return func(*frame) error { return nil }
	case 1:
		return actions[0]
	}
	return func(f *frame) error {
		for _, act := range actions {
			if err := act(f); err != nil {
				return err
			}
		}
		return nil
	}
}

// scoped compiles a body that fills the names of its scope first.
func (c *compiler) scoped(list []Stmt, sc *scope) action {
	entries := c.entries(sc.sy)
	body := c.body(list, sc)
	if len(entries) == 0 {
		return body
	}
	return func(f *frame) error {
		if err := enter(f, entries); err != nil {
			return err
		}
		return body(f)
	}
}
