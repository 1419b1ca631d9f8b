package facts

import (
	"context"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goplay/internal/lazy"
)

var intel32 = lazy.Regexp(`^i[3-6]86$|^i86pc$`)

// uname is what the kernel says of itself.
func uname() (u unix.Utsname) {
	_ = unix.Uname(&u)
	return u
}

func platform(h *host) {
	u := uname()
	machine, nodename := unix.ByteSliceToString(u.Machine[:]), unix.ByteSliceToString(u.Nodename[:])
	fqdn := h.fqdn(nodename)
	hostname, _, _ := strings.Cut(nodename, ".")
	_, domain, _ := strings.Cut(fqdn, ".")
	bits, userspace := h.userspace(machine)
	h.facts.add(
		"system", unix.ByteSliceToString(u.Sysname[:]),
		"kernel", unix.ByteSliceToString(u.Release[:]),
		"kernel_version", unix.ByteSliceToString(u.Version[:]),
		"machine", machine,
		"fqdn", fqdn, "hostname", hostname, "nodename", nodename, "domain", domain,
		"userspace_bits", bits)
	switch {
	case machine == "x86_64" || intel32.MatchString(machine):
		h.facts.add("userspace_architecture", userspace, "architecture", userspace)
		if machine == "x86_64" {
			h.facts.add("architecture", machine)
		}
	default:
		h.facts.add("architecture", machine)
	}
	for _, path := range []string{"/var/lib/dbus/machine-id", "/etc/machine-id"} {
		if id := h.line(path); id != "" {
			id, _, _ = strings.Cut(id, "\n")
			h.facts.add("machine_id", id)
			break
		}
	}
}

// userspace tells what programs are built for, which a 64 bit kernel does not say.
func (h *host) userspace(machine string) (bits, arch string) {
	bits, arch = "64", machine
	if runtime.GOARCH == "386" || runtime.GOARCH == "arm" {
		bits = "32"
	}
	if class := elfClass(h.path("/bin/sh")); class != 0 {
		bits = strconv.Itoa(class)
	}
	if bits == "32" && (arch == "x86_64" || intel32.MatchString(arch)) {
		arch = "i386"
	}
	return bits, arch
}

// elfClass reads from a program's first bytes whether it is one of 32 or 64
// bits; 0 is for what is no program. debug/elf would make the agent larger.
func elfClass(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	head := make([]byte, 5)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:4]) != "\x7fELF" {
		return 0
	}
	return int(head[4]) * 32
}

// fqdn resolves the host's name to an address and that back to names, the
// first of which with a dot is the full one.
func (h *host) fqdn(node string) string {
	if node == "" {
		return "localhost"
	}
	names := h.inHostsFile(node)
	if names == nil && !strings.Contains(h.read("/etc/nsswitch.conf"), "myhostname") {
		names = h.inDNS(node)
	}
	for _, name := range names {
		if strings.Contains(name, ".") {
			return name
		}
	}
	if len(names) > 0 {
		return names[0]
	}
	return node
}

// inHostsFile returns the names of the first line that has the address which
// the name is given.
func (h *host) inHostsFile(node string) []string {
	lines := hostLines(h.read("/etc/hosts"))
	for _, line := range lines {
		if !slices.Contains(line[1:], node) {
			continue
		}
		for _, other := range lines {
			if other[0] == line[0] {
				return other[1:]
			}
		}
	}
	return nil
}

func hostLines(text string) [][]string {
	var lines [][]string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 1 {
			lines = append(lines, f)
		}
	}
	return lines
}

func (h *host) inDNS(node string) []string {
	ctx, cancel := context.WithTimeout(h.ctx, min(h.req.Timeout, 2*time.Second))
	defer cancel()
	addrs, err := net.DefaultResolver.LookupHost(ctx, node)
	if err != nil || len(addrs) == 0 {
		return nil
	}
	names, err := net.DefaultResolver.LookupAddr(ctx, addrs[0])
	if err != nil {
		return nil
	}
	for i := range names {
		names[i] = strings.TrimSuffix(names[i], ".")
	}
	return names
}

func environment(h *host) {
	env := map[string]any{}
	for _, kv := range h.req.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	h.facts.add("env", env)
}

func commandLine(h *host) {
	text := h.line("/proc/cmdline")
	if text == "" {
		return
	}
	last, every := parseCommandLine(text)
	h.facts.add("cmdline", last, "proc_cmdline", every)
}

func chroot(h *host) {
	h.facts.add("is_chroot", h.inChroot())
}

func (h *host) inChroot() bool {
	if os.Getenv("debian_chroot") != "" {
		return true
	}
	here, err := inode("/")
	if err != nil {
		return false
	}
	if init, err := inode("/proc/1/root/."); err == nil {
		return here != init
	}
	// Without the right to look at the first process: the numbers that file
	// systems give their root.
	return !slices.Contains([]uint64{2, 128, 256}, here[1])
}

func inode(path string) ([2]uint64, error) {
	var st unix.Stat_t
	err := unix.Stat(path, &st)
	return [2]uint64{uint64(st.Dev), st.Ino}, err
}
