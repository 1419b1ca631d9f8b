package systems

import (
	"testing"

	mt "goplay/modules/modulestest"
)

const snapTool = `
case "$*" in
"list hello") [ -e gone ] || { echo 'Name   Version  Rev  Tracking       Publisher   Notes'; [ -e off ] && echo 'hello  2.10     42   latest/stable  canonical**  disabled' || echo 'hello  2.10     42   latest/stable  canonical**  -'; exit; }; exit 1;;
"list more") [ -e more ] || exit 1; echo 'Name'; echo 'more  1  2  latest/stable  me  classic';;
list*) echo 'error: no matching snaps installed' >&2; exit 1;;
"get hello -d") echo '{"port": 80, "a": {"b": "c", "on": true}}';;
get*) echo 'error: snap has no configuration' >&2; exit 1;;
"set hello port=81") note "snap $*"; echo 'error: cannot perform' >&2; exit 1;;
install*strict*) note "snap $*"; echo 'error: This revision of snap "strict" was published using classic confinement and thus may perform' >&2; exit 1;;
install*broken*) note "snap $*"; echo 'error: snap "broken" not found' >&2; exit 1;;
install*) note "snap $*"; touch more;;
remove*) note "snap $*"; touch gone;;
disable*) note "snap $*"; touch off;;
enable*) note "snap $*"; rm -f off;;
aliases*hello) [ -e alias ] && { echo 'Command  Alias  Notes'; echo 'hello    hi     manual'; [ ! -e both ] || echo 'hello    hey    manual'; } || echo 'No aliases are currently defined for snap "hello".' >&2;;
aliases*) echo 'Command  Alias  Notes'; echo 'hello    hi     manual';;
"alias hello hi") note "snap $*"; touch alias;;
"alias hello hey") note "snap $*"; touch both;;
unalias*) note "snap $*"; rm -f alias;;
*) note "snap $*";;
esac
`

func snapCase(name string, args mt.Args) mt.Case {
	return with(name, "snap", "snap", snapTool, args).Ignoring("force_lang", "cmd_args")
}

func aliasCase(name string, files mt.Files, args mt.Args) mt.Case {
	c := with(name, "snap_alias", "snap", snapTool, args)
	c.Files = append(c.Files, files...)
	return c
}

// helper's own return values of a failure, and those of ours.
func snapFails(c mt.Case) mt.Case {
	return c.Ignoring("output", "vars", "cmd", "classic", "channel", "snaps_installed", "rc", "stdout", "stderr")
}

var snapCases = []mt.Case{
	snapCase("there", mt.Args{"name": "hello"}).Ignoring("cmd"),
	snapCase("new", mt.Args{"name": []string{"hello", "more"}, "classic": true, "channel": "edge"}).Differing("Ansible has the full path of snap", "cmd"),
	snapCase("removed", mt.Args{"name": "hello", "state": "absent"}).Differing("Ansible has the full path of snap", "cmd"),
	snapCase("never there", mt.Args{"name": "none", "state": "absent"}).Ignoring("cmd"),
	snapCase("switched off", mt.Args{"name": "hello", "state": "disabled"}).Differing("Ansible has the full path of snap", "cmd"),
	snapCase("on already", mt.Args{"name": "hello", "state": "enabled"}).Ignoring("cmd"),
	snapCase("set already", mt.Args{"name": "hello", "options": []string{"port=80", "hello:a.b=c", "a.on=True"}}).Ignoring("cmd"),
	snapCase("would be set", mt.Args{"name": "hello", "options": []string{"hello:port=8080"}}).Changing().Checked().Ignoring("cmd"),
	snapFails(snapCase("not to be set!", mt.Args{"name": "hello", "options": []string{"port=81"}})),
	snapFails(snapCase("wants more!", mt.Args{"name": "strict"})),
	snapFails(snapCase("no option", mt.Args{"name": "hello", "options": []string{"port"}})),
	snapFails(snapCase("another's option", mt.Args{"name": "hello", "options": []string{"x:port=1"}})),
}

func TestSnap(t *testing.T) {
	mt.Conform(t, foreseen(snapCases))
}
func TestSnapOracle(t *testing.T) { mt.Compare(t, snapCases) }

