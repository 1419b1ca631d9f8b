package value

import (
	"math"
	"math/big"
)

// powPrecision leaves enough bits beyond a float's 53 to round once.
const powPrecision = 256

// powFloat is x ** y for finite x > 0, rounded once: math.Pow is off by a bit
// where C's pow, which Python uses, is not.
func powFloat(x, y float64) float64 {
	rough := math.Pow(x, y)
	if rough == 0 || math.IsInf(rough, 0) {
		return rough
	}
	product := new(big.Float).SetPrec(powPrecision).Mul(bigLog(x), newBig(y))
	f, _ := bigExp(product).Float64()
	return f
}

func newBig(f float64) *big.Float { return new(big.Float).SetPrec(powPrecision).SetFloat64(f) }

// bigLog is the natural logarithm, from ln(m * 2**e) = ln(m) + e*ln(2).
func bigLog(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	sum := logSeries(newBig(m))
	return sum.Add(sum, new(big.Float).Mul(newBig(float64(e)), logSeries(newBig(2))))
}

// logSeries is ln(m) = 2*atanh((m-1)/(m+1)) for m close to 1.
func logSeries(m *big.Float) *big.Float {
	t := new(big.Float).Sub(m, newBig(1))
	t.Quo(t, new(big.Float).Add(m, newBig(1)))
	square := new(big.Float).Mul(t, t)
	sum := newBig(0)
	for n := 1.0; t.Sign() != 0 && t.MantExp(nil) > -powPrecision; n += 2 {
		sum.Add(sum, new(big.Float).Quo(t, newBig(n)))
		t = new(big.Float).Mul(t, square)
	}
	return sum.Mul(sum, newBig(2))
}

// bigExp is e**x: x loses its multiple of ln(2), then is halved until the
// series is short, and the sum is squared as often.
func bigExp(x *big.Float) *big.Float {
	const halvings = 16
	rough, _ := x.Float64()
	k := math.Round(rough / math.Ln2)
	rest := new(big.Float).Sub(x, new(big.Float).Mul(newBig(k), logSeries(newBig(2))))
	rest.SetMantExp(rest, -halvings)
	sum, term := newBig(1), newBig(1)
	for n := 1.0; term.Sign() != 0 && term.MantExp(nil) > -powPrecision; n++ {
		term = new(big.Float).Mul(term, rest)
		term.Quo(term, newBig(n))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}
