package storage

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type zfsArgs struct {
	Name       string      `arg:"name,required" doc:"The file system, the volume, or with @ the snapshot."`
	State      string      `arg:"state,required" enum:"absent,present" doc:"Whether it is there; what is below it goes with it."`
	Origin     string      `arg:"origin" doc:"Snapshot to make a clone of."`
	Properties *value.Dict `arg:"extra_zfs_properties" default:"{}" doc:"Properties, by their names."`
}

type zfsResult struct{ values *value.Dict }

// Values are the name, the state and the properties, each under its own name.
func (r zfsResult) Values() *value.Dict { return r.values }

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.zfs",
		Summary: "Make, change and remove file systems, volumes and snapshots of ZFS",
		Example: `- name: A file system with a quota
  community.general.zfs:
    name: tank/home
    state: present
    extra_zfs_properties:
      quota: 10G
`,
		Differs: []string{"A property that is set as it is there already is no change, in a check either."},
	}, zfs)
}

type zfsJob struct {
	zfsArgs
	c     *modules.Context
	wants []property
}

type property struct{ name, value string }

func zfs(c *modules.Context, a zfsArgs) (zfsResult, error) {
	r := zfsResult{value.NewDict()}
	if a.Origin != "" && strings.Contains(a.Name, "@") {
		return r, modules.Fail("cannot specify origin when operating on a snapshot")
	}
	j := &zfsJob{zfsArgs: a, c: c}
	r.values.Set("name", a.Name)
	r.values.Set("state", a.State)
	for name, v := range a.Properties.All() {
		p := property{value.Str(name), value.Str(v)}
		if on, ok := v.(bool); ok {
			p.value = map[bool]string{true: "on", false: "off"}[on]
			v = p.value
		}
		j.wants = append(j.wants, p)
		r.values.Set(p.name, v)
	}
	for _, tool := range []string{"zfs", "zpool"} {
		if _, err := c.Find(tool); err != nil {
			return r, err
		}
	}
	return r, j.settle()
}

func (j *zfsJob) settle() error {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"zfs", "list", "-t", "all", j.Name}})
	if err != nil {
		return err
	}
	there := out.RC == 0
	switch {
	case j.State == "present" && there:
		return j.set()
	case j.State == "present":
		return j.change("absent", "present", j.creation())
	case there:
		return j.change("present", "absent", []string{"zfs", "destroy", "-R", j.Name})
	}
	return nil
}

// run runs zfs or zpool; a bad end says what it complained of.
func (j *zfsJob) run(argv []string) error {
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		return modules.Fail("%s", strings.TrimRight(out.Stderr, "\n")).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", argv)
	}
	return err
}

func (j *zfsJob) change(before, after string, argv []string) error {
	state := func(s string) *value.Dict {
		d := value.NewDict()
		d.Set("state", s)
		return d
	}
	d := modules.Diff{Before: state(before), After: state(after), BeforeHeader: j.Name, AfterHeader: j.Name}
	return j.c.Change(d, func() error { return j.run(argv) })
}

func (j *zfsJob) creation() []string {
	snapshot := strings.Contains(j.Name, "@")
	argv := []string{"zfs", "create", "-p"}
	switch {
	case snapshot:
		argv = []string{"zfs", "snapshot"}
	case j.Origin != "":
		argv = []string{"zfs", "clone", "-p"}
	}
	for _, p := range j.wants {
		switch p.name {
		case "volsize":
			argv = append(argv, "-V", p.value)
		case "volblocksize":
			argv = append(argv, "-b", p.value)
		default:
			argv = append(argv, "-o", p.name+"="+p.value)
		}
	}
	if j.Origin != "" && !snapshot {
		argv = append(argv, j.Origin)
	}
	return append(argv, j.Name)
}

// set sets the properties that are not as they should be. Whether one was is
// only known afterwards: 10G and 10737418240 are the same quota.
func (j *zfsJob) set() error {
	have, err := j.properties()
	if err != nil {
		return err
	}
	before, after := value.NewDict(), value.NewDict()
	var open []property
	for _, p := range j.wants {
		now, known := have[p.name]
		if known && (now == p.value || sameSize(now, p.value)) {
			continue
		}
		open = append(open, p)
		after.Set(p.name, p.value)
		if before.Set(p.name, nil); known {
			before.Set(p.name, now)
		}
	}
	if len(open) == 0 {
		return nil
	}
	extra := func(d *value.Dict) *value.Dict {
		out := value.NewDict()
		out.Set("extra_zfs_properties", d)
		return out
	}
	d := modules.Diff{Before: extra(before), After: extra(after), BeforeHeader: j.Name, AfterHeader: j.Name}
	return j.c.Change(d, func() error {
		for _, p := range open {
			if err := j.run([]string{"zfs", "set", p.name + "=" + p.value, j.Name}); err != nil {
				return err
			}
		}
		return nil
	})
}

// properties are those that were set here, came with a stream, or can only be
// set when the thing is made.
func (j *zfsJob) properties() (map[string]string, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"zfs", "get", "-H", "-p", "-o", "property,value,source", "all", j.Name}})
	have := map[string]string{}
	for line := range strings.Lines(out.Stdout) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) == 3 && (f[2] == "local" || f[2] == "received" || f[2] == "-") {
			have[f[0]] = f[1]
		}
	}
	return have, err
}

var zfsSize = lazy.Regexp(`^(\d+(?:\.\d+)?)([KMGTPE])(?:I?B)?$`)

// sameSize compares a number of bytes with a size as users write it.
func sameSize(bytes, size string) bool {
	m := zfsSize.FindStringSubmatch(strings.ToUpper(size))
	if m == nil {
		return false
	}
	n, err := strconv.ParseFloat(m[1], 64)
	shift := 10 * (1 + strings.Index("KMGTPE", m[2]))
	return err == nil && strconv.FormatInt(int64(n*float64(int64(1)<<shift)), 10) == bytes
}
