package facts

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// collector is one source of facts. Its aliases are names of facts by which
// gather_subset may ask for it; needs are collectors whose facts it reads.
type collector struct {
	name    string
	aliases []string
	needs   []string
	minimal bool // part of the subset min
	collect func(*host)
}

// collectors in the order in which they run: each after what it needs.
var collectors = []collector{
	{name: "platform", minimal: true, collect: platform, aliases: []string{"system", "kernel", "kernel_version", "machine", "python_version", "architecture", "machine_id"}},
	{name: "distribution", minimal: true, collect: distribution, needs: []string{"platform"}, aliases: []string{"distribution_version", "distribution_release", "distribution_major_version", "os_family"}},
	{name: "lsb", minimal: true, collect: lsb},
	{name: "selinux", minimal: true, collect: selinux},
	{name: "apparmor", minimal: true, collect: apparmor},
	{name: "chroot", collect: chroot, aliases: []string{"is_chroot"}},
	{name: "fips", minimal: true, collect: fips},
	{name: "caps", minimal: true, collect: capabilities, aliases: []string{"system_capabilities", "system_capabilities_enforced"}},
	{name: "pkg_mgr", minimal: true, collect: packageManager, needs: []string{"distribution"}},
	{name: "service_mgr", minimal: true, collect: serviceManager, needs: []string{"platform", "distribution"}},
	{name: "cmdline", minimal: true, collect: commandLine},
	{name: "date_time", minimal: true, collect: dateTime},
	{name: "env", minimal: true, collect: environment},
	{name: "loadavg", collect: loadAverage},
	{name: "ssh_pub_keys", minimal: true, collect: hostKeys, aliases: []string{"ssh_host_pub_keys", "ssh_host_key_dsa_public", "ssh_host_key_rsa_public", "ssh_host_key_ecdsa_public", "ssh_host_key_ed25519_public"}},
	{name: "user", minimal: true, collect: currentUser, aliases: []string{"user_id", "user_uid", "user_gid", "user_gecos", "user_dir", "user_shell", "real_user_id", "effective_user_id", "effective_group_ids"}},
	{name: "virtual", collect: virtualization, aliases: []string{"virtualization_type", "virtualization_role", "virtualization_tech_guest", "virtualization_tech_host"}},
	{name: "hardware", collect: hardware, needs: []string{"platform"}, aliases: []string{"processor", "processor_cores", "processor_count", "mounts", "devices"}},
	{name: "dns", minimal: true, collect: dns},
	{name: "fibre_channel_wwn", collect: fibreChannel},
	{name: "network", collect: network, aliases: []string{"interfaces", "default_ipv4", "default_ipv6", "all_ipv4_addresses", "all_ipv6_addresses"}},
	{name: "iscsi", collect: iscsi},
	{name: "nvme", collect: nvme},
	{name: "local", minimal: true, collect: local},
	{name: "python", minimal: true, collect: python},
	// Facts of these two tools are theirs to give; without them there are none.
	{name: "facter", collect: facter},
	{name: "ohai", collect: ohai},
}

// choose resolves gather_subset into the names of collectors.
func choose(subsets []string) (map[string]bool, error) {
	all, minimal, byName := index()
	if len(subsets) == 0 {
		subsets = []string{"all"}
	}
	add, exclude := map[string]bool{}, map[string]bool{}
	asked := map[string]bool{}
	for _, subset := range subsets {
		name, not := strings.CutPrefix(subset, "!")
		members, ok := byName[name]
		if !ok && !not {
			return nil, badSubset(subset, byName)
		}
		switch {
		case subset == "min":
			union(add, minimal)
		case not && name == "min":
			union(exclude, minimal)
		case subset == "all":
			union(add, all)
		case not && name == "all":
			for n := range all {
				if !minimal[n] {
					exclude[n] = true
				}
			}
		case not:
			union(exclude, members)
		default:
			union(asked, members)
		}
	}
	if len(add) == 0 && len(asked) == 0 {
		union(add, all)
	}
	if !slices.Contains(subsets, "!min") {
		union(add, minimal)
	}
	for name := range exclude {
		delete(add, name)
	}
	union(add, asked)
	return withNeeds(add), nil
}

func index() (all, minimal map[string]bool, byName map[string]map[string]bool) {
	all, minimal = map[string]bool{}, map[string]bool{}
	byName = map[string]map[string]bool{"all": all, "min": minimal}
	for _, c := range collectors {
		all[c.name] = true
		if c.minimal {
			minimal[c.name] = true
		}
		for _, name := range append([]string{c.name}, c.aliases...) {
			byName[name] = map[string]bool{c.name: true}
		}
	}
	return all, minimal, byName
}

func union(dst, src map[string]bool) {
	for name := range src {
		dst[name] = true
	}
}

func withNeeds(chosen map[string]bool) map[string]bool {
	for i := len(collectors) - 1; i >= 0; i-- {
		if c := collectors[i]; chosen[c.name] {
			for _, need := range c.needs {
				chosen[need] = true
			}
		}
	}
	return chosen
}

func badSubset(subset string, byName map[string]map[string]bool) error {
	names := []string{}
	for name := range byName {
		names = append(names, name)
	}
	sort.Strings(names)
	return fmt.Errorf("Bad subset '%s' given to Ansible. gather_subset options allowed: %s", subset, strings.Join(names, ", "))
}
