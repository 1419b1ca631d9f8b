package language

import (
	"testing"

	mt "goplay/modules/modulestest"
)

// composerTool is in a PHP that only runs what it is given.
const composerTool = `
case "$*" in
"help install --"*|"help require --"*) echo '{"definition": {"options": {"no-ansi": {}, "no-interaction": {}, "no-progress": {}, "dry-run": {}, "no-dev": {}, "prefer-dist": {}, "optimize-autoloader": {}, "no-scripts": {}}}}';;
"help dump-autoload --"*) echo '{"definition": {"options": {"no-ansi": {}, "classmap-authoritative": {}, "no-dev": {}}}}';;
help*) echo '
  Command "'$2'" is not defined.  
' >&2; exit 1;;
*--dry-run*) [ -e vendor ] && echo 'Nothing to install, update or remove' || echo 'Lock file operations: 1 install' >&2;;
*broken*) note "$*"; echo 'Could not find package broken.' >&2; exit 2;;
*install*|*require*) note "$*"; [ -e vendor ] && echo 'Nothing to install, update or remove' >&2 || echo '  - Installing
    monolog/monolog' >&2; touch vendor;;
*) note "$*"; echo 'Generated autoload files';;
esac
`

func composerCase(name string, args mt.Args) mt.Case {
	c := with(name, "composer", "composer", composerTool, args)
	if _, given := args["working_dir"]; !given && args["global_command"] == nil {
		args["working_dir"] = "/srv/a b"
	}
	return c.WithTool("php", "exec \"$@\"\n")
}

var composerCases = []mt.Case{
	composerCase("installed!", mt.Args{"prefer_dist": true, "no_scripts": true}),
	composerCase("would be installed!", mt.Args{"no_dev": false}).Checked(),
	composerCase("required!", mt.Args{"command": "require", "arguments": "'monolog/monolog' --no-update", "optimize_autoloader": false}),
	composerCase("everywhere!", mt.Args{"command": "require", "arguments": "a/b", "global_command": true}),
	composerCase("what has no rehearsal", mt.Args{"command": "dump-autoload", "classmap_authoritative": true}).Changing(),
	composerCase("would not be rehearsed", mt.Args{"command": "dump-autoload"}).Checked().Changing(),
	composerCase("not there at all!", mt.Args{"command": "require", "arguments": "broken"}),
	composerCase("no command", mt.Args{"command": "nope"}),
	composerCase("two commands", mt.Args{"command": "a b"}),
}

func TestComposer(t *testing.T)       { conform(t, composerCases) }
func TestComposerOracle(t *testing.T) { mt.Compare(t, composerCases) }

const cargoTool = `
case "$*" in
"install --list"*) echo 'ripgrep v13.0.0:'; echo '    rg'; [ ! -e bat ] || { echo 'bat v0.23.0:'; echo '    bat'; }; [ ! -e gone ] || exit 0;;
"search ripgrep"*) [ -e new ] && echo 'ripgrep = "13.0.0"    # search' || echo 'ripgrep = "14.0.3"    # search';;
install*ripgrep*) note "$*"; touch new;;
install*) note "$*"; touch bat; echo Compiling >&2;;
*) note "$*";;
esac
`

func cargoCase(name string, args mt.Args) mt.Case {
	return with(name, "cargo", "cargo", cargoTool, args)
}

var cargoCases = []mt.Case{
	cargoCase("there", mt.Args{"name": "ripgrep"}),
	cargoCase("new", mt.Args{"name": []string{"ripgrep", "bat"}}),
	cargoCase("new below a folder", mt.Args{"name": "bat", "path": "{dir}", "version": "0.23.0"}),
	cargoCase("would be new", mt.Args{"name": "bat"}).Checked(),
	cargoCase("newest", mt.Args{"name": "ripgrep", "state": "latest"}),
	cargoCase("removed", mt.Args{"name": "ripgrep", "state": "absent"}).Changing(),
	cargoCase("never there", mt.Args{"name": "bat", "state": "absent"}),
	cargoCase("no folder", mt.Args{"name": "bat", "path": "/none"}),
}

func TestCargo(t *testing.T)       { conform(t, cargoCases) }
func TestCargoOracle(t *testing.T) { mt.Compare(t, cargoCases) }

func cpanmCase(name string, args mt.Args) mt.Case {
	return with(name, "cpanm", "cpanm", `note "$*"
case "$*" in *broken*) echo '! Finding broken on cpanmetadb failed.' >&2; exit 1;; *current*) echo 'current is up to date. (1.0)';; *) touch dancer;; esac
`, args).WithTool("perl", "case \"$*\" in *'use Dancer 9;'*) exit 2;; *'use Dancer'*) [ -e dancer ] || [ -n \"$PERL5LIB\" ];; *) exit 2;; esac\n")
}

