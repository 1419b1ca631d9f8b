package filters_test

import (
	"testing"

	"goplay/engine/filters"
	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
)

func engine(native bool) *template.Engine {
	r := jinja.NewRegistry()
	filters.Register(r)
	return template.New(template.Options{Registry: r, Native: native})
}

// TestAsAnsible checks every filter and test against what ansible-core 2.14 and
// its collections give.
func TestAsAnsible(t *testing.T) {
	t.Setenv("TZ", "UTC")
	templatetest.Run(t, "testdata/*.json", engine)
}
