package tree

import (
	"fmt"
	"strconv"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

var timestampForm = lazy.Regexp(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|([0-9]{4})-([0-9][0-9]?)-([0-9][0-9]?)` +
	`(?:[Tt]|[ \t]+)([0-9][0-9]?):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?` +
	`(?:[ \t]*(Z|([-+])([0-9][0-9]?)(?::([0-9]{2}))?))?)$`)

// parseTimestamp makes a date, a datetime without a zone or one with.
func parseTimestamp(s string) (any, error) {
	m := timestampForm.FindStringSubmatch(s)
	if m == nil {
		return nil, fmt.Errorf("%s is no timestamp", value.Repr(s))
	}
	if m[1] == "" {
		y, mo, d := number(s[:4]), number(s[5:7]), number(s[8:])
		return value.Date{Year: y, Month: mo, Day: d}, checkDate(y, mo, d)
	}
	y, mo, d := number(m[1]), number(m[2]), number(m[3])
	h, mi, sec := number(m[4]), number(m[5]), number(m[6])
	if err := checkDate(y, mo, d); err != nil {
		return nil, err
	}
	switch {
	case h > 23:
		return nil, fmt.Errorf("hour must be in 0..23")
	case mi > 59:
		return nil, fmt.Errorf("minute must be in 0..59")
	case sec > 59:
		return nil, fmt.Errorf("second must be in 0..59")
	}
	micros := number((m[7] + "000000")[:6])
	return time.Date(y, time.Month(mo), d, h, mi, sec, micros*1000, zone(m)), nil
}

// zone is the place of a timestamp: none, UTC or a fixed distance from it.
func zone(m []string) *time.Location {
	switch {
	case m[8] == "":
		return value.Naive
	case m[9] == "":
		return time.UTC
	}
	seconds := number(m[10])*3600 + number(m[11])*60
	if seconds == 0 {
		return time.UTC
	}
	if m[9] == "-" {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

func checkDate(y, m, d int) error {
	switch {
	case y < 1:
		return fmt.Errorf("year %d is out of range", y)
	case m < 1 || m > 12:
		return fmt.Errorf("month must be in 1..12")
	case d < 1 || d > time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return fmt.Errorf("day is out of range for month")
	}
	return nil
}
