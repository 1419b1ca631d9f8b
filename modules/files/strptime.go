package files

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fields are the parts of a time that strptime's directives set.
type fields struct {
	year, month, day, hour, minute, second, nanos int
	yday                                          int
	pm                                            int // 0 not said, 1 am, 2 pm
	zone                                          *time.Location
	unix                                          *int64
}

// strptime reads a local time by a format of C's strptime.
func strptime(text, format string) (time.Time, error) {
	f := fields{year: 1900, month: 1, day: 1, zone: time.Local}
	rest := text
	for i := 0; i < len(format); i++ {
		ch := format[i]
		var ok bool
		switch {
		case ch == '%' && i+1 < len(format):
			i++
			rest, ok = f.directive(format[i], rest)
		case ch == ' ' || ch == '\t' || ch == '\n':
			rest, ok = strings.TrimLeft(rest, " \t\n"), true
		default:
			ok = rest != "" && rest[0] == ch
			rest = strings.TrimPrefix(rest, string(ch))
		}
		if !ok {
			return time.Time{}, fmt.Errorf("time data '%s' does not match format '%s'", text, format)
		}
	}
	if rest != "" {
		return time.Time{}, fmt.Errorf("unconverted data remains: %s", rest)
	}
	return f.time()
}

func (f *fields) time() (time.Time, error) {
	if f.pm > 0 {
		f.hour = f.hour%12 + 12*(f.pm-1)
	}
	if f.unix != nil {
		return time.Unix(*f.unix, 0), nil
	}
	if f.yday > 0 {
		f.month, f.day = 1, f.yday
	}
	t := time.Date(f.year, time.Month(f.month), f.day, f.hour, f.minute, f.second, f.nanos, f.zone)
	if f.yday == 0 && t.Day() != f.day && f.zone == time.Local {
		return t, fmt.Errorf("day is out of range for month")
	}
	return t, nil
}

// directive reads what one letter after % stands for and returns what is left.
func (f *fields) directive(d byte, s string) (string, bool) {
	switch d {
	case 'Y':
		return digits(s, 4, 4, 0, 9999, &f.year)
	case 'm':
		return digits(s, 1, 2, 1, 12, &f.month)
	case 'd':
		return digits(s, 1, 2, 1, 31, &f.day)
	case 'H':
		return digits(s, 1, 2, 0, 23, &f.hour)
	case 'I':
		return digits(s, 1, 2, 1, 12, &f.hour)
	case 'M':
		return digits(s, 1, 2, 0, 59, &f.minute)
	case 'S':
		return digits(s, 1, 2, 0, 61, &f.second)
	case 'j':
		return digits(s, 1, 3, 1, 366, &f.yday)
	case 'y':
		rest, ok := digits(s, 2, 2, 0, 99, &f.year)
		f.year += 1900
		if f.year < 1969 {
			f.year += 100
		}
		return rest, ok
	case 's':
		return f.epoch(s)
	case 'b', 'B', 'h':
		return monthName(s, &f.month)
	case 'a', 'A':
		var ignored int
		return weekday(s, &ignored)
	case 'p':
		return f.half(s)
	case 'z':
		return f.offset(s)
	case '%':
		return strings.TrimPrefix(s, "%"), strings.HasPrefix(s, "%")
	}
	return s, false
}

func digits(s string, least, most, lo, hi int, dst *int) (string, bool) {
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(s[:n])
	if err != nil || n < least || v < lo || v > hi {
		return s, false
	}
	*dst = v
	return s[n:], true
}

func (f *fields) epoch(s string) (string, bool) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	v, err := strconv.ParseInt(s[:n], 10, 64)
	f.unix = &v
	return s[n:], err == nil
}

func (f *fields) half(s string) (string, bool) {
	if len(s) < 2 {
		return s, false
	}
	switch strings.ToLower(s[:2]) {
	case "am":
		f.pm = 1
	case "pm":
		f.pm = 2
	}
	return s[2:], f.pm > 0
}

func (f *fields) offset(s string) (string, bool) {
	if strings.HasPrefix(s, "Z") {
		f.zone = time.UTC
		return s[1:], true
	}
	for _, layout := range []string{"-07:00", "-0700"} {
		if len(s) >= len(layout) {
			if t, err := time.Parse(layout, s[:len(layout)]); err == nil {
				f.zone = t.Location()
				return s[len(layout):], true
			}
		}
	}
	return s, false
}

func monthName(s string, dst *int) (string, bool) {
	return name(s, 12, dst, func(i int) string { return time.Month(i).String() })
}

func weekday(s string, dst *int) (string, bool) {
	return name(s, 7, dst, func(i int) string { return time.Weekday(i % 7).String() })
}

// name reads a whole name or its first three letters, whatever their case.
func name(s string, n int, dst *int, of func(int) string) (string, bool) {
	for i := 1; i <= n; i++ {
		full := of(i)
		for _, word := range []string{full, full[:3]} {
			if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
				*dst = i
				return s[len(word):], true
			}
		}
	}
	return s, false
}
