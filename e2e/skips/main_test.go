package main

import (
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	const begin = `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:7: no such tool\n"}` + "\n"
	for _, c := range []struct {
		name, in, want string
		well           bool
	}{
		{"passes", `{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"output","Package":"p","Output":"ok p 1s\n"}`, "ok p 1s\n", true},
		{"fails", begin + `{"Action":"fail","Package":"p","Test":"TestA"}`, "    a_test.go:7: no such tool\n", false},
		{"does not build", `{"Action":"build-fail","ImportPath":"p"}`, "", false},
		{"skips", begin + `{"Action":"skip","Package":"p","Test":"TestA"}`, "SKIPPED, which is a failure here: p TestA no such tool\n", false},
		{"skips in order", `{"Action":"skip","Package":"goplay/internal/jinja","Test":"TestBattery"}`, "skipped: goplay/internal/jinja TestBattery \n", true},
		{"has an input of fuzzing that says nothing", `{"Action":"skip","Package":"p","Test":"FuzzA/seed#1"}`, "", true},
		{"skips fuzzing", `{"Action":"skip","Package":"p","Test":"FuzzA"}`, "SKIPPED, which is a failure here: p FuzzA \n", false},
		{"has no tests", `{"Action":"skip","Package":"p"}`, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			f := filter{out: &out, outputs: map[string][]string{}}
			if err := f.read(strings.NewReader(c.in)); err != nil {
				t.Fatal(err)
			}
			if got := f.report(); got != c.well || out.String() != c.want {
				t.Errorf("got %v, %q; want %v, %q", got, out.String(), c.well, c.want)
			}
		})
	}
}
