package system

import (
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

var hostSteps = []ht.Step{
	{Name: "a name", Module: "hostname", Args: ht.Args{"name": "web.example.org", "use": "debian"}, Compare: []string{"name"}},
	{Name: "another name", Module: "hostname", Args: ht.Args{"name": "db", "use": "debian"}, Compare: []string{"name"}},
	{Name: "no name", Module: "hostname", Args: ht.Args{"name": "a b", "use": "debian"}},
	{Name: "a zone", Module: "community.general.timezone", Args: ht.Args{"name": "Europe/Berlin"}},
	{Name: "another zone", Module: "community.general.timezone", Args: ht.Args{"name": "UTC"}},
	{Name: "no zone", Module: "community.general.timezone", Args: ht.Args{"name": "Europe/Nowhere"}},
	{Name: "kept off", Module: "community.general.modprobe", Args: ht.Args{"name": "gp_none", "state": "absent"}, Differs: "Ansible was asked where the kernel has no list of modules"},
	{Name: "loaded", Module: "community.general.modprobe", Args: ht.Args{"name": "gp_fake", "params": "a=1", "persistent": "present"}, Always: true, Differs: "Ansible was asked where the kernel has no list of modules"},
	{Name: "not loaded again", Module: "community.general.modprobe", Args: ht.Args{"name": "gp_fake", "state": "absent", "persistent": "absent"}},
	{Name: "refused", Module: "community.general.modprobe", Args: ht.Args{"name": "gp_bad"}, Unforeseen: true},
}

// A container has neither modules of its own nor zones: modprobe is a pretended
// one, and two zones are enough.
const hostSetup = `
umount /etc/hostname # which Docker keeps
mkdir -p /usr/share/zoneinfo/Europe /etc/modprobe.d /etc/modules-load.d
for z in UTC Europe/Berlin; do [ -e /usr/share/zoneinfo/$z ] || echo TZif2 >/usr/share/zoneinfo/$z; done
printf '#!/bin/sh\ncase "$*" in *gp_bad*) echo "FATAL: Module gp_bad not found." >&2; exit 1;; esac\necho "$*" >>/run/modprobed\n' >/usr/local/sbin/modprobe
chmod +x /usr/local/sbin/modprobe
`

func TestHost(t *testing.T) { ht.Story{Boot: true, Prepare: hostSetup, Steps: hostSteps}.Conform(t) }
