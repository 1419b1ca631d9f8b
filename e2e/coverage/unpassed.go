package main

import "strings"

// changeless are the modules that change nothing of a host, so that there are
// no four passes to take them through; those called _info and _facts are too.
var changeless = map[string]string{
	"ansible.builtin.add_host":               "the inventory of the run is the controller's",
	"ansible.builtin.assert":                 said,
	"ansible.builtin.async_status":           told,
	"ansible.builtin.debug":                  said,
	"ansible.builtin.fail":                   said,
	"ansible.builtin.group_by":               "the inventory of the run is the controller's",
	"ansible.builtin.import_role":            tasksOfOthers,
	"ansible.builtin.import_tasks":           tasksOfOthers,
	"ansible.builtin.include":                tasksOfOthers,
	"ansible.builtin.include_role":           tasksOfOthers,
	"ansible.builtin.include_tasks":          tasksOfOthers,
	"ansible.builtin.include_vars":           "variables are the controller's",
	"ansible.builtin.pause":                  "it waits",
	"ansible.builtin.set_fact":               "variables are the controller's",
	"ansible.builtin.set_stats":              "figures of the run are the controller's",
	"ansible.builtin.setup":                  told,
	"ansible.builtin.validate_argument_spec": said,
	"ansible.builtin.wait_for_connection":    "it waits",
	"community.general.mail":                 "a letter is no change, as Ansible has it",
	"community.postgresql.postgresql_ping":   told,
	"kubernetes.core.k8s_log":                told,
}

const (
	commandOfCompose = "Debian has no Compose 2; as with docker_container_exec each command is a change, and it is skipped in check mode"

	said          = "it judges what it is given"
	told          = "it tells what is there"
	tasksOfOthers = "the tasks that it brings change something"
)

func changesNothing(name string) bool {
	return changeless[name] != "" || strings.HasSuffix(name, "_info") || strings.HasSuffix(name, "_facts")
}

// unpassed are the modules that change something and that no test takes through
// four passes, each with the reason. What a test takes through them is struck out.
var unpassed = map[string]string{
	"ansible.builtin.dnf5":                    untested["ansible.builtin.dnf5"],
	"community.docker.docker_compose_v2_exec": commandOfCompose,
	"community.docker.docker_compose_v2_run":  commandOfCompose,
	"community.docker.docker_compose_v2_pull": "Debian has no Compose 2, and where there is one no registry to pull from",
}