var aliasCases = []mt.Case{
	aliasCase("new", nil, mt.Args{"name": "hello", "alias": "hi"}),
	aliasCase("there", mt.Files{"alias: "}, mt.Args{"name": "hello", "aliases": []string{"hi"}}),
	aliasCase("one more", mt.Files{"alias: "}, mt.Args{"name": "hello", "aliases": []string{"hi", "hey"}}),
	aliasCase("gone", mt.Files{"alias: "}, mt.Args{"name": "hello", "alias": "hi", "state": "absent"}),
	aliasCase("all gone", mt.Files{"alias: "}, mt.Args{"name": "hello", "state": "absent"}),
	aliasCase("never there", nil, mt.Args{"name": "hello", "state": "absent"}),
	aliasCase("no alias", nil, mt.Args{"name": "hello"}),
	aliasCase("nothing", nil, mt.Args{"state": "absent"}),
}

func TestSnapAlias(t *testing.T)       { mt.Conform(t, aliasCases) }
func TestSnapAliasOracle(t *testing.T) { mt.Compare(t, aliasCases) }

const flatpakTool = `
case "$*" in
--version) echo 'Flatpak 1.14.4';;
"list --user") [ -e new ] && printf 'Calc\torg.gnome.Calc\t1\tstable\n'; :;;
"list --system") [ -e gone ] || printf 'gedit\torg.gnome.gedit\t43\tstable\n'; [ ! -e new ] || printf 'Calc\torg.gnome.Calc\t1\tstable\n';;
"list --"*" --app --columns=application") echo org.gnome.gedit;;
install*none*) note "$*"; echo 'error: Nothing matches org.none in remote flathub' >&2; exit 1;;
install*) note "$*"; touch new;;
uninstall*) note "$*"; touch gone;;
remote-list*) [ -e removed ] || printf 'flathub\tsystem%s\n' "$(cat state 2>/dev/null)"; [ ! -e added ] || printf 'gnome\tsystem\n';;
remote-add*) note "$*"; touch added;;
remote-delete*) note "$*"; touch removed;;
remote-modify\ --disable*) note "$*"; echo ,disabled >state;;
*) note "$*"; rm -f state;;
esac
`

func flatpakCase(name, module string, args mt.Args) mt.Case {
	return with(name, module, "flatpak", flatpakTool, args).Differing("Ansible has the full path of flatpak", "command")
}

var flatpakCases = []mt.Case{
	flatpakCase("there", "flatpak", mt.Args{"name": "org.gnome.gedit"}),
	flatpakCase("new", "flatpak", mt.Args{"name": []string{"org.gnome.gedit", "org.gnome.Calc"}, "remote": "gnome", "no_dependencies": true}),
	flatpakCase("by address", "flatpak", mt.Args{"name": "https://x/org.gnome.Calc.flatpakref", "method": "user"}),
	flatpakCase("not known!", "flatpak", mt.Args{"name": "org.none"}).Ignoring("cmd", "command"),
	flatpakCase("removed", "flatpak", mt.Args{"name": "org.gnome.gedit", "state": "absent"}),
	flatpakCase("never there", "flatpak", mt.Args{"name": "org.none", "state": "absent"}),
	flatpakCase("removed by half a name", "flatpak", mt.Args{"name": "org.gnome", "state": "absent"}).Ignoring("rc", "stdout", "stderr", "command"),
	flatpakCase("a remote that is there", "flatpak_remote", mt.Args{"name": "flathub", "flatpakrepo_url": "https://x"}),
	flatpakCase("a new remote", "flatpak_remote", mt.Args{"name": "gnome", "flatpakrepo_url": "https://x", "method": "user"}).Ignoring("stdout"),
	flatpakCase("a remote switched off", "flatpak_remote", mt.Args{"name": "flathub", "enabled": false}),
	flatpakCase("a remote less", "flatpak_remote", mt.Args{"name": "flathub", "state": "absent"}),
	flatpakCase("a remote that never was", "flatpak_remote", mt.Args{"name": "x", "state": "absent"}),
	{Name: "no flatpak", Module: "community.general.flatpak", Args: mt.Args{"name": "x", "executable": "/none/flatpak"}},
}

func TestFlatpak(t *testing.T)       { mt.Conform(t, foreseen(flatpakCases)) }
func TestFlatpakOracle(t *testing.T) { mt.Compare(t, flatpakCases) }

