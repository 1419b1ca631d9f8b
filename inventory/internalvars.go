package inventory

// magic are the names that Ansible sets itself: listings of an inventory leave
// them out even where a source gives them a value.
var magic = map[string]bool{
	"ansible_collection_name": true, "ansible_config_file": true, "ansible_dependent_role_names": true,
	"ansible_diff_mode": true, "ansible_facts": true, "ansible_forks": true, "ansible_inventory_sources": true,
	"ansible_limit": true, "ansible_play_batch": true, "ansible_play_hosts": true, "ansible_play_hosts_all": true,
	"ansible_play_name": true, "ansible_play_role_names": true, "ansible_playbook_python": true,
	"ansible_role_name": true, "ansible_role_names": true, "ansible_run_tags": true, "ansible_skip_tags": true,
	"ansible_verbosity": true, "ansible_version": true, "group_names": true, "groups": true, "hostvars": true,
	"inventory_dir": true, "inventory_file": true, "inventory_hostname": true, "inventory_hostname_short": true,
	"omit": true, "play_hosts": true, "playbook_dir": true, "role_name": true, "role_names": true,
	"role_path": true, "role_uuid": true,
}
