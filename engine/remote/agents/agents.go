// Package agents holds the agents that were built into this program, for the
// systems that hosts may have: compressed programs that know the modules and
// the protocol. A plain `go build` has none; with the build tag "agents", every
// file bin/OS_ARCH.xz or bin/OS_ARCH.gz beside this one is one.
package agents

// Find returns the agent for a system, if there is one, and how it is
// compressed: "xz" or "gz".
func Find(goos, goarch string) (packed []byte, packing string, ok bool) {
	for _, packing := range []string{"xz", "gz"} {
		if packed, ok := find(goos + "_" + goarch + "." + packing); ok {
			return packed, packing, true
		}
	}
	return nil, "", false
}
