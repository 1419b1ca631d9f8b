package playbook

import (
	"flag"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var update = flag.Bool("update", false, "write what came out into the archives")

// TestLoad loads the site.yml of each archive and compares it, printed, with want.
func TestLoad(t *testing.T) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpack(t, a)
			pb, err := Load(testOptions(dir), filepath.Join(dir, "site.yml"))
			if err != nil {
				t.Fatal(source.Render(err))
			}
			got := strings.ReplaceAll(dump(pb), dir+"/", "")
			for i, f := range a.Files {
				if f.Name != "want" || string(f.Data) == got {
					continue
				}
				if *update {
					a.Files[i].Data = []byte(got)
					writeFile(t, path, txtar.Format(a))
					continue
				}
				t.Errorf("got\n%s\nwant\n%s", got, f.Data)
			}
		})
	}
}

// testOptions look for roles and collections below a folder, and replace whole
// {{ name }}s alone.
func testOptions(dir string) Options {
	return Options{
		RolesPath:       []string{filepath.Join(dir, "more_roles")},
		CollectionsPath: []string{filepath.Join(dir, "collections")},
		Expand: func(n *tree.Node, layers []*tree.Node) (string, error) {
			text := n.Text
			for strings.Contains(text, "{{") {
				before, rest, _ := strings.Cut(text, "{{")
				name, after, _ := strings.Cut(rest, "}}")
				var v *tree.Node
				for _, l := range layers {
					if found := l.Get(strings.TrimSpace(name)); found != nil {
						v = found
					}
				}
				if v == nil {
					return "", fmt.Errorf("'%s' is undefined", strings.TrimSpace(name))
				}
				text = before + v.String() + after
			}
			return text, nil
		},
	}
}

// dump prints what a playbook came to.
func dump(pb *Playbook) string {
	d := &dumper{}
	for _, play := range pb.Plays {
		d.line("play %s", play.Name)
		d.in(func() { d.play(play) })
	}
	for _, w := range pb.Warnings {
		d.line("warning %s", w.Error())
	}
	return d.b.String()
}

type dumper struct {
	b     strings.Builder
	depth int
}

func (d *dumper) line(format string, args ...any) {
	d.b.WriteString(strings.Repeat("  ", d.depth) + strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (d *dumper) in(f func()) {
	d.depth++
	f()
	d.depth--
}

func (d *dumper) play(p *Play) {
	d.line("hosts %s", short(p.Hosts))
	d.keywords(p.Keywords)
	d.list("vars_files", p.VarsFiles)
	for _, v := range p.VarsPrompt {
		d.line("prompt %s default=%s private=%v", v.Name, short(v.Default), v.Private)
	}
	for _, c := range p.ImportConditions {
		d.line("if %s", short(c.Node))
	}
	for _, r := range p.Roles {
		d.role(r)
	}
	for _, s := range []struct {
		name  string
		nodes []Node
	}{{"pre_tasks", p.PreTasks}, {"roles", p.RoleTasks}, {"tasks", p.Tasks}, {"post_tasks", p.PostTasks}, {"handlers", p.Handlers}} {
		d.section(s.name, s.nodes)
	}
}

func (d *dumper) role(r *Role) {
	d.line("role %s (%s) at %s again=%v params=%s vars=%s", r.Name, r.FQCN, r.Path, r.AllowDuplicates, short(r.Params), short(r.Vars))
	d.in(func() {
		for _, n := range r.Defaults {
			d.line("default %s", short(n))
		}
		for _, n := range r.RoleVars {
			d.line("var %s", short(n))
		}
		for _, one := range r.Dependencies {
			d.role(one)
		}
	})
}

func (d *dumper) section(name string, nodes []Node) {
	if len(nodes) == 0 {
		return
	}
	d.line("%s:", name)
	d.in(func() { d.nodes(nodes) })
}

func (d *dumper) nodes(nodes []Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Task:
			d.task(n)
		case *Block:
			role := ""
			if n.Role != nil {
				role = "of " + n.Role.Name
			}
			d.line("block %s %s", n.Name, role)
			d.in(func() {
				d.nodes(n.Tasks)
				d.section("rescue", n.Rescue)
				d.section("always", n.Always)
			})
		}
	}
}

func (d *dumper) task(t *Task) {
	d.line("- %s: %s  # %s", t.Module, t.Name, filepath.Base(t.Pos.String()))
	d.in(func() {
		for _, one := range []struct {
			name string
			n    *tree.Node
		}{{"args", t.Args}, {"free", t.FreeForm}, {"whole", t.WholeArgs}, {"loop " + t.LoopLookup, t.Loop}, {"delegate_to", t.DelegateTo},
			{"retries", t.Retries}, {"async", t.Async}} {
			if one.n != nil {
				d.line("%s %s", one.name, short(one.n))
			}
		}
		if t.LocalAction {
			d.line("local")
		}
		if t.Register != "" {
			d.line("register %s", t.Register)
		}
		if c := t.LoopControl; c != nil {
			d.line("loop_control %s %s %s", c.LoopVar.String(), c.IndexVar.String(), short(c.Label))
		}
		for name, list := range map[string][]Condition{"changed_when": t.ChangedWhen} {
			if list != nil {
				d.line("%s %d", name, len(list))
			}
		}
		d.list("notify", t.Notify)
		d.list("listen", t.Listen)
		d.list("params", t.Params)
		d.keywords(t.Keywords)
	})
}

func (d *dumper) list(name string, nodes []*tree.Node) {
	if len(nodes) > 0 {
		var all []string
		for _, n := range nodes {
			all = append(all, short(n))
		}
		d.line("%s %s", name, strings.Join(all, " | "))
	}
}

func (d *dumper) keywords(k Keywords) {
	for _, name := range shared {
		if field := k.field(name); field != nil && *field != nil {
			d.line("%s %s", name, short(*field))
		}
	}
	d.list("environment", k.Environment)
	d.list("module_defaults", k.ModuleDefaults)
	d.list("vars", k.Vars)
	var when []*tree.Node
	for _, c := range k.When {
		when = append(when, c.Node)
	}
	d.list("when", when)
	if len(k.Tags) > 0 {
		tags := append([]string(nil), k.Tags...)
		sort.Strings(tags)
		d.line("tags %s", strings.Join(tags, ","))
	}
	if len(k.Collections) > 0 {
		d.line("collections %s", strings.Join(k.Collections, ","))
	}
}

func short(n *tree.Node) string {
	if n == nil {
		return "-"
	}
	if n.Kind == tree.Text {
		return strings.ReplaceAll(n.Text, "\n", `\n`)
	}
	return value.Repr(n.Data())
}
