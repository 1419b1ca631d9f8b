package general

import (
	"slices"
	"testing"

	"goplay/modules/modulestest"
)

// pretendApache is the control program of Debian's Apache; on is what it has loaded.
const pretendApache = `[ ! -f broken ] || { echo 'AH00526: Syntax error' >&2; exit 1; }
echo 'Loaded Modules:'; sed 's/$/ (shared)/; s/^/ /' on`

func TestApache2Module(t *testing.T) {
	of := func(name string, args modulestest.Args, more ...string) modulestest.Case {
		files := append(modulestest.Files{"on: core_module\nalias_module\nphp7_module\n",
			"bin/a2enmod 0755: #!/bin/sh\ncd \"$(dirname \"$0\")/..\"\necho \"en $*\" >>calls\n[ \"$1\" = stuck ] || echo \"$1_module\" >>on\n",
			"bin/a2dismod 0755: #!/bin/sh\ncd \"$(dirname \"$0\")/..\"\necho \"dis $*\" >>calls\nfor m; do :; done\ngrep -v \"^${m}_\" on >off; mv off on\n"}, more...)
		return modulestest.Case{Name: name, Module: "community.general.apache2_module", Args: args, Files: files}.WithTool("apache2ctl", pretendApache)
	}
	cases := []modulestest.Case{
		of("there", modulestest.Args{"name": "alias"}), of("enabled", modulestest.Args{"name": "rewrite"}),
		of("disabled", modulestest.Args{"name": "alias", "state": "absent"}), of("disabled by force", modulestest.Args{"name": "alias", "state": "absent", "force": true}),
		of("disabled already", modulestest.Args{"name": "rewrite", "state": "absent"}), of("of PHP", modulestest.Args{"name": "php7.4"}),
		of("by identifier", modulestest.Args{"name": "x", "identifier": "core_module"}), of("stuck", modulestest.Args{"name": "stuck"}),
		of("broken", modulestest.Args{"name": "alias"}, "broken: x\n"),
	}
	modulestest.Compare(t, append(slices.Clone(cases), of("checked", modulestest.Args{"name": "rewrite"}).Checked()))
	modulestest.Conform(t, cases[:7])
}
