package value

import "math/big"

// Or is Python's a | b: of ints, sets and dicts.
func Or(a, b any) (any, error) {
	if x, ok := a.(*Dict); ok {
		if y, ok := b.(*Dict); ok {
			out := x.Copy()
			out.Update(y)
			return out, nil
		}
	}
	if s, t, ok := bothSets(a, b); ok {
		return s.union(t), nil
	}
	return bitwise("|", a, b, (*big.Int).Or)
}

// And is Python's a & b: of ints and sets.
func And(a, b any) (any, error) {
	if s, t, ok := bothSets(a, b); ok {
		return s.intersection(t), nil
	}
	return bitwise("&", a, b, (*big.Int).And)
}

// Xor is Python's a ^ b: of ints and sets.
func Xor(a, b any) (any, error) {
	if s, t, ok := bothSets(a, b); ok {
		return s.symmetric(t), nil
	}
	return bitwise("^", a, b, (*big.Int).Xor)
}

func bitwise(op string, a, b any, f func(z, x, y *big.Int) *big.Int) (any, error) {
	_, xf := a.(float64)
	_, yf := b.(float64)
	if !isNumber(a) || !isNumber(b) || xf || yf {
		return nil, typeError("unsupported operand type(s) for %s: '%s' and '%s'", op, typePath(a), typePath(b))
	}
	n := Int(f(new(big.Int), toBig(a), toBig(b)))
	_, xb := a.(bool)
	_, yb := b.(bool)
	if xb && yb {
		return n != int64(0), nil
	}
	return n, nil
}
