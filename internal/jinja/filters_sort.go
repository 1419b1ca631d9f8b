package jinja

import (
	"cmp"
	"math/big"
	"strings"

	"goplay/internal/value"
)

func addSorting(add func(name, spec string, code bound)) {
	add("sort", "environment, value, reverse=False, case_sensitive=False, attribute=None", sortFilter)
	add("dictsort", "value, case_sensitive=False, by='key', reverse=False", dictsort)
	add("groupby", "environment, value, attribute, default=None, case_sensitive=False", groupby)
	add("min", "environment, value, case_sensitive=False, attribute=None", extreme("<"))
	add("max", "environment, value, case_sensitive=False, attribute=None", extreme(">"))
}

func sortFilter(c *Call, a []any) (any, error) {
	key, err := sortKey(c, a[3], a[2])
	if err != nil {
		return nil, err
	}
	list, err := c.Items(a[0])
	if err != nil {
		return nil, err
	}
	reverse, err := descending(a[1])
	if err != nil {
		return nil, err
	}
	if err := sortBy(list, key, reverse); err != nil {
		return nil, err
	}
	return &value.List{Items: list}, nil
}

// descending is the reverse argument of Python's sort, which has to be an int.
func descending(v any) (bool, error) {
	if _, large := v.(*big.Int); large {
		return false, value.Raise("OverflowError", "Python int too large to convert to C int")
	}
	n, err := index(v)
	return n != 0, err
}

// sortBy sorts in place by lists of keys, which are all made first. An
// undefined key has no order but among its own.
func sortBy(list []any, key func(any) (any, error), reverse bool) error {
	pairs := make([]any, len(list))
	var undefined *value.Undefined
	defined := false
	for i, item := range list {
		k, err := key(item)
		if err != nil {
			return err
		}
		pairs[i] = value.Tuple{k, item}
		for _, part := range k.(*value.List).Items {
			if u, ok := part.(*value.Undefined); ok {
				undefined = cmp.Or(undefined, u)
			} else {
				defined = true
			}
		}
	}
	if undefined != nil && len(list) > 1 && (defined || undefined.Strict()) {
		return undefined.Err()
	}
	err := value.Sort(pairs, func(p any) (any, error) { return p.(value.Tuple)[0], nil }, reverse)
	for i, p := range pairs {
		list[i] = p.(value.Tuple)[1]
	}
	return err
}

// sortKey reads the attributes "a,b.c" to sort by, as a list.
func sortKey(c *Call, attribute, caseSensitive any) (func(any) (any, error), error) {
	paths := []any{attribute}
	if s, ok := attribute.(string); ok {
		paths = paths[:0]
		for _, path := range strings.Split(s, ",") {
			paths = append(paths, path)
		}
	}
	var getters []func(any) (any, error)
	for _, path := range paths {
		get, err := ignoreCase(caseSensitive, c.attributeGetter(path, nil))
		if err != nil {
			return nil, err
		}
		getters = append(getters, get)
	}
	return func(item any) (any, error) {
		keys := make([]any, len(getters))
		for i, get := range getters {
			key, err := get(item)
			if err != nil {
				return nil, err
			}
			keys[i] = key
		}
		return &value.List{Items: keys}, nil
	}, nil
}

func dictsort(c *Call, a []any) (any, error) {
	at := 0
	switch a[2] {
	case "key":
	case "value":
		at = 1
	default:
		return nil, argumentError(`You can only sort by either "key" or "value"`)
	}
	if u, ok := a[0].(*value.Undefined); ok {
		return nil, u.Err()
	}
	view, err := method(a[0], "items")
	if err != nil {
		return nil, err
	}
	list, err := c.Items(view)
	if err != nil {
		return nil, err
	}
	key, err := ignoreCase(a[1], func(item any) (any, error) { return item.(value.Tuple)[at], nil })
	if err != nil {
		return nil, err
	}
	reverse, err := descending(a[3])
	if err != nil {
		return nil, err
	}
	return &value.List{Items: list}, value.Sort(list, key, reverse)
}

func groupby(c *Call, a []any) (any, error) {
	real := c.attributeGetter(a[1], a[2])
	get, err := ignoreCase(a[3], real)
	if err != nil {
		return nil, err
	}
	list, err := c.Items(a[0])
	if err != nil {
		return nil, err
	}
	if err := value.Sort(list, get, false); err != nil {
		return nil, err
	}
	groups := &value.List{}
	var last *value.List
	var lastKey any
	for _, item := range list {
		key, err := get(item)
		if err != nil {
			return nil, err
		}
		if last != nil {
			equal, err := compare("==", key, lastKey)
			if err != nil {
				return nil, err
			}
			if equal {
				last.Append(item)
				continue
			}
		}
		name, err := real(item)
		if err != nil {
			return nil, err
		}
		last, lastKey = value.NewList(item), key
		pair := value.Tuple{name, last}
		groups.Append(pair)
		c.run.nameParts(pair)
	}
	return groups, nil
}

func extreme(op string) bound {
	return func(c *Call, a []any) (any, error) {
		it, err := c.Iter(a[0])
		if err != nil {
			return nil, err
		}
		get, err := ignoreCase(a[1], c.attributeGetter(a[2], nil))
		if err != nil {
			return nil, err
		}
		best, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return c.Env.undefinedHint("No aggregated item, sequence was empty.", nil), nil
		}
		bestKey, err := get(best)
		if err != nil {
			return nil, err
		}
		for {
			item, ok, err := it.Next()
			if !ok || err != nil {
				return best, err
			}
			key, err := get(item)
			if err != nil {
				return nil, err
			}
			better, err := compare(op, key, bestKey)
			if err != nil {
				return nil, err
			}
			if better {
				best, bestKey = item, key
			}
		}
	}
}
