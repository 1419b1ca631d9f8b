package filters

import (
	crand "crypto/rand"
	"math/big"
	"math/rand/v2"

	"goplay/internal/jinja"
	"goplay/internal/pyrandom"
	"goplay/internal/value"
)

var randomFilters = table{
	"random":  randomFilter,
	"shuffle": shuffle,
}

// belower draws a number in [0, n): Python's generator when there is a seed.
func belower(seed any) (func(n uint64) uint64, error) {
	if seed == nil {
		return rand.Uint64N, nil
	}
	m, err := pyrandom.New(seed)
	if err != nil {
		return nil, err
	}
	return m.Below, nil
}

// randomFilter picks a number below end, or an item of a list.
func randomFilter(c *jinja.Call) (any, error) {
	a, err := bind(c, "end start? step? seed?")
	if err != nil {
		return nil, err
	}
	below, err := belower(a.get("seed"))
	if err != nil {
		return nil, err
	}
	if end, large := a.get("end").(*big.Int); large && !value.Truth(a.get("start")) && !value.Truth(a.get("step")) {
		return randBig(a.get("seed"), end)
	}
	end, ok := a.get("end").(int64)
	if b, isBool := a.get("end").(bool); isBool {
		if ok = true; b {
			end = 1
		}
	}
	if ok {
		start, err := a.integer("start", 0)
		if err != nil {
			return nil, err
		}
		step, err := a.integer("step", 1)
		if err != nil {
			return nil, err
		}
		if start == 0 && a.get("start") == nil {
			start = 0
		}
		return randRange(below, start, end, step)
	}
	if value.Truth(a.get("start")) || value.Truth(a.get("step")) {
		return nil, filterError("start and step can only be used with integer values")
	}
	if !isIterable(a.get("end")) {
		return nil, filterError("random can only be used on sequences and integers")
	}
	n, err := value.Len(a.get("end"))
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, value.Raise("IndexError", "Cannot choose from an empty sequence")
	}
	return value.Item(a.get("end"), int64(below(uint64(n))))
}

// randBig picks a number below one that takes more than 64 bits.
func randBig(seed any, end *big.Int) (any, error) {
	if end.Sign() < 0 {
		return nil, value.Raise("ValueError", "empty range for randrange() (0, %d, %d)", end, end)
	}
	if seed == nil {
		n, err := crand.Int(crand.Reader, end)
		if err != nil {
			return nil, err
		}
		return value.Int(n), nil
	}
	m, err := pyrandom.New(seed)
	if err != nil {
		return nil, err
	}
	return value.Int(m.BelowBig(end)), nil
}

func isIterable(v any) bool {
	_, err := value.Iterate(v)
	return err == nil
}

func randRange(below func(uint64) uint64, start, stop, step int64) (any, error) {
	if step == 0 {
		return nil, value.Raise("ValueError", "zero step for randrange()")
	}
	r, err := value.NewRange(start, stop, step)
	if err != nil {
		return nil, err
	}
	if r.Len() <= 0 {
		if step == 1 {
			return nil, value.Raise("ValueError", "empty range for randrange() (%d, %d, %d)", start, stop, stop-start)
		}
		return nil, value.Raise("ValueError", "empty range for randrange()")
	}
	return r.At(int(below(uint64(r.Len())))), nil
}

// shuffle gives what is no list back as it is.
func shuffle(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "mylist seed?")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("mylist"))
	if err != nil {
		return a.get("mylist"), nil
	}
	below, err := belower(a.get("seed"))
	if err != nil {
		return nil, err
	}
	for i := len(items) - 1; i > 0; i-- {
		j := below(uint64(i + 1))
		items[i], items[j] = items[j], items[i]
	}
	return value.NewList(items...), nil
}
