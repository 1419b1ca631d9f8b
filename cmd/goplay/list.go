package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/internal/value"
)

// lister prints what --list-hosts, --list-tasks and --list-tags ask for, in
// ansible-playbook's form. --syntax-check prints the names of the playbooks.
type lister struct {
	*session
	selection engine.Selection
}

// list goes through all playbooks. Like Ansible it evaluates the keywords of
// plays before it prints any of them.
func (s *session) list(ctx context.Context, o engine.Options, books []*playbook.Playbook) int {
	l := &lister{session: s, selection: o.Selection}
	e := engine.New(o)
	outlines := map[*playbook.Play]*engine.Outline{}
	for _, pb := range books {
		for _, w := range pb.Warnings {
			s.warn(w.Error())
		}
		for _, play := range pb.Plays {
			outline, err := e.Outline(ctx, play)
			if err != nil {
				return s.fault(err)
			}
			if !outline.Open() { // says which patterns match nothing
				if _, err := s.inventory.SelectList(outline.Patterns(), ""); err != nil {
					return s.fault(err)
				}
			}
			outlines[play] = outline
		}
	}
	for _, pb := range books {
		fmt.Printf("\nplaybook: %s\n", pb.File)
		if !s.listing() {
			continue
		}
		for i, play := range pb.Plays {
			if err := l.play(ctx, i+1, play, outlines[play]); err != nil {
				return s.fault(err)
			}
		}
	}
	return exitOK
}

// listing reports whether something of the plays is to be listed.
func (f *flags) listing() bool { return !f.syntaxCheck && (f.listHosts || f.listTasks || f.listTags) }

func (l *lister) play(ctx context.Context, n int, play *playbook.Play, o *engine.Outline) error {
	fmt.Printf("\n  play #%d (%s): %s\tTAGS: [%s]\n", n, strings.Join(o.Hosts, ","), o.Name, strings.Join(play.Tags, ","))
	if l.listHosts {
		hosts, err := l.inventory.SelectList(o.Patterns(), l.limit)
		if err != nil {
			return err
		}
		var patterns any // None where the template left them out
		if o.Hosts != nil {
			patterns = value.Strings(o.Hosts)
		}
		fmt.Printf("    pattern: %s\n    hosts (%d):\n", value.Repr(patterns), len(hosts))
		for _, h := range hosts {
			fmt.Printf("      %s\n", h.Name)
		}
	}
	if !l.listTasks && !l.listTags {
		return nil
	}
	lines, tags, err := l.tasks(ctx, play, o)
	if err != nil {
		return err
	}
	if l.listTasks {
		fmt.Print("    tasks:\n", lines)
	}
	if l.listTags {
		fmt.Printf("      TASK TAGS: [%s]\n", strings.Join(sorted(tags), ", "))
	}
	return nil
}

// tasks are the lines of the tasks that the tags select, and the tags of all
// of them.
func (l *lister) tasks(ctx context.Context, play *playbook.Play, o *engine.Outline) (string, []string, error) {
	var lines strings.Builder
	all := slices.Clone(play.Tags)
	for _, nodes := range [][]playbook.Node{play.PreTasks, play.RoleTasks, play.Tasks, play.PostTasks} {
		for t := range normally(nodes) {
			tags, err := o.Tags(ctx, t)
			if err != nil {
				return "", nil, err
			}
			if t.FreeForm.String() == "role_complete" || !l.selection.Selects(tags) {
				continue
			}
			all = append(all, tags...)
			fmt.Fprintf(&lines, "      %s\tTAGS: [%s]\n", listed(t), strings.Join(sorted(tags), ", "))
		}
	}
	return lines.String(), all, nil
}

// listed is a task's name in a list: a role stands before a name, but not
// before a module.
func listed(t *playbook.Task) string {
	if t.Name == "" {
		return t.Module
	}
	return engine.UnderRole(t, t.Name)
}

// normally goes through the tasks that run when none fails: Ansible lists
// neither rescue nor always.
func normally(nodes []playbook.Node) func(func(*playbook.Task) bool) {
	var each func([]playbook.Node, func(*playbook.Task) bool) bool
	each = func(nodes []playbook.Node, yield func(*playbook.Task) bool) bool {
		for _, n := range nodes {
			switch n := n.(type) {
			case *playbook.Block:
				if !each(n.Tasks, yield) {
					return false
				}
			case *playbook.Task:
				if !yield(n) {
					return false
				}
			}
		}
		return true
	}
	return func(yield func(*playbook.Task) bool) { each(nodes, yield) }
}

// sorted is a list in order, each once.
func sorted(list []string) []string {
	set := map[string]bool{}
	for _, one := range list {
		set[one] = true
	}
	return slices.Sorted(maps.Keys(set))
}
