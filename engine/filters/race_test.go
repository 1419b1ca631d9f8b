//go:build race

package filters_test

// slowness is how much longer work may take with the race detector.
const slowness = 10
