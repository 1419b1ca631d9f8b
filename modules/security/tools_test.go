package security

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules/modulestest/tooltest"
)

// twice runs a module in check mode and for real, and holds the last call of
// each to what is wanted: in check mode nothing that changes.
func twice(t *testing.T, b *tooltest.Bench, module string, args map[string]any, want string) {
	t.Helper()
	for _, check := range []bool{true, false} {
		r := b.Run(module, args, check)
		calls := b.Calls()
		last := calls[len(calls)-1]
		if r.Failed || r.Changed != (want != "") {
			t.Errorf("check=%v changed=%v failed=%v: %s", check, r.Changed, r.Failed, r.Msg)
		}
		if (last == want) == (check || want == "") {
			t.Errorf("check=%v: the last call is %s, want %s", check, last, want)
		}
	}
}

func TestFirewalld(t *testing.T) {
	b := tooltest.New(t)
	b.Tool("firewall-cmd", `case "$*" in --get-default-zone) echo public;; *--query-service=ssh) exit 0;; *--query-*) exit 1;;
*--get-zones) echo public dmz;; *--get-target) echo default;; esac`)
	const module = "ansible.posix.firewalld"
	twice(t, b, module, map[string]any{"service": "ssh", "state": "enabled", "permanent": true, "immediate": true}, "")
	twice(t, b, module, map[string]any{"port": "80/tcp", "state": "enabled", "permanent": true}, "firewall-cmd|--permanent|--zone=public|--add-port=80/tcp")
	twice(t, b, module, map[string]any{"service": "ssh", "zone": "dmz", "state": "disabled"}, "firewall-cmd|--zone=dmz|--remove-service=ssh")
	twice(t, b, module, map[string]any{"rich_rule": "rule family=ipv4 accept", "state": "enabled", "timeout": 5}, "firewall-cmd|--zone=public|--add-rich-rule=rule family=ipv4 accept|--timeout=5")
	twice(t, b, module, map[string]any{"masquerade": "true", "state": "enabled", "permanent": true}, "firewall-cmd|--permanent|--zone=public|--add-masquerade")
	twice(t, b, module, map[string]any{"interface": "eth1", "zone": "dmz", "state": "enabled", "permanent": true}, "firewall-cmd|--permanent|--zone=dmz|--change-interface=eth1")
	twice(t, b, module, map[string]any{"zone": "new", "state": "present", "permanent": true}, "firewall-cmd|--permanent|--new-zone=new")
	twice(t, b, module, map[string]any{"zone": "dmz", "target": "DROP", "state": "enabled", "permanent": true}, "firewall-cmd|--permanent|--zone=dmz|--set-target=DROP")
	if r := b.Run(module, map[string]any{"port": "80", "state": "enabled"}, false); r.Msg != "improper port format (missing protocol?)" {
		t.Errorf("a port without a protocol: %s", r.Msg)
	}
	if r := b.Run(module, map[string]any{"port": "81/tcp", "state": "enabled", "permanent": true, "immediate": true}, false); r.Msg != "Permanent and Non-Permanent(immediate) operation, Changed port 81/tcp to enabled" {
		t.Errorf("said: %s", r.Msg)
	}
}

func TestFirewalldOffline(t *testing.T) {
	b := tooltest.New(t)
	b.Tool("firewall-cmd", "exit 252")
	b.Tool("firewall-offline-cmd", `case "$*" in *--query-*) exit 1;; --get-default-zone) echo public;; esac`)
	args := map[string]any{"port": "80/tcp", "state": "enabled", "permanent": true}
	twice(t, b, "ansible.posix.firewalld", args, "firewall-offline-cmd|--zone=public|--add-port=80/tcp")
	args["immediate"] = true
	if r := b.Run("ansible.posix.firewalld", args, false); !r.Failed {
		t.Error("an immediate change without a running firewall is taken")
	}
}

const ports = `ssh_port_t                     tcp      2222, 22
http_port_t                    tcp      80, 443, 8000-8100
http_port_t                    udp      80
`

func TestSELinuxTools(t *testing.T) {
	b := tooltest.New(t)
	b.File("ports", ports)
	b.File("contexts", "/srv/www(/.*)?    all files    system_u:object_r:httpd_sys_content_t:s0\n/run = /var/run\n")
	b.File("booleans", "httpd_x      (off  ,  off)  Allow httpd to x\n")
	b.Tool("selinuxenabled", "")
	b.Tool("getsebool", `echo "$1 --> off"`)
	b.Tool("setsebool", "")
	b.Tool("semanage", `case "$1 $2" in 'port -l') cat ports;; 'fcontext -l') cat contexts;; 'boolean -l') cat booleans;; esac`)
	port := func(ports, setype, state string) map[string]any {
		return map[string]any{"ports": ports, "proto": "tcp", "setype": setype, "state": state}
	}
	twice(t, b, "community.general.seport", port("22,2222", "ssh_port_t", "present"), "")
	twice(t, b, "community.general.seport", port("2223", "ssh_port_t", "present"), "semanage|port|-a|-t|ssh_port_t|-p|tcp|2223")
	twice(t, b, "community.general.seport", port("443", "ssh_port_t", "present"), "semanage|port|-m|-t|ssh_port_t|-p|tcp|443")
	twice(t, b, "community.general.seport", port("8000-8100", "http_port_t", "absent"), "semanage|port|-d|-t|http_port_t|-p|tcp|8000-8100")
	context := func(target, setype string) map[string]any { return map[string]any{"target": target, "setype": setype} }
	twice(t, b, "community.general.sefcontext", context("/srv/www(/.*)?", "httpd_sys_content_t"), "")
	twice(t, b, "community.general.sefcontext", context("/srv/www(/.*)?", "var_t"), "semanage|fcontext|-m|-f|a|-t|var_t|/srv/www(/.*)?")
	twice(t, b, "community.general.sefcontext", map[string]any{"target": "/run", "substitute": "/x"}, "semanage|fcontext|-m|-e|/x|/run")
	boolean := func(state, persistent bool) map[string]any {
		return map[string]any{"name": "httpd_x", "state": state, "persistent": persistent}
	}
	twice(t, b, "ansible.posix.seboolean", boolean(false, true), "")
	twice(t, b, "ansible.posix.seboolean", boolean(true, true), "setsebool|-P|httpd_x|on")
	twice(t, b, "ansible.posix.seboolean", boolean(true, false), "setsebool|httpd_x|on")
}

