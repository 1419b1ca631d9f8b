package lazy

import (
	"slices"
	"testing"
)

func TestRegexp(t *testing.T) {
	p := Regexp(`(\w+)=(\d+)`)
	if !p.MatchString("a=1") || p.MatchString("a=b") {
		t.Error("MatchString")
	}
	if got := p.FindStringSubmatch("x a=12"); !slices.Equal(got, []string{"a=12", "a", "12"}) {
		t.Errorf("groups %q", got)
	}
	if got := p.ReplaceAllString("a=1 b=2", "$2=$1"); got != "1=a 2=b" {
		t.Errorf("replaced %q", got)
	}
	if first, again := p.Get(), p.Get(); first != again {
		t.Error("compiled more than once")
	}
}

func TestAWrongPatternIsKnownToTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Regexp(`(`)
}

func TestAWrongPatternWaitsForItsUse(t *testing.T) {
	InTest = false
	defer func() { InTest = true }()
	p := Regexp(`(`)
	defer func() {
		if recover() == nil {
			t.Error("no panic at its use")
		}
	}()
	p.MatchString("")
}
