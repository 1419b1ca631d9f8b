package jinja

import "goplay/internal/value"

// nameParts notes that a tuple is one of groupby's: within this rendering its
// parts are also called grouper and list.
func (r *run) nameParts(pair value.Tuple) {
	if r == nil {
		return
	}
	if r.groups == nil {
		r.groups = map[*any]bool{}
	}
	r.groups[&pair[0]] = true
}

// part is a part of one of groupby's tuples by its name.
func (r *run) part(obj any, name string) (any, bool) {
	pair, ok := obj.(value.Tuple)
	if !ok || len(pair) != 2 || !r.groups[&pair[0]] {
		return nil, false
	}
	switch name {
	case "grouper":
		return pair[0], true
	case "list":
		return pair[1], true
	}
	return nil, false
}

func (r *run) getattr(obj any, name string) (any, error) {
	if r.groups != nil {
		if v, ok := r.part(obj, name); ok {
			return v, nil
		}
	}
	return r.env.Getattr(obj, name)
}

func (r *run) getitem(obj, index any) (any, error) {
	if name, ok := index.(string); ok && r.groups != nil {
		if v, ok := r.part(obj, name); ok {
			return v, nil
		}
	}
	return r.env.Getitem(obj, index)
}
