package inventory

import (
	"fmt"
	"strings"

	"goplay/internal/tree"
	"goplay/internal/value"
)

// shown turns nodes into the values of a listing, each node once: YAML names
// what stands in several places.
type shown struct {
	format Format
	done   map[*tree.Node]any
	vaults []string
	err    error
}

// text asks for plain text, which no listing format has.
const text Format = -1

func (s *shown) value(n *tree.Node) any {
	if v, ok := s.done[n]; ok {
		return v
	}
	v := s.fresh(n)
	if s.done == nil {
		s.done = map[*tree.Node]any{}
	}
	s.done[n] = v
	return v
}

func (s *shown) fresh(n *tree.Node) any {
	switch n.Kind {
	case tree.Text:
		return s.text(n)
	case tree.List:
		l := value.NewList()
		for _, item := range n.Items {
			l.Append(s.value(item))
		}
		return l
	case tree.Map:
		d := value.NewDict()
		for _, p := range n.Pairs {
			d.Set(p.Key.Data(), s.value(p.Value))
		}
		return d
	default:
		return n.Data()
	}
}

// text keeps what is vaulted as it was written where the format can say so.
func (s *shown) text(n *tree.Node) any {
	switch {
	case n.Sealed != nil && s.format == JSON:
		return value.DictOf("__ansible_vault", n.Text)
	case n.Sealed != nil && s.format == YAML:
		s.vaults = append(s.vaults, n.Text)
		return s.placeholder(len(s.vaults) - 1)
	case n.Sealed != nil:
		plain, err := n.Sealed()
		if err != nil && s.err == nil {
			s.err = err
		}
		return plain
	case n.Opaque && !n.Secret && s.format == JSON:
		return value.DictOf("__ansible_unsafe", n.Text)
	default:
		return n.Text
	}
}

func (s *shown) placeholder(i int) string { return fmt.Sprintf("vaulted-value-%d-of-this-listing", i) }

// restore puts vaulted text where YAML has a placeholder.
func (s *shown) restore(yaml string) string {
	if len(s.vaults) == 0 {
		return yaml
	}
	var b strings.Builder
	for line := range strings.Lines(yaml) {
		for i, armoured := range s.vaults {
			before, found := strings.CutSuffix(strings.TrimSuffix(line, "\n"), s.placeholder(i))
			if !found {
				continue
			}
			margin := strings.Repeat(" ", len(before)-len(strings.TrimLeft(before, " -"))+2)
			body := strings.Split(strings.TrimSuffix(armoured, "\n"), "\n")
			line = before + "!vault |\n" + margin + strings.Join(body, "\n"+margin) + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
