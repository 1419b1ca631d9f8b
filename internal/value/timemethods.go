package value

import (
	"maps"
	"time"
)

// partMembers are the attributes and methods that datetime and date share.
func partMembers() map[string]*member {
	return map[string]*member{
		"year":        datePart(time.Time.Year),
		"month":       datePart(func(t time.Time) int { return int(t.Month()) }),
		"day":         datePart(time.Time.Day),
		"weekday":     dateMethod(func(t time.Time) any { return int64(t.Weekday()+6) % 7 }),
		"isoweekday":  dateMethod(func(t time.Time) any { return int64(t.Weekday()+6)%7 + 1 }),
		"toordinal":   dateMethod(func(t time.Time) any { return ordinal(t) }),
		"ctime":       dateMethod(func(t time.Time) any { return ctime(t) }),
		"isocalendar": dateMethod(isocalendar),
		"timetuple":   dateMethod(func(t time.Time) any { return timetuple(t, -1) }),
		"strftime":    named(strftimeMethod, 1, "format"),
	}
}

// datetimeMembers are the attributes and methods of datetime.
func datetimeMembers() map[string]*member {
	return with(partMembers(), map[string]*member{
		"hour":             datePart(time.Time.Hour),
		"minute":           datePart(time.Time.Minute),
		"second":           datePart(time.Time.Second),
		"microsecond":      datePart(func(t time.Time) int { return t.Nanosecond() / 1000 }),
		"fold":             attribute(func(any) any { return int64(0) }),
		"tzinfo":           attribute(func(self any) any { return tzinfo(self.(time.Time)) }),
		"date":             dateMethod(func(t time.Time) any { return DateOf(t) }),
		"time":             dateMethod(func(t time.Time) any { return ClockOf(t, false) }),
		"timetz":           dateMethod(func(t time.Time) any { return ClockOf(t, true) }),
		"timestamp":        dateMethod(func(t time.Time) any { return timestamp(t) }),
		"utcoffset":        dateMethod(utcoffset),
		"tzname":           dateMethod(tzname),
		"dst":              dateMethod(func(time.Time) any { return nil }),
		"utctimetuple":     dateMethod(func(t time.Time) any { return timetuple(toUTC(t), 0) }),
		"isoformat":        named(isoformatMethod, 0, "sep", "timespec"),
		"astimezone":       named(astimezone, 0, "tz"),
		"replace":          named(replaceDatetime, 0, "year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"),
		"now":              named(nowMethod, 0, "tz"),
		"utcnow":           noArgs(func(any) (any, error) { return AsNaive(time.Now().UTC()), nil }),
		"today":            noArgs(func(any) (any, error) { return AsNaive(time.Now()), nil }),
		"strptime":         counted(2, 2, strptimeMethod),
		"fromisoformat":    oneArg(fromisoformat),
		"fromtimestamp":    named(fromtimestamp, 1, "timestamp", "tz"),
		"utcfromtimestamp": oneArg(utcfromtimestamp),
	})
}

// dateMembers are the attributes and methods of date.
func dateMembers() map[string]*member {
	return with(partMembers(), map[string]*member{
		"isoformat":     noArgs(func(self any) (any, error) { return self.(Date).isoformat(), nil }),
		"replace":       named(replaceDate, 0, "year", "month", "day"),
		"today":         noArgs(func(any) (any, error) { return DateOf(time.Now()), nil }),
		"fromisoformat": oneArg(dateFromisoformat),
		"fromordinal":   oneArg(fromordinal),
	})
}

// timedeltaMembers are the attributes and methods of timedelta.
func timedeltaMembers() map[string]*member {
	return map[string]*member{
		"days":          attribute(func(self any) any { d, _, _ := self.(Timedelta).parts(); return d }),
		"seconds":       attribute(func(self any) any { _, s, _ := self.(Timedelta).parts(); return s }),
		"microseconds":  attribute(func(self any) any { _, _, us := self.(Timedelta).parts(); return us }),
		"total_seconds": noArgs(func(self any) (any, error) { return float64(self.(Timedelta)) / 1e6, nil }),
	}
}

// clockMembers are the attributes and methods of time.
func clockMembers() map[string]*member {
	return map[string]*member{
		"hour":        clockPart(func(h, _, _, _ int) int { return h }),
		"minute":      clockPart(func(_, m, _, _ int) int { return m }),
		"second":      clockPart(func(_, _, s, _ int) int { return s }),
		"microsecond": clockPart(func(_, _, _, us int) int { return us }),
		"fold":        attribute(func(any) any { return int64(0) }),
		"tzinfo": attribute(func(self any) any {
			if c := self.(Clock); c.Aware {
				return c.Zone
			}
			return nil
		}),
		"isoformat": named(clockIsoformat, 0, "timespec"),
		"strftime":  named(strftimeMethod, 1, "format"),
	}
}

// zoneMembers are the methods of timezone.
func zoneMembers() map[string]*member {
	return map[string]*member{
		"utcoffset": oneArg(func(self, _ any) (any, error) { return Timedelta(self.(Zone).Offset) * Second, nil }),
		"tzname":    oneArg(func(self, _ any) (any, error) { return self.(Zone).str(), nil }),
		"dst":       oneArg(func(any, any) (any, error) { return nil, nil }),
	}
}

