package facts

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"goplay/internal/value"
)

func hardware(h *host) {
	if system, _ := h.facts.Get("system"); system != "Linux" {
		h.otherHardware()
		return
	}
	h.processors()
	h.memory()
	h.firmware()
	h.blockDevices()
	h.mounts()
	h.volumes()
	if up, _, ok := strings.Cut(h.read("/proc/uptime"), "."); ok {
		if n, err := strconv.ParseInt(up, 10, 64); err == nil {
			h.facts.add("uptime_seconds", n)
		}
	}
}

func (h *host) memory() {
	m := parseMeminfo(h.read("/proc/meminfo"))
	mb := func(kb int64) int64 { return kb / 1024 }
	total, free, swap, swapFree := m["MemTotal"], m["MemFree"], m["SwapTotal"], m["SwapFree"]
	noCache := free + m["Buffers"] + m["Cached"]
	h.facts.add("memtotal_mb", mb(total), "memfree_mb", mb(free), "swaptotal_mb", mb(swap), "swapfree_mb", mb(swapFree),
		"memory_mb", value.DictOf(
			"real", value.DictOf("total", mb(total), "used", mb(total-free), "free", mb(free)),
			"nocache", value.DictOf("free", mb(noCache), "used", mb(total-noCache)),
			"swap", value.DictOf("total", mb(swap), "free", mb(swapFree), "used", mb(swap-swapFree), "cached", mb(m["SwapCached"]))))
}

// parseMeminfo returns the kernel's numbers in kilobytes.
func parseMeminfo(text string) map[string]int64 {
	m := map[string]int64{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(line, ":")
		if f := strings.Fields(rest); ok && len(f) > 0 {
			if n, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				m[name] = n
			}
		}
	}
	return m
}

// chassis are the forms of a machine by the number that its firmware gives.
var chassis = []string{
	"Unknown", "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Portable", "Laptop", "Notebook",
	"Hand Held", "Docking Station", "All In One", "Sub Notebook", "Space-saving", "Lunch Box", "Main Server Chassis", "Expansion Chassis",
	"Sub Chassis", "Bus Expansion Chassis", "Peripheral Chassis", "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC", "Multi-system",
	"CompactPCI", "AdvancedTCA", "Blade", "Blade Enclosure", "Tablet", "Convertible", "Detachable", "IoT Gateway", "Embedded PC", "Mini PC",
	"Stick PC",
}

// firmwareFiles are the facts by the file of /sys that has them.
var firmwareFiles = []struct{ fact, file string }{
	{"bios_date", "bios_date"}, {"bios_vendor", "bios_vendor"}, {"bios_version", "bios_version"},
	{"board_asset_tag", "board_asset_tag"}, {"board_name", "board_name"}, {"board_serial", "board_serial"}, {"board_vendor", "board_vendor"},
	{"board_version", "board_version"}, {"chassis_asset_tag", "chassis_asset_tag"}, {"chassis_serial", "chassis_serial"},
	{"chassis_vendor", "chassis_vendor"}, {"chassis_version", "chassis_version"}, {"form_factor", "chassis_type"},
	{"product_name", "product_name"}, {"product_serial", "product_serial"}, {"product_uuid", "product_uuid"},
	{"product_version", "product_version"}, {"system_vendor", "sys_vendor"},
}

func (h *host) firmware() {
	for _, f := range firmwareFiles {
		path := "/sys/devices/virtual/dmi/id/" + f.file
		data, err := os.ReadFile(h.path(path))
		text := strings.TrimSpace(string(data))
		switch {
		case err != nil || text == "" && f.fact == "form_factor":
			text = "NA"
		case f.fact == "form_factor":
			if n, err := strconv.Atoi(text); err == nil && n < len(chassis) && n >= 0 {
				text = chassis[n]
			} else {
				text = fmt.Sprintf("unknown (%s)", text)
			}
		}
		h.facts.add(f.fact, text)
	}
}

// human writes a size as Ansible's facts do: 256.00 GB.
func human(bytes float64) string {
	units := []struct {
		suffix string
		size   float64
	}{{"YB", 1 << 80}, {"ZB", 1 << 70}, {"EB", 1 << 60}, {"PB", 1 << 50}, {"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}}
	for _, u := range units {
		if bytes >= u.size {
			return fmt.Sprintf("%.2f %s", bytes/u.size, u.suffix)
		}
	}
	return fmt.Sprintf("%.2f Bytes", bytes)
}
