package storage

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

// fsKind is how a kind of file system is made and grows.
type fsKind struct {
	name      string   // in messages
	make      string   // the program, which also tells kinds apart
	force     []string // what keeps it from asking
	forceFrom func(*fsJob) (bool, error)
	size      func(*fsJob) (int64, error)
	grow      []string // nil where it does not
	mounted   bool     // grows by its mount point
}

// kinds are the kinds by Ansible's names and by blkid's.
var kinds = map[string]fsKind{
	"ext2":        ext("Ext2", "mkfs.ext2"),
	"ext3":        ext("Ext3", "mkfs.ext3"),
	"ext4":        ext("Ext4", "mkfs.ext4"),
	"ext4dev":     ext("Ext4", "mkfs.ext4"),
	"xfs":         {name: "XFS", make: "mkfs.xfs", force: []string{"-f"}, size: xfsSize, grow: []string{"xfs_growfs"}, mounted: true},
	"reiserfs":    {name: "Reiserfs", make: "mkfs.reiserfs", force: []string{"-q"}},
	"btrfs":       {name: "Btrfs", make: "mkfs.btrfs", force: []string{"-f"}, forceFrom: btrfsForces, size: btrfsSize, grow: []string{"btrfs", "filesystem", "resize", "max"}, mounted: true},
	"ocfs2":       {name: "Ocfs2", make: "mkfs.ocfs2", force: []string{"-Fx"}},
	"f2fs":        {name: "F2fs", make: "mkfs.f2fs", force: []string{"-f"}, forceFrom: f2fsForces, size: f2fsSize, grow: []string{"resize.f2fs"}},
	"vfat":        {name: "VFAT", make: "mkfs.vfat", size: fatSize, grow: []string{"fatresize", "-s", "max"}},
	"lvm":         pv,
	"LVM2_member": pv,
	"swap":        {name: "Swap", make: "mkswap", force: []string{"-f"}},
	"ufs":         {name: "UFS", make: "newfs", size: ufsSize, grow: []string{"growfs", "-y"}},
}

var pv = fsKind{name: "LVM", make: "pvcreate", force: []string{"-f"}, grow: []string{"pvresize"}, size: func(j *fsJob) (int64, error) {
	out, err := j.ask("pvs", "--noheadings", "-o", "pv_size", "--units", "b", "--nosuffix", j.Dev)
	return number(out), err
}}

func ext(name, program string) fsKind {
	return fsKind{name: name, make: program, force: []string{"-F"}, grow: []string{"resize2fs"}, size: func(j *fsJob) (int64, error) {
		return j.product(`(?m)^Block count:\s*(\d+)`, `(?m)^Block size:\s*(\d+)`, "tune2fs", "-l", j.Dev)
	}}
}

// product multiplies two numbers that a tool prints.
func (j *fsJob) product(one, other string, argv ...string) (int64, error) {
	out, err := j.ask(argv...)
	if err != nil {
		return 0, err
	}
	a, b := regexp.MustCompile(one).FindStringSubmatch(out), regexp.MustCompile(other).FindStringSubmatch(out)
	if a == nil || b == nil {
		return 0, j.unreadable(argv[0], out)
	}
	return number(a[1]) * number(b[1]), nil
}

func (j *fsJob) unreadable(tool, out string) error {
	j.c.Warn("unable to process %s output '%s'", tool, out)
	return modules.Fail("unable to process %s output for %s", tool, j.Dev)
}

func xfsSize(j *fsJob) (int64, error) {
	target := j.mountpoint()
	if target == "" {
		target = j.Dev
	}
	return j.product(`(?m)^data\s*=\s*bsize=(\d+)`, `(?m)^data\s*=.*blocks=(\d+)`, "xfs_info", target)
}

func btrfsSize(j *fsJob) (int64, error) {
	at := j.mountpoint()
	if at == "" {
		return 0, modules.Fail("%s needs to be mounted for Btrfs operations", j.Dev)
	}
	out, err := j.ask("btrfs", "filesystem", "usage", "-b", at)
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`Device size:\s*(\d+)`).FindStringSubmatch(out)
	if m == nil {
		return 0, j.unreadable("btrfs", out)
	}
	return number(m[1]), nil
}

func f2fsSize(j *fsJob) (int64, error) {
	return j.product(`Info: sector size = (\d+)`, `Info: total FS sectors = (\d+)`, "dump.f2fs", j.Dev)
}

func ufsSize(j *fsJob) (int64, error) {
	return j.product(`(?m)^fsize\s+(\d+)`, `(?m)providersize\s+(\d+)`, "dumpfs", j.Dev)
}

func fatSize(j *fsJob) (int64, error) {
	out, err := j.ask("fatresize", "--info", j.Dev)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(out) {
		name, size, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); ok && (name == "Size" || name == "Cur size") {
			return number(size), nil
		}
	}
	return 0, j.unreadable("fatresize", out)
}

// btrfsForces and f2fsForces report whether mkfs has to be told to go ahead,
// and knows the option.
func btrfsForces(j *fsJob) (bool, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"mkfs.btrfs", "--version"}})
	m := regexp.MustCompile(` v([0-9.]+)`).FindStringSubmatch(out.Stdout + out.Stderr)
	return m == nil || atLeast(m[1], 3, 12), err
}

func f2fsForces(j *fsJob) (bool, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"mkfs.f2fs", os.DevNull}})
	m := regexp.MustCompile(`F2FS-tools: mkfs.f2fs Ver: ([0-9.]+) \(`).FindStringSubmatch(out.Stdout)
	return m != nil && atLeast(m[1], 1, 9), err
}

func atLeast(version string, least ...int) bool {
	var have []int
	for _, part := range strings.Split(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		have = append(have, n)
	}
	return slices.Compare(have, least) >= 0
}
