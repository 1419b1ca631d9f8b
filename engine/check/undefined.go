package check

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
)

// Project is what a check asks about variables: who defines one.
type Project struct {
	// Known reports whether a variable comes from the command line, the inventory or the engine.
	Known func(name string) bool
	// Read gives a file's text, opened when it is vaulted.
	Read func(path string) ([]byte, error)
}

// used are the variables that tasks take, and the words about them.
type used struct {
	refs  []jinja.Ref
	texts []string // all that is evaluated: what asks whether a variable is defined takes it as optional
}

// undefined warns of variables that nothing defines. It is sure only of names
// that stand nowhere in the project as a key, the name of a result or of a loop's item.
func (c *checker) undefined(pb *playbook.Playbook) {
	if c.Project == nil || c.Names || len(c.found.Faults) > 0 {
		return
	}
	u := &used{}
	folders := map[string]bool{}
	if c.open(pb, folders) {
		return
	}
	tasks(pb, func(t *playbook.Task) { c.uses(u, t) })
	missing := slices.DeleteFunc(u.refs, func(r jinja.Ref) bool { return common(r.Name) || u.optional(r.Name) || c.Project.Known(r.Name) })
	if len(missing) == 0 {
		return
	}
	words, ok := c.words(folders)
	if !ok {
		return
	}
	for _, r := range missing {
		if words[r.Name] {
			continue
		}
		e := source.Errorf(r.Pos, "nothing here defines the variable %q", r.Name)
		if near := source.Near(r.Name, sorted(words)); near != "" && len(r.Name) > shortest {
			e = e.WithHint("did you mean %s?", near)
		} else {
			e = e.WithHint("it has to come from the command line with -e")
		}
		c.warn(e)
		words[r.Name] = true // said once
	}
}

// open reports whether something may define variables whose names nobody knows
// yet, and notes the folders that the tasks come from.
func (c *checker) open(pb *playbook.Playbook, folders map[string]bool) bool {
	found := false
	for _, play := range pb.Plays {
		c.playDir = play.Dir
		folders[play.Dir] = true
		play.Walk(func(n playbook.Node) bool {
			if t, ok := n.(*playbook.Task); ok {
				for r := t.Role; r != nil; r = r.Parent {
					folders[r.Path] = true
				}
				found = found || c.opens(t)
			}
			return !found
		})
	}
	return found
}

func tasks(pb *playbook.Playbook, visit func(*playbook.Task)) {
	for _, play := range pb.Plays {
		play.Walk(func(n playbook.Node) bool {
			if t, ok := n.(*playbook.Task); ok {
				visit(t)
			}
			return true
		})
	}
}

// uses notes what a task takes, unless its failure is foreseen.
func (c *checker) uses(u *used, t *playbook.Task) {
	if !t.IgnoreErrors.IsNull() || t.FailedWhen != nil {
		return
	}
	for _, n := range []*tree.Node{t.Args, t.FreeForm, t.WholeArgs, t.Loop, t.DelegateTo, t.Retries, t.Delay} {
		c.usesOf(u, n)
	}
	for _, terms := range [][]playbook.Condition{t.When, t.Until, t.ChangedWhen, t.FailedWhen} {
		for _, term := range terms {
			if term.Node.Kind == tree.Text {
				u.texts = append(u.texts, term.Node.Text)
				u.refs = append(u.refs, c.Template.UndeclaredCondition(term.Node.Text, term.Node.Pos)...)
			}
		}
	}
}

func (c *checker) usesOf(u *used, n *tree.Node) {
	if n == nil || n.Opaque {
		return
	}
	if n.Kind == tree.Text && template.IsTemplate(n.Text) {
		u.texts = append(u.texts, n.Text)
		u.refs = append(u.refs, c.Template.Undeclared(n.Text, n.Pos)...)
	}
	for _, item := range n.Items {
		c.usesOf(u, item)
	}
	for _, p := range n.Pairs {
		c.usesOf(u, p.Value)
	}
}

