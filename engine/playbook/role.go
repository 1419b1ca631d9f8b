package playbook

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// use is a role as somebody asks for it.
type use struct {
	name     string
	at       source.Pos
	keywords Keywords // effective ones
	params   *tree.Node
	vars     []*tree.Node
	from     map[string]string // tasks, vars, defaults, handlers: file instead of main
	own      Keywords          // those written beside the role's name
	once     bool              // its meta says whether it may run again; else AllowDuplicates
	again    bool
	validate bool
}

// roles reads the roles: of a play.
func (p *pass) roles(n *tree.Node, s *scope) {
	if n.IsNull() {
		return
	}
	if n.Kind != tree.List {
		p.fault(n.Pos, "A malformed role declaration was encountered.").WithHint("roles are a list: - name")
		return
	}
	for _, entry := range n.Items {
		if r := p.roleEntry(entry, s); r != nil {
			s.play.Roles = slices.Insert(s.play.Roles, s.play.entries, r) // before those that they import
			s.play.entries++
			s.play.RoleTasks = append(s.play.RoleTasks, r.Compiled()...)
		}
	}
}

// roleEntry reads an entry of roles: or of a role's dependencies.
func (p *pass) roleEntry(n *tree.Node, s *scope) *Role {
	u := use{at: n.Pos, once: true, validate: true}
	inner := *s
	switch {
	case n.Kind == tree.Text && strings.Contains(n.Text, ","):
		p.fault(n.Pos, "Invalid old style role requirement: %s", n.Text)
		return nil
	case n.Kind == tree.Text:
		u.keywords, u.name = Keywords{}.inherit(&s.Keywords), n.Text
	case n.Kind == tree.Map:
		if !p.roleKeywords(n, &u, &inner) {
			return nil
		}
	default:
		p.fault(n.Pos, "Invalid role definition: %s", n.String())
		return nil
	}
	name := tree.TextNode(u.at, u.name)
	if text, ok := p.expand(name, s); ok {
		u.name = text
		return p.role(u, &inner)
	}
	return nil
}

// roleKeywords tells keywords from parameters: whatever is no keyword is one.
func (p *pass) roleKeywords(n *tree.Node, u *use, s *scope) bool {
	name := n.Get("role")
	if name.IsNull() {
		name = n.Get("name")
	}
	if name == nil && n.Get("src") != nil {
		name = n.Get("src")
	}
	if name == nil || name.Kind != tree.Text || name.Text == "" {
		p.fault(n.Pos, "role definitions must contain a role name")
		return false
	}
	u.name, u.at = name.Text, name.Pos
	params := &tree.Node{Pos: n.Pos, Kind: tree.Map}
	var own Keywords
	for _, pair := range n.Pairs {
		word := pair.Name()
		if word == "role" || word == "name" || p.keyword(&own, "RoleInclude", word, pair.Value) ||
			word != "notify" && s.blockKeyword(word, pair.Value) {
			continue
		}
		params.Pairs = append(params.Pairs, pair)
	}
	u.vars, own.Vars = own.Vars, nil
	if len(params.Pairs) > 0 {
		u.params = params
	}
	u.own, u.keywords = own, own.inherit(&s.Keywords)
	return true
}

// key is the same for uses of a role that count as one: Ansible runs a role
// once for each set of what is written beside its name. What stands around
// that, and the conditions and tags of an import, make no difference.
func (u *use) key(path string, vars *tree.Node) string {
	var b strings.Builder
	b.WriteString(path)
	for _, n := range []*tree.Node{u.params, vars} {
		b.WriteByte(0)
		if n != nil {
			b.WriteString(value.Repr(n.Data()))
		}
	}
	for _, c := range u.own.When {
		b.WriteByte(0)
		b.WriteString(c.Node.String())
	}
	fmt.Fprint(&b, u.own.Tags, u.from, u.once)
	return b.String()
}

