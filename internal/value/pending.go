package value

import (
	"time"
)

type Date struct{ Year, Month, Day int }
type Clock struct{ Micros int64 }
type Timedelta int64
type Zone struct {
	Offset int
	Name   string
}

var Naive = time.FixedZone("", 0)

func isNaive(t time.Time) bool { return t.Location() == Naive }
func (d Date) isoformat() string {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, Naive).Format("2006-01-02")
}
func (d Clock) isoformat() string               { return "" }
func (d Clock) repr() string                    { return "" }
func (d Timedelta) str() string                 { return "" }
func (d Timedelta) repr() string                { return "" }
func (d Zone) repr() string                     { return "" }
func (d Zone) str() string                      { return "" }
func isoformat(t time.Time, sep string) string  { return t.Format("2006-01-02" + sep + "15:04:05") }
func datetimeRepr(t time.Time) string           { return isoformat(t, " ") }
func compareTimes(a, b any) (int, error)        { return 2, nil }
func addTimes(a, b any) (any, error)            { return nil, unsupported("+", a, b) }
func subTimes(a, b any) (any, error)            { return nil, unsupported("-", a, b) }
func mulTimes(a, b any) (any, error)            { return nil, unsupported("*", a, b) }
func divTimes(op string, a, b any) (any, error) { return nil, unsupported(op, a, b) }

var setMembers, frozensetMembers, bytesMembers, datetimeMembers, dateMembers, clockMembers, timedeltaMembers, zoneMembers map[string]*member

func encode(self any, args []any) (any, error) { return Bytes(selfText(self)), nil }

// Strftime is Python's strftime of a datetime, date or time.
func Strftime(v any, format string) (string, error) { return "", nil }
