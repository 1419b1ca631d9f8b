package inventory

import (
	"fmt"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/shlex"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var (
	sectionLine = lazy.Regexp(`^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$`)
	groupLine   = lazy.Regexp(`^([^:\]\s]+)\s*(?:#.*)?$`)
)

// iniReader reads Ansible's INI inventories line by line.
type iniReader struct {
	inv      *Inventory
	path     string
	line     int
	group    *Group
	kind     string              // of the section: hosts, children or vars
	declared map[string]bool     // groups with a section of hosts or children
	vars     map[string]int      // groups with only a section of vars: its line
	children map[string][]parent // groups only named as children so far
	pending  []string            // keys of vars and children in order
}

type parent struct {
	group *Group
	line  int
}

// readINI adds what an INI file says.
func readINI(inv *Inventory, path string, data []byte) error {
	r := &iniReader{
		inv: inv, path: path, kind: "hosts", group: inv.Group(Ungrouped),
		declared: map[string]bool{}, vars: map[string]int{}, children: map[string][]parent{},
	}
	for _, g := range inv.Groups() {
		r.declared[g.Name] = true
	}
	for _, text := range value.SplitLines(strings.TrimPrefix(string(data), "\ufeff"), false) {
		r.line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		if err := r.read(text); err != nil {
			return err
		}
	}
	return r.undeclared()
}

func (r *iniReader) fault(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.path, line, fmt.Sprintf(format, args...))
}

func (r *iniReader) read(text string) error {
	if m := sectionLine.FindStringSubmatch(text); m != nil {
		return r.section(m[1], m[2])
	}
	if text[0] == '[' && text[len(text)-1] == ']' {
		return r.fault(r.line, "Invalid section entry: '%s'. Please make sure that there are no spaces in the section entry, and that there are no other invalid characters", text)
	}
	switch r.kind {
	case "children":
		return r.child(text)
	case "vars":
		return r.variable(text)
	default:
		return r.host(text)
	}
}

func (r *iniReader) section(name, kind string) error {
	if kind == "" {
		kind = "hosts"
	}
	if kind != "hosts" && kind != "children" && kind != "vars" {
		return r.fault(r.line, "Section [%s:%s] has unknown type: %s", name, kind, kind)
	}
	r.group, r.kind = r.inv.AddGroup(name), kind
	name = r.group.Name
	if kind == "vars" {
		if _, seen := r.vars[name]; !seen && !r.declared[name] && r.children[name] == nil {
			r.vars[name] = r.line
			r.pending = append(r.pending, name)
		}
		return nil
	}
	r.declared[name] = true
	delete(r.vars, name)
	for _, p := range r.children[name] {
		if err := r.inv.AddChild(p.group, r.group); err != nil {
			return err
		}
	}
	delete(r.children, name)
	return nil
}

func (r *iniReader) child(text string) error {
	m := groupLine.FindStringSubmatch(text)
	if m == nil {
		return r.fault(r.line, "Expected group name, got: %s", text)
	}
	r.inv.mu.Lock()
	name := r.inv.safeName(m[1])
	r.inv.mu.Unlock()
	if r.declared[name] {
		return r.inv.AddChild(r.group, r.inv.AddGroup(name))
	}
	if r.children[name] == nil {
		r.pending = append(r.pending, name)
	}
	delete(r.vars, name)
	r.children[name] = append(r.children[name], parent{r.group, r.line})
	return nil
}

func (r *iniReader) variable(text string) error {
	name, val, ok := strings.Cut(text, "=")
	if !ok {
		return r.fault(r.line, "Expected key=value, got: %s", text)
	}
	val = strings.TrimSpace(val)
	return r.group.Set(strings.TrimSpace(name), literal(r.pos(), val))
}

func (r *iniReader) host(text string) error {
	words, err := shlex.Split(uncomment(text))
	if err != nil {
		return r.fault(r.line, "Error parsing host definition '%s': %s", text, err)
	}
	if len(words) == 0 {
		return r.fault(r.line, "Error parsing host definition '%s': there is no host", text)
	}
	names, port, err := hostPattern(words[0])
	if err != nil {
		return err
	}
	vars := make([]tree.Pair, 0, len(words)-1)
	for _, w := range words[1:] {
		key, val, ok := strings.Cut(w, "=")
		if !ok {
			return r.fault(r.line, "Expected key=value host variable assignment, got: %s", w)
		}
		vars = append(vars, tree.Pair{Key: tree.TextNode(r.pos(), key), Value: literal(r.pos(), val)})
	}
	for _, name := range names {
		h := r.inv.member(name, port, r.group.Name)
		for _, v := range vars {
			if err := r.inv.set(h, v.Name(), v.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *iniReader) pos() source.Pos { return source.Pos{File: r.path, Line: r.line} }

// uncomment cuts a line at a # outside of quotes, as shlex does with comments:
// also within a word.
func uncomment(line string) string {
	var quote byte
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			return line[:i]
		}
	}
	return line
}

// undeclared is the fault of the first group that has no section of its own.
func (r *iniReader) undeclared() error {
	for _, name := range r.pending {
		if line, ok := r.vars[name]; ok {
			return r.fault(line, "Section [%s:vars] not valid for undefined group: %s", name, name)
		}
		if parents := r.children[name]; parents != nil {
			last := parents[len(parents)-1]
			return r.fault(parents[0].line, "Section [%s:children] includes undefined group: %s", last.group.Name, name)
		}
	}
	return nil
}
