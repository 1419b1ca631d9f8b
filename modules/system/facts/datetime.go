package facts

import (
	"fmt"
	"strconv"
	"time"
)

func dateTime(h *host) {
	h.facts.add("date_time", times(time.Now().In(h.zone())))
}

// zone is the time zone of the reported environment or of the system now: the
// process may be older than the last change of it.
func (h *host) zone() *time.Location {
	if tz := h.getenv("TZ"); tz != "" {
		if loc, err := time.LoadLocation(tz); err == nil {
			return loc
		}
	}
	if data := h.read("/etc/localtime"); data != "" {
		if loc, err := time.LoadLocationFromTZData("Local", []byte(data)); err == nil {
			return loc
		}
	}
	return time.Local
}

func times(now time.Time) map[string]any {
	utc := now.UTC()
	standard, summer := zoneNames(now)
	// Weeks begin on Monday; the days before the first one are week 0.
	week := (now.YearDay() + 6 - (int(now.Weekday())+6)%7) / 7
	micros := utc.Nanosecond() / 1000
	return map[string]any{
		"year": now.Format("2006"), "month": now.Format("01"), "day": now.Format("02"),
		"weekday": now.Weekday().String(), "weekday_number": strconv.Itoa(int(now.Weekday())),
		"weeknumber": fmt.Sprintf("%02d", week),
		"hour":       now.Format("15"), "minute": now.Format("04"), "second": now.Format("05"),
		"epoch": strconv.FormatInt(now.Unix(), 10), "epoch_int": strconv.FormatInt(now.Unix(), 10),
		"date": now.Format("2006-01-02"), "time": now.Format("15:04:05"),
		"iso8601":             utc.Format("2006-01-02T15:04:05Z"),
		"iso8601_micro":       fmt.Sprintf("%s.%06dZ", utc.Format("2006-01-02T15:04:05"), micros),
		"iso8601_basic":       fmt.Sprintf("%s%06d", now.Format("20060102T150405"), micros),
		"iso8601_basic_short": now.Format("20060102T150405"),
		"tz":                  standardOrNow(now, standard), "tz_dst": summer, "tz_offset": now.Format("-0700"),
	}
}

func standardOrNow(now time.Time, standard string) string {
	if name, _ := now.Zone(); name != "" {
		return name
	}
	return standard
}

// zoneNames are the zone's names without and with daylight saving time; the
// same one where there is none.
func zoneNames(now time.Time) (standard, summer string) {
	standard, _ = now.Zone()
	summer = standard
	for month := time.January; month <= time.December; month++ {
		t := time.Date(now.Year(), month, 1, 0, 0, 0, 0, now.Location())
		name, _ := t.Zone()
		if t.IsDST() {
			summer = name
		} else {
			standard = name
		}
	}
	if summer == "" {
		summer = standard
	}
	if !observes(now) {
		summer = standard
	}
	return standard, summer
}

func observes(now time.Time) bool {
	for month := time.January; month <= time.December; month++ {
		if time.Date(now.Year(), month, 1, 0, 0, 0, 0, now.Location()).IsDST() {
			return true
		}
	}
	return false
}
