package storage

import (
	"slices"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

type partedArgs struct {
	Device    string   `arg:"device,required" doc:"The disk, or a file that holds one."`
	Align     string   `arg:"align" default:"optimal" enum:"cylinder,minimal,none,optimal,undefined" doc:"How new partitions are aligned; undefined is as parted does by itself."`
	Number    *int     `arg:"number" doc:"Number of the partition; needed unless for information."`
	Unit      string   `arg:"unit" default:"KiB" enum:"s,B,KB,KiB,MB,MiB,GB,GiB,TB,TiB,%,cyl,chs,compact" doc:"Unit of what is returned, and of sizes that have none."`
	Label     string   `arg:"label" default:"msdos" enum:"aix,amiga,bsd,dvh,gpt,loop,mac,msdos,pc98,sun" doc:"Kind of the partition table; with another one all partitions are lost."`
	PartType  string   `arg:"part_type" default:"primary" enum:"extended,logical,primary" doc:"Kind of the partition, with msdos and dvh."`
	PartStart string   `arg:"part_start" default:"0%" doc:"Where the partition begins, with a unit; from the end if it is negative."`
	PartEnd   string   `arg:"part_end" default:"100%" doc:"Where the partition ends, with a unit; from the end if it is negative."`
	Name      *string  `arg:"name" doc:"Name of the partition, with gpt, mac and pc98."`
	Flags     []string `arg:"flags" doc:"Flags that the partition has, and no others."`
	State     string   `arg:"state" default:"info" enum:"absent,present,info" doc:"Whether the partition is there; info only tells of the disk."`
	FSType    *string  `arg:"fs_type" doc:"Kind of file system that a new partition is marked for."`
	Resize    bool     `arg:"resize" default:"false" doc:"Let a partition that is there end at part_end."`
}

type partedResult struct {
	Disk       *value.Dict `json:"disk" type:"dict" doc:"The disk: dev, size, unit, table, model, logical_block and physical_block."`
	Partitions *value.List `json:"partitions" type:"list" doc:"The partitions: num, begin, end, size, fstype, name, flags and unit."`
	Script     string      `json:"script" doc:"What parted was told."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.parted",
		Summary: "Partition disks, and tell of their partitions",
		Example: `- name: A partition for data
  community.general.parted:
    device: /dev/sdb
    number: 1
    state: present
    label: gpt
    name: data
`,
		Differs: []string{
			"parted 3.1 of 2012 or later is needed.",
			"A check of absent predicts no change where there is no partition.",
		},
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "present", Needs: []string{"number"}},
			{Option: "state", Is: "absent", Needs: []string{"number"}},
		},
	}, parted)
}

type partedJob struct {
	partedArgs
	c       *modules.Context
	program string
	disk    diskInfo
	script  []string // all that parted was told, as a shell would have it
	told    bool     // parted was told something, and the disk read again
}

func parted(c *modules.Context, a partedArgs) (partedResult, error) {
	j := &partedJob{partedArgs: a, c: c}
	if err := j.prepare(); err != nil {
		return partedResult{}, err
	}
	var err error
	switch a.State {
	case "present":
		err = j.present()
	case "absent":
		if _, there := j.disk.find(*a.Number); there {
			err = j.run("rm", strconv.Itoa(*a.Number))
		}
	default:
		j.script = []string{"unit '" + a.Unit + "' print"}
	}
	if err != nil {
		return partedResult{}, err
	}
	return partedResult{j.disk.values(), j.disk.partitionValues(), strings.Join(j.script, " ")}, nil
}

func (j *partedJob) prepare() (err error) {
	if j.program, err = j.c.Find("parted"); err != nil {
		return err
	}
	if j.Number != nil && *j.Number < 1 {
		return modules.Fail("The partition number must be greater then 0.")
	}
	for _, o := range []struct{ name, text string }{{"part_start", j.PartStart}, {"part_end", j.PartEnd}} {
		size, err := parsePosition(o.text)
		if err != nil {
			return err
		}
		if !slices.Contains(partedUnits, size.unit) {
			return modules.Fail("The argument '%s' doesn't respect required format.The size unit is case sensitive.", o.name)
		}
	}
	return j.read()
}

// read asks parted for the disk and its partitions.
func (j *partedJob) read() error {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{j.program, "-s", "-m", j.Device, "--", "unit", j.Unit, "print"}})
	if err != nil {
		return err
	}
	if out.RC != 0 && !strings.Contains(out.Stderr, "unrecognised disk label") {
		command := j.program + " -s -m " + j.Device + " -- unit '" + j.Unit + "' print"
		return modules.Fail("Error while getting device information with parted script: '%s'", command).
			With("rc", out.RC).With("out", out.Stdout).With("err", out.Stderr)
	}
	j.disk, err = parseDisk(out.Stdout, j.Unit)
	return err
}

// run tells parted to do something, and reads what came of it.
func (j *partedJob) run(words ...string) error {
	shown := shlex.Join(words)
	j.script = append(j.script, shown)
	argv := []string{j.program, "-s", "-m"}
	if j.Align != "undefined" {
		argv = append(argv, "-a", j.Align)
	}
	argv = append(append(argv, j.Device, "--"), words...)
	return j.c.Change(modules.Diff{}, func() error {
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err != nil {
			return err
		}
		if out.RC != 0 {
			return modules.Fail("Error while running parted script: %s", strings.Join(argv[:len(argv)-len(words)], " ")+" "+shown).
				With("rc", out.RC).With("out", out.Stdout).With("err", out.Stderr)
		}
		j.told = true
		return j.read()
	})
}

func (j *partedJob) present() error {
	number := strconv.Itoa(*j.Number)
	part, there := j.disk.find(*j.Number)
	var words []string
	if j.disk.table != j.Label {
		words, there = append(words, "mklabel", j.Label), false
	}
	fresh := !there
	if fresh {
		words = append(words, "mkpart", j.PartType)
		if j.FSType != nil {
			words = append(words, *j.FSType)
		}
		words = append(words, j.PartStart, j.PartEnd)
	}
	if words != nil {
		words = append([]string{"unit", j.Unit}, words...)
	}
	if j.Resize && there && j.moves(part.end) {
		words = append(words, "resizepart", number, j.PartEnd)
	}
	if words != nil {
		if err := j.run(words...); err != nil {
			return err
		}
	}
	if part, there = j.disk.find(*j.Number); fresh && !j.told {
		// Only foreseen: nothing is known of it yet.
		part, there = &partition{}, true
	}
	if !there {
		return nil
	}
	return j.describe(number, part)
}

// moves reports whether the partition ends elsewhere than it should.
func (j *partedJob) moves(end float64) bool {
	want, err := parsePosition(j.PartEnd)
	if err != nil {
		return false
	}
	if want.unit == "%" {
		want.n, want.unit = float64(int64(float64(int64(j.disk.size))*want.n/100)), j.Unit
	}
	return toBytes(end, j.Unit) != toBytes(want.n, want.unit)
}

// describe sets the name and the flags of a partition.
func (j *partedJob) describe(number string, part *partition) error {
	var words []string
	if j.Name != nil && part.name != *j.Name {
		// parted takes quotes off once more.
		words = append(words, "name", number, `"`+*j.Name+`"`)
	}
	if len(j.Flags) > 0 {
		want := slices.Clone(j.Flags)
		if slices.Contains(want, "esp") && !slices.Contains(want, "boot") {
			want = append(want, "boot") // parted has one with the other
		}
		for _, flag := range want {
			if !slices.Contains(part.flags, flag) {
				words = append(words, "set", number, flag, "on")
			}
		}
		for _, flag := range part.flags {
			if !slices.Contains(want, flag) {
				words = append(words, "set", number, flag, "off")
			}
		}
	}
	if words == nil {
		return nil
	}
	return j.run(append([]string{"unit", j.Unit}, words...)...)
}
