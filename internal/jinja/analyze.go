package jinja

// analyzer notes the names of a scope in its symbols. It does not go into
// inner scopes, only into what of them is evaluated outside.
type analyzer struct {
	s     *symbols
	param bool // names that are stored are parameters
}

func (a *analyzer) exprs(list ...Expr) {
	for _, x := range list {
		a.expr(x)
	}
}

func (a *analyzer) expr(x Expr) {
	switch x := x.(type) {
	case nil:
	case *Name:
		a.name(x)
	case *NamespaceRef:
		a.s.load(x.Name, x.Pos)
	default:
		x.children(func(child Node) bool {
			a.expr(child.(Expr))
			return true
		})
	}
}

func (a *analyzer) name(n *Name) {
	switch {
	case n.Usage == Param || a.param && n.Usage == Store:
		a.s.param(n.Name)
	case n.Usage == Store:
		a.s.store(n.Name)
	default:
		a.s.load(n.Name, n.Pos)
	}
}

func (a *analyzer) body(list []Stmt) {
	for _, s := range list {
		a.stmt(s)
	}
}

func (a *analyzer) stmt(s Stmt) {
	switch s := s.(type) {
	case *Output:
		a.expr(s.X)
	case *Do:
		a.expr(s.X)
	case *If:
		a.ifChain(s)
	case *For:
		a.expr(s.Iter)
	case *With:
		a.exprs(s.Values...)
	case *Macro:
		a.s.store(s.Name)
	case *CallBlock:
		a.expr(s.Call)
	case *FilterBlock:
		a.expr(s.Filter)
	case *AssignBlock:
		a.expr(s.Target)
	case *Assign:
		a.exprs(s.Value, s.Target)
	case *Include:
		a.expr(s.Template)
	case *Extends:
		a.expr(s.Template)
	case *Import:
		a.expr(s.Template)
		a.s.store(s.Target)
	case *FromImport:
		a.expr(s.Template)
		for _, n := range s.Names {
			a.s.store(n.Alias)
		}
	}
}

func (a *analyzer) ifChain(n *If) {
	a.expr(n.Test)
	outer := a.s
	inner := func(visit func()) *symbols {
		a.s = outer.copy()
		visit()
		branch := a.s
		a.s = outer
		return branch
	}
	body := inner(func() { a.body(n.Body) })
	elifs := inner(func() {
		for _, e := range n.Elifs {
			a.ifChain(e)
		}
	})
	other := inner(func() { a.body(n.Else) })
	outer.branches([]*symbols{body, elifs, other}, n.Pos)
}

// undeclared reports which of the names are read below the statements before
// they are assigned there. Blocks are left out.
func undeclared(body []Stmt, names ...string) map[string]bool {
	open := map[string]bool{}
	for _, n := range names {
		open[n] = true
	}
	found := map[string]bool{}
	stmts(walker(func(n Node) bool {
		switch n := n.(type) {
		case *Block:
			return false
		case *Name:
			if n.Usage == Load && open[n.Name] {
				found[n.Name] = true
			} else if n.Usage != Load {
				delete(open, n.Name)
			}
		}
		return true
	}), body)
	return found
}
