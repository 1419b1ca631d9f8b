package facts

import (
	"strconv"
	"strings"

	"goplay/internal/value"
)

func selinux(h *host) {
	// The name is Ansible's: it says that SELinux can be managed, for which
	// nothing of Python is needed here.
	h.facts.add("selinux_python_present", true)
	if !h.isDir("/sys/fs/selinux") || h.read("/sys/fs/selinux/enforce") == "" {
		h.facts.add("selinux", value.DictOf("status", "disabled"))
		return
	}
	config := parseShellVariables(h.read("/etc/selinux/config"))
	mode := "permissive"
	if h.line("/sys/fs/selinux/enforce") == "1" {
		mode = "enforcing"
	}
	d := value.DictOf("status", "enabled")
	if v, err := strconv.ParseInt(h.line("/sys/fs/selinux/policyvers"), 10, 64); err == nil {
		d.Set("policyvers", v)
	}
	d.Set("config_mode", orUnknown(config["SELINUX"]))
	d.Set("mode", mode)
	d.Set("type", orUnknown(config["SELINUXTYPE"]))
	h.facts.add("selinux", d)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func apparmor(h *host) {
	status := "disabled"
	if h.exists("/sys/kernel/security/apparmor") {
		status = "enabled"
	}
	h.facts.add("apparmor", value.DictOf("status", status))
}

func fips(h *host) {
	h.facts.add("fips", h.line("/proc/sys/crypto/fips_enabled") == "1")
}

// capabilityNames are the kernel's capabilities by their number.
var capabilityNames = []string{
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable",
	"net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot",
	"sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease",
	"audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read",
	"perfmon", "bpf", "checkpoint_restore",
}

// capabilities lists what this process may do; a process that may do
// everything is not held back, and the list is empty.
func capabilities(h *host) {
	names, all, ok := parseCapabilities(h.read("/proc/self/status"), h.line("/proc/sys/kernel/cap_last_cap"))
	if !ok {
		h.facts.add("system_capabilities", "N/A", "system_capabilities_enforced", "N/A")
		return
	}
	if all {
		h.facts.add("system_capabilities", []string{}, "system_capabilities_enforced", "False")
		return
	}
	h.facts.add("system_capabilities", names, "system_capabilities_enforced", "True")
}

func parseCapabilities(status, last string) (names []string, all, ok bool) {
	for line := range strings.Lines(status) {
		mask, found := strings.CutPrefix(line, "CapEff:")
		if !found {
			continue
		}
		bits, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
		if err != nil {
			return nil, false, false
		}
		n, err := strconv.Atoi(last)
		if err != nil || n >= len(capabilityNames) {
			n = len(capabilityNames) - 1
		}
		for i := range n + 1 {
			if bits&(1<<i) != 0 {
				names = append(names, "cap_"+capabilityNames[i])
			}
		}
		return names, len(names) == n+1, true
	}
	return nil, false, false
}
