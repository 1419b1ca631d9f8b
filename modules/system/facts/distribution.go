package facts

import (
	"cmp"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/internal/lazy"
)

func distribution(h *host) {
	h.facts.add(h.findDistribution().pairs()...)
}

// release is what a distribution's own files say of it.
type release struct {
	name, version, codename string
	path, variety           string // the file it was found in, and Ansible's word for its kind
	major, minor            string
	family                  string
}

func (r release) pairs() []any {
	pairs := []any{"distribution", r.name, "distribution_version", cmp.Or(r.version, "NA"), "distribution_release", cmp.Or(r.codename, "NA")}
	parts := strings.Split(r.version, ".")
	major := cmp.Or(r.major, parts[0], "NA")
	pairs = append(pairs, "distribution_major_version", major)
	if r.path != "" {
		pairs = append(pairs, "distribution_file_path", r.path, "distribution_file_variety", r.variety, "distribution_file_parsed", true)
	}
	if minor := r.minor; minor != "" {
		pairs = append(pairs, "distribution_minor_version", minor)
	} else if len(parts) > 1 && r.variety == "Debian" {
		pairs = append(pairs, "distribution_minor_version", parts[1])
	}
	return append(pairs, "os_family", cmp.Or(r.family, familyOf(r.name)))
}

func (h *host) findDistribution() release {
	if runtime.GOOS == "darwin" {
		return h.macOS()
	}
	os := h.osRelease()
	for _, find := range []func(map[string]string) (release, bool){
		h.redHat, h.alpine, h.debianFamily, h.suse, h.arch, h.named,
	} {
		if r, ok := find(os); ok {
			return r
		}
	}
	u := uname()
	return release{name: unix.ByteSliceToString(u.Sysname[:]), version: "NA"}
}

// osRelease is /etc/os-release as a map, or /usr/lib's.
func (h *host) osRelease() map[string]string {
	return parseShellVariables(cmp.Or(h.read("/etc/os-release"), h.read("/usr/lib/os-release")))
}

// parseShellVariables reads NAME=value lines with the quotes of a shell.
func parseShellVariables(text string) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(text) {
		k, v, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(k, "#") {
			continue
		}
		if n := len(v); n >= 2 && (v[0] == '"' || v[0] == '\'') && v[n-1] == v[0] {
			v = v[1 : n-1]
		}
		vars[strings.TrimSpace(k)] = v
	}
	return vars
}

var (
	releaseVersion = lazy.Regexp(`release\s+v?(\d[\d.]*)`)
	releaseName    = lazy.Regexp(`^(.*?)\s+(?:Linux\s+)?release\b`)
	inParentheses  = lazy.Regexp(`\(([^)]*)\)`)
)

// redHat reads the line that all of Red Hat's family keep.
func (h *host) redHat(os map[string]string) (release, bool) {
	for _, path := range []string{"/etc/oracle-release", "/etc/redhat-release", "/etc/system-release"} {
		line := h.line(path)
		if line == "" || path == "/etc/system-release" && os["ID"] != "amzn" {
			continue
		}
		r := release{path: path, variety: "RedHat"}
		switch {
		case path == "/etc/oracle-release":
			r.name, r.variety = "OracleLinux", "OracleLinux"
		case os["ID"] == "amzn":
			return amazon(os, line), true
		default:
			r.name = redHatName(line)
		}
		if m := releaseVersion.FindStringSubmatch(line); m != nil {
			r.version = strings.TrimSuffix(m[1], ".")
		}
		if m := inParentheses.FindStringSubmatch(line); m != nil {
			r.codename = m[1]
		}
		if r.name == "CentOS" && strings.Contains(line, "Stream") {
			r.codename = "Stream"
		}
		return r, true
	}
	return release{}, false
}

func redHatName(line string) string {
	if strings.HasPrefix(line, "Red Hat Enterprise") {
		return "RedHat"
	}
	first, _, _ := strings.Cut(line, " ")
	if m := releaseName.FindStringSubmatch(line); m != nil && len(strings.Fields(m[1])) == 1 {
		return m[1]
	}
	return first
}

func amazon(os map[string]string, line string) release {
	r := release{name: "Amazon", path: "/etc/os-release", variety: "Amazon", version: os["VERSION_ID"]}
	if r.version == "" {
		r.path = "/etc/system-release"
		if m := releaseVersion.FindStringSubmatch(line); m != nil {
			r.version = m[1]
		}
	}
	if major, minor, ok := strings.Cut(r.version, "."); ok {
		r.major, r.minor = major, minor
	} else {
		r.major, r.minor = r.version, "NA"
	}
	return r
}

func (h *host) alpine(os map[string]string) (release, bool) {
	version := h.line("/etc/alpine-release")
	if version == "" {
		return release{}, false
	}
	return release{name: "Alpine", version: version, path: "/etc/alpine-release", variety: "Alpine"}, true
}

