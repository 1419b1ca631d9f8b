package value

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Strptime is Python's datetime.strptime: it reads a text by a format. The
// result is Naive but where %z gave it a zone. What does not match is a ValueError.
func Strptime(s, format string) (time.Time, error) {
	pattern, keys, err := timePattern(format)
	if err != nil {
		return time.Time{}, err
	}
	m := pattern.FindStringSubmatchIndex(s)
	if m == nil {
		return time.Time{}, valueError("time data %s does not match format %s", quote(s), quote(format))
	}
	if m[1] != len(s) {
		return time.Time{}, valueError("unconverted data remains: %s", s[m[1]:])
	}
	p := parsedTime{month: 1, day: 1, weekday: -1, week: -1}
	for i, key := range keys {
		p.set(key, s[m[2*i+2]:m[2*i+3]])
	}
	return p.time()
}

var timePatterns = map[byte]string{
	'd': `(3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9])`,
	'f': `([0-9]{1,6})`,
	'H': `(2[0-3]|[0-1][0-9]|[0-9])`,
	'I': `(1[0-2]|0[1-9]|[1-9])`,
	'G': `([0-9]{4})`,
	'j': `(36[0-6]|3[0-5][0-9]|[1-2][0-9][0-9]|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9])`,
	'm': `(1[0-2]|0[1-9]|[1-9])`,
	'M': `([0-5][0-9]|[0-9])`,
	'S': `(6[0-1]|[0-5][0-9]|[0-9])`,
	'U': `(5[0-3]|[0-4][0-9]|[0-9])`,
	'W': `(5[0-3]|[0-4][0-9]|[0-9])`,
	'V': `(5[0-3]|0[1-9]|[1-4][0-9]|[0-9])`,
	'w': `([0-6])`,
	'u': `([1-7])`,
	'y': `([0-9]{2})`,
	'Y': `([0-9]{4})`,
	'z': `([+-][0-9]{2}:?[0-5][0-9](?::?[0-5][0-9](?:\.[0-9]{1,6})?)?|(?-i:Z))`,
	'Z': `(utc|gmt)`,
	'p': `(am|pm)`,
	'A': `(monday|tuesday|wednesday|thursday|friday|saturday|sunday)`,
	'a': `(mon|tue|wed|thu|fri|sat|sun)`,
	'B': `(january|february|march|april|may|june|july|august|september|october|november|december)`,
	'b': `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`,
}

var timeCompounds = strings.NewReplacer("%%", "%%", "%c", "%a %b %d %H:%M:%S %Y", "%x", "%m/%d/%y", "%X", "%H:%M:%S")

// timePattern makes a regular expression of a format, and the directives of its groups.
func timePattern(format string) (*regexp.Regexp, []byte, error) {
	var b strings.Builder
	var keys []byte
	b.WriteString(`^(?is)`)
	expanded := timeCompounds.Replace(format)
	for i := 0; i < len(expanded); i++ {
		c := expanded[i]
		switch {
		case isSpace(rune(c)):
			for i+1 < len(expanded) && isSpace(rune(expanded[i+1])) {
				i++
			}
			b.WriteString(`\s+`)
		case c != '%':
			b.WriteString(regexp.QuoteMeta(string(c)))
		case i+1 == len(expanded):
			return nil, nil, valueError("stray %% in format '%s'", format)
		default:
			i++
			key := expanded[i]
			if key == '%' {
				b.WriteString("%")
				continue
			}
			p, ok := timePatterns[key]
			if !ok {
				return nil, nil, valueError("'%c' is a bad directive in format '%s'", key, format)
			}
			b.WriteString(p)
			keys = append(keys, key)
		}
	}
	re, err := regexp.Compile(b.String())
	return re, keys, err
}

// parsedTime collects what the directives gave.
type parsedTime struct {
	year, month, day, hour, minute, second, micro int
	yearDay, isoYear, weekday, week               int // weekday from Monday, 0
	weekKind                                      byte
	twelve, afternoon, dated                      bool
	zone                                          *time.Location
}

func (p *parsedTime) set(key byte, text string) {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	switch key {
	case 'Y':
		p.year, p.dated = n, true
	case 'y':
		p.year, p.dated = 1900+n, true
		if n <= 68 {
			p.year += 100
		}
	case 'm':
		p.month = n
	case 'd':
		p.day = n
	case 'B', 'b':
		p.month = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(text[:3]))/3 + 1
	case 'H':
		p.hour = n
	case 'I':
		p.hour, p.twelve = n, true
	case 'p':
		p.afternoon = strings.EqualFold(text, "pm")
	case 'M':
		p.minute = n
	case 'S':
		p.second = n
	case 'f':
		p.micro, _ = strconv.Atoi(text + strings.Repeat("0", 6-len(text)))
	case 'j':
		p.yearDay = n
	case 'A', 'a':
		p.weekday = strings.Index("montuewedthufrisatsun", strings.ToLower(text[:3])) / 3
	case 'w':
		p.weekday = (n + 6) % 7
	case 'u':
		p.weekday = n - 1
	case 'U', 'W', 'V':
		p.week, p.weekKind = n, key
	case 'G':
		p.isoYear = n
	case 'z':
		p.zone = parseOffset(text)
	}
}

