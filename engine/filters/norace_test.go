//go:build !race

package filters_test

// slowness is how much longer work may take: see race_test.go.
const slowness = 1
