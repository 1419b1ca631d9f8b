package facts

import (
	"os"
	"strings"

	"goplay/internal/value"
)

// volumes reports LVM's groups and volumes. Its tools are slow, and asked only
// where there is something that they could know of.
func (h *host) volumes() {
	if os.Geteuid() != 0 || h.program("vgs") == "" {
		h.facts.add("lvm", "N/A")
		return
	}
	out := value.DictOf("lvs", value.NewDict(), "vgs", value.NewDict(), "pvs", value.NewDict())
	h.facts.add("lvm", out)
	if !h.hasLVM() {
		return
	}
	common := []string{"--noheadings", "--nosuffix", "--units", "g", "--separator", ","}
	ask := func(program string, fields string) [][]string {
		text, _ := h.run(append(append([]string{h.program(program)}, common...), "-o", fields)...)
		return parseLVM(text, strings.Count(fields, ",")+1)
	}
	vgs, lvs, pvs := value.NewDict(), value.NewDict(), value.NewDict()
	for _, f := range ask("vgs", "vg_name,pv_count,lv_count,vg_size,vg_free") {
		vgs.Set(f[0], value.DictOf("size_g", f[3], "free_g", f[4], "num_lvs", f[2], "num_pvs", f[1]))
	}
	for _, f := range ask("lvs", "lv_name,vg_name,lv_size") {
		lvs.Set(f[0], value.DictOf("size_g", f[2], "vg", f[1]))
	}
	for _, f := range ask("pvs", "pv_name,vg_name,pv_size,pv_free") {
		pvs.Set(f[0], value.DictOf("size_g", f[2], "free_g", f[3], "vg", f[1]))
	}
	out.Set("lvs", lvs)
	out.Set("vgs", vgs)
	out.Set("pvs", pvs)
}

func (h *host) hasLVM() bool {
	for _, path := range h.glob("/sys/block/dm-*/dm/uuid") {
		if strings.HasPrefix(h.read(path), "LVM-") {
			return true
		}
	}
	return len(h.list("/etc/lvm/backup"))+len(h.list("/run/lvm/pvs_online"))+len(h.list("/run/lvm/vgs_online")) > 0
}

func parseLVM(text string, n int) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if f := strings.Split(strings.TrimSpace(line), ","); len(f) == n {
			out = append(out, f)
		}
	}
	return out
}
