package main

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// list prints what --list-hosts, --list-tasks and --list-tags ask for, in
// ansible-playbook's form. --syntax-check prints the names of the playbooks.
func (s *session) list(ctx context.Context, o engine.Options, books []*playbook.Playbook) int {
	for _, pb := range books {
		fmt.Printf("\nplaybook: %s\n", pb.File)
		if s.syntaxCheck && !s.listHosts && !s.listTasks && !s.listTags {
			continue
		}
		for i, play := range pb.Plays {
			if err := s.listPlay(ctx, o, i+1, play); err != nil {
				return s.fault(err)
			}
		}
	}
	return exitOK
}

func (s *session) listPlay(ctx context.Context, o engine.Options, n int, play *playbook.Play) error {
	pattern := hostPattern(play)
	name := strings.TrimSpace(play.Name)
	if name == "" {
		name = pattern
	}
	fmt.Printf("\n  play #%d (%s): %s\tTAGS: [%s]\n", n, pattern, name, strings.Join(play.Tags, ","))
	if s.listHosts {
		hosts, err := s.inventory.Select(pattern, s.limit)
		if err != nil {
			return err
		}
		fmt.Printf("    pattern: [%s]\n    hosts (%d):\n", patternList(play), len(hosts))
		for _, h := range hosts {
			fmt.Printf("      %s\n", h.Name)
		}
	}
	l := &lister{selection: o.Selection, tags: map[string]bool{}, show: s.listTasks, expand: func(t *playbook.Task) []string { return s.expandedTags(ctx, play, t) }}
	if s.listTasks {
		fmt.Print("    tasks:\n")
	}
	if s.listTasks || s.listTags {
		for _, nodes := range [][]playbook.Node{play.PreTasks, play.RoleTasks, play.Tasks, play.PostTasks} {
			l.nodes(nodes)
		}
	}
	if s.listTags {
		fmt.Printf("      TASK TAGS: [%s]\n", strings.Join(sorted(l.tags), ", "))
	}
	return nil
}

func hostPattern(play *playbook.Play) string {
	if play.Hosts != nil && play.Hosts.Kind == tree.List {
		parts := make([]string, len(play.Hosts.Items))
		for i, item := range play.Hosts.Items {
			parts[i] = item.String()
		}
		return strings.Join(parts, ",")
	}
	return play.Hosts.String()
}

func patternList(play *playbook.Play) string {
	var parts []string
	for _, p := range strings.Split(hostPattern(play), ",") {
		parts = append(parts, value.Repr(p))
	}
	return strings.Join(parts, ", ")
}

// lister goes through the tasks of a play that the tags select.
type lister struct {
	selection engine.Selection
	tags      map[string]bool
	show      bool
	expand    func(*playbook.Task) []string
}

func (l *lister) nodes(nodes []playbook.Node) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Block:
			l.nodes(n.Tasks)
			l.nodes(n.Rescue)
			l.nodes(n.Always)
		case *playbook.Task:
			l.task(n)
		}
	}
}

func (l *lister) task(t *playbook.Task) {
	tags := l.expand(t)
	if t.FreeForm.String() == "role_complete" || !l.selection.Selects(tags) {
		return
	}
	for _, tag := range tags {
		l.tags[tag] = true
	}
	if !l.show {
		return
	}
	name := engine.Title(t)
	if t.Role != nil {
		role := t.Role.FQCN
		if role == "" {
			role = t.Role.Name
		}
		name = role + " : " + name
	}
	own := map[string]bool{}
	for _, tag := range tags {
		own[tag] = true
	}
	fmt.Printf("      %s\tTAGS: [%s]\n", name, strings.Join(sorted(own), ", "))
}

// expandedTags evaluates tags that are templates with what is known before a
// run; one that needs more stays as written.
func (s *session) expandedTags(ctx context.Context, play *playbook.Play, t *playbook.Task) []string {
	var layers []vars.Layer
	layers = append(layers, vars.OfNode(s.extra))
	for _, list := range [][]*tree.Node{t.Vars, play.Vars} {
		for i := len(list) - 1; i >= 0; i-- {
			layers = append(layers, vars.OfNode(list[i]))
		}
	}
	tags, err := engine.ExpandTags(ctx, s.templates, t.Tags, vars.NewScope(false, layers...))
	if err != nil {
		return t.Tags
	}
	return tags
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for name := range set {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
