package storage

import (
	"testing"

	"goplay/internal/value"
	mt "goplay/modules/modulestest"
)

func diskCase(name, module string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "community.general." + module, Args: args}
}

// fsCase has a disk of 3 MB, on which blkid finds what the file has says.
func fsCase(name, has string, args mt.Args) mt.Case {
	args["dev"] = "{dir}/disk"
	c := diskCase(name, "filesystem", args)
	c.Files = mt.Files{"has: " + has, "disk: " + string(make([]byte, 3000))}
	c = c.WithTool("blkid", "cat has\n").WithTool("wipefs", "note wipefs $*; : >has\n").WithTool("findmnt", "[ ! -e mounted ] || cat mounted\n[ -e mounted ]\n")
	// In order, for Ansible's answers are kept under what a case is made of.
	for _, tool := range [][2]string{{"mkfs.ext4", "ext4"}, {"mkfs.ext3", "ext3"}, {"mkfs.xfs", "xfs"}, {"mkswap", "swap"},
		{"pvcreate", "LVM2_member"}, {"mkfs.vfat", "vfat"}, {"mkfs.reiserfs", "reiserfs"}} {
		c = c.WithTool(tool[0], "note "+tool[0]+" $*; echo "+tool[1]+" >has\n")
	}
	c = c.WithTool("mkfs.btrfs", "case $1 in --version) echo 'mkfs.btrfs, part of btrfs-progs v6.2';; *) note mkfs.btrfs $*; echo btrfs >has;; esac\n")
	c = c.WithTool("mkfs.f2fs", "case $1 in /dev/null) echo '\tF2FS-tools: mkfs.f2fs Ver: 1.15.0 (2022-05-13)'; exit 1;; *) note mkfs.f2fs $*; echo f2fs >has;; esac\n")
	return c.WithTool("tune2fs", "echo 'tune2fs 1.47.0 (5-Feb-2023)'; echo 'Block count:              '$([ -e grown ] && echo 3 || echo 2); echo 'Block size:               1000'\n").
		WithTool("resize2fs", "note resize2fs $*; touch grown; echo 'The filesystem is now 3 blocks long.'\n").
		WithTool("xfs_info", "echo 'meta-data=/dev/loop0             isize=512    agcount=4, agsize=4096 blks\ndata     =                       bsize=1000   blocks='$([ -e grown ] && echo 3 || echo 2)', imaxpct=25'\n").
		WithTool("xfs_growfs", "note xfs_growfs $*; touch grown; echo 'data blocks changed from 2 to 3'\n")
}

var filesystemCases = []mt.Case{
	fsCase("new", "", mt.Args{"fstype": "ext4", "opts": "-L  data -m 0"}),
	fsCase("there", "ext4\n", mt.Args{"fstype": "ext4"}),
	fsCase("another there", "xfs\n", mt.Args{"fstype": "ext4"}),
	fsCase("another by force", "xfs\n", mt.Args{"fstype": "btrfs", "force": true}).Changing(),
	fsCase("again by force", "f2fs\n", mt.Args{"type": "f2fs", "force": true}).Changing(),
	fsCase("swap", "", mt.Args{"fstype": "swap"}),
	fsCase("a physical volume", "", mt.Args{"fstype": "lvm"}),
	fsCase("grown", "ext4\n", mt.Args{"fstype": "ext4", "resizefs": true}).Changing(),
	fsCase("would grow", "ext4\n", mt.Args{"fstype": "ext4", "resizefs": true}).Checked(),
	fsCase("not growing", "swap\n", mt.Args{"fstype": "swap", "resizefs": true}),
	fsCase("not mounted", "xfs\n", mt.Args{"fstype": "xfs", "resizefs": true}),
	fsCase("wiped", "vfat\n", mt.Args{"state": "absent"}),
	fsCase("nothing to wipe", "", mt.Args{"state": "absent"}),
	diskCase("no device", "filesystem", mt.Args{"dev": "/none", "fstype": "ext4"}),
	diskCase("no device to wipe", "filesystem", mt.Args{"dev": "/none", "state": "absent"}),
	diskCase("no kind", "filesystem", mt.Args{"dev": "/none"}),
}

