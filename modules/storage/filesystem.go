package storage

import (
	"os"
	"runtime"
	"strings"

	"goplay/modules"
)

type filesystemArgs struct {
	State    string `arg:"state" default:"present" enum:"present,absent" doc:"Whether there is a file system on the device."`
	FSType   string `arg:"fstype" alias:"type" enum:"btrfs,ext2,ext3,ext4,ext4dev,f2fs,lvm,ocfs2,reiserfs,xfs,vfat,swap,ufs" doc:"What to make; needed for present."`
	Dev      string `arg:"dev,required" alias:"device" type:"path" doc:"The device, or a file that holds a disk."`
	Force    bool   `arg:"force" default:"false" doc:"Make a new file system where there is one."`
	ResizeFS bool   `arg:"resizefs" default:"false" doc:"Let a file system that is there grow to the size of its device."`
	Opts     string `arg:"opts" doc:"Options of mkfs, separated by blanks."`
}

type filesystemResult struct {
	Msg string `json:"msg,omitempty" doc:"What growing printed, or why nothing was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.filesystem",
		Summary: "Make, grow and wipe file systems",
		Example: `- name: A file system for data
  community.general.filesystem:
    fstype: ext4
    dev: /dev/sdb1
`,
		Notes:      []string{"What blkid does not recognise is taken for an empty device."},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"fstype"}}},
	}, filesystem)
}

type fsJob struct {
	filesystemArgs
	c *modules.Context
	r filesystemResult
}

func filesystem(c *modules.Context, a filesystemArgs) (filesystemResult, error) {
	j := &fsJob{filesystemArgs: a, c: c}
	if _, err := os.Stat(a.Dev); err != nil {
		missing := modules.Fail("Device %s not found.", a.Dev)
		if a.State == "present" {
			return j.r, missing
		}
		return filesystemResult{missing.Msg}, nil
	}
	have, blkid, err := j.probe()
	if err != nil {
		return j.r, err
	}
	if a.State == "absent" {
		if have == "" {
			return j.r, nil
		}
		return j.r, j.change([]string{"wipefs", "--all", a.Dev})
	}
	kind := kinds[a.FSType]
	same := have != "" && kinds[have].make == kind.make
	switch {
	case same && a.ResizeFS:
		return j.r, j.grow(kind)
	case same && !a.Force:
		return j.r, nil
	case have != "" && !a.Force:
		return j.r, modules.Fail("'%s' is already used as %s, use force=true to overwrite", a.Dev, have).With("rc", blkid.RC).With("err", blkid.Stderr)
	}
	return j.r, j.create(kind)
}

// probe asks what is on the device, "" for nothing that is known.
func (j *fsJob) probe() (string, modules.Output, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"blkid", "-c", os.DevNull, "-o", "value", "-s", "TYPE", j.Dev}})
	have := strings.TrimSpace(out.Stdout)
	if err != nil || have != "" || runtime.GOOS != "freebsd" {
		return have, out, err
	}
	out, err = j.c.Exec(modules.Cmd{Argv: []string{"fstyp", j.Dev}})
	return strings.TrimSpace(out.Stdout), out, err
}

// change runs a command for its effect.
func (j *fsJob) change(argv []string) error {
	if _, err := j.c.Find(argv[0]); err != nil {
		return err
	}
	return j.c.Change(modules.Diff{}, func() error {
		_, err := j.ask(argv...)
		return err
	})
}

// ask runs a command for what it prints.
func (j *fsJob) ask(argv ...string) (string, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		err = modules.Fail("%s", strings.TrimRight(out.Stderr, "\n")).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", argv)
	}
	return out.Stdout, err
}

func (j *fsJob) create(kind fsKind) error {
	argv := []string{kind.make}
	force := kind.force
	if kind.forceFrom != nil {
		force = nil
		if knows, err := kind.forceFrom(j); err != nil {
			return err
		} else if knows {
			force = kind.force
		}
	}
	argv = append(append(append(argv, force...), strings.Fields(j.Opts)...), j.Dev)
	return j.change(argv)
}

func (j *fsJob) grow(kind fsKind) error {
	if kind.grow == nil {
		return modules.Fail("module does not support resizing %s filesystem yet.", j.FSType)
	}
	device, err := j.deviceSize()
	if err != nil {
		return err
	}
	size, err := kind.size(j)
	if err != nil {
		return err
	}
	if size >= device {
		j.r.Msg = kind.name + " filesystem is using the whole device " + j.Dev
		return nil
	}
	j.r.Msg = "resizing filesystem " + kind.name + " on device " + j.Dev
	return j.c.Change(modules.Diff{}, func() error {
		target := j.Dev
		if kind.mounted {
			if target = j.mountpoint(); target == "" {
				return modules.Fail("%s needs to be mounted for %s operations", j.Dev, kind.name)
			}
		}
		j.r.Msg, err = j.ask(append(kind.grow[:len(kind.grow):len(kind.grow)], target)...)
		return err
	})
}

// deviceSize is the size of the device in bytes.
func (j *fsJob) deviceSize() (int64, error) {
	info, err := os.Stat(j.Dev)
	switch {
	case err != nil:
		return 0, err
	case info.Mode().IsRegular():
		return info.Size(), nil
	case info.Mode()&os.ModeCharDevice != 0 && runtime.GOOS == "freebsd":
		out, err := j.ask("diskinfo", j.Dev)
		f := strings.Fields(out)
		if err == nil && len(f) < 3 {
			err = modules.Fail("could not read what diskinfo says of %s: %s", j.Dev, out)
		}
		if err != nil {
			return 0, err
		}
		return number(f[2]), nil
	case info.Mode()&os.ModeDevice != 0:
		out, err := j.ask("blockdev", "--getsize64", j.Dev)
		return number(out), err
	}
	return 0, modules.Fail("Target device not supported: %s", j.Dev)
}

// mountpoint is where the device is mounted first, "" for nowhere.
func (j *fsJob) mountpoint() string {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"findmnt", "--mtab", "--noheadings", "--output", "TARGET", "--source", j.Dev}})
	if err != nil || out.RC != 0 {
		return ""
	}
	first, _, _ := strings.Cut(out.Stdout, "\n")
	return first
}
