package playbook

import (
	"goplay/internal/tree"
	"goplay/internal/value"
)

// list reads a list of tasks and blocks.
func (p *pass) list(n *tree.Node, s *scope, what string) []Node {
	if n.IsNull() {
		return nil
	}
	if n.Kind != tree.List {
		p.fault(n.Pos, "A malformed block was encountered while loading %s: %s should be a list or None but is %s", what, value.Repr(n.Data()), kindName(n)).
			WithHint("tasks are a list: each starts with a dash")
		return nil
	}
	out := make([]Node, 0, len(n.Items))
	for _, item := range n.Items {
		switch {
		case item.IsNull():
		case item.Kind != tree.Map:
			p.fault(item.Pos, "A malformed block was encountered while loading a block: a task should be a dictionary but this is %s", kindName(item)).
				WithHint("did you forget the colon after the name of the module?")
		case isBlock(item) && s.handlers && s.inBlock:
			p.fault(item.Pos, "Using a block as a handler is not supported.").WithHint("let several handlers listen to one topic")
		case isBlock(item):
			if b := p.block(item, s); b != nil {
				out = append(out, b)
			}
		default:
			out = append(out, p.task(item, s)...)
		}
	}
	return out
}

func isBlock(n *tree.Node) bool {
	return n.Get("block") != nil || n.Get("rescue") != nil || n.Get("always") != nil
}

func (p *pass) block(n *tree.Node, s *scope) *Block {
	b := &Block{Pos: n.Pos, Role: s.role}
	inner := *s
	var own Keywords
	for _, pair := range n.Pairs {
		switch name := pair.Name(); {
		case name == "block", name == "rescue", name == "always":
		case name == "name":
			b.Name = p.text("name", pair.Value)
		case !p.keyword(&own, "Block", name, pair.Value) && !inner.blockKeyword(name, pair.Value):
			p.notAttribute(pair.Key, "Block", blockWords)
		}
	}
	b.Keywords = own.inherit(&s.Keywords)
	inner.Keywords, inner.inBlock = b.Keywords, true
	tasks := n.Get("block")
	if tasks == nil {
		word := "rescue"
		if n.Get(word) == nil {
			word = "always"
		}
		p.fault(n.Pos, "'%s' keyword cannot be used without 'block'", word)
		return nil
	}
	for _, section := range []struct {
		nodes *[]Node
		n     *tree.Node
	}{{&b.Tasks, tasks}, {&b.Rescue, n.Get("rescue")}, {&b.Always, n.Get("always")}} {
		if section.n == nil {
			continue
		}
		if section.n.Kind != tree.List {
			p.fault(section.n.Pos, "A malformed block was encountered while loading a block").WithHint("its tasks are a list: each starts with a dash")
			continue
		}
		*section.nodes = p.list(section.n, &inner, "a block")
	}
	return b
}

// blockKeyword reads what blocks and roles pass on beside the shared keywords;
// ok is false for another word.
func (s *scope) blockKeyword(name string, n *tree.Node) (ok bool) {
	if n.IsNull() {
		return name == "delegate_to" || name == "delegate_facts" || name == "notify"
	}
	switch name {
	case "delegate_to":
		s.delegateTo = n
	case "delegate_facts":
		s.delegateFacts = n
	case "notify":
		s.notify = listOf(n)
	default:
		return false
	}
	return true
}
