package jinja

import "goplay/internal/source"

// Node is a node of a template's syntax tree.
type Node interface {
	Position() source.Pos
	children(yield func(Node) bool) bool
}

// at is the place of a node.
type at struct{ source.Pos }

// Position is where the node stands.
func (a at) Position() source.Pos { return a.Pos }

// Expr is a node that has a value.
type Expr interface {
	Node
	expr()
}

// Stmt is a node that does something.
type Stmt interface {
	Node
	stmt()
}

// Usage is how a Name is used.
type Usage uint8

// A name is read, assigned to, or a parameter.
const (
	Load Usage = iota
	Store
	Param
)

// The expressions.
type (
	// Const is a literal: a string, a number, a bool or none.
	Const struct {
		at
		Value any
	}
	// Name is a variable.
	Name struct {
		at
		Name  string
		Usage Usage
	}
	// NamespaceRef is the target of {% set ns.attr = ... %}.
	NamespaceRef struct {
		at
		Name, Attr string
	}
	// Tuple is (a, b).
	Tuple struct {
		at
		Items []Expr
	}
	// List is [a, b].
	List struct {
		at
		Items []Expr
	}
	// Dict is {k: v}.
	Dict struct {
		at
		Keys, Values []Expr
	}
	// Cond is `Then if Test else Else`; Else may be nil.
	Cond struct {
		at
		Test, Then, Else Expr
	}
	// Filter is X|Name(Args); X is nil where a block or a set block is filtered.
	Filter struct {
		at
		X    Expr
		Name string
		Args Args
	}
	// Test is `X is Name(Args)`; `is not` is a Not around it.
	Test struct {
		at
		X    Expr
		Name string
		Args Args
	}
	// CallExpr is X(Args).
	CallExpr struct {
		at
		X    Expr
		Args Args
	}
	// Getitem is X[Index].
	Getitem struct {
		at
		X, Index Expr
	}
	// Getattr is X.Attr.
	Getattr struct {
		at
		X    Expr
		Attr string
	}
	// Slice is the Start:Stop:Step of an index; what is left out is nil.
	Slice struct {
		at
		Start, Stop, Step Expr
	}
	// Concat is a ~ b ~ c.
	Concat struct {
		at
		Items []Expr
	}
	// Compare is X op y op z; Ops are == != < <= > >= in and "not in".
	Compare struct {
		at
		X    Expr
		Ops  []string
		Args []Expr
	}
	// Binary is an arithmetic operator or `and`, `or`.
	Binary struct {
		at
		Op   string
		X, Y Expr
	}
	// Unary is -x, +x or `not x`.
	Unary struct {
		at
		Op string
		X  Expr
	}
)

// Args are the arguments of a call, a filter or a test.
type Args struct {
	Positional []Expr
	Keywords   []Keyword
	Star       Expr // *args, or nil
	StarStar   Expr // **kwargs, or nil
}

// Keyword is one name=value.
type Keyword struct {
	Name  string
	Value Expr
}

// The statements.
type (
	// Data is template text.
	Data struct {
		at
		Text string
	}
	// Output is one {{ X }}.
	Output struct {
		at
		X Expr
	}
	// For is a loop.
	For struct {
		at
		Target    Expr
		Iter      Expr
		Test      Expr // or nil
		Body      []Stmt
		Else      []Stmt
		Recursive bool
	}
	// If is a chain of conditions.
	If struct {
		at
		Test  Expr
		Body  []Stmt
		Elifs []*If
		Else  []Stmt
	}
	// With is a scope of its own with names in it.
	With struct {
		at
		Targets, Values []Expr
		Body            []Stmt
	}
	// Block is a part that child templates can replace.
	Block struct {
		at
		Name             string
		Body             []Stmt
		Scoped, Required bool
	}
	// Extends names the parent template.
	Extends struct {
		at
		Template Expr
	}
	// Include puts another template in.
	Include struct {
		at
		Template      Expr
		IgnoreMissing bool
		WithContext   bool
	}
	// Import binds a template's exports to a name.
	Import struct {
		at
		Template    Expr
		Target      string
		WithContext bool
	}
	// FromImport binds single exports of a template.
	FromImport struct {
		at
		Template    Expr
		Names       []ImportName
		WithContext bool
	}
	// Macro defines a function.
	Macro struct {
		at
		Name string
		Signature
		Body []Stmt
	}
	// CallBlock calls a macro with a body.
	CallBlock struct {
		at
		Signature
		Call *CallExpr
		Body []Stmt
	}
	// FilterBlock filters what its body puts out.
	FilterBlock struct {
		at
		Filter *Filter
		Body   []Stmt
	}
	// Assign is {% set Target = Value %}.
	Assign struct {
		at
		Target, Value Expr
	}
	// AssignBlock is {% set Target %} Body {% endset %}; Filter may be nil.
	AssignBlock struct {
		at
		Target Expr
		Filter *Filter
		Body   []Stmt
	}
	// Do is {% do X %}.
	Do struct {
		at
		X Expr
	}
	// Break leaves the innermost loop.
	Break struct{ at }
	// Continue goes on with the loop's next item.
	Continue struct{ at }
	// Autoescape is {% autoescape %}; it changes nothing here.
	Autoescape struct {
		at
		Value Expr
		Body  []Stmt
	}
	// Root is a whole template.
	Root struct {
		at
		Body []Stmt
	}
)

// Signature is the parameters of a macro; Defaults belong to the last ones.
type Signature struct {
	Params   []*Name
	Defaults []Expr
}

// ImportName is `Name as Alias`; they are equal without as.
type ImportName struct {
	Name, Alias string
	Pos         source.Pos
}

func (*Const) expr()        {}
func (*Name) expr()         {}
func (*NamespaceRef) expr() {}
func (*Tuple) expr()        {}
func (*List) expr()         {}
func (*Dict) expr()         {}
func (*Cond) expr()         {}
func (*Filter) expr()       {}
func (*Test) expr()         {}
func (*CallExpr) expr()     {}
func (*Getitem) expr()      {}
func (*Getattr) expr()      {}
func (*Slice) expr()        {}
func (*Concat) expr()       {}
func (*Compare) expr()      {}
func (*Binary) expr()       {}
func (*Unary) expr()        {}

func (*Data) stmt()        {}
func (*Output) stmt()      {}
func (*For) stmt()         {}
func (*If) stmt()          {}
func (*With) stmt()        {}
func (*Block) stmt()       {}
func (*Extends) stmt()     {}
func (*Include) stmt()     {}
func (*Import) stmt()      {}
func (*FromImport) stmt()  {}
func (*Macro) stmt()       {}
func (*CallBlock) stmt()   {}
func (*FilterBlock) stmt() {}
func (*Assign) stmt()      {}
func (*AssignBlock) stmt() {}
func (*Do) stmt()          {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}
func (*Autoescape) stmt()  {}
