package system

import (
	"os"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type mountArgs struct {
	Path   string  `arg:"path,required" alias:"name" type:"path" doc:"Where it is mounted."`
	State  string  `arg:"state,required" enum:"absent,absent_from_fstab,mounted,present,unmounted,remounted,ephemeral" doc:"mounted: in fstab and mounted; present: in fstab; unmounted: not mounted; absent: neither, and the folder goes; absent_from_fstab: not in fstab; remounted: mounted anew; ephemeral: mounted and not in fstab."`
	Src    *string `arg:"src" type:"path" doc:"The device, share or folder."`
	FSType *string `arg:"fstype" doc:"Kind of the file system."`
	Opts   *string `arg:"opts" doc:"Options, with commas between."`
	Dump   string  `arg:"dump" default:"0" doc:"Fifth field of fstab."`
	PassNo string  `arg:"passno" default:"0" doc:"Sixth field of fstab: order of the checks when the system starts."`
	Boot   bool    `arg:"boot" default:"true" doc:"Mount it when the system starts; otherwise noauto is added to the options."`
	FSTab  *string `arg:"fstab" doc:"The file to keep it in; /etc/fstab without it."`
	Backup bool    `arg:"backup" default:"false" doc:"Keep the previous file beside the new one."`
}

type mountResult struct {
	Name   string  `json:"name" doc:"Where it is mounted."`
	Src    *string `json:"src,omitempty" doc:"The device, share or folder."`
	FSType *string `json:"fstype,omitempty" doc:"Kind of the file system."`
	Opts   string  `json:"opts" doc:"The options."`
	Dump   string  `json:"dump" doc:"Fifth field of fstab."`
	PassNo string  `json:"passno" doc:"Sixth field of fstab."`
	FSTab  string  `json:"fstab" doc:"The file."`
	Boot   string  `json:"boot" doc:"yes or no: whether it is mounted when the system starts."`
	Backup string  `json:"backup_file" doc:"The copy that was kept, or empty."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.posix.mount",
		Aliases: []string{"ansible.builtin.mount"},
		Summary: "Mount file systems, now and when the system starts",
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "mounted", Needs: []string{"src", "fstype"}}, {Option: "state", Is: "present", Needs: []string{"src", "fstype"}},
			{Option: "state", Is: "ephemeral", Needs: []string{"src", "fstype"}},
		},
		Differs: []string{"--diff shows what changes in fstab."},
		Example: `- name: The disk with the data
  ansible.posix.mount:
    path: /srv/data
    src: UUID=11111111-2222-3333-4444-555555555555
    fstype: ext4
    opts: noatime
    state: mounted
`,
	}, manageMount)
}

// mountJob is one run of the module.
type mountJob struct {
	mountArgs
	c     *modules.Context
	r     mountResult
	table string // the fstab's text
}

func manageMount(c *modules.Context, a mountArgs) (mountResult, error) {
	j := &mountJob{mountArgs: a, c: c}
	file := "/etc/fstab"
	if a.FSTab != nil {
		file = *a.FSTab
	}
	opts := "defaults"
	if a.Opts != nil {
		opts = *a.Opts
	}
	boot := "yes"
	if !a.Boot {
		boot = "no"
		if !strings.Contains(","+opts+",", ",noauto,") {
			opts += ",noauto"
		}
	}
	j.r = mountResult{Name: j.Path, Src: a.Src, FSType: a.FSType, Opts: opts, Dump: a.Dump, PassNo: a.PassNo, FSTab: file, Boot: boot}
	data, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return j.r, err
	}
	j.table = string(data)
	do := map[string]func() error{"present": j.keep, "absent_from_fstab": j.forget, "absent": j.absent, "unmounted": j.unmount,
		"mounted": j.mounted, "remounted": j.remount, "ephemeral": j.ephemeral}[a.State]
	if err := do(); err != nil {
		return mountResult{}, err
	}
	return j.r, nil
}

// entry is the line that fstab is to have.
func (j *mountJob) entry() fstabEntry {
	return fstabEntry{*j.Src, j.Path, *j.FSType, j.r.Opts, j.Dump, j.PassNo}
}

func (j *mountJob) keep() error   { return j.save(setFstab(j.table, j.entry())) }
func (j *mountJob) forget() error { return j.save(dropFstab(j.table, j.Path, j.Src)) }

func (j *mountJob) save(text string) error {
	if text == j.table {
		return nil
	}
	done, err := fsys.Update{Path: fsys.Resolve(j.r.FSTab), Data: []byte(text), Mode: 0o644, Backup: j.Backup,
		Diff: fsys.TextDiff(j.r.FSTab, []byte(j.table), []byte(text))}.Apply(j.c)
	j.r.Backup = done.Backup
	return err
}

// live is what is mounted at the path, false for nothing.
func (j *mountJob) live() (liveMount, bool) {
	data, _ := os.ReadFile("/proc/self/mountinfo")
	return mountedAt(string(data), fsys.Resolve(j.Path))
}

func (j *mountJob) absent() error {
	if err := j.forget(); err != nil {
		return err
	}
	if err := j.unmount(); err != nil {
		return err
	}
	if !fsys.Exists(j.Path) {
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error {
		if err := os.Remove(j.Path); err != nil {
			return modules.Fail("Error rmdir %s: %s", j.Path, fsys.OSError(err))
		}
		return nil
	})
}

func (j *mountJob) unmount() error {
	if _, ok := j.live(); !ok {
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error { return j.tool("unmounting", "umount", j.Path) })
}

func (j *mountJob) tool(doing string, argv ...string) error {
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return modules.Fail("Error %s %s: %s%s", doing, j.Path, out.Stdout, out.Stderr)
	}
	return nil
}

func (j *mountJob) makeFolder() error {
	if fsys.Exists(j.Path) {
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error {
		if err := os.MkdirAll(j.Path, 0o755); err != nil {
			return modules.Fail("Error making dir %s: %s", j.Path, fsys.OSError(err))
		}
		return nil
	})
}

// mounted also mounts anew what is mounted in another way than fstab now says.
func (j *mountJob) mounted() error {
	_, was := j.live()
	next := setFstab(j.table, j.entry())
	if err := j.makeFolder(); err != nil {
		return err
	}
	changed := next != j.table
	if err := j.save(next); err != nil {
		return err
	}
	switch {
	case was && changed:
		return j.remount()
	case !was:
		err := j.c.Change(modules.Diff{}, func() error { return j.tool("mounting", j.mountCommand(false)...) })
		if err != nil && changed {
			// What cannot be mounted must not keep the system from starting.
			_, _ = fsys.Update{Path: fsys.Resolve(j.r.FSTab), Data: []byte(j.table), Mode: 0o644}.Apply(j.c)
		}
		return err
	}
	return nil
}

func (j *mountJob) mountCommand(again bool) []string {
	argv := []string{"mount"}
	if j.r.FSTab != "/etc/fstab" {
		argv = append(argv, "-T", j.r.FSTab)
	}
	if again {
		argv = append(argv, "-o", "remount,"+j.r.Opts)
	}
	return append(argv, j.Path)
}

func (j *mountJob) remount() error {
	return j.c.Change(modules.Diff{}, func() error {
		if j.tool("remounting", j.mountCommand(true)...) == nil {
			return nil
		}
		// Some file systems cannot change their options while they are mounted.
		if err := j.tool("remounting", "umount", j.Path); err != nil {
			return err
		}
		return j.tool("remounting", j.mountCommand(false)...)
	})
}

func (j *mountJob) ephemeral() error {
	if have, ok := j.live(); ok {
		if have.source != *j.Src || have.kind != *j.FSType {
			return modules.Fail("Ephemeral mount point %s is already mounted with a different source (%s) or type (%s)", j.Path, have.source, have.kind)
		}
		return nil
	}
	if err := j.makeFolder(); err != nil {
		return err
	}
	return j.c.Change(modules.Diff{}, func() error {
		return j.tool("mounting", "mount", "-t", *j.FSType, "-o", j.r.Opts, *j.Src, j.Path)
	})
}
