//go:build !race

// The race detector makes these templates, which have nothing to race with, ten
// times as slow: `make test-rooms` runs them without it.

package filters_test

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
)

// What a template may use before it ends with an error. Most of the
// cases take far less than a second, the worst, a pattern that loses itself, the
// two that a match may take; time is counted as the processors', for tests run
// beside others, and so counts collecting garbage twice.
const (
	usual     = 15 * time.Second
	maxMemory = 512 << 20
)

const (
	doubled = "{% set ns = namespace(s=SEED) %}{% for i in range(60) %}{% set ns.s = STEP %}{% endfor %}"
	nested  = "{% set ns = namespace(s=[1, 2]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}"
)

func doubling(seed, step string) string {
	return strings.NewReplacer("SEED", seed, "STEP", step).Replace(doubled) + "{{ ns.s | length }}"
}

func around(open, inner, end string, n int) string {
	return "{{ " + strings.Repeat(open, n) + inner + strings.Repeat(end, n) + " }}"
}

// bombs are templates that would take all memory, or all time, and what the
// error says that they end with.
var bombs = []struct{ text, want string }{
	{"{{ 'x' | password_hash('sha512', rounds=999999999) }}", "rounds too high"},
	{"{{ 'x' | password_hash('bcrypt', rounds=31) }}", "rounds too high"},
	{"{{ 'x' | password_hash('pbkdf2_sha256', rounds=999999999) }}", "rounds too high"},
	{doubling("'aaaaaaaa'", "ns.s ~ ns.s"), "too many steps"},
	{doubling("'aaaaaaaa'", "ns.s + ns.s"), "too many steps"},
	{"{% set s = 'a' * 2**25 %}{{ s ~ s ~ s }}", "a string gets too long"},
	{"{% set s = 'a' * 2**25 %}{{ s + s + s }}", "too large"},
	{doubling("[1, 2]", "ns.s + ns.s"), "too large"},
	{doubling("(1, 2)", "ns.s + ns.s"), "too large"},
	{doubling("[1, 2]", "ns.s if ns.s.extend(ns.s) else ns.s"), "too large"},
	{"{% set ns = namespace(n=3) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}{{ ns.n % 7 }}", "too large"},
	{nested + "{{ ns.s }}", "the same lists or dicts too often"},
	{nested + "{{ ns.s | to_json }}", "the same lists or dicts too often"},
	{nested + "{{ ns.s | to_nice_yaml }}", "the same lists or dicts too often"},
	{nested + "{{ ns.s | flatten | length }}", "the same lists or dicts too often"},
	{nested + "{% set a = ns.s %}" + nested + "{{ a == ns.s }}", "the same lists or dicts too often"},
	{strings.ReplaceAll(nested, "[ns.s, ns.s]", "(ns.s, ns.s)") + "{{ ns.s | string | length }}", "the same lists or dicts too often"},
	{"{{ range(40) | combinations(20) | list | length }}", "too large"},
	{"{{ range(40) | permutations | list | length }}", "too large"},
	{"{{ range(100) | product(range(100), range(100), range(100)) | list | length }}", "too large"},
	{"{{ range(2000) | product(range(2000)) | list | length }}", "too large"},
	{"{{ range(10**9) | list | length }}", "a list gets too long"},
	{"{{ range(10**9) | sum }}", "too many steps"},
	{"{{ range(10**9) | sort | first }}", "a list gets too long"},
	{"{{ range(10**9) | map('string') | list | length }}", "too many steps"},
	{"{{ range(10**9) | select('eq', -1) | list }}", "too many steps"},
	{"{% for i in range(10**9) %}{% endfor %}", "too many steps"},
	{"{% for i in range(10**5) %}{% for j in range(10**5) %}{% endfor %}{% endfor %}", "too many steps"},
	{"{% for i in range(10**9) if false %}{% endfor %}", "too many steps"},
	{"{% for i in range(10**5) %}{% set a = range(10**6) | list %}{% endfor %}", "too many steps"},
	{"{% for i in range(10**5) %}{% set a = ('x' * 10**6) | upper %}{% endfor %}", "too many steps"},
	{"{% set l = [] %}{% for i in range(1000) %}{% set _ = l.append('x' * 10**7) %}{% endfor %}", "too many steps"},
	{"{% set l = [1] %}{% for i in l %}{% set _ = l.append(i) %}{% endfor %}", "too many steps"},
	{"{{ '%999999999d' % 1 }}", "too large"},
	{"{{ '%.999999999f' % 1 }}", ""},
	{"{{ '%*d' % (999999999, 1) }}", "too large"},
	{"{{ '%999999999s' | format('a') }}", "too large"},
	{"{{ '{:>999999999}'.format('a') }}", "too large"},
	{"{{ '{:{w}}'.format('a', w=999999999) }}", "too large"},
	{"{{ '{:0999999999,}'.format(1) }}", "too large"},
	{"{{ 'a' * 10**9 }}", "repeated too often"},
	{"{{ [1] * 10**9 }}", "repeated too often"},
	{"{{ 'a' | center(10**9) }}", "too large"},
	{"{{ 'a'.zfill(10**9) }}", "too large"},
	{"{{ ('a\t' * 1000).expandtabs(10**9) }}", "too large"},
	{"{{ ('a' * 10**6).replace('a', 'b' * 10**6) }}", "too large"},
	{"{{ ('a' * 10**4) | regex_replace('a', 'b' * 10**6) }}", "makes a text of more than"},
	{"{{ ('a' * 10**6) | join('b' * 10**6) }}", "a string gets too long"},
	{"{{ ('a\n' * 10**6) | indent(10**9) }}", "the indentation is too wide"},
	{"{{ ('a\n' * 10**5) | indent('b' * 10**6) }}", "too long"},
	{"{{ ('a' * 10**6) | wordwrap(1, wrapstring='b' * 10**6) }}", "a string gets too long"},
	{"{{ ('a' * 40) | regex_search('(a+)+b') }}", "tries too many ways to match"},
	{"{{ ('a' * 40) is match('(a+)+b') }}", "tries too many ways to match"},
	{"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nested too deeply"},
	{"{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}", "too many steps"},
	{"{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nested too deeply"},
	{around("(", "1", ")", 10000), "nested too deeply"},
	{around("[", "1", "]", 10000), "nested too deeply"},
	{around("{1: ", "1", "}", 10000), "nested too deeply"},
	{around("- ", "1", "", 100000), "nested too deeply"},
	{around("not ", "1", "", 100000), "nested too deeply"},
	{around("", "1", " + 1", 1000000), "too long"},
	{"{{ 10**(10**8) }}", "too large"},
	{"{{ 10**(10**6) }}", "Exceeds the limit (4300 digits)"},
	{"{{ (10**5000) | string }}", "Exceeds the limit (4300 digits)"},
	{"{{ ('[' * 100000) | from_json }}", "recursion"},
	{"{{ (1).to_bytes(10**9, 'big') }}", "too large"},
	{"{{ {'a': 1} | to_json(indent=10**9) }}", "too large"},
	{"{{ 'x' | regex_search('(' * 100000) }}", ""},
	{"{{ lookup('sequence', 'count=1000000000') }}", ""},
}

