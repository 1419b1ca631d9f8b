//go:build !race

package filters_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goplay/internal/source"
	"goplay/internal/template/templatetest"
	"goplay/internal/value"
)

// long are filters, tests, operators and methods over values that are long: text
// of eight megabytes, lists of a million. Each alone would keep a processor busy.
var long = []string{
	"words | wordwrap(20)", "line | wordwrap(20)", "letters | wordwrap(20)", "dashes | wordwrap(20)",
	"links | urlize", "mails | urlize", "words | urlize", "words | escape", "opened | escape", "tags | striptags", "opened | striptags",
	"words | title", "umlauts | title", "words | upper", "umlauts | upper", "words | capitalize", "words | wordcount", "words | indent(2)",
	"words | replace('o', '00')", "words | center(10**7)", "words | truncate(100)", "words | list | length", "words | reverse", "words | first",
	"words | regex_replace('o', 'b')", "words | regex_findall('[a-z]+') | length", "words | regex_search('zzz')", "words is search('l.*z')",
	"dashes | regex_replace('-', '+')", "words | split | length", "words.split() | length", "words.splitlines() | length", "words.count('o')",
	"words | to_json | length", "words | to_nice_yaml | length", "quotes | to_yaml | length", "words | b64encode | length", "words | hash('sha512')",
	"words | urlencode | length", "words | quote | length", "words | comment | length", "words | from_yaml", "yaml | from_yaml | length",
	"json | from_json | length", "json | from_yaml | length", "csv | community.general.from_csv | length", "words | pprint | length", "words | tojson | length",
	"words | string | length", "words | ansible.utils.from_xml", "opened | ansible.utils.from_xml", "{} | json_query(brackets)", "{} | json_query(quotes)", "{} | json_query(ticks)",
	"ints | sort | length", "ints | sort(reverse=true) | first", "strs | sort | length", "dicts | sort(attribute='name') | length", "ints | unique | length",
	"strs | unique | length", "dicts | unique | length", "lists | unique | length", "dicts | groupby('name') | length", "ints | sum", "ints | max", "strs | min",
	"ints | union(ints) | length", "lists | union(lists) | length", "dicts | difference(dicts) | length", "lists | intersect(lists) | length",
	"ints | shuffle(seed='a') | length", "strs | join(',') | length", "ints | map('string') | list | length", "ints | select('odd') | list | length",
	"dicts | map(attribute='name') | list | length", "dicts | selectattr('value', 'gt', 5) | list | length", "dicts | items2dict | length",
	"ints | string | length", "dicts | to_json | length", "dicts | to_nice_json | length", "ints | to_nice_yaml | length", "dicts | to_nice_yaml | length",
	"dicts | pprint | length", "dicts | tojson | length", "ints | batch(3) | list | length", "ints | slice(3) | list | length", "lists | flatten | length",
	"ints | zip(strs) | list | length", "dict | dictsort | length", "dict | dict2items | length", "dict | combine(dict) | length",
	"dict | combine(dict, recursive=true) | length", "[dict, dict] | combine | length", "dicts | ansible.utils.keep_keys(target=strs) | length",
	"dicts | ansible.utils.remove_keys(target=strs) | length", "dicts | ansible.utils.to_paths | length", "dicts | json_query('[].name') | length",
	"dicts | json_query('sort_by(@, &name)') | length", "dicts | community.general.groupby_as_dict('name') | length", "dicts | community.general.lists_mergeby(dicts, 'name') | length",
	"ints | community.general.counter | length", "strs | ansible.utils.ipaddr | length", "ints | symmetric_difference(ints) | length", "ints == ints", "-1 in ints",
	"dicts == dicts", "ints < ints", "ints is subset(ints)", "strs is contains('x')", "ints | product([1, 2]) | list | length", "ints.index(-1)", "strs.count('x')",
	"'%s' % (words,) | length", "words ~ words | length", "words.translate({111: '00'}) | length", "words.title() | length", "ints | list | random(seed='a')",
}