// opens reports whether a task may define variables by names that stand nowhere.
func (c *checker) opens(t *playbook.Task) bool {
	if template.IsTemplate(t.Module) {
		return true
	}
	if c.Own != nil {
		if own, err := c.Own(t, c.playDir); own != nil || err != nil {
			return true
		}
	}
	switch name := short(t.Module); {
	case name == "include_vars":
		return templated(t.FreeForm) || templated(t.Args.Get("file")) || templated(t.Args.Get("dir")) || outside(t.FreeForm)
	case strings.HasPrefix(name, "include"):
		return true // what it brings in may include more, from anywhere
	case name == "set_fact":
		return t.FreeForm != nil || t.WholeArgs != nil || slices.ContainsFunc(pairs(t.Args), func(p tree.Pair) bool { return template.IsTemplate(p.Name()) })
	default:
		return strings.HasSuffix(name, "_facts") && name != "gather_facts"
	}
}

func pairs(n *tree.Node) []tree.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

func templated(n *tree.Node) bool { return n != nil && hasTemplate(n) }

func outside(n *tree.Node) bool { return n != nil && filepath.IsAbs(n.String()) }

// optional reports whether some text asks if a variable is there.
func (u *used) optional(name string) bool {
	return slices.ContainsFunc(u.texts, func(text string) bool {
		return strings.Contains(text, name) && asks.MatchString(text)
	})
}

var asks = lazy.Regexp(`\bdefined\b|\bundefined\b|\bdefault\b|\|\s*d\b|\blookup\b|\bquery\b|\bvars\b`)

// magic are variables that every task has; facts have prefixes of their own.
var magic = strings.Fields(`item omit hostvars groups group_names inventory_hostname inventory_hostname_short inventory_file
	inventory_dir play_hosts playbook_dir role_name role_path role_names environment vars services packages`)

func common(name string) bool {
	for _, prefix := range []string{"ansible_", "facter_", "ohai_", "getent_", "_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return contains(magic, name)
}

// defining match where a text may give a variable its name: as a key, or as the
// value of a keyword that takes one.
var defining = []*lazy.Pattern{
	lazy.Regexp(`([A-Za-z_]\w*)['"]?\s*[:=](?:[^=]|$)`),
	lazy.Regexp(`\b(?:register|loop_var|index_var|name)['"]?\s*[:=]\s*['"]?([A-Za-z_]\w*)`),
}

// shortest is a name's length up to which another that is near means little.
const shortest = 4

// mostFiles keeps the search within what a project of playbooks has.
const mostFiles = 5000

// words are the names that files of the project may define; ok is false when
// there is a file that cannot be read.
func (c *checker) words(folders map[string]bool) (words map[string]bool, ok bool) {
	words = map[string]bool{}
	count := 0
	for folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != folder:
				return fs.SkipDir
			case d.IsDir() && d.Name() == "vars_plugins":
				return fs.ErrInvalid // what it adds is known to it alone
			case d.Type()&fs.ModeSymlink != 0:
				return fs.ErrInvalid // it may lead anywhere
			case !d.Type().IsRegular() || !namesVariables(path):
				return nil
			}
			if count++; count > mostFiles {
				return fs.ErrInvalid
			}
			data, err := c.Project.Read(path)
			if err != nil {
				return err
			}
			collect(words, data)
			return nil
		})
		if err != nil {
			return nil, false
		}
	}
	return words, true
}

func collect(words map[string]bool, data []byte) {
	for _, pattern := range defining {
		for _, m := range pattern.FindAllStringSubmatch(string(data), -1) {
			words[m[1]] = true
		}
	}
}

// namesVariables tells the files that may hold variables or tasks.
func namesVariables(path string) bool {
	switch filepath.Ext(path) {
	case ".yml", ".yaml", ".json", ".ini", ".cfg", ".toml", "":
		return true
	}
	return false
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
