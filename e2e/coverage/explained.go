package main

import (
	"path"

	"goplay/modules"
)

// explanation says why a schema is not what Ansible documents. Options is a
// list of patterns, as path.Match has them.
type explanation struct {
	Why     string
	What    string
	Options []string
}

// newer are options and choices of releases after those that were asked:
// ansible-core 2.14 with the collections that Debian packages beside it.
const newer = "of a newer release"

var explained = []explanation{
	{newer, "more", []string{
		"ansible.builtin.blockinfile.*end_newline", "ansible.builtin.command.expand_argument_vars", "ansible.builtin.dnf.best",
		"ansible.builtin.dnf.use_backend", "ansible.builtin.find.checksum_algorithm", "ansible.builtin.find.mode",
		"ansible.builtin.find.exact_mode", "ansible.builtin.find.limit", "ansible.builtin.import_role.public",
		"ansible.builtin.iptables.numeric", "ansible.builtin.user.password_expire_warn", "ansible.builtin.pip.break_system_packages", "ansible.builtin.yum_repository.countme",
		"ansible.posix.firewalld.forward", "community.docker.docker_container.*", "community.docker.docker_image.build.*",
		"community.docker.docker_network.*", "community.docker.docker_prune.builder_cache_*",
		"community.general.alternatives.family", "community.general.git_config.add_mode",
		"community.general.ini_file.ignore_spaces", "community.general.ini_file.modify_inactive_option", "community.general.ini_file.follow",
		"community.general.lvg.re*", "community.general.make.targets", "community.general.npm.force", "community.mysql.*.column_case_sensitive",
	}},
	{newer, "choices", []string{
		"community.docker.docker_container.state", "community.docker.docker_container.mounts.type",
		"community.general.lvg.state", "community.general.nmcli.type", "community.general.ufw.proto",
	}},
	{newer, "type", []string{"community.general.locale_gen.name", "community.docker.docker_container.pull"}},
	{newer, "default", []string{"community.docker.docker_container.pull"}},
	{newer, "aliases", []string{"community.docker.*.ca_cert", "ansible.builtin.git.gpg_whitelist", "ansible.builtin.yum_repository.exclude"}},

	{"a name for the text that stands behind the module's name", "missing", []string{
		"ansible.builtin.*.free_form", "ansible.builtin.*.free-form", "ansible.builtin.set_fact.key_value",
	}},
	{"the text that stands behind the module's name", "aliases", []string{
		"ansible.builtin.command.cmd", "ansible.builtin.script.cmd", "ansible.builtin.shell.cmd",
	}},
	{"the text that stands behind the module's name", "more", []string{"ansible.builtin.raw._raw_params"}},
	{"taken without being documented", "more", []string{
		"ansible.builtin.command.executable", "ansible.builtin.shell.strip_empty_ends", "ansible.builtin.stat.get_md5",
	}},
	{"refused in the words of Ansible", "more", []string{"ansible.builtin.import_role.apply", "ansible.builtin.import_tasks.apply"}},
	{"taken without being documented", "aliases", []string{
		"ansible.builtin.*_role.name", "ansible.builtin.package.name", "ansible.builtin.reboot.*",
		"community.mysql.mysql_user.name",
	}},
	{"documented, and not asked for", "required", []string{
		"ansible.builtin.dnf.name", "ansible.builtin.git.dest", "ansible.builtin.package.name", "ansible.builtin.package.state",
		"community.general.alternatives.path", "community.crypto.x509_certificate_pipe.provider", "community.mysql.mysql_variables.variable",
	}},
	{"any value is taken, and written as text where text is wanted", "type", []string{
		"ansible.builtin.assert.*_msg", "ansible.builtin.debug.msg", "ansible.builtin.include_role.apply", "ansible.builtin.include_tasks.apply",
		"ansible.builtin.package.name", "ansible.builtin.validate_argument_spec.*", "ansible.posix.sysctl.value",
		"community.docker.docker_container_copy_into.mode", "community.docker.docker_image.build.container_limits.*", "kubernetes.core.k8s.resource_definition",
	}},
	{"any value is taken", "elements", []string{"ansible.builtin.assert.that", "community.docker.docker_container.device_requests.capabilities"}},
	{"parts of seconds and minutes are taken too", "type", []string{"ansible.builtin.pause.*", "ansible.builtin.wait_for_connection.*"}},
	{"a file of the controller, which is looked for in the folders of the role and of the play", "type", []string{
		"ansible.builtin.include_vars.dir", "ansible.builtin.include_vars.file", "ansible.builtin.template.src",
	}},
	{"a ~ in it is the home of the user there, as with Ansible", "type", []string{
		"ansible.builtin.fetch.src", "ansible.builtin.script.*", "community.general.pacman.executable",
	}},
	{"the choices are examples: other values are taken", "choices", []string{
		"ansible.builtin.blockinfile.insert*", "ansible.builtin.lineinfile.insert*", "ansible.builtin.iptables.match_set_flags",
	}},
	{"the module refuses other values itself, in the words of Ansible", "choices", []string{
		"ansible.builtin.package_facts.manager", "ansible.builtin.template.newline_sequence",
	}},
	{"what a task without the option gets, not a value that is written for it", "default", []string{
		"ansible.builtin.copy.local_follow",
		"ansible.builtin.blockinfile.insertafter", "ansible.builtin.lineinfile.insertafter", "ansible.builtin.reboot.*",
		"ansible.builtin.user.ssh_key_comment", "ansible.builtin.yum_repository.*",
	}},
	{"the environment comes before it", "default", []string{
		"community.docker.*.api_version", "community.docker.*.docker_host", "community.docker.*.timeout",
		"community.postgresql.*.login_user", "community.postgresql.*.port",
	}},
	{"PyOpenSSL is a library of Python", "choices", []string{"community.crypto.openssl_pkcs12.select_crypto_backend"}},
	{"certificates of ACME need the program acme-tiny, those of Entrust a contract", "choices", []string{"community.crypto.x509_certificate*.provider"}},
	{"certificates of ACME need the program acme-tiny", "missing", []string{"community.crypto.x509_certificate.acme_*"}},
	{"certificates of Entrust need a contract", "missing", []string{"community.crypto.x509_certificate*.entrust_*"}},
}

