package lookups_test

import (
	"testing"

	"goplay/internal/template/templatetest"
)

// TestAsAnsible checks lookups against what ansible-core 2.14 gives.
func TestAsAnsible(t *testing.T) {
	t.Setenv("TZ", "UTC")
	templatetest.Run(t, "testdata/*.json", engine)
}
