package filters

import (
	"math"
	"math/big"
)

// precision of the steps towards a power, in bits.
const precision = 160

func newFloat(f float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(f) }

// exactPow is x**y rounded once, as C libraries give it; Go's own is some
// steps off: 27**(1/3) has to be 3.
func exactPow(x, y float64) float64 {
	rough := math.Pow(x, y)
	if x <= 0 || rough == 0 || math.IsInf(rough, 0) || math.IsNaN(rough) || x == 1 || y == math.Trunc(y) && math.Abs(y) < 3 {
		return rough
	}
	power := new(big.Float).SetPrec(precision).Mul(logarithmOf(x), newFloat(y))
	out, _ := exponential(power).Float64()
	return out
}

// exactLog is the natural logarithm of a number above 0, rounded once.
func exactLog(x float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return math.Log(x)
	}
	f, _ := logarithmOf(x).Float64()
	return f
}

// exactLog10 is the decimal logarithm of a number above 0, rounded once.
func exactLog10(x float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return math.Log10(x)
	}
	f, _ := new(big.Float).SetPrec(precision).Quo(logarithmOf(x), logarithmOf(10)).Float64()
	return f
}

// atanhSeries is 2*atanh(t) for a small t.
func atanhSeries(t *big.Float) *big.Float {
	square := new(big.Float).SetPrec(precision).Mul(t, t)
	term := new(big.Float).SetPrec(precision).Set(t)
	sum := new(big.Float).SetPrec(precision).Set(t)
	for n := 3; n < 2*precision && term.Sign() != 0 && term.MantExp(nil) > -precision; n += 2 {
		term.Mul(term, square)
		sum.Add(sum, new(big.Float).SetPrec(precision).Quo(term, newFloat(float64(n))))
	}
	return sum.Mul(sum, newFloat(2))
}

func ln2() *big.Float {
	return atanhSeries(new(big.Float).SetPrec(precision).Quo(newFloat(1), newFloat(3)))
}

func logarithmOf(x float64) *big.Float {
	m, e := math.Frexp(x)
	top, bottom := newFloat(m), newFloat(m)
	ratio := new(big.Float).SetPrec(precision).Quo(top.Sub(top, newFloat(1)), bottom.Add(bottom, newFloat(1)))
	whole := new(big.Float).SetPrec(precision).Mul(ln2(), newFloat(float64(e)))
	return whole.Add(whole, atanhSeries(ratio))
}

func exponential(z *big.Float) *big.Float {
	halves, _ := new(big.Float).Quo(z, ln2()).Int64()
	rest := new(big.Float).SetPrec(precision).Mul(ln2(), newFloat(float64(halves)))
	rest.Sub(z, rest)
	term, sum := newFloat(1), newFloat(1)
	for n := 1; n < precision && term.Sign() != 0; n++ {
		term.Mul(term, rest)
		term.Quo(term, newFloat(float64(n)))
		sum.Add(sum, term)
	}
	return sum.SetMantExp(sum, int(halves))
}
