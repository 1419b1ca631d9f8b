package value

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

func (v *View) contains(item any) bool {
	switch v.kind {
	case KeysView:
		if Hashable(item) != nil {
			return false
		}
		_, ok := v.dict.Get(item)
		return ok
	case ItemsView:
		t, ok := item.(Tuple)
		if !ok || len(t) != 2 || Hashable(t[0]) != nil {
			return false
		}
		val, ok := v.dict.Get(t[0])
		return ok && Equal(val, t[1])
	}
	for _, val := range v.dict.All() {
		if Equal(val, item) {
			return true
		}
	}
	return false
}

// set is the set that a keys or items view acts as in set operators.
func (v *View) set() (*Set, error) {
	s := &Set{}
	for _, item := range v.Items() {
		if err := Hashable(item); err != nil {
			return nil, err
		}
		s.Add(item)
	}
	return s, nil
}
