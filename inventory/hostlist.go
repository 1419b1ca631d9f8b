package inventory

import (
	"strings"
)

func isHostList(text string) bool { return strings.Contains(text, ",") && !exists(text) }

// hostList reads `-i a,b,`: names with or without a port, no ranges.
func (r *reading) hostList(text string) error {
	for _, name := range hostNames(text) {
		host, port, err := parseAddress(name, false)
		if err != nil {
			host, port = name, 0
		}
		r.addUngrouped(host, port)
	}
	return nil
}

// advancedHostList also writes out ranges.
func (r *reading) advancedHostList(text string) error {
	for _, name := range hostNames(text) {
		hosts, port, err := hostPattern(name)
		if err != nil {
			hosts, port = []string{name}, 0
		}
		for _, host := range hosts {
			r.addUngrouped(host, port)
		}
	}
	return nil
}

func (r *reading) addUngrouped(host string, port int) {
	r.inv.mu.RLock()
	known := r.inv.hosts[host] != nil
	r.inv.mu.RUnlock()
	if !known {
		r.inv.member(host, port, Ungrouped)
	}
}

func hostNames(text string) []string {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