func TestFilesystem(t *testing.T) {
	var foreseen []mt.Case
	for _, c := range filesystemCases {
		if c.Name != "not mounted" { // a check cannot ask for more than the size
			foreseen = append(foreseen, c)
		}
	}
	mt.Conform(t, foreseen)
}
func TestFilesystemOracle(t *testing.T) { mt.Compare(t, filesystemCases) }

// partedTool keeps a table in the file table, and partitions in parts.
const partedTool = `
[ "$1" != --version ] || { echo 'parted (GNU parted) 3.5'; exit; }
while [ "$1" != -- ]; do dev=$1; shift; done; shift
print=; told="$*"
while [ $# -gt 0 ]; do case "$1" in
unit) shift;;
print) print=1;;
mklabel) echo $2 >table; : >parts; shift;;
mkpart) shift 2; case $1 in ext4) shift;; esac; echo "1:1024:5000:3976:::;" >>parts; shift;;
name) sed -i "s/^$2:\(.*\):\([^:]*\):\([^:]*;\)/$2:\1:$(echo "$3" | tr -d '"'):\3/" parts; shift 2;;
set) case $4 in on) sed -i "s/^$2:\(.*\);/$2:\1, $3;/; s/:, /:/" parts;; *) sed -i "/^$2:/s/$3\(, \)*//; s/, ;/;/" parts;; esac; shift 3;;
rm) sed -i "/^$2:/d" parts; shift;;
resizepart) sed -i "s/^$2:1024:5000:3976/$2:1024:6000:4976/" parts; shift 2;;
esac; shift; done
[ -n "$print" ] || note "$told"
case "$dev" in *broken) echo 'Error: Could not stat device' >&2; exit 1;; esac
[ -e table ] || { echo 'Error: /dev/sdx: unrecognised disk label' >&2; }
echo 'BYT;'; echo "$dev:10240kiB:file:512:512:$(cat table 2>/dev/null || echo unknown)::;"; cat parts 2>/dev/null
[ -e table ] || [ -z "$print" ]
`

func partedCase(name string, files mt.Files, args mt.Args) mt.Case {
	if args["device"] == nil {
		args["device"] = "{dir}/disk"
	}
	c := diskCase(name, "parted", args)
	c.Files = files
	return c.WithTool("parted", partedTool)
}

var (
	onePart    = mt.Files{"table: gpt\n", "parts: 1:1024:5000:3976:ext4:data:lvm;\n"}
	partedList = []mt.Case{
		partedCase("told", onePart, mt.Args{"unit": "KiB"}),
		partedCase("told of no table", nil, mt.Args{}),
		partedCase("a new table and partition", nil, mt.Args{"state": "present", "number": 1, "label": "gpt", "name": "data", "flags": "lvm", "part_end": "5000KiB", "align": "undefined", "fs_type": "ext4"}),
		partedCase("would be new", nil, mt.Args{"state": "present", "number": 1, "flags": "boot"}).Checked(),
		partedCase("there", onePart, mt.Args{"state": "present", "number": 1, "label": "gpt", "name": "data", "flags": "lvm"}),
		partedCase("another name and flag", onePart, mt.Args{"state": "present", "number": 1, "label": "gpt", "name": "more data", "flags": "boot", "unit": "MiB"}),
		partedCase("larger", onePart, mt.Args{"state": "present", "number": 1, "label": "gpt", "resize": true, "part_end": "6000KiB"}),
		partedCase("as large", onePart, mt.Args{"state": "present", "number": 1, "label": "gpt", "resize": true, "part_end": "5000KiB"}),
		partedCase("removed", onePart, mt.Args{"state": "absent", "number": 1}),
		partedCase("never there", onePart, mt.Args{"state": "absent", "number": 2}),
		partedCase("a number too small", onePart, mt.Args{"state": "absent", "number": 0}),
		partedCase("no number", onePart, mt.Args{"state": "present"}),
		partedCase("no unit", onePart, mt.Args{"state": "present", "number": 1, "part_start": "5"}).Differing("Ansible adds what it read", "err"),
		partedCase("a broken disk", onePart, mt.Args{"device": "{dir}/broken"}),
	}
)

