package engine

import (
	"context"

	"goplay/engine/playbook"
	"goplay/internal/tree"
)

// gatherTask is the task that gathers facts before everything else, or nil
// when the play wants none.
func (p *playRun) gatherTask(ctx context.Context) (*playbook.Task, error) {
	def := p.opts.Gathering != "explicit"
	on, err := p.flag(ctx, "gather_facts", p.play.GatherFacts, p.scope(p.batch[0], nil), def)
	if err != nil || !on {
		return nil, err
	}
	if p.opts.Gathering == "smart" && p.play.GatherFacts.IsNull() && p.allGathered() {
		return nil, nil
	}
	args := &tree.Node{Pos: p.play.Pos, Kind: tree.Map}
	add := func(name string, own, def *tree.Node) {
		if own.IsNull() {
			own = def
		}
		if !own.IsNull() {
			args.Pairs = append(args.Pairs, tree.Pair{Key: tree.TextNode(p.play.Pos, name), Value: own})
		}
	}
	add("gather_subset", p.play.GatherSubset, p.opts.GatherSubset)
	add("gather_timeout", p.play.GatherTimeout, p.opts.GatherTimeout)
	add("fact_path", p.play.FactPath, p.opts.FactPath)
	t := &playbook.Task{Pos: p.play.Pos, Name: "Gathering Facts", Module: "ansible.builtin.gather_facts",
		ModPos: p.play.Pos, Args: args, Keywords: p.play.Keywords, File: p.play.Pos.File}
	t.Vars, t.When = nil, nil
	t.Tags = p.play.Tags
	if len(t.Tags) == 0 { // a play with tags of its own is asked for by them, facts and all
		t.Tags = []string{"always"}
	}
	t.RunOnce = nil
	return t, nil
}

func (p *playRun) allGathered() bool {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	for _, h := range p.batch {
		if !p.gathered[h.Name] {
			return false
		}
	}
	return true
}

// Gathered notes that a host's facts are known.
func (s *Step) Gathered() {
	s.play.run.mu.Lock()
	defer s.play.run.mu.Unlock()
	s.play.gathered[s.Host.Name] = true
}
