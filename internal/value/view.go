package value

import "strings"

// ViewKind is which of a dict's three views it is.
type ViewKind uint8

// The views of a dict.
const (
	KeysView ViewKind = iota
	ValuesView
	ItemsView
)

func (k ViewKind) typeName() string {
	return [...]string{"dict_keys", "dict_values", "dict_items"}[k]
}

// View is what a dict's keys(), values() and items() give: it shows the dict
// as it is at the time of looking.
type View struct {
	dict *Dict
	kind ViewKind
}

// NewView makes a view of a dict.
func NewView(d *Dict, kind ViewKind) *View { return &View{d, kind} }

// Len is the number of keys in the dict.
func (v *View) Len() int { return v.dict.Len() }

// Items returns what the view shows, in the dict's order.
func (v *View) Items() []any {
	switch v.kind {
	case KeysView:
		return v.dict.Keys()
	case ValuesView:
		return v.dict.Values()
	}
	items := make([]any, 0, v.dict.Len())
	for k, val := range v.dict.All() {
		items = append(items, Tuple{k, val})
	}
	return items
}

func (v *View) contains(item any) (bool, error) {
	switch v.kind {
	case KeysView:
		if err := Hashable(item); err != nil {
			return false, err
		}
		_, ok := v.dict.Get(item)
		return ok, nil
	case ItemsView:
		t, ok := item.(Tuple)
		if !ok || len(t) != 2 {
			return false, nil
		}
		if err := Hashable(t[0]); err != nil {
			return false, err
		}
		val, ok := v.dict.Get(t[0])
		if !ok {
			return false, nil
		}
		return Compare("==", val, t[1])
	}
	for _, val := range v.dict.All() {
		if same, err := Compare("==", val, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// set is the set that a keys or items view acts as in set operators.
func (v *View) set() (*Set, error) {
	return hashables(v)
}

// isSetView reports whether a value is a view that acts as a set.
func isSetView(v any) bool {
	view, ok := v.(*View)
	return ok && view.kind != ValuesView
}

// subView is a - b where one is a view of keys or items: that one makes a set of
// the left side and takes away what the right side goes through.
func subView(a, b any) (any, error) {
	left, err := hashables(a)
	if err != nil {
		return nil, err
	}
	right, err := hashables(b)
	if err != nil {
		return nil, err
	}
	return left.difference(right), nil
}

// hashables is set(v).
func hashables(v any) (*Set, error) {
	items, err := Items(v)
	if err != nil {
		return nil, err
	}
	s := &Set{}
	for _, item := range items {
		if err := Hashable(item); err != nil {
			return nil, err
		}
		s.Add(item)
	}
	return s, nil
}

// compareViews is < <= > or >= of two views that act as sets, whose items need
// no hash for that.
func compareViews(op string, a, b *View) bool {
	if op[0] == '>' {
		a, b, op = b, a, strings.Replace(op, ">", "<", 1)
	}
	return (op == "<=" || a.Len() < b.Len()) && a.Len() <= b.Len() && a.subview(b)
}

// subview reports whether all that a view shows is in another one.
func (v *View) subview(o *View) bool {
	for _, item := range v.Items() {
		if in, err := o.contains(item); !in || err != nil {
			return false
		}
	}
	return true
}
