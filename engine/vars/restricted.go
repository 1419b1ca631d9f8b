package vars

import (
	"slices"
	"strings"

	"goplay/internal/value"
)

// A host may say of itself what it likes, but not how it is reached: a fact that
// is named as a variable which decides on that would have it send the tasks that
// follow elsewhere, to the controller even. As in Ansible such names are in
// ansible_facts alone and never become variables.

// restricted are the names that facts may not have as variables.
var restricted = func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(`become connection connection_user delegated_vars facts host host_key_checking module_compression
		network_os password pipelining playbook_python port private_key_file remote_tmp remote_user rsync_path scp_extra_args
		sftp_extra_args shell_executable shell_type timeout user
		docker_ca_cert docker_cacert_path docker_client_cert docker_client_key docker_docker_host docker_extra_args docker_host
		docker_key_path docker_tls docker_tls_hostname docker_user docker_validate_certs docker_working_dir`) {
		names["ansible_"+name] = true
	}
	return names
}()

// restrictedPrefixes are how the names of ways to reach a host and to become somebody begin.
var restrictedPrefixes = []string{"become_", "ssh_", "local_", "paramiko_", "winrm_", "psrp_", "podman_", "sudo_", "su_", "doas_"}

// Restricted reports whether a fact's name is one that decides how hosts are
// reached and modules run, which no host has a say in.
func Restricted(name string) bool {
	rest, ok := strings.CutPrefix(name, "ansible_")
	switch {
	case !ok:
		return false
	case strings.HasPrefix(rest, "ssh_host_key_") && rest != "ssh_host_key_checking":
		return false // a host's public keys
	case restricted[name], strings.HasSuffix(rest, "_interpreter"):
		return true
	}
	return slices.ContainsFunc(restrictedPrefixes, func(prefix string) bool { return strings.HasPrefix(rest, prefix) })
}

// RestrictedFacts are the names of facts that do not become variables.
func RestrictedFacts(facts *value.Dict) []string {
	var names []string
	for k := range facts.All() {
		if name := value.Str(k); Restricted(name) {
			names = append(names, name)
		}
	}
	return names
}
