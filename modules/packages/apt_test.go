package packages

import (
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

// localRepository makes a source of packages on the host: one and two in two
// versions, dep that needs one, and virt that only two provides.
const localRepository = `
mkdir -p /repo && cd /repo
deb() { # name version fields
  d=$(mktemp -d); chmod 755 $d; mkdir -p $d/DEBIAN $d/etc; echo $1 >$d/etc/$1.conf; echo /etc/$1.conf >$d/DEBIAN/conffiles
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: t <t@example.com>\nDescription: t\n%b' "$1" "$2" "$3" >$d/DEBIAN/control
  dpkg-deb -b $d /repo/$1_$2.deb >/dev/null
  { cat $d/DEBIAN/control; echo "Filename: ./$1_$2.deb"; echo "Size: $(stat -c %s $1_$2.deb)"; echo "SHA256: $(sha256sum $1_$2.deb | cut -d' ' -f1)"; echo; } >>Packages
}
deb gp-one 1.0; deb gp-one 1.5; deb gp-one 2.0; deb gp-two 1.0 'Provides: gp-virt\n'; deb gp-two 2.0 'Provides: gp-virt\n'
deb gp-dep 1.0 'Depends: gp-one\n'
mkdir -p /debs; mv gp-dep_1.0.deb /debs/; cp /debs/gp-dep_1.0.deb .; cp gp-one_1.0.deb gp-one_2.0.deb /debs/
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/repo ./' >/etc/apt/sources.list
apt-get update -qq
`

func apt1(name string, args ht.Args) ht.Step { return ht.Step{Name: name, Module: "apt", Args: args} }

var aptSteps = []ht.Step{
	{Name: "missing", Module: "apt", Args: ht.Args{"name": "gp-none"}, Compare: []string{"msg"}},
	{Name: "no candidate", Module: "apt", Args: ht.Args{"name": "gp-one=9"}, Compare: []string{"msg"}},
	{Name: "two versions", Module: "apt", Args: ht.Args{"name": "gp-one=1=2"}, Compare: []string{"msg"}},
	{Name: "pattern without a match", Module: "apt", Args: ht.Args{"name": "gpx-*"}, Compare: []string{"msg"}},
	apt1("a version", ht.Args{"name": "gp-one=1.0"}),
	apt1("there in an older version", ht.Args{"name": "gp-one"}),
	apt1("at least", ht.Args{"name": "gp-one>=1.0"}),
	apt1("a version by pattern", ht.Args{"name": []string{"gp-one=1.5*"}}),
	{Name: "a downgrade refused", Module: "apt", Args: ht.Args{"name": "gp-one=1.0"}},
	apt1("a downgrade", ht.Args{"name": "gp-one=1.0", "allow_downgrade": true}),
	apt1("latest", ht.Args{"pkg": "gp-one", "state": "latest"}),
	apt1("only upgrade", ht.Args{"name": "gp-two", "only_upgrade": true, "state": "latest"}),
	apt1("several", ht.Args{"name": "gp-two=1.0, gp-dep", "install_recommends": false, "dpkg_options": "force-confnew"}),
	apt1("virtual and there", ht.Args{"name": "gp-virt"}),
	apt1("upgrade", ht.Args{"upgrade": "yes"}),
	apt1("upgrade again", ht.Args{"upgrade": "dist"}),
	apt1("wildcard there", ht.Args{"name": "gp-*"}),
	apt1("absent", ht.Args{"name": "gp-dep", "state": "absent"}),
	apt1("absent but configured", ht.Args{"name": "gp-dep", "state": "absent"}),
	apt1("purge what is left", ht.Args{"name": "gp-dep", "state": "absent", "purge": true}),
	apt1("absent unknown", ht.Args{"name": "gp-none", "state": "absent"}),
	apt1("absent in another version", ht.Args{"name": "gp-one=1.0", "state": "absent"}),
	apt1("wildcard absent", ht.Args{"name": "gp-*", "state": "absent", "purge": true}),
	apt1("deb", ht.Args{"deb": "/debs/gp-one_1.0.deb"}),
	apt1("newer deb", ht.Args{"deb": "/debs/gp-one_2.0.deb"}),
	{Name: "older deb", Module: "apt", Args: ht.Args{"deb": "/debs/gp-one_1.0.deb"}, Compare: []string{"msg"}},
	{Name: "deb and absent", Module: "apt", Args: ht.Args{"deb": "/debs/gp-one_1.0.deb", "state": "absent"}, Compare: []string{"msg"}},
	{Name: "deb with what it needs", Before: "apt-get purge -y gp-one", Module: "apt", Args: ht.Args{"deb": "/debs/gp-dep_1.0.deb"}},
	apt1("autoremove", ht.Args{"autoremove": true}),
	{Name: "autoremove what is left", Before: "apt-get purge -y gp-dep", Module: "apt", Args: ht.Args{"autoremove": true, "purge": true},
		Differs: "what came with a .deb was installed for it, not for itself"},
	{Name: "lists that are good", Module: "apt", Args: ht.Args{"update_cache": true, "cache_valid_time": 86400}, Compare: []string{"cache_updated"}},
	{Name: "lists fetched", Before: "touch -d 2020-01-01 /var/lib/apt/lists", Module: "apt", Args: ht.Args{"update_cache": true, "cache_valid_time": 3600}, Compare: []string{"cache_updated"}},
	{Name: "lists fetched for packages", Before: "touch -d 2020-01-01 /var/lib/apt/lists", Module: "apt", Args: ht.Args{"name": "gp-two", "update_cache": true, "policy_rc_d": 101}},
	{Name: "nothing", Module: "apt", Args: ht.Args{}, Compare: []string{"cache_updated"}},
	{Name: "clean", Module: "apt", Args: ht.Args{"clean": true}, Always: true, Differs: "Ansible says so since 2.15"},
	{Name: "exclusive", Module: "apt", Args: ht.Args{"deb": "x", "name": "y"}, Compare: []string{"msg"}},
}

func TestApt(t *testing.T) { ht.Story{Prepare: localRepository, Steps: aptSteps}.Conform(t) }
