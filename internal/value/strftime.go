package value

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Strftime is Python's strftime of a datetime (a time.Time), a Date or a
// Clock, in the C locale and with the directives of glibc.
func Strftime(v any, format string) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return strftime(v, format), nil
	case Date:
		return strftime(v.Time(), format), nil
	case Clock:
		h, m, s, us := v.parts()
		t := NaiveTime(1900, 1, 1, h, m, s, us)
		if v.Aware {
			t = time.Date(1900, 1, 1, h, m, s, us*1000, v.Zone.location())
		}
		return strftime(t, format), nil
	default:
		return "", typeError("descriptor 'strftime' for 'datetime.date' objects doesn't apply to a '%s' object", TypeName(v))
	}
}

func strftime(t time.Time, format string) string {
	var b strings.Builder
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 || i+1 == len(format) {
			b.WriteString(format)
			break
		}
		b.WriteString(format[:i])
		n := writeDirective(&b, t, format[i:])
		format = format[i+n:]
	}
	return b.String()
}

// writeDirective writes the directive that s starts with, and returns its length.
func writeDirective(b *strings.Builder, t time.Time, s string) int {
	at := 1
	flag := byte(0)
	for at < len(s) && strings.IndexByte("-_0^#", s[at]) >= 0 {
		flag = s[at]
		at++
	}
	width := 0
	for at < len(s) && isDigitByte(s[at]) && width < 1000 {
		width = width*10 + int(s[at]-'0')
		at++
	}
	if at < len(s) && (s[at] == 'E' || s[at] == 'O') {
		at++
	}
	if at >= len(s) {
		b.WriteString(s)
		return len(s)
	}
	if n, digits, fill, ok := timeNumber(t, s[at]); ok {
		b.WriteString(padNumber(n, digits, fill, flag, width))
		return at + 1
	}
	text, ok := timeText(t, s[at])
	if !ok {
		b.WriteString(s[:at+1])
		return at + 1
	}
	switch {
	case flag == '^':
		text = strings.ToUpper(text)
	case flag == '#' && (s[at] == 'Z' || s[at] == 'p'):
		text = strings.ToLower(text)
	case flag == '#':
		text = strings.ToUpper(text)
	}
	if missing := width - len(text); missing > 0 {
		fill := " "
		if flag == '0' {
			fill = "0"
		}
		text = strings.Repeat(fill, missing) + text
	}
	b.WriteString(text)
	return at + 1
}

// padNumber fills a number up to its usual digits, as the flag says.
func padNumber(n, digits int, fill, flag byte, width int) string {
	switch flag {
	case '-':
		digits = 0
	case '_':
		fill = ' '
	case '0':
		fill = '0'
	}
	s := strconv.Itoa(n)
	if missing := max(digits, width) - len(s); missing > 0 {
		s = strings.Repeat(string(fill), missing) + s
	}
	return s
}

// timeNumber is the number a directive stands for, its digits and what fills them up.
func timeNumber(t time.Time, c byte) (n, digits int, fill byte, ok bool) {
	isoYear, isoWeek := t.ISOWeek()
	weekday := int(t.Weekday())
	switch c {
	case 'Y':
		return t.Year(), 1, '0', true
	case 'C':
		return t.Year() / 100, 1, '0', true
	case 'y':
		return t.Year() % 100, 2, '0', true
	case 'm':
		return int(t.Month()), 2, '0', true
	case 'd':
		return t.Day(), 2, '0', true
	case 'e':
		return t.Day(), 2, ' ', true
	case 'H':
		return t.Hour(), 2, '0', true
	case 'k':
		return t.Hour(), 2, ' ', true
	case 'I':
		return (t.Hour()+11)%12 + 1, 2, '0', true
	case 'l':
		return (t.Hour()+11)%12 + 1, 2, ' ', true
	case 'M':
		return t.Minute(), 2, '0', true
	case 'S':
		return t.Second(), 2, '0', true
	case 'f':
		return t.Nanosecond() / 1000, 6, '0', true
	case 'j':
		return t.YearDay(), 3, '0', true
	case 'w':
		return weekday, 1, '0', true
	case 'u':
		return (weekday+6)%7 + 1, 1, '0', true
	case 'U':
		return (t.YearDay() + 6 - weekday) / 7, 2, '0', true
	case 'W':
		return (t.YearDay() + 6 - (weekday+6)%7) / 7, 2, '0', true
	case 'V':
		return isoWeek, 2, '0', true
	case 'G':
		return isoYear, 1, '0', true
	case 'g':
		return isoYear % 100, 2, '0', true
	case 's':
		wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
		return int(wall.Unix()), 1, '0', true
	}
	return 0, 0, 0, false
}

func timeText(t time.Time, c byte) (string, bool) {
	switch c {
	case 'a':
		return t.Format("Mon"), true
	case 'A':
		return t.Format("Monday"), true
	case 'b', 'h':
		return t.Format("Jan"), true
	case 'B':
		return t.Format("January"), true
	case 'p':
		return t.Format("PM"), true
	case 'P':
		return t.Format("pm"), true
	case 'z':
		if isNaive(t) {
			return "", true
		}
		return offsetText(zoneOf(t).Offset, ""), true
	case 'Z':
		if isNaive(t) {
			return "", true
		}
		return zoneOf(t).str(), true
	case 'n':
		return "\n", true
	case 't':
		return "\t", true
	case '%':
		return "%", true
	}
	if f := compound[c]; f != "" {
		return strftime(t, f), true
	}
	return "", false
}

// compound are the directives that stand for several.
var compound = map[byte]string{
	'c': "%a %b %e %H:%M:%S %Y",
	'x': "%m/%d/%y",
	'D': "%m/%d/%y",
	'X': "%H:%M:%S",
	'T': "%H:%M:%S",
	'R': "%H:%M",
	'r': "%I:%M:%S %p",
	'F': "%Y-%m-%d",
}

// ctime is the form of C's ctime.
func ctime(t time.Time) string {
	return fmt.Sprintf("%s %2d %s %04d", t.Format("Mon Jan"), t.Day(), t.Format("15:04:05"), t.Year())
}
