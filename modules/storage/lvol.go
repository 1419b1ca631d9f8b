package storage

import (
	"cmp"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type lvolArgs struct {
	VG       string `arg:"vg,required" doc:"The volume group."`
	LV       string `arg:"lv" doc:"Name of the logical volume."`
	Size     string `arg:"size" doc:"Size as lvcreate takes it: 512, 10g, 80%FREE; with + or - before it, a change of the size. Megabytes without a unit."`
	Opts     string `arg:"opts" doc:"Further options of lvcreate."`
	PVs      string `arg:"pvs" doc:"Physical volumes to use, separated by commas."`
	Snapshot string `arg:"snapshot" doc:"Name of a snapshot of lv that is to be made."`
	ThinPool string `arg:"thinpool" doc:"The thin pool: to be made itself where lv is not given, else the one that lv is made in."`
	State    string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the volume is to be there."`
	Active   bool   `arg:"active" default:"true" doc:"Whether the volume is to be usable."`
	Force    bool   `arg:"force" default:"false" doc:"Allow to shrink and to remove."`
	Shrink   bool   `arg:"shrink" default:"true" doc:"Shrink a volume that is larger than asked for."`
	ResizeFS bool   `arg:"resizefs" default:"false" doc:"Resize the file system with the volume."`
}

type lvolResult struct {
	VG     string   `json:"vg,omitempty" doc:"The volume group."`
	LV     string   `json:"lv,omitempty" doc:"The logical volume."`
	Size   *float64 `json:"size,omitempty" doc:"Its size before, in the unit of the option size."`
	Msg    *string  `json:"msg,omitempty" doc:"Empty where there was no such volume."`
	Stdout string   `json:"stdout,omitempty" doc:"Why nothing had to be done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.lvol",
		Summary: "Make, resize and remove LVM's logical volumes",
		OneOf:   [][]string{{"lv", "thinpool"}},
		Differs: []string{"A size is rounded up to whole extents before it is compared, so that a volume that was made with it is left alone."},
		Example: `- name: A volume for the database
  community.general.lvol:
    vg: data
    lv: db
    size: 80%FREE
`,
	}, lvol)
}

// volumeGroup is what LVM says of the group, in bytes.
type volumeGroup struct{ size, free, extent int64 }

// volume is a logical volume, in bytes.
type volume struct {
	name   string
	size   int64
	active bool
	thin   bool // a thin pool
}

func lvol(c *modules.Context, a lvolArgs) (lvolResult, error) {
	size, err := parseSize(a.Size)
	if err != nil {
		return lvolResult{}, err
	}
	g, out, err := findGroup(c, a.VG)
	if err != nil {
		return lvolResult{}, err
	}
	if g == nil {
		if a.State == "absent" {
			return lvolResult{Stdout: "Volume group " + a.VG + " does not exist."}, nil
		}
		return lvolResult{}, modules.Fail("Volume group %s does not exist.", a.VG).With("rc", out.RC).With("err", out.Stderr)
	}
	volumes, err := volumesOf(c, a.VG)
	if err != nil {
		return lvolResult{}, err
	}
	target := cmp.Or(a.Snapshot, a.LV, a.ThinPool)
	have, there := volumes[target]
	var steps []step
	switch {
	case a.State == "absent":
		steps, err = a.remove(have, there)
	case !there:
		steps, err = a.create(size, volumes)
	default:
		steps, err = a.resize(size, *g, have)
		steps = append(steps, a.activate(have)...)
	}
	if err == nil {
		err = carry(c, steps)
	}
	if err != nil {
		return lvolResult{}, err
	}
	r := lvolResult{}
	if !there {
		r.Msg = new(string)
	} else if a.State == "present" {
		in := float64(have.size) / float64(size.bytesPerUnit())
		r.VG, r.LV, r.Size = a.VG, target, &in
	}
	return r, nil
}

// findGroup asks about a group; none is there where vgs fails, as it tells then.
func findGroup(c *modules.Context, name string) (*volumeGroup, modules.Output, error) {
	out, err := c.Exec(modules.Cmd{Argv: tableOf("vgs", "vg_name,vg_size,vg_free,vg_extent_size", name)})
	if err != nil || out.RC != 0 {
		return nil, out, err
	}
	for _, f := range rows(out.Stdout) {
		if len(f) == 4 && f[0] == name {
			return &volumeGroup{number(f[1]), number(f[2]), max(number(f[3]), 1)}, out, nil
		}
	}
	return nil, out, nil
}

func volumesOf(c *modules.Context, vg string) (map[string]volume, error) {
	list, err := table(c, "lvs", "lv_name,lv_size,lv_attr", "-a", vg)
	if err != nil {
		return nil, err
	}
	out := map[string]volume{}
	for _, f := range list {
		if len(f) == 3 {
			name := strings.Trim(f[0], "[]")
			out[name] = volume{name, number(f[1]), isActive(f[2]), strings.HasPrefix(f[2], "t")}
		}
	}
	return out, nil
}

func (a lvolArgs) remove(have volume, there bool) ([]step, error) {
	switch {
	case !there:
		return nil, nil
	case !a.Force:
		return nil, modules.Fail("Sorry, no removal of logical volume %s without force=true.", have.name)
	}
	return []step{{[]string{"lvremove", "--force", a.VG + "/" + have.name}, "Failed to remove logical volume " + cmp.Or(a.LV, a.ThinPool)}}, nil
}

func (a lvolArgs) create(size lvSize, volumes map[string]volume) ([]step, error) {
	options, err := words("opts", a.Opts)
	if err != nil {
		return nil, err
	}
	if size.operator != "" {
		return nil, modules.Fail("Bad size specification of '%s%s' for creating LV", size.operator, size.text)
	}
	argv := []string{"lvcreate", "--yes"}
	origin, originThere := volumes[a.LV]
	pool, poolThere := volumes[a.ThinPool]
	switch {
	case a.Snapshot != "" && !originThere:
		return nil, modules.Fail("Snapshot origin LV %s does not exist in volume group %s.", a.LV, a.VG)
	case a.Snapshot != "" && origin.thin:
		return nil, modules.Fail("Snapshots of thin pool LVs are not supported.")
	case a.Snapshot != "":
		argv = append(append(argv, size.flags()...), "-s", "-n", a.Snapshot)
		return a.created(append(append(argv, options...), a.VG+"/"+a.LV)), nil
	case a.Size == "":
		return nil, modules.Fail("No size given.")
	case a.ThinPool != "" && a.LV != "" && !poolThere:
		return nil, modules.Fail("Thin pool LV %s does not exist in volume group %s.", pool.name+a.ThinPool, a.VG)
	case a.ThinPool != "" && a.LV != "" && size.percent != "":
		return nil, modules.Fail("Thin volume sizing with percentage not supported.")
	case a.ThinPool != "" && a.LV != "":
		argv = append(argv, "-n", a.LV, "-V", size.String())
		return a.created(append(append(argv, options...), "-T", a.VG+"/"+a.ThinPool)), nil
	case a.ThinPool != "":
		argv = append(append(argv, size.flags()...), options...)
		return a.created(append(argv, "-T", a.VG+"/"+a.ThinPool)), nil
	}
	argv = append(append(append(argv, "-n", a.LV), size.flags()...), options...)
	return a.created(append(append(argv, a.VG), a.devices()...)), nil
}

func (a lvolArgs) created(argv []string) []step {
	return []step{{argv, "Creating logical volume '" + cmp.Or(a.LV, a.ThinPool) + "' failed"}}
}

func (a lvolArgs) devices() []string {
	return strings.FieldsFunc(a.PVs, func(r rune) bool { return r == ',' || r == ' ' })
}

func (a lvolArgs) activate(have volume) []step {
	switch {
	case a.Active && !have.active:
		return []step{{[]string{"lvchange", "-ay", a.VG + "/" + have.name}, "Failed to activate logical volume " + have.name}}
	case !a.Active && have.active:
		return []step{{[]string{"lvchange", "-an", a.VG + "/" + have.name}, "Failed to deactivate logical volume " + have.name}}
	}
	return nil
}

func (a lvolArgs) resize(size lvSize, g volumeGroup, have volume) ([]step, error) {
	if a.Size == "" || a.Snapshot != "" {
		return nil, nil
	}
	want := size.bytes(g, have)
	failed := "Unable to resize " + have.name + " to " + size.String()
	argv := []string{"lvextend"}
	switch {
	case want > have.size && want-have.size > g.free && !have.thin && a.ThinPool == "":
		in := func(bytes int64) string {
			return value.Str(float64(bytes)/float64(size.bytesPerUnit())) + size.unit
		}
		return nil, modules.Fail("Logical Volume %s could not be extended. Not enough free space left (%s required / %s available)", have.name, in(want-have.size), in(g.free))
	case want > have.size:
	case want == have.size, !a.Shrink && size.operator != "-":
		return nil, nil
	case want <= 0:
		return nil, modules.Fail("Sorry, no shrinking of %s to 0 permitted.", have.name)
	case !a.Force:
		return nil, modules.Fail("Sorry, no shrinking of %s without force=true.", have.name)
	default:
		argv = []string{"lvreduce", "--force"}
	}
	if a.ResizeFS {
		argv = append(argv, "--resizefs")
	}
	argv = append(append(argv, size.flags()...), a.VG+"/"+have.name)
	return []step{{append(argv, a.devices()...), failed}}, nil
}
