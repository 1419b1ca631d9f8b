// Package e2e tests the program as a whole against real hosts: `make e2e`, which
// needs root and a machine that may run containers. The hosts are those of the
// script lab beside it; the tests carry the build tag e2e.
package e2e
