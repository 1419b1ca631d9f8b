package template_test

import (
	"testing"

	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
)

func engine(native bool) *template.Engine {
	return template.New(template.Options{Registry: jinja.NewRegistry(), Native: native})
}

// TestAsAnsible checks arguments, conditions and files, lone and joined, against
// what ansible-core 2.14 makes of them.
func TestAsAnsible(t *testing.T) {
	t.Setenv("TZ", "UTC")
	templatetest.Run(t, "testdata/*.json", engine)
}
