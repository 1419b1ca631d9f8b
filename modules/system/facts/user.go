package facts

import (
	"os"
	"os/user"
	"strconv"
	"strings"

	"goplay/internal/value"
)

func currentUser(h *host) {
	uid, gid := os.Getuid(), os.Getgid()
	name, home, shell, gecos := strconv.Itoa(uid), h.getenv("HOME"), h.getenv("SHELL"), ""
	if entry := h.passwdEntry(uid); entry != nil {
		name, gecos, home, shell = entry[0], entry[4], entry[5], entry[6]
		if n, err := strconv.Atoi(entry[3]); err == nil {
			gid = n
		}
	} else if u, err := user.LookupId(name); err == nil {
		name, home, gecos = u.Username, u.HomeDir, u.Name
	}
	h.facts.add("user_id", name, "user_uid", uid, "user_gid", gid, "user_gecos", gecos, "user_dir", home, "user_shell", shell,
		"real_user_id", uid, "effective_user_id", os.Geteuid(), "real_group_id", os.Getgid(), "effective_group_id", os.Getegid())
}

// passwdEntry finds a user in the system's file, or asks its name services.
func (h *host) passwdEntry(uid int) []string {
	id := strconv.Itoa(uid)
	for line := range strings.Lines(h.read("/etc/passwd")) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) == 7 && f[2] == id {
			return f
		}
	}
	if getent := h.program("getent"); getent != "" {
		out, ok := h.run(getent, "passwd", id)
		if f := strings.Split(strings.TrimSpace(out), ":"); ok && len(f) == 7 {
			return f
		}
	}
	return nil
}

// hostKeys are the public keys of the host's SSH server.
func hostKeys(h *host) {
	for _, dir := range []string{"/etc/ssh", "/etc/openssh", "/etc"} {
		found := false
		for _, kind := range []string{"dsa", "rsa", "ecdsa", "ed25519"} {
			f := strings.Fields(h.read(dir + "/ssh_host_" + kind + "_key.pub"))
			if len(f) >= 2 {
				found = true
				h.facts.add("ssh_host_key_"+kind+"_public", f[1], "ssh_host_key_"+kind+"_public_keytype", f[0])
			}
		}
		if found {
			return
		}
	}
}

func dns(h *host) {
	h.facts.add("dns", parseResolvConf(h.read("/etc/resolv.conf")))
}

// parseResolvConf reads the resolver's configuration, options as a dict.
func parseResolvConf(text string) *value.Dict {
	out := value.NewDict()
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") || strings.HasPrefix(f[0], ";") {
			continue
		}
		switch f[0] {
		case "nameserver":
			have, _ := out.Get("nameservers")
			l, ok := have.(*value.List)
			if !ok {
				l = value.NewList()
				out.Set("nameservers", l)
			}
			for _, server := range f[1:] {
				l.Append(server)
			}
		case "domain":
			if len(f) > 1 {
				out.Set("domain", f[1])
			}
		case "search", "sortlist":
			out.Set(f[0], value.Strings(f[1:]))
		case "options":
			options := value.NewDict()
			for _, option := range f[1:] {
				name, v, ok := strings.Cut(option, ":")
				if ok {
					options.Set(name, v)
				} else {
					options.Set(name, true)
				}
			}
			out.Set("options", options)
		}
	}
	return out
}

func iscsi(h *host) {
	iqn := ""
	for line := range strings.Lines(h.read("/etc/iscsi/initiatorname.iscsi")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "InitiatorName="); ok {
			iqn = name
			break
		}
	}
	h.facts.add("iscsi_iqn", iqn)
}

func nvme(h *host) {
	name := ""
	for line := range strings.Lines(h.read("/etc/nvme/hostnqn")) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "nqn.") {
			name = line
		}
	}
	h.facts.add("hostnqn", name)
}

func fibreChannel(h *host) {
	ports := []string{}
	for _, path := range h.glob("/sys/class/fc_host/*/port_name") {
		ports = append(ports, strings.TrimPrefix(h.line(path), "0x"))
	}
	h.facts.add("fibre_channel_wwn", ports)
}
