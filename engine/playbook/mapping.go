package playbook

import (
	"slices"

	"goplay/internal/tree"
	"goplay/internal/value"
)

func pairsOf(n *tree.Node) []tree.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

// without is a mapping less some keys; nil when nothing is left.
func without(n *tree.Node, names ...string) *tree.Node {
	if n == nil {
		return nil
	}
	out := *n
	out.Pairs = nil
	for _, p := range n.Pairs {
		if !slices.Contains(names, p.Name()) {
			out.Pairs = append(out.Pairs, p)
		}
	}
	if len(out.Pairs) == 0 {
		return nil
	}
	return &out
}

// merge is two mappings as one; what above says wins.
func merge(below, above *tree.Node) *tree.Node {
	switch {
	case below == nil:
		return above
	case above == nil:
		return below
	}
	out := *below
	out.Pairs = slices.Concat(below.Pairs, above.Pairs)
	return lastWins(&out)
}

// lastWins drops earlier values of keys that come twice.
func lastWins(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	index := make(map[string]int, len(n.Pairs))
	out := n.Pairs[:0:0]
	for _, p := range n.Pairs {
		name := p.Name()
		if i, twice := index[name]; twice {
			out[i] = p
			continue
		}
		index[name] = len(out)
		out = append(out, p)
	}
	n.Pairs = out
	return n
}

func sorted(m map[string]bool) []string {
	var out []string
	for s := range m {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// kindName is what Ansible's messages call the type of a node.
func kindName(n *tree.Node) string {
	switch n.Kind {
	case tree.Map:
		return "<class 'ansible.parsing.yaml.objects.AnsibleMapping'>"
	case tree.List:
		return "<class 'ansible.parsing.yaml.objects.AnsibleSequence'>"
	case tree.Text:
		return "<class 'ansible.parsing.yaml.objects.AnsibleUnicode'>"
	default:
		return "<class '" + value.TypeName(n.Value) + "'>"
	}
}