// debianNames are the distributions of Debian's family by their os-release ID.
var debianNames = map[string]string{
	"debian": "Debian", "raspbian": "Debian", "ubuntu": "Ubuntu", "linuxmint": "Linux Mint", "kali": "Kali", "parrot": "Parrot",
	"devuan": "Devuan", "pop": "Pop!_OS", "neon": "KDE neon", "elementary": "elementary OS", "deepin": "Deepin", "uos": "Uos",
	"cumulus-linux": "Cumulus Linux", "zorin": "Zorin OS",
}

func (h *host) debianFamily(os map[string]string) (release, bool) {
	name, ok := debianNames[os["ID"]]
	if !ok {
		return release{}, false
	}
	r := release{name: name, version: os["VERSION_ID"], codename: os["VERSION_CODENAME"], path: "/etc/os-release", variety: "Debian"}
	switch name {
	case "Debian":
		if v := h.line("/etc/debian_version"); v != "" && v[0] >= '0' && v[0] <= '9' {
			r.version = v
		}
		if r.version == "" {
			// testing and unstable have a name only.
			_, r.codename, _ = strings.Cut(h.line("/etc/debian_version"), "/")
		}
	case "Linux Mint":
		r.variety, r.name = "Debian", "Linux Mint"
	case "Devuan":
		r.codename = cmp.Or(r.codename, os["VERSION"])
	}
	if r.codename == "" {
		if m := inParentheses.FindStringSubmatch(os["VERSION"]); m != nil {
			r.codename = m[1]
		}
	}
	return r, true
}

func (h *host) suse(os map[string]string) (release, bool) {
	id := os["ID"]
	r := release{version: os["VERSION_ID"], path: "/etc/os-release", variety: "SUSE", codename: "NA"}
	switch {
	case id == "opensuse-leap":
		r.name = "openSUSE Leap"
	case id == "opensuse-tumbleweed":
		r.name = "openSUSE Tumbleweed"
	case id == "opensuse-microos":
		r.name = "openSUSE MicroOS"
	case id == "sle-micro":
		r.name = "SLE Micro"
	case strings.HasPrefix(id, "sles"), strings.HasPrefix(id, "sled"):
		r.name = strings.ToUpper(id[:4])
		if h.linkBase("/etc/products.d/baseproduct") == "SLES_SAP.prod" {
			r.name = "SLES_SAP"
		}
	case strings.HasPrefix(id, "opensuse"):
		r.name = "openSUSE"
	default:
		return release{}, false
	}
	major, minor, ok := strings.Cut(r.version, ".")
	r.major = major
	if ok {
		r.codename, r.minor = minor, minor
	} else if strings.HasPrefix(r.name, "SLE") {
		r.codename = "0"
	}
	return r, true
}

func (h *host) arch(os map[string]string) (release, bool) {
	if !h.exists("/etc/arch-release") && os["ID"] != "arch" {
		return release{}, false
	}
	r := release{name: "Archlinux", path: "/etc/arch-release", variety: "Archlinux", version: "rolling"}
	switch os["ID"] {
	case "manjaro":
		r.name, r.version = "Manjaro", cmp.Or(os["VERSION_ID"], r.version)
	case "artix":
		r.name = "Artix"
	}
	return r, true
}

// osReleaseNames are further distributions that os-release alone tells apart.
var osReleaseNames = map[string]string{
	"gentoo": "Gentoo", "flatcar": "Flatcar", "coreos": "CoreOS", "clear-linux-os": "ClearLinux", "nixos": "NixOS", "void": "Void",
	"slackware": "Slackware", "photon": "Photon OS", "openeuler": "openEuler", "anolis": "Anolis", "kylin": "Kylin Linux Advanced Server",
	"openwrt": "OpenWrt", "mageia": "Mageia", "altlinux": "ALT Linux", "azurelinux": "Microsoft Azure Linux", "mariner": "Common Base Linux Mariner",
}

func (h *host) named(os map[string]string) (release, bool) {
	if os["ID"] == "" {
		return release{}, false
	}
	r := release{name: osReleaseNames[os["ID"]], version: os["VERSION_ID"], codename: os["VERSION_CODENAME"], path: "/etc/os-release"}
	if r.name == "" {
		r.name = cmp.Or(os["NAME"], os["ID"])
	}
	r.variety = r.name
	for _, like := range strings.Fields(os["ID_LIKE"]) {
		if f := familyOf(debianNames[like]); r.family == "" && debianNames[like] != "" {
			r.family = f
		}
	}
	return r, true
}

func (h *host) macOS() release {
	r := release{name: "MacOSX", family: "Darwin"}
	if out, ok := h.run("/usr/bin/sw_vers", "-productVersion"); ok {
		r.version = strings.TrimSpace(out)
	}
	u := uname()
	r.codename = unix.ByteSliceToString(u.Release[:])
	return r
}