func TestSELinuxPasses(t *testing.T) {
	b := tooltest.New(t)
	b.File("boolean", "off")
	b.Tool("selinuxenabled", "")
	b.Tool("getsebool", `echo "$1 --> $(cat boolean)"`)
	b.Tool("setsebool", `for last; do :; done; echo $last >boolean`)
	b.Tool("semanage", `case "$1 $2" in
'port -l') cat port 2>/dev/null;; 'port -a') echo "ssh_port_t tcp 2223" >port;; 'port -d') rm port;;
'fcontext -l') cat context 2>/dev/null;; 'fcontext -a') echo '/srv/x    all files    system_u:object_r:var_t:s0' >context;; 'fcontext -d') rm context;;
'permissive -l') echo; echo Customized Permissive Types; cat permissive 2>/dev/null;; 'permissive -a') echo httpd_t >permissive;; 'permissive -d') rm permissive;;
'boolean -l') echo "httpd_x  ($(cat boolean) , $(cat boolean)) Allow";; esac; exit 0`)
	port := map[string]any{"ports": "2223", "proto": "tcp", "setype": "ssh_port_t"}
	b.Passes(t, "community.general.seport", port, "semanage|port|-a|-t|ssh_port_t|-p|tcp|2223")
	port["state"] = "absent"
	b.Passes(t, "community.general.seport", port, "semanage|port|-d|-t|ssh_port_t|-p|tcp|2223")
	context := map[string]any{"target": "/srv/x", "setype": "var_t"}
	b.Passes(t, "community.general.sefcontext", context, "semanage|fcontext|-a|-f|a|-t|var_t|/srv/x")
	context["state"] = "absent"
	b.Passes(t, "community.general.sefcontext", context, "semanage|fcontext|-d|-f|a|/srv/x")
	b.Passes(t, "ansible.posix.seboolean", map[string]any{"name": "httpd_x", "state": true, "persistent": true}, "setsebool|-P|httpd_x|on")
	b.Passes(t, "ansible.posix.seboolean", map[string]any{"name": "httpd_x", "state": false}, "setsebool|httpd_x|off")
	b.Passes(t, "community.general.selinux_permissive", map[string]any{"domain": "httpd_t", "permissive": true}, "semanage|permissive|-a|httpd_t")
	b.Passes(t, "community.general.selinux_permissive", map[string]any{"domain": "httpd_t", "permissive": false}, "semanage|permissive|-d|httpd_t")
}

func TestSELinuxConfig(t *testing.T) {
	b := tooltest.New(t)
	b.Tool("selinuxenabled", "")
	b.Tool("getenforce", "echo Enforcing")
	b.Tool("setenforce", "")
	path := filepath.Join(b.Dir, "config")
	b.File("config", "# SELINUX= what it does\nSELINUX=enforcing\nSELINUXTYPE=targeted")
	args := map[string]any{"state": "permissive", "policy": "targeted", "configfile": path}
	if r := b.Run("ansible.posix.selinux", args, true); !r.Changed || r.Failed {
		t.Errorf("checked: %+v", r)
	}
	b.Expect(t, "selinuxenabled", "getenforce")
	r := b.Run("ansible.posix.selinux", args, false)
	if want := "SELinux state changed from 'enforcing' to 'permissive', Config SELinux state changed from 'enforcing' to 'permissive'"; r.Msg != want {
		t.Errorf("said: %s", r.Msg)
	}
	b.Expect(t, "selinuxenabled", "getenforce", "setenforce|0")
	if text, _ := os.ReadFile(path); !strings.Contains(string(text), "\nSELINUX=permissive\nSELINUXTYPE=targeted") {
		t.Errorf("the file is\n%s", text)
	}
	if r := b.Run("ansible.posix.selinux", map[string]any{"state": "enforcing", "configfile": path}, false); r.Msg != "Policy is required if state is not 'disabled'" {
		t.Errorf("said: %s", r.Msg)
	}
}

func TestKernelsOff(t *testing.T) {
	off, on := kernelsOff("index=0\nargs=\"ro quiet selinux=0\"\nindex=1\nargs=\"ro\"\n")
	if !off || !on {
		t.Errorf("off=%v on=%v", off, on)
	}
}

func FuzzTools(f *testing.F) {
	f.Add(ports)
	f.Add("httpd_x (off , on)")
	f.Fuzz(func(t *testing.T, text string) {
		parseSemanageBooleans(text)
		parseFileContexts(text)
		for port, types := range parseSemanagePorts(text, "tcp") {
			if len(types) == 0 {
				t.Errorf("%s has no type", port)
			}
		}
	})
}
