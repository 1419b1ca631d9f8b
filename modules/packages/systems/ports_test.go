package systems

import (
	"testing"

	mt "goplay/modules/modulestest"
)

// pkgTool has nginx, which is old, and of pkg 1.17's commands what the module uses.
const pkgTool = `
case "$*" in
-v) echo 1.17.5;;
*"info -g -e nginx"*) [ ! -e nginx.gone ]; exit;;
*"info -g -e zsh"*) [ -e zsh ]; exit;;
*"info -g -e"*) exit 1;;
*"info -g -A nginx"*) echo 'nginx-1.24.0_3,3:'; [ -e owner ] && cat owner || echo '        owner          : web'; [ ! -e team ] || echo '        team           : ops';;
*"info -g -A"*) ;;
*"upgrade -g -n nginx"*) [ -e upgraded ] || exit 1;;
*"-g -n"*) ;;
*"upgrade -n"*|*"upgrade -y") case "$*" in *-y) note "$*";; esac; echo 'Number of packages to be upgraded: 2'; echo 'Number of packages to be reinstalled: 1';;
*"autoremove -n"*) [ -e removed ] || echo 'Deinstallation has been requested for the following 3 packages:';;
*"autoremove -y"*) note "$*"; touch removed; echo Deinstalled;;
*"delete -y nginx"*) note "$*"; touch nginx.gone; echo 'Deinstalling nginx-1.24.0_3,3...';;
*"install"*zsh*) note "$* $BATCH $IGNORE_OSVERSION"; touch zsh; echo 'Installing zsh-5.9...';;
*"annotate -y -A"*) note "$* $(cat)"; touch team;;
*"annotate -y -M"*) note "$* $(cat)"; echo '        owner          : sysops' >owner;;
*"annotate"*) note "$*"; echo > owner;;
*" -y nginx") note "$*"; touch upgraded;;
*) note "$*";;
esac
`

func pkgCase(name string, args mt.Args) mt.Case {
	if _, given := args["cached"]; !given {
		args["cached"] = true
	}
	return with(name, "pkgng", "pkg", pkgTool, args)
}

var pkgngCases = []mt.Case{
	pkgCase("there", mt.Args{"name": "nginx"}),
	pkgCase("new", mt.Args{"name": []string{"nginx", "zsh"}, "pkgsite": "FreeBSD", "ignore_osver": true, "jail": "web"}),
	pkgCase("with the catalogue!", mt.Args{"name": "zsh", "cached": false}),
	pkgCase("would be new!", mt.Args{"name": "zsh", "cached": false}).Checked(),
	pkgCase("newest", mt.Args{"name": "nginx zsh", "state": "latest", "rootdir": "/r"}),
	pkgCase("everything", mt.Args{"name": "*", "state": "latest"}).Changing(),
	pkgCase("removed", mt.Args{"name": "nginx,zsh", "state": "absent", "chroot": "/c"}),
	pkgCase("never there", mt.Args{"name": "vim", "state": "absent", "autoremove": true}),
	pkgCase("not known!", mt.Args{"name": "vim"}),
	pkgCase("annotated", mt.Args{"name": "nginx", "annotation": "+team=ops,:owner=sysops"}),
	pkgCase("an annotation less", mt.Args{"name": "nginx", "annotation": []string{"-owner", "-none"}}),
	pkgCase("another annotation there", mt.Args{"name": "nginx", "annotation": "+owner=db"}),
	pkgCase("no annotation to change", mt.Args{"name": "nginx", "annotation": ":none=db"}),
	pkgCase("no annotation", mt.Args{"name": "nginx", "annotation": "owner=db"}),
	pkgCase("two places", mt.Args{"name": "nginx", "chroot": "/a", "jail": "b"}),
}

func TestPkgng(t *testing.T)       { mt.Conform(t, foreseen(pkgngCases)) }
func TestPkgngOracle(t *testing.T) { mt.Compare(t, pkgngCases) }