func with(base, more map[string]*member) map[string]*member {
	out := maps.Clone(base)
	maps.Copy(out, more)
	return out
}

// asTime is the time.Time of a datetime or a date.
func asTime(v any) time.Time {
	if d, ok := v.(Date); ok {
		return d.Time()
	}
	return v.(time.Time)
}

func datePart(part func(time.Time) int) *member {
	return attribute(func(self any) any { return int64(part(asTime(self))) })
}

func dateMethod(f func(time.Time) any) *member {
	return noArgs(func(self any) (any, error) { return f(asTime(self)), nil })
}

func clockPart(part func(h, m, s, us int) int) *member {
	return attribute(func(self any) any { return int64(part(self.(Clock).parts())) })
}

// ClockOf is the time of day that a time's clock shows, with its zone if zoned.
func ClockOf(t time.Time, zoned bool) Clock {
	s, us := clockOf(t)
	c := Clock{Micros: int64(s)*1000000 + int64(us)}
	if zoned && !isNaive(t) {
		c.Zone, c.Aware = zoneOf(t), true
	}
	return c
}

func tzinfo(t time.Time) any {
	if isNaive(t) {
		return nil
	}
	return zoneOf(t)
}

func utcoffset(t time.Time) any {
	if isNaive(t) {
		return nil
	}
	return Timedelta(zoneOf(t).Offset) * Second
}

func tzname(t time.Time) any {
	if isNaive(t) {
		return nil
	}
	return zoneOf(t).str()
}

// local reads a naive datetime as one of the local zone, as Python does.
func local(t time.Time) time.Time {
	if !isNaive(t) {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
}

func toUTC(t time.Time) time.Time {
	if isNaive(t) {
		return t
	}
	return t.UTC()
}

func timestamp(t time.Time) float64 { return float64(local(t).UnixMicro()) / 1e6 }

// ordinal counts days from the first of January of year 1, which is 1.
func ordinal(t time.Time) int64 {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return floorDiv(midnight.Unix(), 86400) + 719163
}

func fromordinal(_, arg any) (any, error) {
	n, err := argInt(arg)
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, valueError("ordinal must be >= 1")
	}
	if n > 3652059 {
		return nil, valueError("year is out of range")
	}
	return DateOf(time.Unix(int64(n-719163)*86400, 0).UTC()), nil
}

func isocalendar(t time.Time) any {
	year, week := t.ISOWeek()
	return &Record{
		Type: "IsoCalendarDate", Path: "datetime.IsoCalendarDate", Fields: []string{"year", "week", "weekday"},
		Items: Tuple{int64(year), int64(week), int64(t.Weekday()+6)%7 + 1},
	}
}

func timetuple(t time.Time, dst int64) any {
	return &Record{
		Type: "struct_time", Path: "time.struct_time",
		Fields: []string{"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"},
		Items: Tuple{int64(t.Year()), int64(t.Month()), int64(t.Day()), int64(t.Hour()), int64(t.Minute()),
			int64(t.Second()), int64(t.Weekday()+6) % 7, int64(t.YearDay()), dst},
	}
}

func strftimeMethod(self any, args []any) (any, error) {
	format, ok := asString(args[0])
	if !ok {
		return nil, typeError("strftime() argument 1 must be str, not %s", TypeName(args[0]))
	}
	return Strftime(self, format)
}

func strptimeMethod(_ any, args []any) (any, error) {
	var texts [2]string
	for i, a := range args {
		s, ok := asString(a)
		if !ok {
			return nil, typeError("strptime() argument %d must be str, not %s", i+1, TypeName(a))
		}
		texts[i] = s
	}
	return Strptime(texts[0], texts[1])
}

func isoformatMethod(self any, args []any) (any, error) {
	t := self.(time.Time)
	sep, spec := "T", "auto"
	if args[0] != omitted {
		s, ok := asString(args[0])
		if !ok || runeLen(s) != 1 {
			return nil, typeError("isoformat() argument 1 must be a unicode character, not %s", TypeName(args[0]))
		}
		sep = s
	}
	if args[1] != omitted {
		spec = Str(args[1])
	}
	s, us := clockOf(t)
	clock := clockText(s, us, spec)
	if clock == "" {
		return nil, valueError("Unknown timespec value")
	}
	return isoformatTo(t, sep, clock), nil
}

func clockIsoformat(self any, args []any) (any, error) {
	c := self.(Clock)
	if args[0] == omitted {
		return c.isoformat(), nil
	}
	text := clockText(int(c.Micros/1000000), int(c.Micros%1000000), Str(args[0]))
	if text == "" {
		return nil, valueError("Unknown timespec value")
	}
	if c.Aware {
		text += offsetText(c.Zone.Offset, ":")
	}
	return text, nil
}

func utcfromtimestamp(_, arg any) (any, error) {
	t, err := fromtimestamp(nil, []any{arg, Zone{}})
	if err != nil {
		return nil, err
	}
	return AsNaive(t.(time.Time)), nil
}
