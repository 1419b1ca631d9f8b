package packages

import (
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules/modulestest/tooltest"
)

// dnf4 has alpha 1.0, with 2.0 to offer. What it prints is dnf 4.14's.
func dnf4(t *testing.T) *tooltest.Bench {
	b := tooltest.New(t)
	b.Tool("rpm", `case "$*" in *epochnum*alpha*) echo 'alpha|0|1.0|1|noarch';; *--qf*alpha*) echo alpha-0:1.0-1.noarch;; *alpha*) ;; *) exit 1;; esac`)
	b.Tool("dnf-3", `
table() { printf 'Dependencies resolved.\n=====\n Package  Architecture  Version  Repository  Size\n=====\n%s:\n %s   noarch   %s   local   6.0 k\n\nTransaction Summary\n' "$1" "$2" "$3"; }
case "$*" in
*--assumeno*"upgrade alpha") table Upgrading alpha 2.0-1; exit 1;;
*--assumeno*"install beta") table Installing beta 1:1.0-1; exit 1;;
*--assumeno*"remove alpha") table Removing alpha 1.0-1; exit 1;;
*"install nosuch") echo 'No match for argument: nosuch'; echo 'Error: Unable to find a match: nosuch' >&2; exit 1;;
*"install"*off*) echo 'Error: There are no enabled repositories in "/etc/yum.repos.d".' >&2; exit 1;;
*repoquery*installed*) echo 'alpha|noarch|0|1|1.0|@System';;
*repoquery*) echo 'alpha|noarch|1|1|2.0|local';;
*--assumeno*) echo 'Nothing to do.';;
esac`)
	return b
}

func TestDNF(t *testing.T) {
	for _, c := range []struct {
		name, did string // what dnf is told to do at last
		args      map[string]any
		changed   bool
		results   string
		msg       string
	}{
		{"there", "", map[string]any{"name": "alpha"}, false, "[]", "Nothing to do"},
		{"new", "install|beta", map[string]any{"name": []string{"alpha", "beta"}}, true, "['Installed: beta-1:1.0-1.noarch']", ""},
		{"the newest of what is there", "upgrade|alpha", map[string]any{"name": "alpha", "state": "latest"}, true, "['Installed: alpha-2.0-1.noarch', 'Removed: alpha-1.0-1.noarch']", ""},
		{"the newest of both", "install|beta upgrade|alpha", map[string]any{"name": []string{"alpha", "beta"}, "state": "latest"}, true,
			"['Installed: beta-1:1.0-1.noarch', 'Installed: alpha-2.0-1.noarch', 'Removed: alpha-1.0-1.noarch']", ""},
		{"only updates", "", map[string]any{"name": "beta", "state": "latest", "update_only": true}, false, "['Packages providing beta not installed due to update_only specified']", "Nothing to do"},
		{"removed", "remove|alpha", map[string]any{"name": "alpha", "state": "absent"}, true, "['Removed: alpha-1.0-1.noarch']", ""},
		{"never there", "", map[string]any{"name": "beta", "state": "absent"}, false, "[]", "Nothing to do"},
		{"not known", "", map[string]any{"name": "nosuch"}, false, "[]", "Failed to install some of the specified packages"},
		{"no sources", "", map[string]any{"name": "off"}, false, "[]", "Failed to install some of the specified packages"},
		{"listed", "", map[string]any{"list": "alpha"}, false, "[{'name': 'alpha', 'arch': 'noarch', 'epoch': '0', 'release': '1', 'version': '1.0', 'repo': '@System', " +
			"'envra': '0:alpha-1.0-1.noarch', 'nevra': '0:alpha-1.0-1.noarch', 'yumstate': 'installed'}, {'name': 'alpha', 'arch': 'noarch', 'epoch': '1', 'release': '1', " +
			"'version': '2.0', 'repo': 'local', 'envra': '1:alpha-2.0-1.noarch', 'nevra': '1:alpha-2.0-1.noarch', 'yumstate': 'available'}]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := dnf4(t)
			c.args["use_backend"] = "dnf4"
			for _, check := range []bool{true, false} {
				r := b.Run("ansible.builtin.dnf", c.args, check)
				var did []string
				for _, call := range b.Calls() {
					if strings.HasPrefix(call, "dnf") && !strings.Contains(call, "--assumeno") && !strings.Contains(call, "repoquery") {
						did = append(did, strings.TrimPrefix(strings.Replace(call, "|--best|", "|", 1), "dnf-3|-y|--setopt=gpgcheck=1|--setopt=localpkg_gpgcheck=1|--setopt=clean_requirements_on_remove=0|"))
					}
				}
				want, msg := c.did, c.msg
				if check {
					if want = ""; c.changed {
						msg = "Check mode: No changes made, but would have if not in check mode"
					}
				}
				results, _ := r.Data.Get("results")
				if got := strings.Join(did, " "); got != want || r.Changed != c.changed || r.Msg != msg || value.Repr(results) != c.results {
					t.Errorf("check=%v: told %q, changed=%v %q %s", check, got, r.Changed, r.Msg, value.Repr(results))
				}
			}
		})
	}
}