// openbsdTools has nmap and python 3.9 in versions that are not the newest.
const openbsdInfo = `
case "$*" in
*inst:nmap*) [ -e gone ] || echo nmap-7.91;;
*inst:python*) echo python-3.9.1; echo python-3.8.2;;
*inst:zsh*) [ ! -e zsh ] || echo zsh-5.9;;
*inst:bad*) echo 'bad name' >&2;;
esac
`

const openbsdAdd = `
case "$1" in *n*) ;; *) note "pkg_add $*";; esac
case "$*" in
*u*nmap) [ -e new ] || echo 'quirks-4.9: ok
nmap-7.91->7.92: ok
Read shared items: ok'; case "$1" in *n*) ;; *) touch new;; esac;;
*-Imu*|*-Imnu*) echo 'quirks-4.9 signed
bzip2-1.0.6->1.0.6p0: ok
.';;
*zsh) echo ' zsh-5.9: ok '; case "$1" in *n*) ;; *) touch zsh;; esac;;
*empty*) echo 'file:/packages/ is empty' >&2; echo ' empty-1.0: ok ';;
*none-1.0) exit 1;;
*none) echo "Can't find none" >&2;;
esac
`

func openbsdCase(name string, args mt.Args) mt.Case {
	return with(name, "openbsd_pkg", "pkg_info", openbsdInfo, args).WithTool("pkg_add", openbsdAdd).
		WithTool("pkg_delete", "case \"$1\" in *n*) ;; *) note \"pkg_delete $*\"; touch gone;; esac\n")
}

var openbsdCases = []mt.Case{
	openbsdCase("there", mt.Args{"name": "nmap"}),
	openbsdCase("new", mt.Args{"name": []string{"nmap", "zsh"}, "snapshot": true}),
	openbsdCase("would be new", mt.Args{"name": "zsh"}).Checked(),
	openbsdCase("new past an empty folder", mt.Args{"name": "empty"}).Changing(),
	openbsdCase("not known", mt.Args{"name": "none"}).Changing(),
	openbsdCase("no such version!", mt.Args{"name": "none-1.0"}).Ignoring("msg"), // which is empty
	openbsdCase("newest!", mt.Args{"name": []string{"nmap", "zsh"}, "state": "latest", "clean": true, "quick": true}),
	openbsdCase("newest already", mt.Args{"name": "python", "state": "latest"}).Changing(),
	openbsdCase("everything", mt.Args{"name": "*", "state": "latest", "snapshot": true}).Changing(),
	openbsdCase("everything and more", mt.Args{"name": []string{"*", "zsh"}, "state": "latest"}),
	openbsdCase("everything removed", mt.Args{"name": "*", "state": "absent"}),
	openbsdCase("removed", mt.Args{"name": "nmap", "state": "absent", "clean": true}),
	openbsdCase("never there", mt.Args{"name": "zsh", "state": "removed"}),
	openbsdCase("version and none", mt.Args{"name": "vim-8.2--gtk2"}),
	openbsdCase("a dash too many", mt.Args{"name": "vim--gtk2-"}),
	openbsdCase("a complaint", mt.Args{"name": "bad"}),
	openbsdCase("no ports", mt.Args{"name": "zsh", "build": true, "ports_dir": "/none"}),
}

func TestOpenBSD(t *testing.T) {
	var quiet []mt.Case
	for _, c := range foreseen(openbsdCases) {
		if c.Name != "not known" && c.Name != "newest already" {
			quiet = append(quiet, c)
		}
	}
	mt.Conform(t, quiet)
}
func TestOpenBSDOracle(t *testing.T) { mt.Compare(t, openbsdCases) }