// newerModules are those that the Ansible that was asked has not.
var newerModules = []string{
	"ansible.builtin.deb822_repository", "ansible.builtin.dnf5", "ansible.builtin.include", "ansible.builtin.mount_facts", "ansible.builtin.openrc",
	"community.docker.docker_compose_v2", "community.docker.docker_compose_v2_exec", "community.docker.docker_compose_v2_pull",
	"community.docker.docker_compose_v2_run", "community.docker.docker_image_build",
	"community.docker.docker_image_export", "community.docker.docker_image_pull", "community.docker.docker_image_push",
	"community.docker.docker_image_remove", "community.docker.docker_image_tag",
}

// explains finds the explanation of a difference, and which of its patterns it is; -1 without one.
func explains(d difference) (at, pattern int) {
	for i, e := range explained {
		for j, p := range e.Options {
			if ok, _ := path.Match(p, d.Option); ok && e.What == d.What {
				return i, j
			}
		}
	}
	return -1, -1
}

// why is the reason of a difference, or "".
func why(d difference) string {
	if at, _ := explains(d); at >= 0 {
		return explained[at].Why
	}
	return ""
}

// all are the differences of every module that Ansible documents.
func all(facts Facts) []difference {
	var out []difference
	for _, m := range modules.All() {
		if documented, ok := facts[m.Name]; ok {
			out = append(out, differences(m.Name, m.Schema(), documented)...)
		}
	}
	return out
}

// unexplained are those without a reason.
func unexplained(facts Facts) []difference {
	var out []difference
	for _, d := range all(facts) {
		if why(d) == "" {
			out = append(out, d)
		}
	}
	return out
}
