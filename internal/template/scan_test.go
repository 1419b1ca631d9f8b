package template

import (
	"regexp"
	"testing"
)

// What the scanners look for, as regular expressions: too slow for every text,
// and easy to read.
var (
	wantMutate = regexp.MustCompile(`(\.|\[[\s\pZ\v\x1c-\x1f\x{85}]*['"])[\s\pZ\v\x1c-\x1f\x{85}]*(append|extend|insert|remove|pop|popitem|clear|update|setdefault|sort|reverse|add|discard|__setitem__|__delitem__)\b` +
		`|\{%[-+]?[\s\pZ\v\x1c-\x1f\x{85}]*(include|import|from|extends)\b`)
	wantName = regexp.MustCompile(`^\{\{[\s\pZ\v\x1c-\x1f\x{85}]*(\w*)[\s\pZ\v\x1c-\x1f\x{85}]*\}\}\n?$`)
)

func checkScan(t *testing.T, text string) {
	t.Helper()
	if got, want := mayMutate(text), wantMutate.MatchString(text); got != want {
		t.Errorf("mayMutate(%q) is %v", text, got)
	}
	want := ""
	if found := wantName.FindStringSubmatch(text); found != nil {
		want = found[1]
	}
	if got := loneName(text); got != want {
		t.Errorf("loneName(%q) is %q, not %q", text, got, want)
	}
}

var scanned = []string{
	"", "plain", "{{ a }}", "{{a}}\n", "{{ a }}\n\n", " {{ a }}", "{{ a b }}", "{{ }}", "{{", "{{ a", "{{ a }", "{{é}}", "{{ 5 }}",
	"{{ a.append(1) }}", "{{ a.appended }}", "{{ a. append(1) }}", "{{ a['append'](1) }}", `{{ a[ "pop" ]() }}`, "{{ a[append] }}",
	"{% include 'x' %}", "{%-from 'x' import y %}", "{%+ import 'x' as x %}", "{% imports %}", "{ % include %}", "{%", "{%-",
	"..pop", ".", "[", "[ ", "['", "[['sort']]", "{{.sort}}", ".\x00sort", ".sort\x80", "[\v'sort'", "{{\va }}", "{{\u00a0a }}", "{{\x1ca }}", "{{\u200ba }}",
}

func TestScan(t *testing.T) {
	for _, text := range scanned {
		checkScan(t, text)
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range scanned {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkScan(t, text) })
}
