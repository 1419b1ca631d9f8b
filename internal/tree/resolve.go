package tree

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

var (
	intForm = lazy.Regexp(`^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)` +
		`|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	floatForm = lazy.Regexp(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?` +
		`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
)

// words are YAML 1.1's names of booleans and of null.
var words = map[string]any{
	"": nil, "~": nil, "null": nil, "Null": nil, "NULL": nil,
	"yes": true, "Yes": true, "YES": true, "no": false, "No": false, "NO": false,
	"true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false,
	"on": true, "On": true, "ON": true, "off": false, "Off": false, "OFF": false,
}

// resolve gives a plain scalar the type that YAML 1.1 as PyYAML reads it
// gives; isText when it is a string.
func resolve(s string) (v any, isText bool, err error) {
	if len(s) <= 5 {
		if v, ok := words[s]; ok {
			return v, false, nil
		}
	}
	switch c := s[0]; {
	case s == "=":
		return nil, false, unknownTag("tag:yaml.org,2002:value")
	case s == "<<":
		return nil, false, unknownTag("tag:yaml.org,2002:merge")
	case c >= '0' && c <= '9', c == '-', c == '+', c == '.':
	default:
		return nil, true, nil
	}
	if n, ok := decimal(s); ok {
		return n, false, nil
	}
	switch {
	case floatForm.MatchString(s):
		v, err = parseFloat(s)
	case intForm.MatchString(s):
		v, err = parseInt(s)
	case timestampForm.MatchString(s):
		v, err = parseTimestamp(s)
	default:
		return nil, true, nil
	}
	return v, false, err
}

// decimal takes the short way for what nearly all numbers are.
func decimal(s string) (int64, bool) {
	if len(s) > 15 || s[0] < '1' || s[0] > '9' {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

func unknownTag(tag string) error {
	return fmt.Errorf("could not determine a constructor for the tag '%s'", tag)
}

// parseInt reads YAML 1.1's forms of integers: 0b, 0x, leading 0 for octal,
// base 60 with colons, underscores anywhere.
func parseInt(s string) (any, error) {
	digits := strings.ReplaceAll(s, "_", "")
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	n, ok := new(big.Int), true
	switch {
	case digits == "0":
	case strings.HasPrefix(digits, "0b"):
		n, ok = pythonInt(digits[2:], 2)
	case strings.HasPrefix(digits, "0x"):
		n, ok = pythonInt(digits[2:], 16)
	case strings.HasPrefix(digits, "0"):
		n, ok = pythonInt(digits, 8)
	case strings.Contains(digits, ":"):
		n, ok = sexagesimal(digits)
	default:
		n, ok = pythonInt(digits, 10)
	}
	if !ok {
		return nil, fmt.Errorf("invalid literal for int(): %s", value.Repr(s))
	}
	if negative {
		n.Neg(n)
	}
	return value.Int(n), nil
}

func pythonInt(digits string, base int) (*big.Int, bool) {
	if digits == "" || digits[0] == '+' || digits[0] == '-' {
		return nil, false
	}
	return new(big.Int).SetString(digits, base)
}

func sexagesimal(digits string) (*big.Int, bool) {
	n := new(big.Int)
	for part := range strings.SplitSeq(digits, ":") {
		p, ok := pythonInt(part, 10)
		if !ok {
			return nil, false
		}
		n.Mul(n, big.NewInt(60)).Add(n, p)
	}
	return n, true
}

func parseFloat(s string) (any, error) {
	digits := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	sign := 1.0
	if strings.HasPrefix(digits, "-") {
		sign = -1
	}
	digits = strings.TrimLeft(digits, "+-")
	switch {
	case digits == ".inf":
		return math.Inf(int(sign)), nil
	case digits == ".nan":
		return math.NaN(), nil
	case strings.Contains(digits, ":"):
		total := 0.0
		for part := range strings.SplitSeq(digits, ":") {
			f, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return nil, fmt.Errorf("could not convert string to float: %s", value.Repr(part))
			}
			total = total*60 + f
		}
		return sign * total, nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, fmt.Errorf("could not convert string to float: %s", value.Repr(digits))
	}
	return sign * f, nil
}