// TestLongValues gives each a tenth of a second: it ends by itself or is ended
// soon after.
func TestLongValues(t *testing.T) {
	e := engine(false)
	const most = 10 * time.Second // far more than any takes; some took minutes
	deadline := max(most, most*pace(t, e)/usualPace)
	vars := longValues(1 << 20)
	for _, text := range long {
		t.Run(text, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			start := processor()
			_, err := e.Expression(ctx, text, source.Pos{}, vars)
			if took := processor() - start; took > deadline {
				t.Errorf("takes %v: %.100v", took, err)
			} else {
				t.Logf("%v %.100v", took, err)
			}
		})
	}
}

// TestStops gives work that takes longer than that: it is told to stop, and does.
func TestStops(t *testing.T) {
	e := engine(false)
	vars := longValues(8 << 20)
	for _, text := range []string{"links | urlize", "dashes | regex_replace('-', '+')", "strs | map('regex_replace', 'k', 'x') | list", "words | wordwrap(3)"} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		if _, err := e.Expression(ctx, text, source.Pos{}, vars); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s ends with %.200v", text, err)
		}
		cancel()
	}
}

// TestEndsSoon gives what goes through a long value in one go, or tries many ways
// to match a short one: whoever waits for it is told at once that it is to stop.
func TestEndsSoon(t *testing.T) {
	e := engine(false)
	const soon = 100 * time.Millisecond
	vars := longValues(8 << 20)
	vars["as"] = strings.Repeat("a", 40)
	for _, text := range []string{
		"as is match('(a|aa)+$b')", "as | regex_replace('(a|aa)+$b', '')", "[as] | map('regex_search', '(a|aa)+$b') | list", "as | regex_findall('(a|aa)+$b')",
		"json | from_json", "yaml | from_yaml", "json | from_yaml", "ints | sort", "strs | sort", "range(1000000) | sort(reverse=true)", "dicts | sort(attribute='name')",
		"dicts | to_json", "dicts | to_nice_json", "dicts | tojson", "dicts | pprint", "dicts | to_nice_yaml", "ints | to_yaml", "ints | unique", "dicts | unique",
		"umlauts | title", "umlauts.title()", "words.translate({111: '00'})", "[json] | map('from_json') | list", "csv | community.general.from_csv",
	} {
		var took time.Duration
		for range 3 { // others may be at work
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			start := time.Now()
			_, err := e.Expression(ctx, text, source.Pos{}, vars)
			took = time.Since(start)
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s ends with %.200v", text, err)
			}
			if took < 20*time.Millisecond+soon {
				break
			}
		}
		if took >= 20*time.Millisecond+soon {
			t.Errorf("%s ends after %v", text, took)
		}
	}
}

// longValues are texts of n bytes and lists of an eighth of that.
func longValues(n int) templatetest.Vars {
	ints, strs, dicts, lists, dict := value.NewList(), value.NewList(), value.NewList(), value.NewList(), value.NewDict()
	items := n / 8
	for i := range items {
		at := (i * 7919) % items
		s := fmt.Sprintf("k%d", at)
		ints.Append(int64(at))
		strs.Append(s)
		if i%10 == 0 {
			dict.Set(s, int64(i))
			lists.Append(value.NewList(int64(i), s))
			dicts.Append(value.DictOf("name", s, "key", s, "value", int64(i)))
		}
	}
	repeated := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return templatetest.Vars{
		"ints": ints, "strs": strs, "dicts": dicts, "lists": lists, "dict": dict,
		"words": repeated("lorem ipsum dolor\n"), "line": repeated("lorem ipsum "), "letters": repeated("a"), "dashes": repeated("-"),
		"links": repeated("http://a.de/b "), "mails": repeated("a@b.de "), "tags": repeated("<a href='x'>&amp;</a>"), "opened": repeated("<"),
		"umlauts": repeated("äöü "), "quotes": repeated("'"), "ticks": repeated("`"), "brackets": repeated("["),
		"yaml": repeated("- a: [1, x]\n"), "csv": "h,i,j\n" + repeated("a,b,c\n"), "json": "[" + repeated(`{"a": [1, "x"]},`) + "1]",
	}
}
