package value

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	type inner struct {
		Name string `json:"name"`
		Skip string `json:"skip,omitempty"`
	}
	tests := []struct {
		in   any
		want string
	}{
		{nil, "None"},
		{7, "7"},
		{uint64(1 << 63), "9223372036854775808"},
		{json.Number("12345678901234567890"), "12345678901234567890"},
		{json.Number("1.50"), "1.5"},
		{float32(0.5), "0.5"},
		{[]byte("ab"), "'ab'"},
		{[]string{"a"}, "['a']"},
		{[]int{1, 2}, "[1, 2]"},
		{map[string]any{"b": 1, "a": []any{nil}}, "{'a': [None], 'b': 1}"},
		{map[int]bool{1: true}, "{1: True}"},
		{inner{Name: "x"}, "{'name': 'x'}"},
		{&inner{Name: "x", Skip: "y"}, "{'name': 'x', 'skip': 'y'}"},
		{(*inner)(nil), "None"},
		{big.NewInt(5), "5"},
	}
	for _, tt := range tests {
		if got := Repr(Of(tt.in)); got != tt.want {
			t.Errorf("Of(%v) is %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestReprOfWhatContainsItself(t *testing.T) {
	l := NewList(int64(1))
	l.Append(l)
	d := DictOf("l", l)
	d.Set("d", d)
	if got, want := Repr(d), "{'l': [1, [...]], 'd': {...}}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := EncodeJSON(d, JSONOptions{}); !IsException(err, "ValueError") || err.Error() != "Circular reference detected" {
		t.Errorf("JSON of it: %v", err)
	}
	copied := DeepCopy(d).(*Dict)
	if again, _ := copied.Get("d"); again != any(copied) {
		t.Error("a deep copy does not contain itself")
	}
}

func TestDeepCopySharesWhatWasShared(t *testing.T) {
	shared := NewList(int64(1))
	c := DeepCopy(NewList(shared, shared, Tuple{shared})).(*List)
	c.Items[0].(*List).Append(int64(2))
	if got, want := Repr(c), "[[1, 2], [1, 2], ([1, 2],)]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if shared.Len() != 1 {
		t.Error("the original changed")
	}
}

func TestDictKeepsOrderThroughDeletion(t *testing.T) {
	for _, n := range []int{4, 1000} {
		d := NewDict()
		for i := range n {
			d.Set(int64(i), i)
			d.Set(Repr(int64(i)), i)
		}
		for i := range n - 2 {
			if !d.Delete(float64(i)) || !d.Delete(Markup(Repr(int64(i)))) {
				t.Fatalf("%d is not there", i)
			}
		}
		d.Set(true, "one")
		d.Set(int64(1), "two")
		want := Repr(NewList(int64(n-2), Repr(int64(n-2)), int64(n-1), Repr(int64(n-1)), true))
		if got := Repr(NewList(d.Keys()...)); got != want {
			t.Errorf("of %d keys %s are left, want %s", n, got, want)
		}
		if v, _ := d.Get(1.0); v != "two" {
			t.Errorf("1.0 finds %v", v)
		}
	}
}

// A template must not be able to fill the memory with one expression.
func TestLimits(t *testing.T) {
	huge := int64(1e10)
	long := strings.Repeat("a", 1<<20)
	tests := map[string]func() error{
		"str * n":     func() error { _, err := Mul("a", huge); return err },
		"n * list":    func() error { _, err := Mul(huge, NewList(nil)); return err },
		"tuple * n":   func() error { _, err := MulLimit(Tuple{nil}, int64(11), 10); return err },
		"**":          func() error { _, err := Pow(int64(10), huge); return err },
		"center":      func() error { _, err := call("a", "center", huge); return err },
		"zfill":       func() error { _, err := call("a", "zfill", huge); return err },
		"expandtabs":  func() error { _, err := call("\t", "expandtabs", huge); return err },
		"replace":     func() error { _, err := call(long, "replace", "a", long); return err },
		"join":        func() error { _, err := call(long, "join", long); return err },
		"%":           func() error { _, err := Percent("%10000000000d", int64(1)); return err },
		"format":      func() error { _, err := FormatSpec("a", "10000000000"); return err },
		"format zero": func() error { _, err := FormatSpec(int64(1), "010000000000,"); return err },
		"list(range)": func() error { _, err := Items(&Range{0, huge, 1}); return err },
		"to_bytes":    func() error { _, err := call(int64(1), "to_bytes", huge, "big"); return err },
	}
	for name, run := range tests {
		if err := run(); !IsException(err, "MemoryError") {
			t.Errorf("%s: %v, want a MemoryError", name, err)
		}
	}
	if _, err := DecodeJSON([]byte(strings.Repeat("[", 1<<20))); !IsException(err, "RecursionError") {
		t.Errorf("deep JSON: %v", err)
	}
}

