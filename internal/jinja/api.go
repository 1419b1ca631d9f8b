// Package jinja is a Jinja2 engine: lexer, parser, a compiler to closures, and
// Jinja2's own filters, tests and globals, giving Jinja2 3.1's answer byte for
// byte or an error where it gives one. It knows nothing of Ansible: what
// Ansible adds (filters, lazily evaluated variables, how output is joined)
// comes in through Registry, Scope and Options.
package jinja

import (
	"context"

	"goplay/internal/source"
	"goplay/internal/value"
)

// Scope gives a template its variables, one by one and only when they are
// asked for: a host has thousands. found is false for a name nothing defines;
// err ends the rendering (a variable whose own template fails).
type Scope interface {
	Lookup(name string) (v any, found bool, err error)
}

// Call is one use of a filter, a test or a global function.
type Call struct {
	Context context.Context
	Name    string
	Args    []any       // for filters and tests Args[0] is what stands left of | or is
	Kwargs  *value.Dict // nil when there are none
	Scope   Scope       // the variables visible where the call stands, locals first
	Env     *Env
	Pos     source.Pos // where the call stands
	run     *run
}

// Func is the code of a filter, a test or a global. A test's result counts by
// its truth. Undefined arguments arrive as *value.Undefined: a Func that
// cannot use one returns its error (see value.Undefined).
type Func func(*Call) (any, error)

// Options are what Jinja2's Environment takes. The zero value is Jinja2's
// default syntax.
type Options struct {
	BlockStart, BlockEnd, VariableStart, VariableEnd, CommentStart, CommentEnd string
	LineStatementPrefix, LineCommentPrefix                                     string
	TrimBlocks, LstripBlocks, KeepTrailingNewline                              bool
	NewlineSequence                                                            string
	// DoubleBackslashes reads string literals inside {{ }} as Ansible's playbook
	// arguments do: a backslash stands for itself, so '\1' is a back-reference.
	DoubleBackslashes bool
	// Without are the statements that are not known: do, break and continue are
	// extensions of Jinja2, which Ansible has off unless it is told.
	Without  []string
	Finalize func(v any) (any, error) // applied to each {{ }} before it is joined; nil leaves values alone
	// Concat joins what a macro, a set block or a block call put out; nil joins
	// text. Ansible's reads the text back as a list, a dict or a bool.
	Concat func(nodes []any) (any, error)
	// Undefined says how undefined variables behave; the zero value is Ansible's.
	Undefined value.UndefinedKind
	// TextFilters are the filters whose texts have a class, see Classes.
	TextFilters map[string]string
	Loader      Loader // for include, import and extends; nil finds nothing
	Limits      Limits
	// Rewrite may change a tree before it is compiled; nil leaves it alone.
	Rewrite func(Node)
}

// Loader finds the source of a template for include, import and extends.
// file is what positions name. It returns an error that wraps fs.ErrNotExist
// when there is no such template.
type Loader interface {
	Load(name string) (src string, file string, err error)
}

// Limits keep a template from taking the process down; zero means the default.
type Limits struct {
	Fuel   int64 // steps a rendering may take
	Depth  int   // nesting of macros, includes and lazily evaluated variables
	Output int   // bytes
	Repeat int   // size that one operator may multiply a string or a list to
}
