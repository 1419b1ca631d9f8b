package facts

import (
	"golang.org/x/sys/unix"
)

// usableProcessors is how many processors this process may run on.
func usableProcessors() int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return 0
	}
	return set.Count()
}

func loadAverage(h *host) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return
	}
	load := func(i int) float64 { return float64(info.Loads[i]) / 65536 }
	h.facts.add("loadavg", map[string]any{"1m": load(0), "5m": load(1), "15m": load(2)})
}

// otherHardware is for systems without /proc; this one has it.
func (h *host) otherHardware() {}
