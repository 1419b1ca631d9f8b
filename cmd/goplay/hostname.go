package main

import (
	"net"
	"os"
	"strings"
)

// hostNames are this host's name with its domain, as far as it can be found
// out, and without.
func hostNames() (fqdn, short string) {
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "localhost"
	}
	fqdn = name
	if !strings.Contains(name, ".") {
		fqdn = first(withDomain(name), name)
	}
	short, _, _ = strings.Cut(name, ".")
	return fqdn, short
}

// withDomain asks what else an address of this name is called.
func withDomain(name string) string {
	addresses, err := net.LookupHost(name)
	if err != nil {
		return ""
	}
	for _, address := range addresses {
		names, _ := net.LookupAddr(address)
		for _, n := range names {
			if n = strings.TrimSuffix(n, "."); strings.HasPrefix(n, name+".") {
				return n
			}
		}
	}
	return ""
}
