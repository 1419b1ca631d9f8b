package value

import (
	"math"
	"math/big"
)

// Pow is Python's a ** b. A result of more than MaxBits bits is a MemoryError.
func Pow(a, b any) (any, error) {
	if !isNumber(a) || !isNumber(b) {
		return nil, unsupported("** or pow()", a, b)
	}
	_, xf := a.(float64)
	_, yf := b.(float64)
	if xf || yf || toBig(b).Sign() < 0 {
		return powFloats(a, b, xf || yf)
	}
	x, y := toBig(a), toBig(b)
	if x.BitLen() > 1 {
		if !y.IsInt64() || grow(y.Int64(), int64(x.BitLen()), MaxBits) != nil {
			return nil, Raise("MemoryError", "result of ** is too large")
		}
		return Int(new(big.Int).Exp(x, y, nil)), nil
	}
	if x.Sign() >= 0 {
		if y.Sign() == 0 {
			return int64(1), nil
		}
		return x.Int64(), nil
	}
	if y.Bit(0) == 0 {
		return int64(1), nil
	}
	return int64(-1), nil
}

func powFloats(a, b any, floats bool) (any, error) {
	x, err := toFloat(a)
	if err != nil {
		return nil, err
	}
	y, err := toFloat(b)
	if err != nil {
		return nil, err
	}
	if y == 0 {
		return 1.0, nil
	}
	if x == 0 && y < 0 {
		return nil, Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	}
	if x < 0 && y != math.Trunc(y) && !math.IsInf(x, 0) && !math.IsNaN(y) {
		return nil, valueError("the result of %s ** %s is a complex number", Repr(a), Repr(b))
	}
	z := math.Pow(x, y)
	if x != 0 && math.Abs(x) != 1 && !math.IsInf(x, 0) && !math.IsInf(y, 0) && !math.IsNaN(z) {
		z = math.Copysign(powFloat(math.Abs(x), y), z)
	}
	if math.IsInf(z, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return nil, Raise("OverflowError", "(34, 'Numerical result out of range')")
	}
	return z, nil
}

// Neg is Python's -v.
func Neg(v any) (any, error) {
	switch v := unbool(v).(type) {
	case int64:
		if v == math.MinInt64 {
			return new(big.Int).Neg(big.NewInt(v)), nil
		}
		return -v, nil
	case float64:
		return -v, nil
	case *big.Int:
		return Int(new(big.Int).Neg(v)), nil
	case Timedelta:
		return -v, nil
	default:
		return nil, badUnary("-", v)
	}
}

// Plus is Python's +v.
func Plus(v any) (any, error) {
	switch v := unbool(v).(type) {
	case int64, float64, *big.Int, Timedelta:
		return v, nil
	default:
		return nil, badUnary("+", v)
	}
}

func badUnary(op string, v any) error {
	if err := undefinedOperand(v); err != nil {
		return err
	}
	return typeError("bad operand type for unary %s: '%s'", op, typePath(v))
}
