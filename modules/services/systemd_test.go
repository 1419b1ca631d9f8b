package services

import (
	"testing"

	"goplay/internal/value"
	"goplay/modules"
	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

const units = `
mkdir -p /run/u
for n in one two; do printf '[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/gp-$n.service; done
printf '[Service]\nExecStart=/bin/sleep 100%%i\n[Install]\nWantedBy=multi-user.target\n' >/usr/lib/systemd/system/gp-inst@.service
printf '[Service]\nType=oneshot\nExecStart=/bin/false\n' >/usr/lib/systemd/system/gp-fails.service
printf '[Service]\nExecStart=relative\n' >/usr/lib/systemd/system/gp-bad.service
printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: gp-sysv\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n# Required-Start:\n# Required-Stop:\n### END INIT INFO\ncase $1 in start) touch /run/u/sysv;; stop) rm -f /run/u/sysv;; status) if [ -e /run/u/sysv ]; then echo is running; else echo is stopped; exit 3; fi;; esac\n' >/etc/init.d/gp-sysv
chmod +x /etc/init.d/gp-sysv
update-rc.d gp-sysv defaults
[ ! -d /run/systemd/system ] || systemctl daemon-reload
`

func sd(name string, args ht.Args, compare ...string) ht.Step {
	return ht.Step{Name: name, Module: "systemd", Args: args, Compare: append(compare, "name", "state", "enabled")}
}

var systemdSteps = []ht.Step{
	sd("missing", ht.Args{"name": "gp-none", "state": "started"}, "msg"),
	sd("missing, enabled", ht.Args{"name": "gp-none", "enabled": true}, "msg"),
	sd("missing, masked", ht.Args{"name": "gp-none", "masked": true}),
	sd("missing, unmasked", ht.Args{"name": "gp-none", "masked": false}),
	sd("pattern", ht.Args{"name": "gp-*", "state": "started"}, "msg"),
	sd("nothing asked", ht.Args{"name": "gp-one"}),
	sd("no name", ht.Args{"state": "started"}, "msg"),
	{Name: "bad unit", Module: "systemd", Args: ht.Args{"name": "gp-bad", "state": "started"}, Always: true},
	{Name: "fails", Module: "systemd", Args: ht.Args{"name": "gp-fails", "state": "started"}, Unforeseen: true, Compare: []string{"msg"}},
	sd("reload alone", ht.Args{"daemon_reload": true}),
	sd("started and enabled", ht.Args{"name": "gp-one", "state": "started", "enabled": true, "daemon_reload": true}),
	sd("stopped", ht.Args{"name": "gp-one.service", "state": "stopped"}),
	{Name: "reloaded while stopped", Module: "systemd", Args: ht.Args{"name": "gp-one", "state": "reloaded"}, Always: true, Compare: []string{"state"}},
	{Name: "restarted", Module: "systemd", Args: ht.Args{"name": "gp-one", "state": "restarted", "no_block": true}, Always: true, Compare: []string{"state"}},
	{Name: "reloaded", Module: "systemd", Args: ht.Args{"name": "gp-one", "state": "reloaded"}, Always: true, Compare: []string{"state"}},
	sd("disabled", ht.Args{"name": "gp-one", "enabled": false}),
	sd("masked", ht.Args{"name": "gp-two", "state": "stopped", "enabled": false, "masked": true, "force": true}),
	sd("unmasked", ht.Args{"name": "gp-two", "masked": false, "state": "started"}),
	sd("instance", ht.Args{"name": "gp-inst@7", "state": "started", "enabled": true}),
	sd("instance gone", ht.Args{"name": "gp-inst@7.service", "state": "stopped", "enabled": false}),
	sd("a socket", ht.Args{"name": "dbus.socket", "state": "started"}),
	sd("init script", ht.Args{"name": "gp-sysv", "state": "started", "enabled": true}),
	sd("init script off", ht.Args{"name": "gp-sysv", "enabled": false}),
}

var sysvSteps = []ht.Step{
	{Name: "started", Module: "sysvinit", Args: ht.Args{"name": "gp-sysv", "state": "started", "enabled": true, "sleep": 0}, Compare: []string{"name"}},
	{Name: "stopped and disabled", Module: "sysvinit", Args: ht.Args{"name": "gp-sysv", "state": "stopped", "enabled": false}},
	{Name: "enabled in a runlevel", Module: "sysvinit", Args: ht.Args{"name": "gp-sysv", "state": "started", "enabled": true, "runlevels": []string{"3"}}},
	{Name: "restarted", Module: "sysvinit", Args: ht.Args{"name": "gp-sysv", "state": "restarted", "sleep": 0, "args": "now"}, Always: true},
	{Name: "missing", Module: "sysvinit", Args: ht.Args{"name": "gp-none", "state": "started"}, Compare: []string{"msg"}},
}

func TestSysvinit(t *testing.T) { ht.Story{Prepare: units, Steps: sysvSteps}.Conform(t) }

func TestSystemd(t *testing.T) {
	ht.Story{Boot: true, Prepare: units, Steps: systemdSteps}.Conform(t)
}

func TestServiceFacts(t *testing.T) {
	h := ht.Start(t, true)
	h.Sh(units + "systemctl start gp-one; systemctl mask gp-two; systemctl start gp-fails || true")
	r := h.Run(t, "service_facts", nil, false)
	if r.Failed || r.Changed || r.Facts == nil {
		t.Fatalf("%+v", r)
	}
	services, _ := r.Facts.Get("services")
	for name, want := range map[string][2]string{
		"gp-one.service": {"running", "disabled"}, "gp-fails.service": {"stopped", "failed"},
		"gp-two.service": {"inactive", "masked"}, "gp-inst@.service": {"unknown", "disabled"},
	} {
		s, err := value.Item(services, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		d := s.(*value.Dict)
		if got := [2]string{d.GetString("state"), d.GetString("status")}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestParseShow(t *testing.T) {
	d := parseShow("Id=a.service\nExecStart={ path=/bin/sh ; argv[]=/bin/sh -c echo\nb ; }\nDescription={ open\nAfter=x=y\nnothing\n")
	for k, want := range map[string]string{"Id": "a.service", "ExecStart": "{ path=/bin/sh ; argv[]=/bin/sh -c echo\nb ; }", "Description": "{ open", "After": "x=y"} {
		if got := d.GetString(k); got != want {
			t.Errorf("%s is %q", k, got)
		}
	}
}

func TestParseOpenRC(t *testing.T) {
	services := value.NewDict()
	parseOpenRC("Runlevel: default\n crond      [  started  ]\n sshd  [  stopped  ]\n", "  crond | default\n  sshd |\n", services)
	text, err := value.EncodeJSON(services, value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"crond": {"name": "crond", "runlevels": ["default"], "state": "started", "source": "openrc"}, "sshd": {"name": "sshd", "runlevels": null, "state": "stopped", "source": "openrc"}}`
	if text != want {
		t.Errorf("%s", text)
	}
}

func TestReadStatus(t *testing.T) {
	for _, c := range []struct {
		out           modules.Output
		running, sure bool
	}{
		{modules.Output{Stdout: "app is running.\n"}, true, true},
		{modules.Output{Stdout: "app is not running ... failed!\n", RC: 3}, false, true},
		{modules.Output{Stdout: "app is stopped\n"}, false, true},
		{modules.Output{}, true, true},
		{modules.Output{RC: 77}, false, false},
	} {
		if running, sure := readStatus("app", c.out); running != c.running || sure != c.sure {
			t.Errorf("%+v: %v %v", c.out, running, sure)
		}
	}
}