func TestParted(t *testing.T)       { mt.Conform(t, partedList) }
func TestPartedOracle(t *testing.T) { mt.Compare(t, partedList) }

const zfsTool = `
case "$*" in
"list -t all tank/none"*|"list tank/none") exit 1;;
"list "*) [ ! -e gone ];;
"get -H -p -o property,value,source all"*) printf 'type\tfilesystem\t-\nquota\t'; [ -e quota ] && printf '10737418240\tlocal\n' || printf '0\tdefault\n'
  printf 'snapdir\t%s\tlocal\ncompression\ton\tinherited from tank\n' $(cat snapdir 2>/dev/null || echo hidden);;
"get "*) note "$*"; printf 'tank/home\ttype\tfilesystem\ntank/home\tused\t96K\ntank/home/a\ttype\tfilesystem\n';;
"set quota"*) note "$*"; touch quota;;
"set snapdir"*) note "$*"; echo visible >snapdir;;
destroy*) note "$*"; touch gone;;
*) note "$*";;
esac
`

func zfsCase(name, module string, args mt.Args) mt.Case {
	return diskCase(name, module, args).WithTool("zfs", zfsTool).WithTool("zpool", "echo 'NAME  PROPERTY  VALUE    SOURCE'; echo 'tank  version   -        default'\n")
}

var zfsCases = []mt.Case{
	zfsCase("new", "zfs", mt.Args{"name": "tank/none", "state": "present", "extra_zfs_properties": map[string]any{"setuid": false}}).Changing(),
	zfsCase("a new volume", "zfs", mt.Args{"name": "tank/none/vol", "state": "present", "extra_zfs_properties": map[string]any{"volsize": "10M"}}).Changing(),
	zfsCase("a new snapshot", "zfs", mt.Args{"name": "tank/none@now", "state": "present"}).Changing(),
	zfsCase("a clone", "zfs", mt.Args{"name": "tank/none", "state": "present", "origin": "tank/home@now"}).Changing(),
	zfsCase("there", "zfs", mt.Args{"name": "tank/home", "state": "present"}),
	zfsCase("a property", "zfs", mt.Args{"name": "tank/home", "state": "present", "extra_zfs_properties": map[string]any{"snapdir": "visible"}}),
	zfsCase("a size", "zfs", mt.Args{"name": "tank/home", "state": "present", "extra_zfs_properties": map[string]any{"quota": "10G"}}).Differing("the diff says the size as it was given", "diff"),
	zfsCase("removed", "zfs", mt.Args{"name": "tank/home", "state": "absent"}),
	zfsCase("never there", "zfs", mt.Args{"name": "tank/none", "state": "absent"}),
	zfsCase("a clone of a snapshot", "zfs", mt.Args{"name": "tank/none@a", "state": "present", "origin": "x"}),
	zfsCase("no facts", "zfs_facts", mt.Args{"name": "tank/none"}),
}

func TestZFS(t *testing.T)       { mt.Conform(t, zfsCases) }
func TestZFSOracle(t *testing.T) { mt.Compare(t, zfsCases) }

func TestZFSFacts(t *testing.T) {
	c := zfsCase("facts", "zfs_facts", mt.Args{"name": "tank/home", "recurse": true, "parsable": true, "depth": 2, "type": "filesystem", "properties": "type,used"})
	dir := t.TempDir()
	c.Files.Make(t, dir)
	r := c.Run(t, dir, false)
	if r.Failed || r.Changed || r.Facts == nil {
		t.Fatalf("%+v", r)
	}
	want := "{'ansible_zfs_datasets': [{'type': 'filesystem', 'used': '96K', 'name': 'tank/home'}, {'type': 'filesystem', 'name': 'tank/home/a'}]}"
	if got := repr(r.Facts); got != want {
		t.Errorf("%s", got)
	}
}

func repr(v any) string { return value.Repr(v) }
