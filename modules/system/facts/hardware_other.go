//go:build !linux

package facts

import (
	"runtime"

	"golang.org/x/sys/unix"
)

func usableProcessors() int { return runtime.NumCPU() }

func loadAverage(*host) {}

// otherHardware gives what macOS and the BSDs say through sysctl.
func (h *host) otherHardware() {
	h.facts.add("processor_vcpus", runtime.NumCPU(), "processor_nproc", runtime.NumCPU(), "processor_cores", runtime.NumCPU())
	if model, err := unix.Sysctl("machdep.cpu.brand_string"); err == nil {
		h.facts.add("processor", model)
	}
	if model, err := unix.Sysctl("hw.model"); err == nil {
		h.facts.add("model", model, "product_name", model)
	}
}
