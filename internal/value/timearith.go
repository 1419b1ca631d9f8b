package value

import (
	"math"
	"math/big"
	"time"
)

// compareTimes orders two dates, times or durations of one kind; 2 when they
// are not of one kind.
func compareTimes(a, b any) (int, error) {
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Time); ok {
			if isNaive(x) != isNaive(y) {
				return 0, typeError("can't compare offset-naive and offset-aware datetimes")
			}
			return x.Compare(y), nil
		}
		if _, ok := b.(Date); ok {
			return 0, typeError("can't compare datetime.datetime to datetime.date")
		}
	case Date:
		if y, ok := b.(Date); ok {
			return x.Time().Compare(y.Time()), nil
		}
		if _, ok := b.(time.Time); ok {
			return 0, typeError("can't compare datetime.datetime to datetime.date")
		}
	case Clock:
		if y, ok := b.(Clock); ok {
			if x.Aware != y.Aware {
				return 0, typeError("can't compare offset-naive and offset-aware times")
			}
			i, j := x.utc(), y.utc()
			return order(i < j, i > j), nil
		}
	case Timedelta:
		if y, ok := b.(Timedelta); ok {
			return order(x < y, x > y), nil
		}
	}
	return 2, nil
}

func (c Clock) utc() int64 { return c.Micros - int64(c.Zone.Offset)*int64(Second) }

// shift moves what a datetime's clock shows; beyond the years 1 to 9999 is an
// OverflowError.
func shift(t time.Time, by Timedelta) (any, error) {
	days, seconds, micros := by.parts()
	if days < -4e6 || days > 4e6 {
		return nil, Raise("OverflowError", "date value out of range")
	}
	out := time.Date(t.Year(), t.Month(), t.Day()+int(days), t.Hour(), t.Minute(), t.Second()+int(seconds), t.Nanosecond()+int(micros)*1000, t.Location())
	if out.Year() < 1 || out.Year() > 9999 {
		return nil, Raise("OverflowError", "date value out of range")
	}
	return out, nil
}

func addTimes(a, b any) (any, error) {
	if d, ok := a.(Timedelta); ok {
		switch y := b.(type) {
		case Timedelta:
			return timedelta(new(big.Int).Add(big.NewInt(int64(d)), big.NewInt(int64(y))))
		case time.Time, Date:
			return addTimes(b, a)
		}
	}
	if d, ok := b.(Timedelta); ok {
		switch x := a.(type) {
		case time.Time:
			return shift(x, d)
		case Date:
			days, _, _ := d.parts()
			t, err := shift(x.Time(), Timedelta(days)*Day)
			if err != nil {
				return nil, Raise("OverflowError", "date value out of range")
			}
			return DateOf(t.(time.Time)), nil
		}
	}
	return nil, unsupported("+", a, b)
}

func subTimes(a, b any) (any, error) {
	if d, ok := b.(Timedelta); ok {
		switch a.(type) {
		case time.Time, Timedelta:
			return addTimes(a, -d)
		case Date:
			days, _, _ := d.parts()
			return addTimes(a, -Timedelta(days)*Day)
		}
	}
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Time); ok {
			if isNaive(x) != isNaive(y) {
				return nil, typeError("can't subtract offset-naive and offset-aware datetimes")
			}
			return Timedelta(x.UnixMicro() - y.UnixMicro()), nil
		}
	case Date:
		if y, ok := b.(Date); ok {
			return Timedelta(x.Time().UnixMicro() - y.Time().UnixMicro()), nil
		}
	}
	return nil, unsupported("-", a, b)
}

// timedelta makes a duration of microseconds that it can hold.
func timedelta(micros *big.Int) (any, error) {
	if !micros.IsInt64() {
		days := new(big.Int).Div(micros, big.NewInt(int64(Day)))
		if !days.IsInt64() || abs64(days.Int64()) > math.MaxInt32 {
			return nil, Raise("OverflowError", "Python int too large to convert to C int")
		}
		return nil, Raise("OverflowError", "days=%s; must have magnitude <= 999999999", days)
	}
	return Timedelta(micros.Int64()), nil
}

func mulTimes(a, b any) (any, error) {
	d, ok := a.(Timedelta)
	by := b
	if !ok {
		if d, ok = b.(Timedelta); !ok {
			return nil, unsupported("*", a, b)
		}
		by = a
	}
	switch n := unbool(by).(type) {
	case int64, *big.Int:
		return timedelta(new(big.Int).Mul(big.NewInt(int64(d)), toBig(n)))
	case float64:
		return scale(d, n)
	default:
		return nil, unsupported("*", a, b)
	}
}

// scale multiplies exactly, and rounds once, half to even.
func scale(d Timedelta, by float64) (any, error) {
	if math.IsNaN(by) || math.IsInf(by, 0) {
		_, err := floatRatio(by)
		return nil, err
	}
	r := new(big.Rat).SetFloat64(by)
	r.Mul(r, new(big.Rat).SetInt64(int64(d)))
	return timedelta(roundRat(r))
}

// roundRat rounds to the nearest int, half to even.
func roundRat(r *big.Rat) *big.Int {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	switch m.Lsh(m, 1).Cmp(r.Denom()) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	}
	return q
}

func divTimes(op string, a, b any) (any, error) {
	d, ok := a.(Timedelta)
	if !ok {
		return nil, unsupported(op, a, b)
	}
	switch n := unbool(b).(type) {
	case Timedelta:
		v, err := numeric(op, int64(d), int64(n))
		if rest, ok := v.(int64); ok && op == "%" {
			return Timedelta(rest), err
		}
		return v, err
	case int64, *big.Int:
		if op != "%" {
			return divByInt(op, d, toBig(n))
		}
	case float64:
		if op == "/" {
			return divByFloat(d, n)
		}
	}
	return nil, unsupported(op, a, b)
}

func divByInt(op string, d Timedelta, n *big.Int) (any, error) {
	if n.Sign() == 0 {
		return nil, Raise("ZeroDivisionError", "integer division or modulo by zero")
	}
	if op == "/" {
		return timedelta(roundRat(new(big.Rat).SetFrac(big.NewInt(int64(d)), n)))
	}
	v, err := intOp("//", big.NewInt(int64(d)), n)
	if err != nil {
		return nil, err
	}
	return timedelta(toBig(v))
}

func divByFloat(d Timedelta, n float64) (any, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		_, err := floatRatio(n)
		return nil, err
	}
	if n == 0 {
		return nil, Raise("ZeroDivisionError", "integer division or modulo by zero")
	}
	r := new(big.Rat).SetInt64(int64(d))
	return timedelta(roundRat(r.Quo(r, new(big.Rat).SetFloat64(n))))
}
