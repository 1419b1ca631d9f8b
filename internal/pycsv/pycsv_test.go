package pycsv

import (
	"reflect"
	"testing"
)

// TestRows holds what Python's csv.reader gives: quotes, line ends of all kinds
// and what stands after a closing quote.
func TestRows(t *testing.T) {
	for _, c := range []struct {
		text string
		want [][]string
	}{
		{"a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"a,\"b\"x,c\r\nd", [][]string{{"a", "bx", "c"}, {"d"}}},
		{"\"\"\"The Rock\"\" Johnson\",Dwayne\n", [][]string{{"\"The Rock\" Johnson", "Dwayne"}}},
		{"a\"b\",c", [][]string{{"a\"b\"", "c"}}},
		{"\"a\nb\",c\rd", [][]string{{"a\nb", "c"}, {"d"}}},
		{"a\n\nb,", [][]string{{"a"}, nil, {"b", ""}}},
		{"", nil},
	} {
		got, err := Reader{Delimiter: ','}.Rows(c.text)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %q, %v; want %q", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"\"a\"x,b", "\"a"} {
		if rows, err := (Reader{Delimiter: ',', Strict: true}).Rows(text); err == nil {
			t.Errorf("%q: got %q, want an error", text, rows)
		}
	}
}
