package filters

import (
	"math"
	"strconv"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// timeUnit is a unit with its spellings and its length in seconds.
type timeUnit struct {
	names   []string
	seconds float64
}

const (
	day  = 86400.0
	week = 7 * day
)

var timeUnits = []timeUnit{
	{[]string{"ms", "millisecond", "msec", "msecond"}, 0.001},
	{[]string{"s", "sec", "second"}, 1},
	{[]string{"m", "min", "minute"}, 60},
	{[]string{"h", "hour"}, 3600},
	{[]string{"d", "day"}, day},
	{[]string{"w", "week"}, week},
	{[]string{"mo", "month"}, 30 * day},
	{[]string{"y", "year"}, 365 * day},
}

var timeUnitFilters = table{
	"to_milliseconds": toUnit("ms"), "to_seconds": toUnit("s"), "to_minutes": toUnit("m"), "to_hours": toUnit("h"),
	"to_days": toUnit("d"), "to_weeks": toUnit("w"), "to_months": toUnit("mo"), "to_years": toUnit("y"),
	"to_time_unit": toUnit(""),
}

// toUnit sums up a text such as "1h 30m" in one unit.
func toUnit(unit string) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		params := "human_time **kw"
		if unit == "" {
			params = "human_time unit? **kw"
		}
		a, err := bind(c, params)
		if err != nil {
			return nil, err
		}
		for k, v := range a.kw.All() {
			name := value.Str(k)
			if name != "year" && name != "month" {
				return nil, filterError("to_time_unit() got unknown keyword arguments: %s", name)
			}
			a.vals[name] = v
		}
		text, ok := isText(a.get("human_time"))
		if text == "0" {
			return int64(0), nil
		}
		if !ok {
			return nil, value.Raise("AttributeError", "'%s' object has no attribute 'split'", value.TypeName(a.get("human_time")))
		}
		into := unit
		if into == "" {
			into = a.text("unit", "ms")
		}
		length, ok := secondsOf(into, a)
		if !ok {
			return nil, filterError("to_time_unit() can not convert to the following unit: %s. Available units (singular or plural): millisecond, msec, msecond, "+
				"sec, second, hour, min, minute, day, week, month, year. Available short units: ms, s, m, h, d, w, mo, y", into)
		}
		total := 0.0
		for _, part := range strings.Fields(text) {
			end := strings.IndexFunc(part, func(r rune) bool { return (r < '0' || r > '9') && r != '-' && r != '+' })
			if end <= 0 {
				return nil, filterError("to_time_unit() can not interpret following string: %s", text)
			}
			n, err := strconv.ParseFloat(part[:end], 64)
			seconds, known := secondsOf(part[end:], a)
			if err != nil || !known {
				return nil, filterError("to_time_unit() can not interpret following string: %s", text)
			}
			total += n * seconds
		}
		return math.Round(total/length*1e12) / 1e12, nil
	}
}

func secondsOf(name string, a *args) (float64, bool) {
	for _, unit := range timeUnits {
		for i, spelling := range unit.names {
			if name != spelling && (i == 0 || name != spelling+"s") {
				continue
			}
			if days, ok := number(a.get(unit.names[len(unit.names)-1])); ok && unit.seconds > week {
				return days * day, true
			}
			return unit.seconds, true
		}
	}
	return 0, false
}
