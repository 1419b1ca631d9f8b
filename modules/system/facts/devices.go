package facts

import (
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

// links are the names under /dev/disk of each block device.
type links map[string]map[string][]string

func (h *host) diskLinks() links {
	all := links{}
	for kind, dir := range map[string]string{"ids": "by-id", "uuids": "by-uuid", "labels": "by-label"} {
		all[kind] = map[string][]string{}
		for _, name := range h.list("/dev/disk/" + dir) {
			device := h.linkBase("/dev/disk/" + dir + "/" + name)
			all[kind][device] = append(all[kind][device], name)
		}
	}
	all["masters"] = map[string][]string{}
	for _, path := range h.glob("/sys/block/*/slaves/*") {
		master := strings.Split(path, "/")[3]
		device := filepath.Base(path)
		all["masters"][device] = append(all["masters"][device], master)
	}
	for _, byDevice := range all {
		for _, names := range byDevice {
			sort.Strings(names)
		}
	}
	return all
}

// of are one device's links of all kinds.
func (l links) of(device string) *value.Dict {
	d := value.NewDict()
	for _, kind := range []string{"ids", "uuids", "labels", "masters"} {
		d.Set(kind, value.Strings(l[kind][device]))
	}
	return d
}

func (l links) all() *value.Dict {
	d := value.NewDict()
	for _, kind := range []string{"ids", "uuids", "labels", "masters"} {
		d.Set(kind, value.Of(l[kind]))
	}
	return d
}

// uuids are the file systems' by the path of their device.
func (h *host) uuids() map[string]string {
	out := map[string]string{}
	for _, name := range h.list("/dev/disk/by-uuid") {
		out[resolveDevice(h.path("/dev/disk/by-uuid/"+name))] = name
	}
	return out
}

func resolveDevice(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

func (h *host) blockDevices() {
	l := h.diskLinks()
	devices := value.NewDict()
	for _, name := range h.list("/sys/block") {
		devices.Set(name, h.blockDevice(name, l))
	}
	h.facts.add("devices", devices, "device_links", l.all())
}

func (h *host) blockDevice(name string, l links) *value.Dict {
	dir := "/sys/block/" + name
	virtual := int64(1)
	if _, err := os.Readlink(h.path(dir)); err != nil && h.exists(dir+"/device") {
		virtual = 0
	}
	d := value.DictOf("virtual", virtual, "links", l.of(name))
	for _, key := range []string{"vendor", "model", "sas_address", "sas_device_handle"} {
		d.Set(key, textOrNone(h.read(dir+"/device/"+key)))
	}
	for key, file := range map[string]string{"removable": "removable", "support_discard": "queue/discard_granularity"} {
		if text := h.line(dir + "/" + file); text != "" {
			d.Set(key, text)
		}
	}
	if serial := h.line(dir + "/device/serial"); serial != "" {
		d.Set("serial", serial)
	}
	if wwn := h.line(dir + "/wwid"); wwn != "" && strings.HasPrefix(wwn, "0x") {
		d.Set("wwn", wwn)
	}
	d.Set("partitions", h.partitions(name, l))
	d.Set("rotational", h.line(dir+"/queue/rotational"))
	d.Set("scheduler_mode", scheduler(h.read(dir+"/queue/scheduler")))
	h.setSize(d, dir, h.line(dir+"/queue/logical_block_size"))
	d.Set("host", h.controller(name))
	d.Set("holders", value.Strings(h.holders(dir)))
	return d
}

// setSize also gives a size where there is no medium: nothing.
func (h *host) setSize(d *value.Dict, dir, sectorSize string) {
	sectors := h.line(dir + "/size")
	if sectors == "" {
		sectors = "0"
	}
	if sectorSize == "" {
		sectorSize = "512"
	}
	d.Set("sectors", sectors)
	d.Set("sectorsize", sectorSize)
	n, _ := strconv.ParseFloat(sectors, 64)
	d.Set("size", human(n*512)) // the kernel counts in 512 bytes whatever the sectors are
}

var activeScheduler = lazy.Regexp(`\[(.*)\]`)

func scheduler(text string) string {
	if m := activeScheduler.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func textOrNone(text string) any {
	if text = strings.TrimSpace(text); text != "" {
		return text
	}
	return nil
}

func (h *host) partitions(device string, l links) *value.Dict {
	out := value.NewDict()
	for _, name := range h.list("/sys/block/" + device) {
		if !strings.HasPrefix(name, device) || !h.exists("/sys/block/"+device+"/"+name+"/start") {
			continue
		}
		dir := "/sys/block/" + device + "/" + name
		p := value.DictOf("links", l.of(name), "start", h.line(dir+"/start"))
		h.setSize(p, dir, h.line("/sys/block/"+device+"/queue/logical_block_size"))
		if n, err := strconv.ParseInt(p.GetString("sectorsize"), 10, 64); err == nil {
			p.Set("sectorsize", n)
		}
		uuid := any(nil)
		if ids := l["uuids"][name]; len(ids) > 0 {
			uuid = ids[0]
		}
		p.Set("uuid", uuid)
		p.Set("holders", value.Strings(h.holders(dir)))
		out.Set(name, p)
	}
	return out
}

// holders are what is built on a device, mapped devices under their own names.
func (h *host) holders(dir string) []string {
	names := h.list(dir + "/holders")
	for i, name := range names {
		if mapped := h.line(dir + "/holders/" + name + "/dm/name"); mapped != "" {
			names[i] = mapped
		}
	}
	return names
}

var pciAddress = lazy.Regexp(`([0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/`)

// controller describes what a disk hangs on, where lspci can tell.
func (h *host) controller(device string) string {
	target, err := os.Readlink(h.path("/sys/block/" + device))
	lspci := h.program("lspci")
	m := pciAddress.FindAllStringSubmatch(target, -1)
	if err != nil || lspci == "" || m == nil {
		return ""
	}
	out, ok := h.run(lspci, "-D", "-s", m[len(m)-1][1])
	_, what, found := strings.Cut(out, " ")
	if !ok || !found {
		return ""
	}
	return strings.TrimSpace(what)
}