func TestLimits(t *testing.T) {
	e := engine(false)
	deadline := max(usual, usual*pace(t, e)/usualPace)
	for _, b := range bombs {
		t.Run(b.text[:min(len(b.text), 100)], func(t *testing.T) {
			runtime.GC()
			memory, start := watch(), processor()
			_, err := e.EvalText(context.Background(), b.text, source.Pos{}, templatetest.Vars{})
			took, most := processor()-start, memory()
			if err == nil || !strings.Contains(err.Error(), b.want) {
				t.Errorf("ends with %.200v, not with %q", err, b.want)
			}
			if took > deadline || most > maxMemory {
				t.Errorf("takes %v and %d MB", took, most>>20)
			}
		})
	}
}

// usualPace is what pace takes on a machine that nothing slows down.
const usualPace = 25 * time.Millisecond

// pace is the processor's time for work that is the same everywhere: a slow
// machine and the race detector may take longer for the cases too.
func pace(t *testing.T, e *template.Engine) time.Duration {
	best := time.Hour
	for range 3 {
		start := processor()
		if _, err := e.EvalText(context.Background(), "{% for i in range(100000) %}{{ i + 1 }}{% endfor %}", source.Pos{}, templatetest.Vars{}); err != nil {
			t.Fatal(err)
		}
		best = min(best, processor()-start)
	}
	t.Logf("the pace is %v", best)
	return best
}

// processor is the time that this process has used.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// watch looks at how much memory is in use until the function it gives is called.
func watch() func() uint64 {
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return most.Load()
	}
}
