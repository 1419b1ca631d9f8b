package facts

import (
	"strconv"
	"strings"

	"goplay/internal/value"
)

func (h *host) processors() {
	arch, _ := h.facts.Get("architecture")
	c := parseCPUInfo(h.read("/proc/cpuinfo"), value.Str(arch))
	nproc := usableProcessors()
	if nproc == 0 {
		nproc = c.seen
	}
	h.facts.add("processor", c.described, "processor_count", c.count, "processor_cores", c.cores,
		"processor_threads_per_core", c.threads, "processor_vcpus", c.threads*c.count*c.cores, "processor_nproc", nproc)
}

// cpus is what /proc/cpuinfo says: described has number, vendor and model of
// each processor one after the other.
type cpus struct {
	described             []string
	seen                  int // processors that the kernel lists
	count, cores, threads int // sockets, cores of one, threads of one core
}

func parseCPUInfo(text, arch string) cpus {
	c := cpus{cores: 1, threads: 1, described: []string{}}
	sockets := map[string]bool{}
	var cores, siblings, s390 int
	for line := range strings.Lines(text) {
		key, val, _ := strings.Cut(line, ":")
		key, val = strings.TrimSpace(key), strings.TrimSpace(val)
		switch key {
		case "model name", "Processor", "vendor_id", "cpu", "Vendor", "processor":
			c.described = append(c.described, val)
			if key == "processor" {
				c.seen++
			}
		case "physical id":
			sockets[val] = true
		case "cpu cores":
			cores, _ = strconv.Atoi(val)
		case "siblings":
			siblings, _ = strconv.Atoi(val)
		case "# processors":
			s390, _ = strconv.Atoi(val)
		}
	}
	switch {
	case strings.HasPrefix(arch, "s390"):
		c.count = s390
	case len(sockets) == 0:
		c.count = c.seen
	default:
		c.count, c.cores = len(sockets), max(1, cores)
		c.threads = max(1, siblings/c.cores)
	}
	return c
}
