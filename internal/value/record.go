package value

// Record is a tuple whose items have names too, as Python's named tuples and
// struct_time. It equals and hashes as the Tuple of its items.
type Record struct {
	Type   string   // the type's name
	Path   string   // the name its repr gives
	Fields []string // of the items, as many
	Items  Tuple
	Plain  bool // its repr is the tuple's
}

// TypeName is the name of the record's type.
func (r *Record) TypeName() string { return r.Type }

// Len is the number of items.
func (r *Record) Len() int { return len(r.Items) }

// Attr is an item by its name, or a method of tuple.
func (r *Record) Attr(name string) (any, bool) {
	if i := indexOf(r.Fields, name); i >= 0 {
		return r.Items[i], true
	}
	return Attr(r.Items, name)
}

// Item is an item by its index.
func (r *Record) Item(key any) (any, error) { return Item(r.Items, key) }

// Iterator goes through the items.
func (r *Record) Iterator() (*Iterator, error) { return Iter(r.Items) }

// Repr shows the items with their names.
func (r *Record) Repr() string {
	if r.Plain {
		return Repr(r.Items)
	}
	s := r.Path + "("
	for i, item := range r.Items {
		if i > 0 {
			s += ", "
		}
		s += r.Fields[i] + "=" + Repr(item)
	}
	return s + ")"
}

// untuple makes a Record the Tuple it is.
func untuple(v any) any {
	if r, ok := v.(*Record); ok {
		return r.Items
	}
	return v
}
