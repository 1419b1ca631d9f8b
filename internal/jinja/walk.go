package jinja

// Walk goes through a tree from n down, in the order things stand in the
// template. visit returns false to leave out what is below a node.
func Walk(n Node, visit func(Node) bool) { walker(visit)(n) }

// walker makes one function that goes through any number of trees.
func walker(visit func(Node) bool) func(Node) bool {
	var step func(Node) bool
	step = func(n Node) bool {
		if visit(n) {
			n.children(step)
		}
		return true
	}
	return step
}

// all yields nodes that are not nil until one is refused.
func all(yield func(Node) bool, nodes ...Expr) bool {
	for _, n := range nodes {
		if n != nil && !yield(n) {
			return false
		}
	}
	return true
}

func stmts(yield func(Node) bool, body []Stmt) bool {
	for _, n := range body {
		if !yield(n) {
			return false
		}
	}
	return true
}

func (a Args) children(yield func(Node) bool) bool {
	if !all(yield, a.Positional...) {
		return false
	}
	for _, k := range a.Keywords {
		if !yield(k.Value) {
			return false
		}
	}
	return all(yield, a.Star, a.StarStar)
}

func (s Signature) children(yield func(Node) bool) bool {
	for _, p := range s.Params {
		if !yield(p) {
			return false
		}
	}
	return all(yield, s.Defaults...)
}

func (n *Const) children(func(Node) bool) bool        { return true }
func (n *Name) children(func(Node) bool) bool         { return true }
func (n *NamespaceRef) children(func(Node) bool) bool { return true }
func (n *Tuple) children(yield func(Node) bool) bool  { return all(yield, n.Items...) }
func (n *List) children(yield func(Node) bool) bool   { return all(yield, n.Items...) }

func (n *Dict) children(yield func(Node) bool) bool {
	for i := range n.Keys {
		if !all(yield, n.Keys[i], n.Values[i]) {
			return false
		}
	}
	return true
}

func (n *Cond) children(yield func(Node) bool) bool { return all(yield, n.Test, n.Then, n.Else) }

func (n *Filter) children(yield func(Node) bool) bool {
	return all(yield, n.X) && n.Args.children(yield)
}

func (n *Test) children(yield func(Node) bool) bool {
	return all(yield, n.X) && n.Args.children(yield)
}

func (n *CallExpr) children(yield func(Node) bool) bool {
	return all(yield, n.X) && n.Args.children(yield)
}
func (n *Getitem) children(yield func(Node) bool) bool { return all(yield, n.X, n.Index) }
func (n *Getattr) children(yield func(Node) bool) bool { return all(yield, n.X) }
func (n *Slice) children(yield func(Node) bool) bool   { return all(yield, n.Start, n.Stop, n.Step) }
func (n *Concat) children(yield func(Node) bool) bool  { return all(yield, n.Items...) }

func (n *Compare) children(yield func(Node) bool) bool {
	return all(yield, n.X) && all(yield, n.Args...)
}
func (n *Binary) children(yield func(Node) bool) bool { return all(yield, n.X, n.Y) }
func (n *Unary) children(yield func(Node) bool) bool  { return all(yield, n.X) }

func (n *Data) children(func(Node) bool) bool         { return true }
func (n *Output) children(yield func(Node) bool) bool { return all(yield, n.X) }

func (n *For) children(yield func(Node) bool) bool {
	return all(yield, n.Target, n.Iter) && stmts(yield, n.Body) && stmts(yield, n.Else) && all(yield, n.Test)
}

func (n *If) children(yield func(Node) bool) bool {
	if !all(yield, n.Test) || !stmts(yield, n.Body) {
		return false
	}
	for _, e := range n.Elifs {
		if !yield(e) {
			return false
		}
	}
	return stmts(yield, n.Else)
}

func (n *With) children(yield func(Node) bool) bool {
	return all(yield, n.Targets...) && all(yield, n.Values...) && stmts(yield, n.Body)
}
func (n *Block) children(yield func(Node) bool) bool      { return stmts(yield, n.Body) }
func (n *Extends) children(yield func(Node) bool) bool    { return all(yield, n.Template) }
func (n *Include) children(yield func(Node) bool) bool    { return all(yield, n.Template) }
func (n *Import) children(yield func(Node) bool) bool     { return all(yield, n.Template) }
func (n *FromImport) children(yield func(Node) bool) bool { return all(yield, n.Template) }

func (n *Macro) children(yield func(Node) bool) bool {
	return n.Signature.children(yield) && stmts(yield, n.Body)
}

func (n *CallBlock) children(yield func(Node) bool) bool {
	return yield(n.Call) && n.Signature.children(yield) && stmts(yield, n.Body)
}

func (n *FilterBlock) children(yield func(Node) bool) bool {
	return stmts(yield, n.Body) && yield(n.Filter)
}
func (n *Assign) children(yield func(Node) bool) bool { return all(yield, n.Target, n.Value) }

func (n *AssignBlock) children(yield func(Node) bool) bool {
	if !all(yield, n.Target) || n.Filter != nil && !yield(n.Filter) {
		return false
	}
	return stmts(yield, n.Body)
}
func (n *Do) children(yield func(Node) bool) bool   { return all(yield, n.X) }
func (n *Break) children(func(Node) bool) bool      { return true }
func (n *Continue) children(func(Node) bool) bool   { return true }
func (n *Root) children(yield func(Node) bool) bool { return stmts(yield, n.Body) }
func (n *Autoescape) children(yield func(Node) bool) bool {
	return all(yield, n.Value) && stmts(yield, n.Body)
}
