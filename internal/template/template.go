// Package template evaluates text from files the way Ansible does on top of
// Jinja2: variables are looked up lazily and may themselves be templates,
// playbook arguments become data, template files become text, conditions
// become true or false. Text that came from a host is a value here and is
// never evaluated: only tree.Nodes are.
package template

import "context"

// Vars are the variables of one step. What Lookup returns is a value, a
// *tree.Node (evaluated in these same Vars whenever it is asked for), or a Lazy.
type Vars interface {
	Lookup(name string) (v any, found bool)
	// Names lists every name there is, for `vars`, varnames and suggestions.
	Names() []string
}

// Lazy is a value that is only made when somebody asks for it.
type Lazy func(ctx context.Context) (any, error)
