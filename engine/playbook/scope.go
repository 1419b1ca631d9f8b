package playbook

import (
	"strings"

	"goplay/internal/tree"
)

// scope is what a list of tasks takes over from what it stands in.
type scope struct {
	Keywords
	delegateTo, delegateFacts *tree.Node
	notify                    []*tree.Node

	play     *Play
	role     *Role
	params   []*tree.Node // variables given to includes above
	parent   *Task        // innermost dynamic include
	dirs     []string     // folders in the names of the includes above, innermost last
	imports  []string     // files and roles being imported, to find circles
	handlers bool
	inBlock  bool // a block around it stands in the same file
}

// of is the scope in which what a task itself says is evaluated: with its variables.
func (s *scope) of(t *Task) *scope {
	own := *s
	own.Vars = join(s.Vars, t.ownVars)
	return &own
}

// layers are the variables that a static import's name may use, weakest first.
func (s *scope) layers(p *pass) []*tree.Node {
	var out []*tree.Node
	for r := s.role; r != nil; r = r.Parent {
		out = append(out, r.Defaults...)
	}
	if s.play != nil {
		out = append(out, s.play.Vars...)
		out = append(out, p.staticVarsFiles(s.play)...)
		out = append(out, magic(s))
	}
	if s.role != nil {
		out = append(out, s.role.RoleVars...)
		out = append(out, s.role.Vars)
	}
	out = append(out, s.Vars...)
	out = append(out, s.params...)
	if s.role != nil {
		out = append(out, s.role.Params)
	}
	kept := out[:0]
	for _, n := range out {
		if n != nil {
			kept = append(kept, n)
		}
	}
	return kept
}

// magic are the variables that are known of a place in a file.
func magic(s *scope) *tree.Node {
	n := &tree.Node{Kind: tree.Map}
	add := func(name, text string) {
		n.Pairs = append(n.Pairs, tree.Pair{Key: tree.TextNode(n.Pos, name), Value: tree.TextNode(n.Pos, text)})
	}
	add("playbook_dir", s.play.Dir)
	if s.role != nil {
		add("role_path", s.role.Path)
		add("role_name", s.role.Name)
		add("ansible_role_name", s.role.FQCN)
	}
	return n
}

// expand is the text of a static import's name with its template evaluated.
func (p *pass) expand(n *tree.Node, s *scope) (string, bool) {
	if n.Opaque || !isTemplate(n.String()) {
		return n.String(), true
	}
	if p.options.Expand == nil {
		p.fault(n.Pos, "Error when evaluating variable in import path: %s.", n.Text)
		return "", false
	}
	text, err := p.options.Expand(n, s.layers(p))
	if err != nil {
		fault := p.fault(n.Pos, "Error when evaluating variable in import path: %s: %w", n.Text, err)
		fault.WithHint("a static import may use vars and vars_files of the play and extra variables, but no facts and no variables of the inventory; include_tasks and include_role may use all")
		return "", false
	}
	return text, true
}

func isTemplate(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "{#")
}
