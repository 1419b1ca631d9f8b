package facts

import (
	"path/filepath"
	"strings"

	"goplay/internal/value"
)

// packageManagers by the program that shows them, later ones before earlier
// ones: what a distribution's own is stands last.
var packageManagers = []struct{ path, name string }{
	{"/usr/bin/rpm-ostree", "atomic_container"}, {"/usr/bin/yum", "yum"}, {"/usr/bin/dnf-3", "dnf"}, {"/usr/bin/dnf5", "dnf5"}, {"/usr/bin/apt-get", "apt"},
	{"/usr/bin/zypper", "zypper"}, {"/usr/sbin/urpmi", "urpmi"}, {"/usr/bin/pacman", "pacman"}, {"/bin/opkg", "opkg"}, {"/usr/pkg/bin/pkgin", "pkgin"},
	{"/opt/local/bin/pkgin", "pkgin"}, {"/opt/tools/bin/pkgin", "pkgin"}, {"/opt/local/bin/port", "macports"}, {"/usr/local/bin/brew", "homebrew"},
	{"/opt/homebrew/bin/brew", "homebrew"}, {"/sbin/apk", "apk"}, {"/usr/sbin/pkg", "pkgng"}, {"/usr/sbin/swlist", "swdepot"}, {"/usr/bin/emerge", "portage"},
	{"/usr/sbin/pkgadd", "svr4pkg"}, {"/usr/bin/pkg", "pkg5"}, {"/usr/bin/xbps-install", "xbps"}, {"/usr/local/sbin/pkg", "pkgng"}, {"/usr/bin/swupd", "swupd"},
	{"/usr/sbin/sorcery", "sorcery"}, {"/usr/bin/installp", "installp"}, {"/QOpenSys/pkgs/bin/yum", "yum"},
}

func packageManager(h *host) {
	family, _ := h.facts.Get("os_family")
	h.facts.add("pkg_mgr", h.findPackageManager(value.Str(family)))
}

func (h *host) findPackageManager(family string) string {
	name := "unknown"
	for _, m := range packageManagers {
		if h.exists(m.path) {
			name = m.name
		}
	}
	switch {
	case family == "RedHat":
		name = h.redHatPackageManager()
	case family == "Debian" && h.exists("/usr/bin/apt-get"):
		name = "apt"
	case family == "Altlinux" && name == "apt":
		name = "apt_rpm"
	case name == "apt" && h.exists("/usr/bin/rpm") && !h.exists("/usr/bin/dpkg"):
		name = "apt_rpm"
	}
	return name
}

// redHatPackageManager is what the name dnf or yum leads to: several may be installed.
func (h *host) redHatPackageManager() string {
	if h.exists("/run/ostree-booted") {
		return "atomic_container"
	}
	for _, path := range []string{"/usr/bin/dnf", "/usr/bin/yum"} {
		target, err := filepath.EvalSymlinks(h.path(path))
		if err != nil {
			continue
		}
		switch base := filepath.Base(target); {
		case strings.HasPrefix(base, "dnf5"):
			return "dnf5"
		case strings.HasPrefix(base, "dnf"), strings.HasPrefix(base, "microdnf"):
			return "dnf"
		default:
			return "yum"
		}
	}
	if h.exists("/usr/bin/microdnf") {
		return "dnf"
	}
	return "unknown"
}

// initNames are the service managers whose first process has a name of its own.
var initNames = map[string]string{"procd": "openwrt_init", "runit-init": "runit", "svscan": "svc", "openrc-init": "openrc"}

func serviceManager(h *host) {
	system, _ := h.facts.Get("system")
	h.facts.add("service_mgr", h.findServiceManager(value.Str(system)))
}

func (h *host) findServiceManager(system string) string {
	if system == "Darwin" {
		return "launchd"
	}
	init := filepath.Base(h.line("/proc/1/comm"))
	if name, ok := initNames[init]; ok {
		return name
	}
	// A shell as first process is a container's; init may be anything.
	if init != "." && init != "init" && !strings.HasSuffix(init, "sh") {
		return init
	}
	switch {
	case h.program("systemctl") != "" && (h.exists("/run/systemd/system") || h.exists("/dev/.run/systemd") || h.exists("/dev/.systemd")):
		return "systemd"
	case h.program("initctl") != "" && h.exists("/etc/init"):
		return "upstart"
	case h.exists("/sbin/openrc"):
		return "openrc"
	case h.program("systemctl") != "" && h.linkBase("/sbin/init") == "systemd":
		return "systemd"
	case h.exists("/etc/init.d"):
		return "sysvinit"
	}
	return "service"
}
