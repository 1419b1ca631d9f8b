package engine

import (
	"fmt"
	"strings"

	"goplay/engine/collections"
	"goplay/modules"
)

// nativeGroups are the groups of module_defaults that are made of modules that
// goplay brings, by a prefix of their names, as the collections have them.
var nativeGroups = map[string]string{
	"community.docker.docker":  "community.docker.",
	"kubernetes.core.k8s":      "kubernetes.core.k8s",
	"kubernetes.core.helm":     "kubernetes.core.helm",
	"community.postgresql.all": "community.postgresql.",
}

// builtinGroups are the groups that may be named without a collection, and
// which they stand for; the modules of most are not goplay's.
var builtinGroups = map[string]string{
	"aws": "amazon.aws.aws", "acme": "community.crypto.acme", "azure": "azure.azcollection.azure", "cpm": "wti.remote.cpm",
	"docker": "community.docker.docker", "gcp": "google.cloud.gcp", "k8s": "kubernetes.core.k8s", "os": "openstack.cloud.os",
	"ovirt": "ovirt.ovirt.ovirt", "vmware": "community.vmware.vmware",
}

// DefaultsGroup gives the full names of the modules in group/NAME of
// module_defaults. The error, in Ansible's words, says that there is no such
// group; one of a collection that is not on disk has no members.
func DefaultsGroup(x *collections.Index, name string) ([]string, error) {
	if strings.Count(name, ".") < 2 || strings.HasPrefix(name, "ansible.builtin.") {
		full, ok := builtinGroups[strings.TrimPrefix(name, "ansible.builtin.")]
		if !ok {
			return nil, fmt.Errorf("could not resolve the module_defaults group ansible.builtin.%s", strings.TrimPrefix(name, "ansible.builtin."))
		}
		name = full
	}
	prefix, native := nativeGroups[name]
	if !native {
		return x.Group(name)
	}
	var members []string
	for _, m := range modules.All() {
		if strings.HasPrefix(m.Name, prefix) {
			members = append(members, m.Name)
		}
	}
	return members, nil
}
