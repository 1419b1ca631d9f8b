package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine/collections"
	"goplay/engine/playbook"
	"goplay/engine/report"
	"goplay/internal/config"
	"goplay/internal/homedir"
)

// unasked is a session that asks nobody and starts nothing: whoever completes a
// word wants neither prompts nor inventory scripts. What needs a secret or a
// program is left out.
func (c *completer) unasked() *session {
	env, err := config.OS()
	if err != nil {
		return nil
	}
	s := &session{flags: c.flags}
	s.screen = &report.Screen{Out: io.Discard, Err: io.Discard, Columns: leastColumns}
	if s.config, err = config.Load(env); err != nil {
		return nil
	}
	for i := range s.flags.inventory {
		s.flags.inventory[i] = homedir.Expand(s.flags.inventory[i])
	}
	s.collections = &collections.Index{Roots: s.collectionRoots()}
	for _, step := range []func() error{s.openTemplates, s.openExtra, s.openStaticInventory, s.openLoader} {
		if err := step(); err != nil {
			return nil
		}
	}
	return s
}

func (s *session) openStaticInventory() (err error) {
	sources := s.flags.inventory
	if len(sources) == 0 {
		sources = s.config.List("DEFAULT_HOST_LIST")
	}
	l := s.inventoryLoader()
	l.Enabled = slices.DeleteFunc(l.Enabled, func(name string) bool {
		return !slices.Contains([]string{"host_list", "advanced_host_list", "yaml", "ini", "toml"}, strings.TrimPrefix(name, "ansible.builtin."))
	})
	s.inventory, err = l.Load(sources)
	return err
}

func (c *completer) hostNames() []suggestion {
	s := c.unasked()
	if s == nil {
		return nil
	}
	var out []suggestion
	for _, h := range s.inventory.Hosts() {
		out = append(out, suggestion{h.Name, "host"})
	}
	return out
}

func (c *completer) groups() []suggestion {
	s := c.unasked()
	if s == nil {
		return nil
	}
	var out []suggestion
	for _, g := range s.inventory.Groups() {
		out = append(out, suggestion{g.Name, "group"})
	}
	return out
}

// hosts are patterns of hosts: names of hosts and groups, perhaps after others.
func (c *completer) hosts(pattern string) []suggestion {
	return inList(pattern, ",:&!", append(c.hostNames(), c.groups()...))
}

// tasks calls do for the tasks of the playbooks on the command line, and their plays.
func (c *completer) tasks(do func(*playbook.Play, *playbook.Task)) {
	for _, path := range c.operands {
		c.playbooks = append(c.playbooks, homedir.Expand(path))
	}
	s := c.unasked()
	if s == nil {
		return
	}
	for _, path := range c.playbooks {
		s.plugins.AddBase(filepath.Dir(absolute(path)))
		pb, _ := s.loader.Load(absolute(path)) // one that has faults may have tasks, too
		if pb == nil {
			continue
		}
		for _, play := range pb.Plays {
			do(play, nil)
			for _, nodes := range [][]playbook.Node{play.PreTasks, play.RoleTasks, play.Tasks, play.PostTasks} {
				everyTask(nodes, func(t *playbook.Task) { do(play, t) })
			}
		}
	}
}

func everyTask(nodes []playbook.Node, do func(*playbook.Task)) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *playbook.Block:
			for _, part := range [][]playbook.Node{n.Tasks, n.Rescue, n.Always} {
				everyTask(part, do)
			}
		case *playbook.Task:
			do(n)
		}
	}
}

// tagNames are the tags of the playbooks, and those that select by their absence.
func (c *completer) tagNames() []suggestion {
	var names []string
	c.tasks(func(play *playbook.Play, t *playbook.Task) {
		tags := play.Tags
		if t != nil {
			tags = t.Tags
		}
		for _, tag := range tags {
			if !strings.Contains(tag, "{{") {
				names = append(names, tag)
			}
		}
	})
	var out []suggestion
	for _, name := range sorted(names) {
		out = append(out, suggestion{word: name})
	}
	return append(out, suggestion{"all", "everything but what is tagged never"}, suggestion{"tagged", "what has a tag"}, suggestion{"untagged", "what has none"})
}

func (c *completer) taskNames() []suggestion {
	var names []string
	c.tasks(func(_ *playbook.Play, t *playbook.Task) {
		if t != nil && t.Name != "" && t.FreeForm.String() != "role_complete" {
			names = append(names, t.Name)
		}
	})
	var out []suggestion
	for _, name := range sorted(names) {
		out = append(out, suggestion{word: name})
	}
	return out
}

// moduleNames are the modules; by their full names only once a part of one is
// written, for there are two thousand.
func moduleNames(begun string) []suggestion {
	var out []suggestion
	for name, m := range namedModules() {
		if _, ok := lookup(m.Short(), nil); ok && name == m.Name {
			out = append(out, suggestion{m.Short(), m.Summary})
		}
		if begun != "" || !strings.Contains(name, ".") {
			out = append(out, suggestion{name, m.Summary})
		}
	}
	slices.SortFunc(out, func(a, b suggestion) int { return strings.Compare(a.word, b.word) })
	return slices.CompactFunc(out, func(a, b suggestion) bool { return a.word == b.word })
}