const brewTool = `
case "$*" in
--version) echo 'Homebrew 4.1.0';;
update) note "$*"; echo 'Updated 1 tap (homebrew/core).';;
"info git") [ -e gone ] || echo 'git: stable 2.42.0
Poured from bottle on 2023-09-01';;
"info jq") [ ! -e jq ] || echo 'Built from source on 2023-09-01';;
info*) echo "$2: stable 1.0";;
"outdated git") [ -e upgraded ];;
outdated\ --cask*firefox) [ -e upgraded ] || echo firefox;;
outdated*) ;;
"list --cask firefox") [ ! -e gone ];;
"list --cask vlc") [ -e jq ];;
list*) exit 1;;
upgrade|"upgrade --cask"*y) note "$*"; echo '==> Upgrading 1 package';;
upgrade*) note "$*"; touch upgraded;;
install*broken*) note "$*"; echo 'Error: No available formula with the name "broken".' >&2; exit 1;;
install*" app") note "$*"; echo "Error: It seems there is already an App at '/Applications/app.app'." >&2; exit 1;;
install*) note "$* $HOMEBREW_NO_AUTO_UPDATE"; touch jq;;
uninstall*) note "$*"; touch gone;;
tap) echo homebrew/core; [ ! -e tapped ] || echo a/b;;
tap*bad*) note "$*"; echo 'Error: not found' >&2; exit 1;;
tap*) note "$*"; touch tapped;;
untap*) note "$*"; rm -f tapped;;
*) note "$*";;
esac
`

func brewCase(name, module string, args mt.Args) mt.Case {
	return with(name, module, "brew", brewTool, args)
}

var brewCases = []mt.Case{
	brewCase("there", "homebrew", mt.Args{"name": "git"}),
	brewCase("new", "homebrew", mt.Args{"name": []string{"git", "jq"}, "install_options": []string{"with-x"}}),
	brewCase("in development", "homebrew", mt.Args{"name": "jq", "state": "head"}),
	brewCase("newest", "homebrew", mt.Args{"name": "git", "state": "latest"}),
	brewCase("removed", "homebrew", mt.Args{"name": "git", "state": "absent"}),
	brewCase("never there", "homebrew", mt.Args{"name": "jq", "state": "removed"}),
	brewCase("linked", "homebrew", mt.Args{"name": "git", "state": "linked"}).Changing(),
	brewCase("not to be linked", "homebrew", mt.Args{"name": "jq", "state": "linked"}),
	brewCase("not known!", "homebrew", mt.Args{"name": "broken"}),
	brewCase("no name", "homebrew", mt.Args{"name": "a b;"}),
	brewCase("everything", "homebrew", mt.Args{"upgrade_all": true, "update_homebrew": true, "upgrade_options": "ignore-pinned"}).Changing(),
	brewCase("a cask that is there", "homebrew_cask", mt.Args{"name": "firefox"}),
	brewCase("a new cask", "homebrew_cask", mt.Args{"name": "vlc", "install_options": []string{"appdir=/A"}, "sudo_password": "it's"}),
	brewCase("the newest cask", "homebrew_cask", mt.Args{"name": "firefox", "state": "latest", "greedy": true}),
	brewCase("a cask removed", "homebrew_cask", mt.Args{"name": "firefox", "state": "absent"}),
	brewCase("an application without brew!", "homebrew_cask", mt.Args{"name": "app", "accept_external_apps": true}),
	brewCase("all casks", "homebrew_cask", mt.Args{"upgrade_all": true, "greedy": true}).Changing(),
	brewCase("no cask", "homebrew_cask", mt.Args{}),
	brewCase("a tap that is there", "homebrew_tap", mt.Args{"name": "homebrew/homebrew-core"}),
	brewCase("a new tap", "homebrew_tap", mt.Args{"name": []string{"homebrew/core", "a/b"}}),
	brewCase("a tap of its own", "homebrew_tap", mt.Args{"name": "a/b", "url": "https://x/y.git"}),
	brewCase("no tap", "homebrew_tap", mt.Args{"name": "a"}),
	brewCase("a bad tap!", "homebrew_tap", mt.Args{"name": "bad/tap"}),
	withFile(brewCase("a tap less", "homebrew_tap", mt.Args{"name": "a/b", "state": "absent"}), "tapped: "),
}

func TestHomebrew(t *testing.T) {
	var list []mt.Case
	for _, c := range foreseen(brewCases) {
		if c.Name == "a tap less" {
			c.Always = false
		}
		list = append(list, c)
	}
	mt.Conform(t, list)
}
func TestHomebrewOracle(t *testing.T) { mt.Compare(t, brewCases) }
