package value

import (
	"strings"

	"golang.org/x/text/unicode/runenames"
)

// namedRune reads \N{NAME}.
func (r *literalReader) namedRune(b []byte) ([]byte, error) {
	rest := r.s[r.at+2:]
	name, _, found := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
	if !found || rest[0] != '{' || name == "" {
		return nil, r.fail(`(unicode error) 'unicodeescape' codec can't decode bytes: malformed \N character escape`)
	}
	upper := strings.ToUpper(name)
	for c := rune(0); c <= 0x10FFFF; c++ {
		if runenames.Name(c) == upper {
			r.at += len(`\N{}`) + len(name)
			return appendCode(b, c), nil
		}
	}
	return nil, r.fail("(unicode error) 'unicodeescape' codec can't decode bytes: unknown Unicode character name")
}
