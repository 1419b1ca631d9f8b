package vars

import (
	"strings"
	"testing"

	"goplay/internal/value"
)

// TestRestricted has what Ansible's clean_facts says of facts' names, but for
// remote_tmp, paramiko's, podman's and become methods' names, which it lets through.
func TestRestricted(t *testing.T) {
	for _, name := range strings.Fields(`ansible_connection ansible_host ansible_port ansible_user ansible_ssh_user ansible_ssh_host
		ansible_ssh_common_args ansible_become ansible_become_user ansible_become_password ansible_python_interpreter
		ansible_bogus_interpreter ansible_shell_type ansible_shell_executable ansible_password ansible_timeout ansible_rsync_path
		ansible_playbook_python ansible_facts ansible_winrm_x ansible_network_os ansible_pipelining ansible_private_key_file
		ansible_local_thing ansible_become_exe ansible_ssh_retries ansible_docker_extra_args ansible_ssh_host_key_checking
		ansible_host_key_checking ansible_remote_tmp ansible_sudo_pass`) {
		if !Restricted(name) {
			t.Errorf("%s may come from a host", name)
		}
	}
	for _, name := range strings.Fields(`ansible_ssh_host_key_rsa_public ansible_ssh_host_key_ed25519_public_keytype
		discovered_interpreter_python ansible_local ansible_env ansible_distribution ansible_eth0 ansible_docker0
		ansible_docker_gwbridge ansible_hostname ansible_user_id ansible_userspace_bits ansible_all_ipv4_addresses fine connection`) {
		if Restricted(name) {
			t.Errorf("%s may not come from a host", name)
		}
	}
	l := FactsLayer(value.DictOf("ansible_connection", "local", "ansible_distribution", "Debian"), true)
	facts, _ := l["ansible_facts"].(*value.Dict)
	if _, found := l["ansible_connection"]; found || l["ansible_distribution"] != "Debian" || facts.Len() != 2 {
		t.Errorf("%v", l)
	}
}
