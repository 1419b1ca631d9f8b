package tree

// Merge puts the keys of over into a copy of under, dicts into dicts.
func Merge(under, over *Node) *Node {
	if under.Kind != Map || over.Kind != Map {
		return over
	}
	out := &Node{Pos: over.Pos, Kind: Map, Pairs: append([]Pair(nil), under.Pairs...)}
	for _, p := range over.Pairs {
		replaced := false
		for i, have := range out.Pairs {
			if have.Name() == p.Name() {
				out.Pairs[i].Value = Merge(have.Value, p.Value)
				replaced = true
				break
			}
		}
		if !replaced {
			out.Pairs = append(out.Pairs, p)
		}
	}
	return out
}
