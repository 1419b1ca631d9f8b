package facts

import (
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
)

// parseCommandLine reads the kernel's command line: flags are true, and of an
// option that is given twice last has the last value and every has them all.
func parseCommandLine(text string) (last, every *value.Dict) {
	last, every = value.NewDict(), value.NewDict()
	words, err := shlex.Split(text)
	if err != nil {
		words = strings.Fields(text)
	}
	for _, word := range words {
		k, v, ok := strings.Cut(word, "=")
		if !ok {
			last.Set(k, true)
			every.Set(k, true)
			continue
		}
		last.Set(k, v)
		switch have, _ := every.Get(k); have := have.(type) {
		case nil:
			every.Set(k, v)
		case *value.List:
			have.Append(v)
		default:
			every.Set(k, value.NewList(have, v))
		}
	}
	return last, every
}
