package config

import (
	"slices"
	"strings"
)

// variables are the names by which a host's variables give settings of
// plugins; the last one that is there counts.
var variables = map[string][]string{
	"doas.become_exe":                      {"ansible_become_exe", "ansible_doas_exe"},
	"doas.become_flags":                    {"ansible_become_flags", "ansible_doas_flags"},
	"doas.become_pass":                     {"ansible_become_password", "ansible_become_pass", "ansible_doas_pass"},
	"doas.become_user":                     {"ansible_become_user", "ansible_doas_user"},
	"docker.container_timeout":             {"ansible_docker_timeout"},
	"docker.docker_extra_args":             {"ansible_docker_extra_args"},
	"doas.prompt_l10n":                     {"ansible_doas_prompt_l10n"},
	"local.pipelining":                     {"ansible_pipelining"},
	"paramiko_ssh.host_key_checking":       {"ansible_host_key_checking", "ansible_ssh_host_key_checking", "ansible_paramiko_host_key_checking"},
	"paramiko_ssh.remote_user":             {"ansible_user", "ansible_ssh_user", "ansible_paramiko_user"},
	"paramiko_ssh.ssh_args":                {"ansible_ssh_args"},
	"paramiko_ssh.ssh_common_args":         {"ansible_ssh_common_args"},
	"paramiko_ssh.ssh_extra_args":          {"ansible_ssh_extra_args"},
	"paramiko_ssh.use_rsa_sha2_algorithms": {"ansible_paramiko_use_rsa_sha2_algorithms"},
	"podman.podman_executable":             {"ansible_podman_executable"},
	"podman.podman_extra_args":             {"ansible_podman_extra_args"},
	"sh.admin_users":                       {"ansible_admin_users"},
	"sh.async_dir":                         {"ansible_async_dir"},
	"sh.common_remote_group":               {"ansible_common_remote_group"},
	"sh.remote_tmp":                        {"ansible_remote_tmp"},
	"sh.system_tmpdirs":                    {"ansible_system_tmpdirs"},
	"sh.world_readable_temp":               {"ansible_shell_allow_world_readable_temp"},
	"ssh.control_path":                     {"ansible_control_path"},
	"ssh.control_path_dir":                 {"ansible_control_path_dir"},
	"ssh.host_key_checking":                {"ansible_host_key_checking", "ansible_ssh_host_key_checking"},
	"ssh.pipelining":                       {"ansible_pipelining", "ansible_ssh_pipelining"},
	"ssh.pkcs11_provider":                  {"ansible_ssh_pkcs11_provider"},
	"ssh.port":                             {"ansible_port", "ansible_ssh_port"},
	"ssh.private_key_file":                 {"ansible_private_key_file", "ansible_ssh_private_key_file"},
	"ssh.reconnection_retries":             {"ansible_ssh_retries"},
	"ssh.remote_user":                      {"ansible_user", "ansible_ssh_user"},
	"ssh.scp_executable":                   {"ansible_scp_executable"},
	"ssh.scp_extra_args":                   {"ansible_scp_extra_args"},
	"ssh.scp_if_ssh":                       {"ansible_scp_if_ssh"},
	"ssh.sftp_batch_mode":                  {"ansible_sftp_batch_mode"},
	"ssh.sftp_executable":                  {"ansible_sftp_executable"},
	"ssh.sftp_extra_args":                  {"ansible_sftp_extra_args"},
	"ssh.ssh_args":                         {"ansible_ssh_args"},
	"ssh.ssh_common_args":                  {"ansible_ssh_common_args"},
	"ssh.ssh_executable":                   {"ansible_ssh_executable"},
	"ssh.ssh_extra_args":                   {"ansible_ssh_extra_args"},
	"ssh.ssh_transfer_method":              {"ansible_ssh_transfer_method"},
	"ssh.sshpass_prompt":                   {"ansible_sshpass_prompt"},
	"ssh.timeout":                          {"ansible_ssh_timeout"},
	"ssh.use_tty":                          {"ansible_ssh_use_tty"},
	"su.become_exe":                        {"ansible_become_exe", "ansible_su_exe"},
	"su.become_flags":                      {"ansible_become_flags", "ansible_su_flags"},
	"su.become_pass":                       {"ansible_become_password", "ansible_become_pass", "ansible_su_pass"},
	"su.become_user":                       {"ansible_become_user", "ansible_su_user"},
	"su.prompt_l10n":                       {"ansible_su_prompt_l10n"},
	"sudo.become_exe":                      {"ansible_become_exe", "ansible_sudo_exe"},
	"sudo.become_flags":                    {"ansible_become_flags", "ansible_sudo_flags"},
	"sudo.become_pass":                     {"ansible_become_password", "ansible_become_pass", "ansible_sudo_pass"},
	"sudo.become_user":                     {"ansible_become_user", "ansible_sudo_user"},
}

// Find returns a setting by name, where there is one.
func (c *Config) Find(name string) (Value, bool) {
	v, ok := c.values[name]
	return v, ok
}

// Plugin returns a setting of a plugin, and the variables that win over it, the
// strongest first.
func (c *Config) Plugin(plugin, option string) (Value, []string, bool) {
	v, ok := c.Find(plugin + "." + option)
	names := slices.Clone(variables[v.Name])
	slices.Reverse(names)
	return v, names, ok
}

// HasPlugin reports whether anything is known of a plugin.
func (c *Config) HasPlugin(plugin string) bool {
	return slices.ContainsFunc(c.names, func(name string) bool { return strings.HasPrefix(name, plugin+".") })
}
