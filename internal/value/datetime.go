package value

import (
	"fmt"
	"strings"
	"time"
)

// Naive is the location of a time.Time that is Python's datetime without a
// time zone. Every other location makes it an aware one.
var Naive = time.FixedZone("", 0)

// NaiveTime is a datetime without a time zone; parts beyond their range carry over.
func NaiveTime(year, month, day, hour, minute, second, micro int) time.Time {
	return time.Date(year, time.Month(month), day, hour, minute, second, micro*1000, Naive)
}

// AsNaive keeps what a time's clock shows and drops its zone.
func AsNaive(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, Naive)
}

func isNaive(t time.Time) bool { return t.Location() == Naive }

// Date is Python's datetime.date.
type Date struct{ Year, Month, Day int }

// DateOf is the date a time's clock shows.
func DateOf(t time.Time) Date { return Date{t.Year(), int(t.Month()), t.Day()} }

// Time is midnight of the date, without a zone.
func (d Date) Time() time.Time { return NaiveTime(d.Year, d.Month, d.Day, 0, 0, 0, 0) }

// Clock is Python's datetime.time: a time of day, with a zone or without.
type Clock struct {
	Micros int64 // since midnight
	Zone   Zone
	Aware  bool // whether Zone counts
}

// Timedelta is Python's datetime.timedelta in microseconds.
type Timedelta int64

// The units of a Timedelta.
const (
	Microsecond Timedelta = 1
	Second                = 1000000 * Microsecond
	Day                   = 86400 * Second
)

// parts are days, seconds and microseconds, the last two never negative.
func (d Timedelta) parts() (days, seconds, micros int64) {
	days = floorDiv(int64(d), int64(Day))
	rest := int64(d) - days*int64(Day)
	return days, rest / int64(Second), rest % int64(Second)
}

func floorDiv(x, y int64) int64 {
	q := x / y
	if x%y != 0 && (x < 0) != (y < 0) {
		q--
	}
	return q
}

func (d Timedelta) str() string {
	days, seconds, micros := d.parts()
	s := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if micros != 0 {
		s += fmt.Sprintf(".%06d", micros)
	}
	switch days {
	case 0:
		return s
	case 1, -1:
		return fmt.Sprintf("%d day, %s", days, s)
	default:
		return fmt.Sprintf("%d days, %s", days, s)
	}
}

func (d Timedelta) repr() string {
	days, seconds, micros := d.parts()
	var args []string
	if days != 0 {
		args = append(args, fmt.Sprintf("days=%d", days))
	}
	if seconds != 0 {
		args = append(args, fmt.Sprintf("seconds=%d", seconds))
	}
	if micros != 0 {
		args = append(args, fmt.Sprintf("microseconds=%d", micros))
	}
	if len(args) == 0 {
		args = []string{"0"}
	}
	return "datetime.timedelta(" + strings.Join(args, ", ") + ")"
}

// Zone is Python's datetime.timezone: an offset from UTC in seconds.
type Zone struct {
	Offset int
	Name   string // "" for the name that the offset makes
}

func (z Zone) str() string {
	if z.Name != "" {
		return z.Name
	}
	if z.Offset == 0 {
		return "UTC"
	}
	return "UTC" + offsetText(z.Offset, ":")
}

func (z Zone) repr() string {
	offset := Timedelta(z.Offset) * Second
	switch {
	case z.Offset == 0 && (z.Name == "" || z.Name == "UTC"):
		return "datetime.timezone.utc"
	case z.Name != "" && z.Name != z.plain():
		return "datetime.timezone(" + offset.repr() + ", " + quote(z.Name) + ")"
	default:
		return "datetime.timezone(" + offset.repr() + ")"
	}
}

func (z Zone) plain() string { return Zone{Offset: z.Offset}.str() }

func (z Zone) location() *time.Location {
	if z.Offset == 0 && z.str() == "UTC" {
		return time.UTC
	}
	return time.FixedZone(z.Name, z.Offset)
}

// zoneOf is the time zone of an aware datetime.
func zoneOf(t time.Time) Zone {
	name, offset := t.Zone()
	return Zone{offset, name}
}

// offsetText writes +hh:mm, with seconds where there are any.
func offsetText(offset int, sep string) string {
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	s := fmt.Sprintf("%s%02d%s%02d", sign, offset/3600, sep, offset/60%60)
	if offset%60 != 0 {
		s += fmt.Sprintf("%s%02d", sep, offset%60)
	}
	return s
}

func (d Date) isoformat() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

func (c Clock) parts() (hour, minute, second, micro int) {
	s := int(c.Micros / 1000000)
	return s / 3600, s / 60 % 60, s % 60, int(c.Micros % 1000000)
}

func (c Clock) isoformat() string {
	s := clockText(int(c.Micros/1000000), int(c.Micros%1000000), "auto")
	if c.Aware {
		s += offsetText(c.Zone.Offset, ":")
	}
	return s
}

func (c Clock) repr() string {
	h, m, s, us := c.parts()
	args := fmt.Sprintf("%d, %d", h, m) + secondsRepr(s, us)
	if c.Aware {
		args += ", tzinfo=" + c.Zone.repr()
	}
	return "datetime.time(" + args + ")"
}

func secondsRepr(s, us int) string {
	switch {
	case us != 0:
		return fmt.Sprintf(", %d, %d", s, us)
	case s != 0:
		return fmt.Sprintf(", %d", s)
	default:
		return ""
	}
}

// clockText writes hh:mm:ss.ffffff down to what timespec names; it is "" for
// one that does not exist.
func clockText(seconds, micros int, timespec string) string {
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	if timespec == "auto" {
		timespec = "seconds"
		if micros != 0 {
			timespec = "microseconds"
		}
	}
	switch timespec {
	case "hours":
		return fmt.Sprintf("%02d", h)
	case "minutes":
		return fmt.Sprintf("%02d:%02d", h, m)
	case "seconds":
		return fmt.Sprintf("%02d:%02d:%02d", h, m, s)
	case "milliseconds":
		return fmt.Sprintf("%02d:%02d:%02d.%03d", h, m, s, micros/1000)
	case "microseconds":
		return fmt.Sprintf("%02d:%02d:%02d.%06d", h, m, s, micros)
	default:
		return ""
	}
}

func clockOf(t time.Time) (seconds, micros int) {
	return t.Hour()*3600 + t.Minute()*60 + t.Second(), t.Nanosecond() / 1000
}

func isoformat(t time.Time, sep string) string {
	s, us := clockOf(t)
	return isoformatTo(t, sep, clockText(s, us, "auto"))
}

func isoformatTo(t time.Time, sep, clock string) string {
	s := DateOf(t).isoformat() + sep + clock
	if !isNaive(t) {
		s += offsetText(zoneOf(t).Offset, ":")
	}
	return s
}

func datetimeRepr(t time.Time) string {
	args := fmt.Sprintf("%d, %d, %d, %d, %d", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute())
	args += secondsRepr(t.Second(), t.Nanosecond()/1000)
	if !isNaive(t) {
		args += ", tzinfo=" + zoneOf(t).repr()
	}
	return "datetime.datetime(" + args + ")"
}
