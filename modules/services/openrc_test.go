package services

import (
	"strings"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

// openrcTools stand in for OpenRC, which Debian has not: a service is up while
// its file is there, and in a runlevel while it is in the table.
const openrcTools = `
cat >/usr/local/sbin/rc-service <<'E'
#!/bin/sh
case $2 in status) [ -e /run/up-$1 ];; start) [ "$1" != broken ] || { echo no; exit 1; }; : >/run/up-$1;; stop) rm -f /run/up-$1;; restart|reload) echo $2 >>/run/did;; esac
E
cat >/usr/local/sbin/rc-update <<'E'
#!/bin/sh
case $1 in show) cat /run/levels 2>/dev/null || true;; add) echo "  $2 | $3" >>/run/levels;; delete) grep -v " $2 " /run/levels >/run/left; mv /run/left /run/levels;; esac
E
chmod +x /usr/local/sbin/rc-*
for s in web broken; do echo '#!/sbin/openrc-run' >/etc/init.d/$s; chmod +x /etc/init.d/$s; done
`

var openrcSteps = []ht.Step{
	{Name: "started and enabled", Module: "openrc", Args: ht.Args{"name": "web", "state": "started", "enabled": true}},
	{Name: "reloaded", Module: "openrc", Args: ht.Args{"name": "web", "state": "reloaded"}, Always: true},
	{Name: "restarted", Module: "openrc", Args: ht.Args{"name": "web", "state": "restarted"}, Always: true},
	{Name: "stopped and disabled", Module: "openrc", Args: ht.Args{"name": "web", "state": "stopped", "enabled": false}},
	{Name: "in another runlevel", Module: "openrc", Args: ht.Args{"name": "web", "enabled": true, "runlevel": "boot"}},
	{Name: "broken", Module: "openrc", Args: ht.Args{"name": "broken", "state": "started"}, Unforeseen: true},
	{Name: "missing", Module: "openrc", Args: ht.Args{"name": "lost", "state": "started"}},
}

func TestOpenRC(t *testing.T) {
	ht.Story{Prepare: openrcTools, Steps: openrcSteps, Alone: "Ansible has this inside its service module"}.Conform(t)
}

func TestOpenRCFailure(t *testing.T) {
	h := ht.Start(t, false)
	h.Sh(openrcTools)
	if r := h.Run(t, "ansible.builtin.openrc", ht.Args{"name": "broken", "state": "started"}, false); !r.Failed || !strings.HasPrefix(r.Msg, "Unable to start service broken: no") {
		t.Errorf("failed=%v: %s", r.Failed, r.Msg)
	}
}
