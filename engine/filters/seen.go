package filters

import (
	"hash/maphash"
	"math/big"

	"goplay/internal/value"
)

// seen finds what was there before, hashable or not. Lists and dicts, which
// Python compares with each other one by one, are first told apart by a sum.
type seen struct {
	hashed *value.Set
	rest   map[uint64][]any
}

func newSeen() *seen { return &seen{hashed: value.NewSet(), rest: map[uint64][]any{}} }

func seenOf(items []any) *seen {
	s := newSeen()
	for _, item := range items {
		s.add(item)
	}
	return s
}

// add puts v in and reports whether it is new.
func (s *seen) add(v any) bool {
	if value.Hashable(v) == nil {
		if s.hashed.Has(v) {
			return false
		}
		s.hashed.Add(v)
		return true
	}
	at := sum(v, 0)
	if holds(s.rest[at], v) {
		return false
	}
	s.rest[at] = append(s.rest[at], v)
	return true
}

func (s *seen) has(v any) bool {
	if value.Hashable(v) == nil {
		return s.hashed.Has(v)
	}
	return holds(s.rest[sum(v, 0)], v)
}

var sumSeed = maphash.MakeSeed()

// sumDepth is how deep a value is looked into to tell it from others.
const sumDepth = 8

// sum is a number that is the same for all values that are equal in Python, as
// 1, 1.0 and True are.
func sum(v any, depth int) uint64 {
	if depth > sumDepth {
		return 1
	}
	switch v := v.(type) {
	case string:
		return maphash.String(sumSeed, v)
	case value.Markup:
		return maphash.String(sumSeed, string(v))
	case bool:
		if v {
			return maphash.Comparable(sumSeed, 1.0)
		}
		return maphash.Comparable(sumSeed, 0.0)
	case int64:
		return maphash.Comparable(sumSeed, float64(v)+0)
	case float64:
		return maphash.Comparable(sumSeed, v+0) // no -0.0
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return maphash.Comparable(sumSeed, f)
	case *value.List:
		return sumAll(v.Items, 3, depth)
	case value.Tuple:
		return sumAll(v, 5, depth)
	case *value.Dict:
		total := uint64(7)
		for k, item := range v.All() {
			total += (sum(k, depth+1)*31 + 1) * (sum(item, depth+1) | 1)
		}
		return total
	default:
		return 2
	}
}

func sumAll(items []any, start uint64, depth int) uint64 {
	for _, item := range items {
		start = start*1099511628211 + sum(item, depth+1)
	}
	return start
}
