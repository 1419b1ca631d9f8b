package language

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// with is a case of a module whose tool is a script.
func with(name, module, tool, script string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "community.general." + module, Args: args}.WithTool(tool, script)
}

// gemTool has rake 12 and 13 and a newer rake to offer, and keeps what it is told.
const gemTool = `case "$1 $*" in
--version*) echo 3.3.15;;
query*--remote*) echo 'rake (13.1.0, 13.0.6)';;
query*) if [ -e gone ]; then :; elif [ -e new ]; then echo 'rake (13.1.0, 13.0.6, 12.3.3)'; else case "$*" in *^rake*) echo '
*** LOCAL GEMS ***

rake (13.0.6, 12.3.3)';; esac; fi; [ ! -e json ] || case "$*" in *^json*) echo 'json (default: 2.6.1)';; esac;;
install*broken*) echo "ERROR:  Could not find a valid gem 'broken' (>= 0) in any repository" >&2; exit 2;;
install*rake*) note "gem $*"; touch new; echo "Successfully installed rake-13.1.0";;
install*) note "gem $*"; touch json;;
uninstall*) note "gem $*"; touch gone;;
esac
`

func gemCase(name string, args mt.Args) mt.Case { return with(name, "gem", "gem", gemTool, args) }

var gemCases = []mt.Case{
	gemCase("there", mt.Args{"name": "rake"}),
	gemCase("there in this version", mt.Args{"name": "rake", "version": "12.3.3"}),
	gemCase("another version", mt.Args{"name": "rake", "version": "13.1.0", "user_install": false}),
	gemCase("new", mt.Args{"name": "json"}),
	gemCase("new with everything", mt.Args{"name": "json", "repository": "http://gems/", "include_dependencies": false, "user_install": false, "install_dir": "{dir}/gems",
		"bindir": "{dir}/programs", "pre_release": true, "include_doc": true, "env_shebang": true, "norc": false, "build_flags": "--with-x"}),
	gemCase("of a file", mt.Args{"name": "json", "gem_source": "{dir}/json.gem"}),
	gemCase("latest", mt.Args{"name": "rake", "state": "latest"}),
	gemCase("removed", mt.Args{"name": "rake", "state": "absent"}),
	gemCase("a version removed", mt.Args{"name": "rake", "state": "absent", "version": "13.0.6", "force": true, "bindir": "/b", "install_dir": "/d", "user_install": false}),
	gemCase("never there", mt.Args{"name": "json", "state": "absent"}),
	gemCase("a version of the newest", mt.Args{"name": "rake", "state": "latest", "version": "1"}),
	gemCase("the newest of a file", mt.Args{"name": "rake", "state": "latest", "gem_source": "x"}),
	gemCase("two places", mt.Args{"name": "rake", "install_dir": "x"}),
	gemCase("not there at all!", mt.Args{"name": "broken"}).Differing("Ansible joins the command to a text", "cmd"),
	gemCase("would be new", mt.Args{"name": "json"}).Checked(),
}

func TestGem(t *testing.T) {
	conform(t, gemCases)
}

func TestGemOracle(t *testing.T) { mt.Compare(t, gemCases) }

// conform leaves out the cases that only the tool can tell how they end, or in
// which it leaves a note although nothing changed. They have an exclamation
// mark behind their name.
func conform(t *testing.T, cases []mt.Case) {
	var foreseen []mt.Case
	for _, c := range cases {
		if !strings.HasSuffix(c.Name, "!") {
			foreseen = append(foreseen, c)
		}
	}
	mt.Conform(t, foreseen)
}
