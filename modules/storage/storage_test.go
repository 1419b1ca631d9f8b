package storage

import (
	"reflect"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
	"goplay/modules/modulestest/tooltest"
)

func tab(name string, args mt.Args) mt.Case {
	args["path"] = "{dir}/crypttab"
	return mt.Case{Name: name, Module: "community.general.crypttab", Args: args,
		Files: mt.Files{"crypttab: # devices\ndata /dev/sdb1 none luks,discard=a\nswap /dev/sdc /dev/urandom swap\n"}, Ignore: []string{"diff", "uid", "gid"}}
}

var crypttabCases = []mt.Case{
	tab("new", mt.Args{"name": "/dev/mapper/more", "backing_device": "UUID=1-2", "password": "/etc/key", "opts": "luks", "state": "present"}),
	tab("new without a device", mt.Args{"name": "more", "opts": "luks", "state": "present"}),
	tab("there", mt.Args{"name": "data", "backing_device": "/dev/sdb1", "state": "present"}).Differing("Ansible says that it updated the line, and leaves it alone", "msg"),
	tab("another device", mt.Args{"name": "data", "backing_device": "/dev/sdd", "state": "present"}),
	tab("options more", mt.Args{"name": "data", "opts": "noauto,discard=b", "state": "opts_present"}),
	tab("options less", mt.Args{"name": "data", "opts": "luks", "state": "opts_absent"}),
	tab("gone", mt.Args{"name": "swap", "state": "absent"}),
	tab("nothing to do", mt.Args{"name": "none", "state": "absent"}),
	tab("nothing given", mt.Args{"name": "data", "state": "present"}),
	tab("a device with a space", mt.Args{"name": "data", "backing_device": "a b", "state": "present"}),
	tab("a device for options", mt.Args{"name": "data", "backing_device": "a", "state": "opts_present"}),
}

func TestCrypttab(t *testing.T)       { mt.Conform(t, crypttabCases) }
func TestCrypttabOracle(t *testing.T) { mt.Compare(t, crypttabCases) }

// lvm pretends a group of 100 extents with one volume of 3.
func lvm(t *testing.T) *tooltest.Bench {
	b := tooltest.New(t)
	b.Tool("pvs", `echo "  $PWD/disk1;data"`)
	b.Tool("vgs", `case "$*" in *vg_extent_size*) echo '  data;419430400;406847488;4194304';; *) echo '  data;1';; esac`)
	b.Tool("lvs", `echo '  db;12582912;-wi-a-----'`)
	for _, tool := range []string{"pvcreate", "vgcreate", "vgextend", "vgreduce", "vgremove", "lvcreate", "lvextend", "lvreduce", "lvremove", "lvchange"} {
		b.Tool(tool, "")
	}
	b.File("disk1", "")
	b.File("disk2", "")
	return b
}

