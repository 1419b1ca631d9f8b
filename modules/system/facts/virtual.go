package facts

import (
	"strings"

	"goplay/internal/lazy"
)

// virtual collects what speaks for being a guest or a host of virtual machines
// or containers. The first sign decides the type; all are listed.
type virtual struct {
	kind, role  string
	guest, host []string
}

func (v *virtual) isGuest(kind string, techs ...string) {
	if len(techs) == 0 {
		techs = []string{kind}
	}
	for _, t := range techs {
		v.guest = appendNew(v.guest, t)
	}
	if v.kind == "" {
		v.kind, v.role = kind, "guest"
	}
}

func (v *virtual) isHost(kind string) {
	v.host = appendNew(v.host, kind)
	if v.kind == "" {
		v.kind, v.role = kind, "host"
	}
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

func virtualization(h *host) {
	v := &virtual{guest: []string{}, host: []string{}}
	for _, look := range []func(*host, *virtual){
		containerByFiles, containerByGroups, containerByInit, guestOfXen, guestByProduct, guestByProcessor, hostByModules,
	} {
		look(h, v)
	}
	if v.kind == "" {
		v.kind, v.role = "NA", "NA"
	}
	h.facts.add("virtualization_type", v.kind, "virtualization_role", v.role,
		"virtualization_tech_guest", v.guest, "virtualization_tech_host", v.host)
}

func containerByFiles(h *host, v *virtual) {
	if h.exists("/.dockerenv") || h.exists("/.dockerinit") {
		v.isGuest("docker", "docker", "container")
	}
	if h.exists("/proc/vz") && !h.exists("/proc/lve") {
		if h.exists("/proc/bc") {
			v.isHost("openvz")
		} else {
			v.isGuest("openvz", "openvz", "container")
		}
	}
}

var dockerGroup = lazy.Regexp(`(?m)/docker(/|-[0-9a-f]+\.scope)`)

func containerByGroups(h *host, v *virtual) {
	groups := h.read("/proc/1/cgroup")
	switch {
	case dockerGroup.MatchString(groups):
		v.isGuest("docker", "docker", "container")
	case strings.Contains(groups, "/lxc/"), strings.Contains(groups, "/machine.slice/machine-lxc"), strings.Contains(groups, "lxc.payload"):
		v.isGuest("lxc", "lxc", "container")
	case strings.Contains(groups, "/system.slice/containerd.service"):
		v.isGuest("containerd", "containerd", "container")
	}
}

func containerByInit(h *host, v *virtual) {
	for _, kv := range strings.Split(h.read("/proc/1/environ"), "\x00") {
		switch {
		case strings.HasPrefix(kv, "container=lxc"):
			v.isGuest("lxc", "lxc", "container")
		case strings.HasPrefix(kv, "container=podman"):
			v.isGuest("podman", "podman", "container")
		case strings.HasPrefix(kv, "container=") && len(kv) > len("container="):
			if len(v.guest) == 0 || v.kind == "" {
				v.isGuest("container", "container")
			}
		}
	}
	if h.exists("/run/.containerenv") {
		v.isGuest("podman", "podman", "container")
	}
	if h.read("/run/systemd/container") != "" && v.kind == "" {
		v.isGuest("container", "container")
	}
	// z/VM and logical partitions of s390 describe themselves here.
	info := h.read("/proc/sysinfo")
	switch {
	case strings.Contains(info, "VM00 Control Program: z/VM"):
		v.isGuest("zvm")
	case strings.Contains(info, "VM00 Control Program: KVM"):
		v.isGuest("kvm")
	case strings.Contains(info, "LPAR"):
		v.isGuest("PR/SM")
	}
}

func guestOfXen(h *host, v *virtual) {
	if !h.exists("/proc/xen") {
		return
	}
	if strings.Contains(h.read("/proc/xen/capabilities"), "control_d") {
		v.isHost("xen")
		return
	}
	v.isGuest("xen")
}

// guestNames are virtual machines by what their firmware says, in order; the
// file is below /sys/devices/virtual/dmi/id.
var guestNames = []struct{ file, text, kind string }{
	{"product_name", "KVM", "kvm"}, {"product_name", "KVM Server", "kvm"}, {"product_name", "Bochs", "kvm"}, {"product_name", "AHV", "kvm"},
	{"product_name", "RHEV Hypervisor", "RHEV"}, {"product_name", "oVirt", "oVirt"}, {"product_name", "OpenStack Compute", "openstack"},
	{"product_name", "OpenStack Nova", "openstack"}, {"product_name", "VMware*", "VMware"}, {"product_name", "VMware, Inc.", "VMware"},
	{"product_name", "Virtual Machine", "VirtualPC"}, {"product_name", "Parallels*", "parallels"}, {"product_name", "Google Compute Engine", "kvm"},
	{"product_name", "HVM domU", "xen"}, {"product_name", "VirtualBox", "virtualbox"}, {"product_name", "DigitalOcean", "kvm"}, {"product_name", "Droplet", "kvm"},
	{"bios_vendor", "Xen", "xen"}, {"bios_vendor", "innotek GmbH", "virtualbox"}, {"bios_vendor", "Amazon EC2", "kvm"}, {"bios_vendor", "DigitalOcean", "kvm"},
	{"bios_vendor", "Hetzner", "kvm"}, {"bios_vendor", "Red Hat", "kvm"},
	{"sys_vendor", "Microsoft Corporation", "VirtualPC"}, {"sys_vendor", "Parallels*", "parallels"}, {"sys_vendor", "QEMU", "kvm"}, {"sys_vendor", "oVirt", "kvm"},
	{"sys_vendor", "Amazon EC2", "kvm"}, {"sys_vendor", "DigitalOcean", "kvm"}, {"sys_vendor", "Google", "kvm"}, {"sys_vendor", "Hetzner", "kvm"},
	{"sys_vendor", "Linode", "kvm"}, {"sys_vendor", "OpenStack Foundation", "openstack"}, {"sys_vendor", "Nutanix", "kvm"}, {"sys_vendor", "Scaleway", "kvm"},
	{"product_family", "RHV", "RHEV"}, {"product_family", "oVirt", "oVirt"}, {"chassis_asset_tag", "OpenStack Nova", "openstack"},
	{"chassis_asset_tag", "OpenStack Compute", "openstack"}, {"chassis_vendor", "KubeVirt", "kvm"}, {"board_vendor", "Amazon EC2", "kvm"},
}

func guestByProduct(h *host, v *virtual) {
	for _, g := range guestNames {
		text := h.line("/sys/devices/virtual/dmi/id/" + g.file)
		prefix, open := strings.CutSuffix(g.text, "*")
		if text == g.text || open && strings.HasPrefix(text, prefix) {
			v.isGuest(g.kind)
		}
	}
	if strings.Contains(h.read("/proc/sys/kernel/osrelease"), "microsoft") {
		v.isGuest("wsl", "wsl")
	}
}

var paravirtual = []struct{ text, kind string }{
	{"QEMU Virtual CPU", "kvm"}, {"User Mode Linux", "uml"}, {"PowerVM Lx86", "powervm_lx86"}, {"IBM/S390", "PR/SM"}, {"pSeries (emulated by qemu)", "kvm"},
}

func guestByProcessor(h *host, v *virtual) {
	info := h.read("/proc/cpuinfo")
	for _, p := range paravirtual {
		for line := range strings.Lines(info) {
			if strings.Contains(line, p.text) && (strings.HasPrefix(line, "model name") || strings.HasPrefix(line, "vendor_id") || strings.HasPrefix(line, "machine")) {
				v.isGuest(p.kind)
				break
			}
		}
	}
}

// hostByModules looks for what only a host of virtual machines has loaded.
func hostByModules(h *host, v *virtual) {
	for line := range strings.Lines(h.read("/proc/modules")) {
		switch name, _, _ := strings.Cut(line, " "); name {
		case "kvm":
			if v.role != "guest" && h.exists("/dev/kvm") {
				v.isHost("kvm")
			}
			v.host = appendNew(v.host, "kvm")
		case "vboxdrv":
			v.isHost("virtualbox")
		case "virtio":
			v.isGuest("kvm")
		}
	}
	if h.exists("/dev/kvm") {
		v.isHost("kvm")
	}
}
