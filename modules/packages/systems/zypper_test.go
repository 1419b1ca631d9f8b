package systems

import (
	"reflect"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// with is a case of a module whose tool is a script.
func with(name, module, tool, script string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "community.general." + module, Args: args}.WithTool(tool, script)
}

// foreseen are the cases that can be told before the tool is run, and in which
// nothing is left that is no change, such as a note of the tool's. The others
// have an exclamation mark behind their name.
func foreseen(cases []mt.Case) []mt.Case {
	var list []mt.Case
	for _, c := range cases {
		if !strings.HasSuffix(c.Name, "!") {
			list = append(list, c)
		}
	}
	return list
}

// zypperTool has nginx in an old version, and answers as zypper 1.14 does.
const zypperTool = `
xml() { echo "<?xml version='1.0'?><stream>$*</stream>"; }
summary() { xml "<message type=\"info\">Loading &amp; reading.</message><install-summary packages-to-change=\"1\"><$1><solvable type=\"package\" name=\"$2\" edition=\"2\" edition-old=\"1\" arch=\"noarch\" summary=\"a &lt;web&gt; server\"/></$1></install-summary>"; }
case "$*" in
*" search "*) if [ -e gone ]; then xml '<message type="error">No matching items found.</message>'; exit 104; fi
  case "$*" in *nginx*) xml '<search-result version="0.0"><solvable-list><solvable status="installed" name="nginx" kind="package" edition="1" arch="noarch" repository="(System Packages)"/></solvable-list></search-result>';;
  *curl*) if [ -e curl ]; then xml '<solvable-list><solvable status="installed" name="curl"/></solvable-list>'; else xml '<message type="error">No matching items found.</message>'; exit 104; fi;;
  *) xml '<message type="error">No matching items found.</message>'; exit 104;; esac;;
*--dry-run*curl*) summary to-install curl;;
*--dry-run*nginx*) summary to-remove nginx;;
*--dry-run*) xml;;
*none*) note "$*"; xml "<message type=\"error\">'none' not found in package names.</message>"; exit 104;;
*broken*) xml; exit 8;;
*mangled*) echo '<stream><unclosed>';;
*" install "*curl*) note "$*"; [ -e curl ] && xml || summary to-install curl; touch curl;;
*" install "*) note "$*"; summary to-upgrade nginx;;
*" remove "*) note "$*"; touch gone; summary to-remove nginx;;
*) note "$*"; xml;;
esac
`

func zypperCase(name string, args mt.Args) mt.Case {
	return with(name, "zypper", "zypper", zypperTool, args)
}

func zypperQuiet(c mt.Case) mt.Case {
	c.Differs, c.Ignore = nil, []string{"diff"}
	return c
}

func zypperFails(c mt.Case) mt.Case {
	c.Name += "!"
	return c
}

var zypperCases = []mt.Case{
	zypperQuiet(zypperCase("there", mt.Args{"name": "nginx"})),
	zypperCase("new", mt.Args{"name": "curl", "disable_recommends": false, "extra_args_precommand": "--gpg-auto-import-keys --no-color", "extra_args": "--details --download-only"}),
	zypperCase("new and lists!", mt.Args{"name": []string{"curl", ""}, "update_cache": true, "disable_gpg_check": true, "replacefiles": true, "force_resolution": true}),
	zypperCase("would be new!", mt.Args{"name": "curl", "update_cache": true}).Checked(),
	zypperCase("a version", mt.Args{"name": "nginx>=2", "force": true}).Changing(),
	zypperCase("one for another", mt.Args{"name": []string{"-nginx", "+curl"}}).Changing(),
	zypperCase("removed", mt.Args{"name": "nginx", "state": "absent", "clean_deps": true}),
	zypperQuiet(zypperCase("never there", mt.Args{"name": "none", "state": "removed"})),
	zypperQuiet(zypperCase("everything!", mt.Args{"name": "*", "state": "latest"})),
	zypperQuiet(zypperCase("everything of a release!", mt.Args{"name": "*", "state": "dist-upgrade", "allow_vendor_change": true})),
	zypperQuiet(zypperCase("a package of a release", mt.Args{"name": "nginx", "state": "dist-upgrade"})),
	zypperQuiet(zypperCase("removed by address", mt.Args{"name": "http://x/y.rpm", "state": "absent"})),
	zypperQuiet(zypperCase("removed and added", mt.Args{"name": "+nginx", "state": "absent"})),
	zypperFails(zypperCase("not known", mt.Args{"name": "none"})),
	zypperFails(zypperCase("failing", mt.Args{"name": "broken"})),
	zypperFails(zypperCase("mangled", mt.Args{"name": "mangled"})).Differing("another parser says it", "msg"),
}

func TestZypper(t *testing.T)       { mt.Conform(t, foreseen(zypperCases)) }
func TestZypperOracle(t *testing.T) { mt.Compare(t, zypperCases) }