func TestParsePortSpec(t *testing.T) {
	for name, want := range map[string]portSpec{
		"nmap":              {name: "nmap", stem: "nmap"},
		"nmap-7.91":         {name: "nmap-7.91", stem: "nmap", version: "7.91"},
		"vim-8.2-gtk2-perl": {name: "vim-8.2-gtk2-perl", stem: "vim", version: "8.2", flavor: "gtk2-perl"},
		"vim--no_x11":       {name: "vim--no_x11", stem: "vim", flavor: "no_x11", versionless: true},
		"python%3.9":        {name: "python%3.9", stem: "python", branch: "3.9"},
		"a--%c":             {name: "a--%c", stem: "a", branch: "c", versionless: true},
	} {
		if got, err := parsePortSpec(name); err != nil || got != want {
			t.Errorf("%s is %+v, %v", name, got, err)
		}
	}
	if got := (portSpec{stem: "it's", versionless: true}).like(); got != "LIKE 'it''s-%' AND fullpkgname NOT LIKE 'it''s-%-%'" {
		t.Errorf("%s", got)
	}
}

const opkgTool = `
case "$1 $2" in
"list-installed tcpdump") [ -e gone ] || echo 'tcpdump - 4.99.3-1 - all';;
"list-installed zsh") [ ! -e zsh ] || echo 'zsh - 5.9 - all';;
list-installed*) ;;
install*) note "$*"; case "$*" in *zsh*) touch zsh;; esac;;
remove*) note "$*"; touch gone;;
*) note "$*"; [ ! -e offline ];;
esac
`

func opkgCase(name string, args mt.Args) mt.Case {
	return with(name, "opkg", "opkg", opkgTool, args)
}

var opkgCases = []mt.Case{
	opkgCase("there", mt.Args{"name": "tcpdump"}),
	opkgCase("there in this version", mt.Args{"name": "tcpdump=4.99.3-1"}),
	opkgCase("new", mt.Args{"name": []string{"tcpdump", "zsh"}, "force": "overwrite"}),
	opkgCase("lists first!", mt.Args{"name": "zsh", "update_cache": true}),
	opkgCase("again", mt.Args{"name": "tcpdump", "force": "reinstall"}).Changing(),
	opkgCase("another version!", mt.Args{"name": "tcpdump=5"}).Differing("Ansible adds its own return values to a failure", "output", "vars", "state"),
	opkgCase("removed", mt.Args{"name": "tcpdump", "state": "absent", "force": "depends"}),
	opkgCase("never there", mt.Args{"name": "zsh", "state": "removed"}),
}

func TestOpkg(t *testing.T)       { mt.Conform(t, foreseen(opkgCases)) }
func TestOpkgOracle(t *testing.T) { mt.Compare(t, opkgCases) }

func portCase(name string, args mt.Args) mt.Case {
	c := with(name, "portinstall", "pkg", `case "$*" in
"info misc/figlet"|"info figlet") [ -e figlet ]; exit;;
"info mysql-client") exit 0;;
info*) exit 1;;
delete*) note "pkg $*"; rm -f figlet;;
*) note "pkg $*";;
esac
`, args)
	return c.WithTool("ports_glob", `case "$1" in many) echo a; echo b;; none*) ;; *) echo "$1";; esac
`).WithTool("portinstall", `note "portinstall $*"; touch figlet
`).WithTool("pkg_glob", `[ ! -e figlet ] || echo figlet-2.2
`)
}

var portinstallCases = []mt.Case{
	portCase("new", mt.Args{"name": "misc/figlet"}),
	portCase("new of source", mt.Args{"name": "misc/figlet", "use_packages": false}),
	portCase("there under another name", mt.Args{"name": "mysql55-client"}),
	withFile(portCase("removed", mt.Args{"name": "figlet", "state": "absent"}), "figlet: "),
	portCase("never there", mt.Args{"name": "figlet", "state": "absent"}),
	portCase("not known", mt.Args{"name": "none1"}),
	portCase("several", mt.Args{"name": "many"}),
}

func TestPortinstall(t *testing.T) {
	var lasting []mt.Case
	for _, c := range portinstallCases {
		c.Always = false
		lasting = append(lasting, c)
	}
	mt.Conform(t, lasting)
}
func TestPortinstallOracle(t *testing.T) { mt.Compare(t, portinstallCases) }