// role reads a role: where it is, its variables, what it depends on, its tasks.
func (p *pass) role(u use, s *scope) *Role {
	path, collection, ok := p.roleFolder(u.name, u.at, s)
	if !ok {
		return nil
	}
	if p.options.OnRole != nil {
		p.options.OnRole(path)
	}
	use := path + " " + u.from["tasks"]
	if slices.Contains(s.imports, use) {
		p.fault(u.at, "A recursion loop was detected with the roles specified. Make sure child roles do not have dependencies on parent roles")
		return nil
	}
	r := &Role{
		Pos: u.at, Name: u.name, FQCN: u.name, Collection: collection, Path: path, Params: u.params,
		Parent: s.role, AllowDuplicates: u.again, Keywords: u.keywords, Public: true, From: u.from,
	}
	for _, v := range u.vars {
		r.Vars = merge(r.Vars, v)
	}
	r.Key = u.key(path, r.Vars)
	inner := *s
	inner.role, inner.imports = r, append(s.imports[:len(s.imports):len(s.imports)], use)
	inner.Keywords, inner.dirs, inner.handlers = u.keywords, nil, false
	r.Keywords.Collections = []string{}
	if collection != "" {
		r.Keywords.Collections = []string{collection}
		r.FQCN = collection + "." + u.name[strings.LastIndexByte(u.name, '.')+1:] // less the folders between
	}
	before := len(p.faults)
	r.Defaults = p.roleVars(r, "defaults", u)
	r.RoleVars = p.roleVars(r, "vars", u)
	specs := p.meta(r, u, &inner)
	inner.Collections = r.Keywords.Collections
	r.Tasks = p.roleTasks(r, u, specs, &inner)
	handlers := inner
	handlers.handlers = true
	if file, ok := p.roleFile(r, "handlers", u.from["handlers"], u.at); ok {
		r.Handlers = p.roleList(r, "handlers", file, u.from["handlers"], &handlers)
	}
	if len(p.faults) > before && r.Tasks == nil {
		return nil
	}
	return r
}

// roleTasks is the role's own tasks with what Ansible puts around them: the
// check of its arguments, and the mark of its end.
func (p *pass) roleTasks(r *Role, u use, specs *tree.Node, s *scope) []Node {
	var tasks []Node
	entry := u.from["tasks"]
	if entry == "" {
		entry = "main"
	}
	if spec := specs.Get(entry); spec != nil && spec.Kind == tree.Map && u.validate {
		r.ArgumentSpec = spec
		tasks = append(tasks, r.validation(entry, spec, s))
	}
	if file, ok := p.roleFile(r, "tasks", u.from["tasks"], u.at); ok {
		tasks = append(tasks, p.roleList(r, "tasks", file, u.from["tasks"], s)...)
	}
	end := &Task{Pos: r.Pos, Module: "meta", FreeForm: tree.TextNode(r.Pos, "role_complete"), Role: r, File: r.Pos.File, Params: s.params, Parent: s.parent, scope: s}
	end.Tags = []string{"always"}
	return append(tasks, end)
}

func (p *pass) roleList(r *Role, section, file, from string, s *scope) []Node {
	root, ok := p.file(file, r.Pos)
	if !ok || root.IsNull() {
		return nil
	}
	if root.Kind != tree.List {
		name := from
		if name == "" {
			name = "main"
		}
		p.fault(root.Pos, "The %s/%s.yml file for role '%s' must contain a list of tasks", section, name, r.Name)
		return nil
	}
	return p.list(root, s, section)
}

// roleFile finds a file of a role; ok is false when there is none, which is a
// fault if it was asked for by name.
func (p *pass) roleFile(r *Role, section, from string, at source.Pos) (string, bool) {
	files := p.roleFiles(r, section, from, at, false)
	if len(files) == 0 {
		return "", false
	}
	return files[0], true
}

func (p *pass) roleFiles(r *Role, section, from string, at source.Pos, folders bool) []string {
	base := filepath.Join(r.Path, section, "main")
	tried := append(slices.Clone(extensions), "")
	if from != "" {
		base = relative(filepath.Join(r.Path, section), from)
		tried = append([]string{""}, extensions...)
	}
	for _, extension := range tried {
		info, err := os.Stat(base + extension)
		switch {
		case err != nil:
		case !info.IsDir() && !within(filepath.Join(r.Path, section), base):
			p.fault(at, "Failed loading '%s' for role (%s) as it is not inside the expected role path: '%s'",
				base+extension, r.Name, filepath.Join(r.Path, section))
			return nil
		case !info.IsDir():
			return []string{base + extension}
		case folders:
			return varsIn(base + extension)
		}
	}
	if from != "" {
		p.fault(at, "Could not find specified file in role: %s/%s", section, from).WithHint("the role is at %s", r.Path)
	}
	return nil
}

// within reports whether a path stays below a folder.
func within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// varsIn lists the files of variables below a folder, in the order they are read.
func varsIn(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	var out []string
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(folder, name)
		extension := filepath.Ext(name)
		switch {
		case strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"):
		case isDir(path):
			out = append(out, varsIn(path)...)
		case extension == "" || slices.Contains(extensions, extension):
			out = append(out, path)
		}
	}
	return out
}

func (p *pass) roleVars(r *Role, section string, u use) []*tree.Node {
	var out []*tree.Node
	for _, file := range p.roleFiles(r, section, u.from[section], u.at, true) {
		root, ok := p.file(file, u.at)
		switch {
		case !ok || root.IsNull():
		case root.Kind != tree.Map:
			p.fault(root.Pos, "The %s/main.yml file for role '%s' must contain a dictionary of variables", section, r.Name)
		default:
			out = append(out, root)
		}
	}
	return out
}
