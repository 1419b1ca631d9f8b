package kubernetes

import (
	"slices"

	"goplay/internal/value"
)

// lastApplied is where an object remembers what was applied last, so that the
// next time it is known what was taken away. kubectl keeps it there too.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// annotated is a definition that remembers itself.
func annotated(object *value.Dict) (*value.Dict, error) {
	text, err := value.EncodeJSON(object, value.JSONOptions{SortKeys: true, Separators: [2]string{",", ":"}})
	if err != nil {
		return nil, err
	}
	note := value.DictOf("metadata", value.DictOf("annotations", value.DictOf(lastApplied, text)))
	return merged(object, note), nil
}

// applyPatch is the merge patch that brings an object to its definition: it
// adds and changes what the definition says, removes what the last one said
// and this one does not, and leaves the rest. nil stands for nothing to do.
func applyPatch(actual, desired *value.Dict) (*value.Dict, error) {
	want, err := annotated(desired)
	if err != nil {
		return nil, err
	}
	text := textAt(actual, "metadata", "annotations", lastApplied)
	if text == "" {
		return want, nil
	}
	v, err := value.DecodeJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	last, ok := v.(*value.Dict)
	if !ok {
		return want, nil
	}
	before, err := annotated(last)
	if err != nil {
		return nil, err
	}
	patch := threeWay(before, want, actual, textAt(desired, "kind"))
	if patch.Len() == 0 {
		return nil, nil
	}
	return patch, nil
}

func threeWay(last, desired, actual *value.Dict, position string) *value.Dict {
	return merged(deletions(last, desired), delta(last, actual, desired, position))
}

// deletions sets what was applied and is no longer wanted to null.
func deletions(last, desired *value.Dict) *value.Dict {
	patch := value.NewDict()
	for k, was := range last.All() {
		want, _ := desired.Get(k)
		inner, isDict := was.(*value.Dict)
		other, alsoDict := want.(*value.Dict)
		switch {
		case isDict && alsoDict:
			if p := deletions(inner, other); p.Len() > 0 {
				patch.Set(k, p)
			}
		case !value.Equal(was, want):
			patch.Set(k, want)
		}
	}
	return patch
}

// delta is what the definition says otherwise than the object.
func delta(last, actual, desired *value.Dict, position string) *value.Dict {
	patch := value.NewDict()
	for k, want := range desired.All() {
		have, _ := actual.Get(k)
		was, _ := last.Get(k)
		here := below(position, k)
		switch want := want.(type) {
		case *value.Dict:
			if inner, ok := have.(*value.Dict); ok {
				before, ok := was.(*value.Dict)
				if !ok {
					before = value.NewDict()
				}
				if p := delta(before, inner, want, here); p.Len() > 0 {
					patch.Set(k, p)
				}
				continue
			}
		case *value.List:
			if list, ok := have.(*value.List); ok {
				before, _ := was.(*value.List)
				if l := listDelta(before, list, want, here); !value.Equal(l, list) {
					patch.Set(k, l)
				}
				continue
			}
		}
		if !value.Equal(have, want) {
			patch.Set(k, want)
		}
	}
	return patch
}

// listDelta merges lists whose items have a key: a merge patch replaces the
// whole list, so that what others have added has to be in it.
func listDelta(last, actual, desired *value.List, position string) *value.List {
	key := mergeKeys[position]
	if key == "" || last == nil || len(last.Items) == 0 {
		return desired
	}
	before, have, want := keyed(last, key), keyed(actual, key), keyed(desired, key)
	out := value.NewList()
	for id, item := range want.All() {
		now, there := have.Get(id)
		was, applied := before.Get(id)
		if !there || !applied {
			out.Append(item)
			continue
		}
		patch := threeWay(was.(*value.Dict), item.(*value.Dict), now.(*value.Dict), position)
		out.Append(withoutNulls(merged(now.(*value.Dict), patch)))
	}
	for id, item := range have.All() {
		_, wanted := want.Get(id)
		_, applied := before.Get(id)
		if !wanted && !applied {
			out.Append(item)
		}
	}
	return out
}

// withoutNulls drops what a patch takes away: inside a list, null would stay.
func withoutNulls(d *value.Dict) *value.Dict {
	for _, k := range slices.Clone(d.Keys()) {
		v, _ := d.Get(k)
		if v == nil {
			d.Delete(k)
		} else if inner, ok := v.(*value.Dict); ok {
			withoutNulls(inner)
		}
	}
	return d
}