func TestLVM(t *testing.T) {
	b := lvm(t)
	one, two := b.Dir+"/disk1", b.Dir+"/disk2"
	for _, c := range []struct {
		name, module string
		args         map[string]any
		want         string // the call that changes, FAIL and a message, or nothing
	}{
		{"a group that is there", "lvg", map[string]any{"vg": "data", "pvs": []string{one}}, ""},
		{"a disk more", "lvg", map[string]any{"vg": "data", "pvs": []string{one, two}}, "pvcreate|-f|" + two + "\nvgextend|data|" + two},
		{"another disk", "lvg", map[string]any{"vg": "data", "pvs": two}, "pvcreate|-f|" + two + "\nvgextend|data|" + two + "\nvgreduce|--force|data|" + one},
		{"a new group", "lvg", map[string]any{"vg": "new", "pvs": two, "vg_options": "--clustered n"}, "pvcreate|-f|" + two + "\nvgcreate|--clustered|n|-s|4|new|" + two},
		{"a disk of another group", "lvg", map[string]any{"vg": "new", "pvs": one}, "FAIL Device " + one + " is already in data volume group."},
		{"removed with volumes", "lvg", map[string]any{"vg": "data", "state": "absent"}, "FAIL Refuse to remove non-empty volume group data without force=true"},
		{"removed by force", "lvg", map[string]any{"vg": "data", "state": "absent", "force": true}, "vgremove|--force|data"},
		{"rounded up", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "10"}, ""},
		{"larger", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "16m", "resizefs": true}, "lvextend|--resizefs|-L|16m|data/db"},
		{"much larger", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "1g"}, "FAIL Logical Volume db could not be extended. Not enough free space left (0.98828125g required / 0.37890625g available)"},
		{"smaller", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "4m"}, "FAIL Sorry, no shrinking of db without force=true."},
		{"smaller by force", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "4m", "force": true}, "lvreduce|--force|-L|4m|data/db"},
		{"not made smaller", "lvol", map[string]any{"vg": "data", "lv": "db", "size": "4m", "shrink": false}, ""},
		{"new", "lvol", map[string]any{"vg": "data", "lv": "log", "size": "50%FREE", "pvs": one, "opts": "-r 16"}, "lvcreate|--yes|-n|log|-l|50%FREE|-r|16|data|" + one},
		{"a thin pool", "lvol", map[string]any{"vg": "data", "thinpool": "pool", "size": "20m"}, "lvcreate|--yes|-L|20m|-T|data/pool"},
		{"a snapshot", "lvol", map[string]any{"vg": "data", "lv": "db", "snapshot": "old", "size": "4m"}, "lvcreate|--yes|-L|4m|-s|-n|old|data/db"},
		{"no size", "lvol", map[string]any{"vg": "data", "lv": "log"}, "FAIL No size given."},
		{"removed without force", "lvol", map[string]any{"vg": "data", "lv": "db", "state": "absent"}, "FAIL Sorry, no removal of logical volume db without force=true."},
		{"not active", "lvol", map[string]any{"vg": "data", "lv": "db", "active": false}, "lvchange|-an|data/db"},
		{"no group", "lvol", map[string]any{"vg": "none", "lv": "db", "size": "1"}, "FAIL Volume group none does not exist."},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, check := range []bool{true, false} {
				r := b.Run("community.general."+c.module, c.args, check)
				var did []string
				for _, call := range b.Calls() {
					if tool, _, _ := strings.Cut(call, "|"); tool != "pvs" && tool != "vgs" && tool != "lvs" {
						did = append(did, call)
					}
				}
				got, want := strings.Join(did, "\n"), c.want
				if r.Failed {
					got = "FAIL " + r.Msg
				} else if check {
					want = ""
				}
				if got != want || !r.Failed && r.Changed != (c.want != "") {
					t.Errorf("check=%v changed=%v: %s\nwant %s", check, r.Changed, got, want)
				}
			}
		})
	}
}

// TestLVMPasses takes groups and volumes through four passes, with tools that remember.
func TestLVMPasses(t *testing.T) {
	b := tooltest.New(t)
	b.File("disk", "")
	b.Tool("pvs", `[ ! -e group ] || echo "  $PWD/disk;data"`)
	b.Tool("vgs", `[ -e group ] || exit 0; case "$*" in *vg_extent_size*) echo '  data;419430400;406847488;4194304';; *) echo "  data;$(ls volume 2>/dev/null | wc -l)";; esac`)
	b.Tool("lvs", `cat volume 2>/dev/null; exit 0`)
	for tool, does := range map[string]string{"pvcreate": "", "vgcreate": "touch group", "vgremove": "rm group", "lvremove": "rm volume",
		"lvcreate": "echo '  db;12582912;-wi-a-----' >volume", "lvextend": "echo '  db;16777216;-wi-a-----' >volume",
		"lvreduce": "echo '  db;4194304;-wi-a-----' >volume", "lvchange": "sed -i s/-wi-a-/-wi---/ volume"} {
		b.Tool(tool, does)
	}
	group, volume := map[string]any{"vg": "data", "pvs": b.Dir + "/disk"}, map[string]any{"vg": "data", "lv": "db"}
	b.Passes(t, "community.general.lvg", group, "vgcreate|-s|4|data|"+b.Dir+"/disk")
	volume["size"] = "12m"
	b.Passes(t, "community.general.lvol", volume, "lvcreate|--yes|-n|db|-L|12m|data")
	volume["size"] = "16m"
	b.Passes(t, "community.general.lvol", volume, "lvextend|-L|16m|data/db")
	volume["size"], volume["force"] = "4m", true
	b.Passes(t, "community.general.lvol", volume, "lvreduce|--force|-L|4m|data/db")
	volume["active"] = false
	b.Passes(t, "community.general.lvol", volume, "lvchange|-an|data/db")
	volume["state"] = "absent"
	b.Passes(t, "community.general.lvol", volume, "lvremove|--force|data/db")
	group["state"] = "absent"
	b.Passes(t, "community.general.lvg", group, "vgremove|--force|data")
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]lvSize{
		"": {unit: "m"}, "512": {"512", 512, "", "m", ""}, "1.5G": {"1.5", 1.5, "", "g", ""}, "+10%free": {"10", 10, "+", "m", "FREE"},
	} {
		if got, err := parseSize(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"x", "10%", "101%VG", "1x", "-"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	f.Add("+10g")
	f.Add("80%FREE")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseSize(text); err == nil && text != "" && s.String() == "" {
			t.Errorf("%q is taken and is nothing", text)
		}
	})
}
