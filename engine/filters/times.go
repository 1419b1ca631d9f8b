package filters

import (
	"math"
	"strconv"
	"strings"
	"time"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var timeFilters = table{
	"strftime":    strftime,
	"to_datetime": toDatetime,
}

// strftime formats an epoch, or the time it is.
func strftime(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "string_format second? utc?")
	if err != nil {
		return nil, err
	}
	at := time.Now()
	if second := a.get("second"); second != nil {
		f, ok := number(second)
		if text, isStr := isText(second); isStr {
			f, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
			ok = err == nil
		}
		if !ok || math.IsNaN(f) || math.Abs(f) > 1e12 {
			return nil, filterError("Invalid value for epoch value (%s)", value.Str(second))
		}
		whole := math.Floor(f)
		at = time.Unix(int64(whole), int64((f-whole)*1e9))
	}
	if a.truth("utc", false) {
		at = at.UTC()
	}
	format, ok := isText(a.get("string_format"))
	if !ok {
		return nil, value.Raise("TypeError", "strftime() argument 1 must be str, not %s", typeOrNone(a.get("string_format")))
	}
	return value.Strftime(at, clockFormat(format, a.truth("utc", false)))
}

// clockFormat writes a format of Python's time, which has no %f and whose UTC
// is called GMT, as one of its datetime.
func clockFormat(format string, utc bool) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch {
		case format[i] == 'f':
			b.WriteString("%%f")
		case format[i] == 'Z' && utc:
			b.WriteString("GMT")
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}

func toDatetime(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "string format?")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("string"))
	if !ok {
		return nil, value.Raise("TypeError", "strptime() argument 1 must be str, not %s", typeOrNone(a.get("string")))
	}
	t, err := value.Strptime(s, a.text("format", "%Y-%m-%d %H:%M:%S"))
	if err != nil {
		return nil, err
	}
	return t, nil
}
