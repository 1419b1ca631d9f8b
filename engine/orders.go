package engine

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// ordering are fields that a result begins with. It is for results that have the
// field told, or for all; a * stands for the task's options, as they are written.
type ordering struct{ told, fields string }

// attributesFirst is the order of a file that was brought, or had its attributes set.
var attributesFirst = []ordering{{"path", "diff path changed uid gid owner group mode state size checksum dest"}, {"", "diff dest src md5sum checksum changed"}}

// orderings are those of the modules whose own results begin otherwise than with
// changed, or have another order than the documentation of what they return; the
// first that fits counts. They are Ansible's, as cmd/goplay's order tests record them.
var orderings = map[string][]ordering{
	"ansible.builtin.assemble":         {{"", "src dest checksum md5sum changed msg"}},
	"ansible.builtin.copy":             attributesFirst,
	"ansible.builtin.template":         attributesFirst,
	"ansible.builtin.cron":             {{"jobs", "jobs envs changed"}},
	"ansible.builtin.expect":           {{"", "cmd stdout rc start end delta changed"}},
	"ansible.builtin.fetch":            {{"remote_md5sum", "changed md5sum dest remote_md5sum checksum"}, {"md5sum", "changed md5sum file dest"}, {"", "file"}},
	"ansible.builtin.file":             {{"", "path dest src changed diff"}},
	"ansible.builtin.find":             {{"", "files changed msg matched examined"}},
	"ansible.builtin.get_url":          {{"", "msg status_code changed checksum_dest checksum_src dest elapsed url src md5sum"}},
	"ansible.builtin.git":              {{"", "changed before remote_url_changed"}},
	"ansible.builtin.include_vars":     {{"message", "failed message"}, {"", "ansible_included_var_files"}},
	"ansible.builtin.pause":            {{"", "changed rc stderr stdout start stop delta echo user_input"}},
	"ansible.builtin.raw":              {{"", "rc stdout stdout_lines stderr stderr_lines changed"}},
	"ansible.builtin.replace":          {{"", "rc backup_file msg changed"}},
	"ansible.builtin.script":           {{"", "changed rc stdout stdout_lines stderr stderr_lines"}},
	"ansible.builtin.group":            {{"", "name state changed"}},
	"ansible.builtin.user":             {{"", "name state system create_home force remove append move_home password changed uid group comment home shell groups ssh_fingerprint"}},
	"ansible.builtin.unarchive":        {{"", "handler dest src extract_results changed"}},
	"ansible.posix.acl":                {{"", "changed msg"}},
	"ansible.posix.authorized_key":     {{"", "* state exclusive validate_certs follow key_options comment keyfile changed"}},
	"ansible.posix.mount":              {{"", "changed name opts dump passno fstab boot backup_file src"}},
	"community.crypto.openssh_keypair": {{"", "size type filename fingerprint public_key comment changed"}},
	"community.general.archive":        {{"", "archived dest dest_state changed"}},
	"community.general.cronvar":        {{"", "vars changed"}},
	"community.general.git_config":     {{"config_value", "changed msg"}, {"config_values", "changed msg"}, {"", "msg diff changed"}},
	"community.general.htpasswd":       {{"", "msg changed"}},
	"community.general.xml":            {{"", "actions changed"}},
}

// leading are the fields that a step's result begins with.
func leading(s *Step, f *value.Dict) []string {
	for _, o := range orderings[s.Module] {
		if o.told != "" && !hasKey(f, o.told) {
			continue
		}
		var fields []string
		for _, field := range strings.Fields(o.fields) {
			if field == "*" {
				fields = append(fields, s.options()...)
			} else {
				fields = append(fields, field)
			}
		}
		return fields
	}
	return nil
}

// options are the names of the options that the step gives, in their order.
func (s *Step) options() []string {
	var names []string
	m, known := modules.Lookup(s.Module)
	for k := range s.Args.All() {
		name := value.Str(k)
		if known {
			if option := m.Schema().Option(name); option != nil {
				name = option.Name
			}
		}
		names = append(names, name)
	}
	return names
}
