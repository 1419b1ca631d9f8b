package value

// DeepCopy is Python's copy.deepcopy: lists, dicts, sets and tuples are new all
// the way down, and what was shared within v is shared within the copy.
func DeepCopy(v any) any {
	switch v.(type) {
	case nil, string, int64, bool, float64:
		return v
	}
	return (&copier{done: map[any]any{}}).copy(v)
}

type copier struct{ done map[any]any }

func (c *copier) copy(v any) any {
	switch v := v.(type) {
	case *List:
		if seen, ok := c.done[v]; ok {
			return seen
		}
		out := &List{Items: make([]any, v.Len())}
		c.done[v] = out
		for i, item := range v.Items {
			out.Items[i] = c.copy(item)
		}
		return out
	case *Dict:
		if seen, ok := c.done[v]; ok {
			return seen
		}
		out := NewDict()
		c.done[v] = out
		for k, item := range v.All() {
			out.Set(k, c.copy(item))
		}
		return out
	case *Set:
		return v.Copy()
	case Tuple:
		out := make(Tuple, len(v))
		for i, item := range v {
			out[i] = c.copy(item)
		}
		return out
	default:
		return v
	}
}
