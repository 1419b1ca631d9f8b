// Package agents holds the agents that were built into this program, for the
// systems that hosts may have: gzip-compressed programs that know the modules
// and the protocol. A plain `go build` has none; with the build tag "agents",
// every file bin/OS_ARCH.gz beside this one is one.
package agents

// Find returns the compressed agent for a system, if there is one.
func Find(goos, goarch string) (packed []byte, ok bool) { return find(goos + "_" + goarch + ".gz") }
