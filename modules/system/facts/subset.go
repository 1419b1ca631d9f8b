package facts

import (
	"fmt"
	"maps"
	"slices"
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
	{name: "distribution", minimal: true, collect: distribution, aliases: []string{"distribution_version", "distribution_release", "distribution_major_version", "os_family"}},
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
	{name: "network", collect: network, needs: []string{"platform", "distribution"}, aliases: []string{"interfaces", "default_ipv4", "default_ipv6", "all_ipv4_addresses", "all_ipv6_addresses"}},
	{name: "iscsi", collect: iscsi},
	{name: "nvme", collect: nvme},
	{name: "local", minimal: true, collect: local},
	{name: "python", minimal: true, collect: nothing}, // its answer is waited for at the end
	// Facts of these two tools are theirs to give; without them there are none.
	{name: "facter", collect: facter},
	{name: "ohai", collect: ohai},
}

// choose resolves gather_subset into the names of collectors. What is added and
// left out are names, a collector's own or those of its facts: "!min" leaves out
// the minimal collectors' own names, so that with "all" those stay that have a
// fact with a name of its own.
func choose(subsets []string) (map[string]bool, error) {
	all, minimal, byName := index()
	if len(subsets) == 0 {
		subsets = []string{"all"}
	}
	add, exclude, asked := maps.Clone(minimal), map[string]bool{}, map[string]bool{}
	for _, subset := range subsets {
		name, not := strings.CutPrefix(subset, "!")
		switch {
		case subset == "min":
			maps.Copy(add, minimal)
		case subset == "all":
			maps.Copy(add, all)
		case not && name == "min":
			maps.Copy(exclude, minimal)
		case not && name == "all":
			for n := range all {
				if !minimal[n] {
					exclude[n] = true
				}
			}
		case not:
			maps.Copy(exclude, namesOf(name))
		case byName[name] == "":
			return nil, badSubset(subset, all)
		default:
			asked[name] = true
		}
	}
	for name := range exclude {
		delete(add, name)
	}
	maps.Copy(add, asked)
	chosen := map[string]bool{}
	for name := range add {
		chosen[byName[name]] = true
	}
	return withNeeds(chosen), nil
}

// index lists every name, the minimal collectors' own, and whose each name is.
func index() (all, minimal map[string]bool, byName map[string]string) {
	all, minimal, byName = map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, c := range collectors {
		if c.minimal {
			minimal[c.name] = true
		}
		for name := range namesOf(c.name) {
			all[name], byName[name] = true, c.name
		}
	}
	return all, minimal, byName
}

// namesOf are a collector's name and those of its facts.
func namesOf(name string) map[string]bool {
	names := map[string]bool{name: true}
	for _, c := range collectors {
		if c.name == name {
			for _, alias := range c.aliases {
				names[alias] = true
			}
		}
	}
	return names
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

func badSubset(subset string, all map[string]bool) error {
	names := strings.Join(slices.Sorted(maps.Keys(all)), ", ")
	return fmt.Errorf("Bad subset '%s' given to Ansible. gather_subset options allowed: all, %s", subset, names)
}
