package playbook

import (
	"strings"

	"path/filepath"

	"goplay/internal/tree"
)

// meta reads what a role says of itself: its dependencies, whether it may run
// twice, its collections. It returns the specifications of its arguments.
func (p *pass) meta(r *Role, u use, s *scope) (specs *tree.Node) {
	specs = p.argumentSpecs(r, u)
	file, ok := p.roleFile(r, "meta", "", u.at)
	if !ok {
		return specs
	}
	root, ok := p.file(file, u.at)
	switch {
	case !ok || root.IsNull():
		return specs
	case root.Kind != tree.Map:
		p.fault(root.Pos, "the 'meta/main.yml' for role %s is not a dictionary", r.Name)
		return specs
	}
	var ignored Keywords
	for _, pair := range root.Pairs {
		switch name := pair.Name(); name {
		case "dependencies", "galaxy_info", "name":
		case "allow_duplicates":
			if u.once {
				r.AllowDuplicates = p.flag(pair.Value)
			}
		case "argument_specs":
			if specs == nil {
				specs = pair.Value
			}
		case "collections":
			r.Collections = append(r.Collections, p.names("collections", pair.Value)...)
		default:
			if name == "tags" || name == "when" || !p.keyword(&ignored, "RoleMetadata", name, pair.Value) {
				p.notAttribute(pair.Key, "RoleMetadata", metaWords)
			}
		}
	}
	p.dependencies(r, root.Get("dependencies"), s)
	return specs
}

func (p *pass) dependencies(r *Role, n *tree.Node, s *scope) {
	if n.IsNull() {
		return
	}
	if n.Kind != tree.List {
		p.fault(n.Pos, "Expected role dependencies to be a list.")
		return
	}
	inner := *s
	inner.Collections = r.Collections
	for _, entry := range n.Items {
		if d := p.roleEntry(entry, &inner); d != nil {
			r.Dependencies = append(r.Dependencies, d)
		}
	}
}

func (p *pass) argumentSpecs(r *Role, u use) *tree.Node {
	for _, extension := range []string{".yml", ".yaml"} {
		file := filepath.Join(r.Path, "meta", "argument_specs"+extension)
		if !exists(file) {
			continue
		}
		if root, ok := p.file(file, u.at); ok {
			return root.Get("argument_specs")
		}
	}
	return nil
}

// validation is the task that checks a role's arguments.
func (r *Role) validation(entry string, spec *tree.Node, s *scope) *Task {
	text := func(s string) *tree.Node { return &tree.Node{Pos: spec.Pos, Kind: tree.Text, Text: s, Opaque: true} }
	mapping := func(pairs ...any) *tree.Node {
		n := &tree.Node{Pos: spec.Pos, Kind: tree.Map}
		for i := 0; i < len(pairs); i += 2 {
			n.Pairs = append(n.Pairs, tree.Pair{Key: text(pairs[i].(string)), Value: pairs[i+1].(*tree.Node)})
		}
		return n
	}
	options := spec.Get("options")
	if options.IsNull() {
		options = mapping()
	}
	name := strings.TrimPrefix(r.Name, r.Collection+".")
	args := mapping("argument_spec", options, "validate_args_context", mapping(
		"type", text("role"), "name", text(name), "argument_spec_name", text(entry), "path", text(r.Path)))
	if r.Params != nil {
		args.Pairs = append(args.Pairs, tree.Pair{Key: text("provided_arguments"), Value: r.Params})
	}
	t := &Task{
		Pos: spec.Pos, Module: "ansible.builtin.validate_argument_spec", ModPos: spec.Pos, Args: args,
		Name: "Validating arguments against arg spec '" + entry + "'", Role: r, Params: s.params, Parent: s.parent, File: spec.Pos.File, scope: s,
	}
	if short := spec.Get("short_description"); !short.IsNull() {
		t.Name += " - " + short.String()
	}
	t.Tags = []string{"always"}
	t.inherit(s)
	return t
}
