package value

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// seeds are the operands at a position of all the questions of one kind.
func seeds(f *testing.F, file, kind string, fields int) [][]string {
	f.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		f.Fatal(err)
	}
	var out [][]string
	for _, line := range strings.Split(string(data), "\n") {
		q := strings.Split(line, "\t")
		if q[0] == kind && len(q) > fields+1 {
			out = append(out, q[1:1+fields])
		}
	}
	return out
}

// FuzzParseLiteral holds that what is read prints as what reads the same.
func FuzzParseLiteral(f *testing.F) {
	for _, s := range seeds(f, "literal.tsv", "literal", 1) {
		f.Add(operand(s[0]).(string))
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseLiteral(s)
		if err != nil {
			wantException(t, err)
			return
		}
		text := Repr(v)
		if strings.Contains(text, "inf") || strings.Contains(text, "nan") {
			return
		}
		again, err := ParseLiteral(text)
		if err != nil || Repr(again) != text {
			t.Errorf("%q reads as %s, that as %v, %v", s, text, again, err)
		}
	})
}

// FuzzDecodeJSON holds that what is read is written as what reads the same.
func FuzzDecodeJSON(f *testing.F) {
	for _, s := range seeds(f, "json.tsv", "loads", 1) {
		f.Add(operand(s[0]).(string))
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := DecodeJSON([]byte(s))
		if err != nil {
			wantException(t, err)
			return
		}
		text, err := EncodeJSON(v, JSONOptions{})
		if err != nil {
			t.Fatalf("%q cannot be written: %v", s, err)
		}
		again, err := DecodeJSON([]byte(text))
		if err != nil || Repr(again) != Repr(v) {
			t.Errorf("%q is written %s, which reads %v, %v", s, text, again, err)
		}
	})
}

func wantException(t *testing.T, err error) {
	t.Helper()
	if _, ok := err.(*Exception); !ok {
		t.Errorf("%T is not a Python exception: %v", err, err)
	}
}

var fuzzArgs = []any{"é'", int64(-42), 3.25, NewList(int64(1)), nil, true}

func FuzzStrFormat(f *testing.F) {
	for _, s := range seeds(f, "format.tsv", "format", 1) {
		f.Add(operand(s[0]).(string))
	}
	kwargs := DictOf("a", NewDict(), "w", int64(5))
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := StrFormat(s, fuzzArgs, kwargs); err != nil {
			wantException(t, err)
		}
	})
}

func FuzzPercent(f *testing.F) {
	for _, s := range seeds(f, "percent.tsv", "percent", 1) {
		if text, ok := operand(s[0]).(string); ok {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, args := range []any{Tuple(fuzzArgs), DictOf("a", 1.5), "x"} {
			if _, err := Percent(s, args); err != nil {
				wantException(t, err)
			}
		}
	})
}

// wide are widths that are allowed, and more than a fuzzer should fill.
var wide = regexp.MustCompile(`[0-9]{6,8}`)

func FuzzFormatSpec(f *testing.F) {
	for _, s := range seeds(f, "spec.tsv", "spec", 2) {
		f.Add(operand(s[1]).(string))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if wide.MatchString(s) {
			t.Skip("megabytes of padding for each value take their time")
		}
		for _, v := range fuzzArgs {
			if _, err := FormatSpec(v, s); err != nil {
				wantException(t, err)
			}
		}
	})
}

func FuzzStrptime(f *testing.F) {
	for _, s := range seeds(f, "times.tsv", "strptime", 2) {
		f.Add(operand(s[0]).(string), operand(s[1]).(string))
	}
	f.Fuzz(func(t *testing.T, s, format string) {
		v, err := Strptime(s, format)
		if err != nil {
			wantException(t, err)
			return
		}
		if _, err := Strftime(v, format); err != nil {
			t.Error(err)
		}
	})
}