func call(obj any, name string, args ...any) (any, error) {
	m, _ := Attr(obj, name)
	return m.(Callable).Call(args, nil)
}

func TestIteratorsGiveItemsOnce(t *testing.T) {
	boom := errors.New("boom")
	n := 0
	it := &Iterator{Next: func() (any, bool, error) {
		if n++; n > 2 {
			return nil, false, boom
		}
		return int64(n), true, nil
	}}
	if items, err := Items(it); !errors.Is(err, boom) {
		t.Errorf("got %v, %v, want the iterator's error", items, err)
	}
	s := SliceIterator("map", []any{"a"})
	first, _ := Items(s)
	second, _ := Items(s)
	if len(first) != 1 || len(second) != 0 || TypeName(s) != "map" {
		t.Errorf("%v, then %v of a %s", first, second, TypeName(s))
	}
}

func TestRecordIsATuple(t *testing.T) {
	r := &Record{Type: "P", Path: "P", Fields: []string{"x", "y"}, Items: Tuple{int64(1), "a"}}
	y, _ := Attr(r, "y")
	first, _ := Item(r, int64(0))
	text, _ := Percent("%s-%s", r)
	found, _ := DictOf(Tuple{int64(1), "a"}, "v").Get(r)
	data, _ := EncodeJSON(r, JSONOptions{})
	got := NewList(y, first, text, found, data, Repr(r), Equal(r, Tuple{int64(1), "a"}), Equal(Tuple{int64(1), "a"}, r))
	if want := `['a', 1, '1-a', 'v', '[1, "a"]', "P(x=1, y='a')", True, True]`; Repr(got) != want {
		t.Errorf("got %s, want %s", Repr(got), want)
	}
}

func TestMarkup(t *testing.T) {
	sum, _ := Add(Markup("<b>"), "<")
	front, _ := Add("<", Markup("<b>"))
	percent, _ := Mod(Markup("<i>%s %d</i>"), Tuple{"<x>", int64(3)})
	format, _ := StrFormat("{}", []any{Markup("<")}, nil)
	joined, _ := call(Markup("<br>"), "join", NewList("<", Markup("<p>")))
	filled, _ := call(Markup("<i>{}</i>"), "format", "<x>")
	got := NewList(sum, front, percent, format, joined, filled, Markup("a") == "a", Equal(Markup("a"), "a"))
	want := "[Markup('<b>&lt;'), Markup('&lt;<b>'), Markup('<i>&lt;x&gt; 3</i>'), '<', Markup('&lt;<br><p>'), Markup('<i>&lt;x&gt;</i>'), True, True]"
	if Repr(got) != want {
		t.Errorf("got %s\nwant %s", Repr(got), want)
	}
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	d := NewDict()
	for _, k := range strings.Fields("a b c d e f g h i j k l") {
		d.Set(k, k)
	}
	var key, other, l, n any = "k", "x", NewList("a"), int64(1 << 40)
	tests := map[string]func(){
		"Truth":   func() { Truth(key); Truth(l); Truth(n); Truth(d) },
		"Equal":   func() { Equal(key, other); Equal(n, n); Equal(l, l); Equal(key, n) },
		"Compare": func() { _, _ = Compare("<", n, n); _, _ = Compare("==", key, other); _, _ = Compare(">", key, other) },
		"Attr":    func() { Attr(d, "no_such"); Attr(key, "no_such"); Attr(l, "no_such") },
		"Get":     func() { d.Get(key); d.Get(other); d.GetText("k") },
	}
	for name, run := range tests {
		if allocs := testing.AllocsPerRun(100, run); allocs != 0 {
			t.Errorf("%s allocates %v times", name, allocs)
		}
	}
}
