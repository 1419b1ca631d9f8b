package value

import (
	"math"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
)

// zoneArg reads a tz argument: None means the local zone.
func zoneArg(v any) (loc *time.Location, given bool, err error) {
	switch z := v.(type) {
	case nil, omittedArg:
		return time.Local, false, nil
	case Zone:
		return z.location(), true, nil
	default:
		return nil, false, typeError("tzinfo argument must be None or of a tzinfo subclass, not type '%s'", TypeName(v))
	}
}

func nowMethod(_ any, args []any) (any, error) {
	loc, aware, err := zoneArg(args[0])
	if err != nil {
		return nil, err
	}
	t := time.Now().In(loc).Truncate(time.Microsecond)
	if !aware {
		return AsNaive(t), nil
	}
	return t, nil
}

func astimezone(self any, args []any) (any, error) {
	loc, given, err := zoneArg(args[0])
	if err != nil {
		return nil, err
	}
	t := local(self.(time.Time)).In(loc)
	if !given {
		t = t.In(zoneOf(t).location())
	}
	return t, nil
}

func fromtimestamp(_ any, args []any) (any, error) {
	loc, aware, err := zoneArg(args[1])
	if err != nil {
		return nil, err
	}
	f, err := toFloat(args[0])
	if err != nil {
		return nil, typeError("'%s' object cannot be interpreted as an integer", typePath(args[0]))
	}
	if math.IsNaN(f) {
		return nil, valueError("Invalid value NaN (not a number)")
	}
	if math.Abs(f) > 253402300799 {
		return nil, valueError("year is out of range")
	}
	whole := math.Floor(f)
	t := time.Unix(int64(whole), int64(math.RoundToEven((f-whole)*1e6))*1000).In(loc)
	if !aware {
		return AsNaive(t), nil
	}
	return t, nil
}

// intArgs reads int arguments over defaults.
func intArgs(args []any, into []int) error {
	for i := range into {
		if i >= len(args) || args[i] == omitted {
			continue
		}
		n, err := argInt(args[i])
		if err != nil {
			return err
		}
		into[i] = n
	}
	return nil
}

func replaceDatetime(self any, args []any) (any, error) {
	t := self.(time.Time)
	p := []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1000}
	if err := intArgs(args[:7], p); err != nil {
		return nil, err
	}
	loc := t.Location()
	if args[7] == nil {
		loc = Naive
	} else if args[7] != omitted {
		var err error
		if loc, _, err = zoneArg(args[7]); err != nil {
			return nil, err
		}
	}
	return newDatetime(p[0], p[1], p[2], p[3], p[4], p[5], p[6], loc)
}

func replaceDate(self any, args []any) (any, error) {
	d := self.(Date)
	p := []int{d.Year, d.Month, d.Day}
	if err := intArgs(args, p); err != nil {
		return nil, err
	}
	t, err := newDatetime(p[0], p[1], p[2], 0, 0, 0, 0, Naive)
	return DateOf(t), err
}

var (
	isoDate = lazy.Regexp(`^(\d{4})-?(\d{2})-?(\d{2})`)
	isoTime = lazy.Regexp(`^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?$`)
)

func fromisoformat(_, arg any) (any, error) {
	s, ok := asString(arg)
	if !ok {
		return nil, typeError("fromisoformat: argument must be str")
	}
	invalid := valueError("Invalid isoformat string: %s", quote(s))
	m := isoDate.FindStringSubmatch(s)
	if m == nil {
		return nil, invalid
	}
	p := []int{0, 0, 0, 0, 0, 0}
	for i := range 3 {
		p[i], _ = strconv.Atoi(m[i+1])
	}
	loc, micro := Naive, 0
	if rest := s[len(m[0]):]; rest != "" {
		_, n := decodeRune(rest)
		c := isoTime.FindStringSubmatch(rest[n:])
		if c == nil {
			return nil, invalid
		}
		for i := range 3 {
			p[i+3], _ = strconv.Atoi(c[i+1])
		}
		micro, _ = strconv.Atoi((c[4] + "000000")[:6])
		if c[5] != "" {
			loc = parseOffset(c[5])
		}
	}
	return newDatetime(p[0], p[1], p[2], p[3], p[4], p[5], micro, loc)
}

func dateFromisoformat(_, arg any) (any, error) {
	s, ok := asString(arg)
	if !ok {
		return nil, typeError("fromisoformat: argument must be str")
	}
	if m := isoDate.FindString(s); m == "" || m != s || strings.Count(m, "-") == 1 {
		return nil, valueError("Invalid isoformat string: %s", quote(s))
	}
	t, err := fromisoformat(nil, s)
	if err != nil {
		return nil, err
	}
	return DateOf(t.(time.Time)), nil
}
