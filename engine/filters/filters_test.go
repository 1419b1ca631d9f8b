package filters_test

import (
	"testing"

	"goplay/engine/filters"
	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
)

func engine(native bool) *template.Engine {
	return template.New(template.Options{Registry: registry(), Native: native})
}

// limited is an engine whose templates may use no more than that.
func limited(l jinja.Limits) *template.Engine {
	return template.New(template.Options{Registry: registry(), Limits: l})
}

func registry() *jinja.Registry {
	r := jinja.NewRegistry()
	filters.Register(r)
	return r
}

// TestAsAnsible checks every filter and test against what ansible-core 2.14 and
// its collections give.
func TestAsAnsible(t *testing.T) {
	t.Setenv("TZ", "UTC")
	templatetest.Run(t, "testdata/*.json", engine)
}
