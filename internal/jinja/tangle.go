package jinja

import "goplay/internal/value"

// A list that is in another one twice, which is in a third one twice, and so
// on, takes no room, and no end to go through. What goes through values asks
// first whether there is an end to it.
const (
	cheapParts = 10_000    // looked at before anything is noted
	maxParts   = 4_000_000 // of one value, each counted as often as it is met
)

// shallow are the filters that look at no more than the items of a value.
var shallow = map[string]bool{
	"length": true, "count": true, "first": true, "last": true, "default": true, "d": true, "list": true, "reverse": true,
	"batch": true, "slice": true, "map": true, "select": true, "reject": true, "selectattr": true, "rejectattr": true,
	"items": true, "attr": true, "random": true, "type_debug": true, "sequence": true, "mapping": true, "iterable": true,
}

// untangled fails for a value that holds the same parts too often.
func untangled(v any) error {
	if left := cheapParts; !nests(v) || fewParts(v, &left) {
		return nil
	}
	if parts(v, map[any]int{}, 0) <= maxParts {
		return nil
	}
	return &LimitError{"a list or dict holds the same lists or dicts too often"}
}

// nests reports whether a value holds a list or a dict.
func nests(v any) bool {
	for _, item := range inside(v) {
		switch item.(type) {
		case *value.List, value.Tuple, *value.Dict:
			return true
		}
	}
	return false
}

// fewParts reports whether going through a value ends within what is left.
func fewParts(v any, left *int) bool {
	for _, item := range inside(v) {
		if *left--; *left < 0 || !fewParts(item, left) {
			return false
		}
	}
	return true
}

// parts counts what going through a value meets, up to more than is allowed.
// What contains itself is not counted again: everybody notices that.
func parts(v any, known map[any]int, depth int) int {
	items := inside(v)
	if len(items) == 0 || depth > maxNesting {
		return 1
	}
	key := any(&items[0])
	switch v.(type) {
	case *value.List, *value.Dict:
		key = v
	}
	if n, ok := known[key]; ok {
		return n
	}
	known[key] = 0
	n := 1
	for _, item := range items {
		if n > maxParts {
			break
		}
		n += parts(item, known, depth+1)
	}
	known[key] = n
	return n
}