var cpanmCases = []mt.Case{
	cpanmCase("new", mt.Args{"name": "Dancer", "notest": true, "mirror": "http://cpan/", "mirror_only": true}),
	cpanmCase("there below a folder", mt.Args{"name": "Dancer", "locallib": "/srv/lib"}),
	cpanmCase("a newer one", mt.Args{"name": "Dancer", "version": "9", "installdeps": true}).Changing(),
	cpanmCase("of a file", mt.Args{"from_path": "/srv/a.tar.gz", "locallib": "/srv/lib"}).Changing(),
	cpanmCase("up to date!", mt.Args{"name": "current"}),
	cpanmCase("with an operator", mt.Args{"name": "Plack", "version": "~1.0", "mode": "new"}).Changing(),
	cpanmCase("of a repository", mt.Args{"name": "git://x/y.git", "version": "1.0", "mode": "new"}).Changing(),
	cpanmCase("looked for", mt.Args{"name": "Dancer@1", "name_check": "Dancer", "locallib": "/l", "mode": "new"}),
	cpanmCase("a version of a file", mt.Args{"name": "a.tar.gz", "version": "1.0", "mode": "new"}).Ignoring("output", "vars", "name", "version", "binary"),
	cpanmCase("looked for in vain", mt.Args{"name": "a", "name_check": "b"}).Ignoring("output", "vars", "name"),
	cpanmCase("not there at all!", mt.Args{"name": "broken"}).Ignoring("output", "vars", "name", "binary", "cmd", "rc", "stdout", "stderr"),
}

func TestCpanm(t *testing.T)       { conform(t, cpanmCases) }
func TestCpanmOracle(t *testing.T) { mt.Compare(t, cpanmCases) }

const yarnTool = `
case "$*" in
"global dir") pwd; exit;;
list*) echo '{"type":"tree","data":{"type":"list","trees":[{"name":"react@18.2.0"},{"name":"@a/b@1.0.0"}]}}'; [ ! -e vue ] || echo '{"type":"tree","data":{"trees":[{"name":"vue@3.0.0"}]}}'; echo '{"type":"warning","data":"no license"}' >&2;;
outdated*) echo '{"type":"info","data":"Color"}'; [ -e new ] || echo '{"type":"table","data":{"body":[["react","18.2.0","18.3.1"]]}}';;
*broken*) note "$*"; echo 'error Could not find package' >&2; exit 1;;
*upgrade*) note "$*"; touch new;;
*add*|*install*) note "$*"; touch vue;;
*) note "$*";;
esac
`

func yarnCase(name string, args mt.Args) mt.Case {
	c := with(name, "yarn", "yarn", yarnTool, args)
	if args["global"] == nil && args["path"] == nil {
		args["path"] = "{dir}"
	}
	c.Files = append(c.Files, "package.json: {}", "yarn.lock: ")
	return c
}

var yarnCases = []mt.Case{
	yarnCase("there", mt.Args{"name": "react"}),
	yarnCase("there with a scope", mt.Args{"name": "@a/b"}),
	yarnCase("new", mt.Args{"name": "vue", "version": "3.0.0", "production": true, "registry": "http://r/"}),
	yarnCase("new for everybody", mt.Args{"name": "vue", "global": true}),
	yarnCase("would be new", mt.Args{"name": "vue"}).Checked(),
	yarnCase("all", mt.Args{"ignore_scripts": true}).Changing(),
	yarnCase("newest", mt.Args{"name": "react", "state": "latest"}),
	yarnCase("removed", mt.Args{"name": "react", "state": "absent"}).Changing(),
	yarnCase("never there", mt.Args{"name": "vue", "state": "absent"}),
	yarnCase("removed without a name", mt.Args{"state": "absent"}),
	yarnCase("two places", mt.Args{"global": true, "path": "/x"}),
}

func TestYarn(t *testing.T)       { conform(t, yarnCases) }
func TestYarnOracle(t *testing.T) { mt.Compare(t, yarnCases) }

const pipxTool = `
app() { printf '"%s": {"metadata": {"main_package": {"package_version": "%s"}, "injected_packages": {%s}}}' "$1" "$2" "$3"; }
case "$*" in
list*) printf '{"venvs": {'; [ -e gone ] || app tox "$(cat version 2>/dev/null || echo 4.0)" "$(cat injected 2>/dev/null)"; [ ! -e black ] || { printf ', '; app black 23.1; }; echo '}}';;
install*black*) note "$*"; touch black; echo 'installed package black';;
upgrade*) note "$*"; echo 4.1 >version;;
inject*) note "$*"; echo '"tox-ext": {"package_version": "1.0"}' >injected;;
uninstall*) note "$*"; touch gone;;
*) note "$*";;
esac
`

func pipxCase(name string, args mt.Args) mt.Case {
	args["executable"] = "{dir}/bin/pipx"
	return with(name, "pipx", "pipx", pipxTool, args)
}

var pipxCases = []mt.Case{
	pipxCase("there", mt.Args{"name": "tox"}),
	pipxCase("new", mt.Args{"name": "black", "source": "black==23.1", "index_url": "http://i/", "install_deps": true, "python": "python3", "system_site_packages": true, "pip_args": "--no-cache-dir -q"}),
	pipxCase("again by force", mt.Args{"name": "tox", "force": true}).Changing(),
	pipxCase("upgraded!", mt.Args{"name": "tox", "state": "upgrade", "include_injected": true}),
	pipxCase("injected!", mt.Args{"name": "tox", "state": "inject", "inject_packages": []string{"tox-ext"}, "install_apps": true}),
	pipxCase("installed anew", mt.Args{"name": "tox", "state": "reinstall", "python": "python3"}).Changing(),
	pipxCase("removed", mt.Args{"name": "tox", "state": "absent"}),
	pipxCase("never there", mt.Args{"name": "black", "state": "uninstall"}),
	pipxCase("nothing to upgrade", mt.Args{"name": "black", "state": "upgrade"}).Ignoring("output", "vars", "application", "force", "index_url", "name", "source"),
	pipxCase("no name", mt.Args{"state": "latest"}),
}

func TestPipx(t *testing.T)       { conform(t, pipxCases) }
func TestPipxOracle(t *testing.T) { mt.Compare(t, pipxCases) }