// zypperRepos knows the repository oss, until it is told otherwise.
const zypperRepos = `
case "$*" in
--version) echo "zypper 1.14.59";;
*repos*) echo '<?xml version="1.0"?><stream><repo-list>'; [ -e removed ] || echo '<repo alias="oss" name="Main" type="rpm-md" priority="99" enabled="1" autorefresh="1" gpgcheck="1"><url>http://oss/</url></repo>'
  [ ! -e added ] || cat added; echo '</repo-list></stream>';;
*addrepo*) note "$*"; for last; do url=$alias; alias=$last; done; echo "<repo alias=\"$alias\" name=\"$alias\" priority=\"99\" enabled=\"1\" autorefresh=\"1\" gpgcheck=\"1\"><url>$url</url></repo>" >added;;
*removerepo*) note "$*"; touch removed;;
*) note "$*";;
esac
`

func repoCase(name string, args mt.Args) mt.Case {
	return with(name, "zypper_repository", "zypper", zypperRepos, args)
}

var zypperRepositoryCases = []mt.Case{
	repoCase("there", mt.Args{"name": "oss", "repo": "http://oss"}),
	repoCase("there and refreshed!", mt.Args{"name": "oss", "repo": "http://oss", "runrefresh": true}),
	repoCase("new", mt.Args{"name": "more", "repo": "http://more/", "auto_import_keys": true}),
	repoCase("new with everything", mt.Args{"name": "more", "repo": "http://more/", "description": "More", "priority": 5, "enabled": false, "disable_gpg_check": true, "autorefresh": false}).Changing(),
	repoCase("another priority", mt.Args{"name": "oss", "repo": "http://oss", "priority": 5}).Changing(),
	repoCase("gone", mt.Args{"name": "oss", "state": "absent"}),
	repoCase("gone by address", mt.Args{"repo": "http://oss/", "state": "absent"}),
	repoCase("never there", mt.Args{"name": "x", "state": "absent"}),
	repoCase("all refreshed!", mt.Args{"repo": "*", "runrefresh": true}),
	repoCase("all", mt.Args{"repo": "*"}),
	repoCase("no address", mt.Args{"name": "x"}),
	repoCase("no name", mt.Args{"repo": "http://x"}),
	repoCase("a file and a name", mt.Args{"name": "x", "repo": "{dir}/x.repo"}),
	repoCase("no file", mt.Args{"repo": "{dir}/x.repo"}),
	withFile(repoCase("a file", mt.Args{"repo": "{dir}/x.repo"}), "x.repo: [other]\nname=Other\nbaseurl=http://other/\ngpgcheck=0\ngpgkey=http://key\n"),
	withFile(repoCase("a file of two", mt.Args{"repo": "{dir}/x.repo"}), "x.repo: [a]\nbaseurl=http://a\n[b]\nbaseurl=http://b\n"),
	withFile(repoCase("a file of no address", mt.Args{"repo": "{dir}/x.repo"}), "x.repo: [a]\nname=A\n"),
}

func withFile(c mt.Case, file string) mt.Case {
	c.Files = append(c.Files, file)
	return c.Changing()
}

func TestZypperRepository(t *testing.T)       { mt.Conform(t, foreseen(zypperRepositoryCases)) }
func TestZypperRepositoryOracle(t *testing.T) { mt.Compare(t, zypperRepositoryCases) }

func TestParseXML(t *testing.T) {
	doc, err := parseXML("<?xml version='1.0'?>\n<stream>\n<!-- a > b --><message type=\"info\">R&amp;D</message><a><b x='1>2' y = \"&quot;\"/></a></stream>")
	if err != nil || len(doc) != 4 {
		t.Fatalf("%d elements, %v", len(doc), err)
	}
	if m := named(doc, "message")[0]; m.text != "R&D" || m.attr["type"] != "info" || m.parent.name != "stream" {
		t.Errorf("message is %+v", m)
	}
	if b := named(doc, "b")[0]; b.attr["x"] != "1>2" || b.attr["y"] != `"` || b.parent.name != "a" {
		t.Errorf("b is %+v", b)
	}
	for _, bad := range []string{"", "text", "<a>", "<a></b>", "<a", "</a>"} {
		if _, err := parseXML(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParseXML(f *testing.F) {
	f.Add("<stream><a b='c'/></stream>")
	f.Fuzz(func(t *testing.T, text string) { _, _ = parseXML(text) })
}

func TestParseSpecs(t *testing.T) {
	specs, files := parseSpecs([]string{"nginx>=1.2", "-vim", "~emacs=29", "+a", "b<2", "http://x/y.rpm", "/z.rpm", "apache2.4"}, "+")
	want := []spec{{"+", "nginx", ">=1.2"}, {"-", "vim", ""}, {"-", "emacs", "=29"}, {"+", "a", ""}, {"+", "b", "<2"}, {"+", "apache2.4", ""}}
	if !reflect.DeepEqual(specs, want) || !reflect.DeepEqual(files, []string{"http://x/y.rpm", "/z.rpm"}) {
		t.Errorf("%v, %v", specs, files)
	}
}