// parseOffset reads what %z matched; parts of a second are dropped.
func parseOffset(text string) *time.Location {
	if text == "Z" {
		return time.UTC
	}
	whole, _, _ := strings.Cut(text, ".")
	digits := strings.ReplaceAll(whole[1:], ":", "")
	n, _ := strconv.Atoi((digits + "00")[:6])
	offset := n/10000*3600 + n/100%100*60 + n%100
	if text[0] == '-' {
		offset = -offset
	}
	return Zone{Offset: offset}.location()
}

func (p *parsedTime) time() (time.Time, error) {
	if p.twelve {
		p.hour %= 12
		if p.afternoon {
			p.hour += 12
		}
	}
	if err := p.fromWeek(); err != nil {
		return time.Time{}, err
	}
	if p.yearDay > 0 {
		t := time.Date(p.year, 1, p.yearDay, 0, 0, 0, 0, time.UTC)
		p.year, p.month, p.day = t.Year(), int(t.Month()), t.Day()
	}
	zone := p.zone
	if zone == nil {
		zone = Naive
	}
	return newDatetime(p.year, p.month, p.day, p.hour, p.minute, p.second, p.micro, zone)
}

// fromWeek finds the day that year, week and weekday make.
func (p *parsedTime) fromWeek() error {
	const days = "a weekday directive ('%A', '%a', '%w', or '%u')."
	switch {
	case p.isoYear != 0 && p.yearDay != 0:
		return valueError("Day of the year directive '%%j' is not compatible with ISO year directive '%%G'. Use '%%Y' instead.")
	case p.isoYear != 0 && (p.weekKind != 'V' || p.weekday < 0):
		return valueError("ISO year directive '%%G' must be used with the ISO week directive '%%V' and %s", days)
	case p.weekKind == 'V' && p.isoYear == 0 && (!p.dated || p.weekday < 0):
		return valueError("ISO week directive '%%V' must be used with the ISO year directive '%%G' and %s", days)
	case p.weekKind == 'V' && p.isoYear == 0:
		return valueError("ISO week directive '%%V' is incompatible with the year directive '%%Y'. Use the ISO year '%%G' instead.")
	}
	if !p.dated {
		p.year = 1900
	}
	if p.weekday < 0 || p.week < 0 {
		return nil
	}
	if p.weekKind == 'V' {
		jan4 := time.Date(p.isoYear, 1, 4, 0, 0, 0, 0, time.UTC)
		monday := 4 - (int(jan4.Weekday())+6)%7
		p.dated, p.year, p.yearDay = true, p.isoYear, monday+(p.week-1)*7+p.weekday
		p.normalize()
		return nil
	}
	first := (int(time.Date(p.year, 1, 1, 0, 0, 0, 0, time.UTC).Weekday()) + 6) % 7
	weekday := p.weekday
	if p.weekKind == 'U' {
		first, weekday = (first+1)%7, (weekday+1)%7
	}
	p.yearDay = 1 + (7-first)%7 + (p.week-1)*7 + weekday
	if p.week == 0 {
		p.yearDay = 1 + weekday - first
	}
	p.normalize()
	return nil
}

// normalize brings a day before or after its year into the right one.
func (p *parsedTime) normalize() {
	t := time.Date(p.year, 1, p.yearDay, 0, 0, 0, 0, time.UTC)
	p.year, p.yearDay = t.Year(), t.YearDay()
}

// newDatetime checks every part's range, in Python's words.
func newDatetime(year, month, day, hour, minute, second, micro int, zone *time.Location) (time.Time, error) {
	switch {
	case year < 1 || year > 9999:
		return time.Time{}, valueError("year %d is out of range", year)
	case month < 1 || month > 12:
		return time.Time{}, valueError("month must be in 1..12")
	case day < 1 || day > daysIn(year, month):
		return time.Time{}, valueError("day is out of range for month")
	case hour < 0 || hour > 23:
		return time.Time{}, valueError("hour must be in 0..23")
	case minute < 0 || minute > 59:
		return time.Time{}, valueError("minute must be in 0..59")
	case second < 0 || second > 59:
		return time.Time{}, valueError("second must be in 0..59")
	case micro < 0 || micro > 999999:
		return time.Time{}, valueError("microsecond must be in 0..999999")
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, micro*1000, zone), nil
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
