package storage

import (
	"os"
	"path/filepath"
	"slices"

	"goplay/modules"
)

type lvgArgs struct {
	VG             string   `arg:"vg,required" doc:"Name of the volume group."`
	PVs            []string `arg:"pvs" doc:"Devices that the group is made of; they are prepared as physical volumes."`
	PESize         string   `arg:"pesize" default:"4" doc:"Size of an extent of a new group: a power of two, in megabytes without a unit."`
	PVOptions      string   `arg:"pv_options" default:"" doc:"Further options of pvcreate."`
	VGOptions      string   `arg:"vg_options" default:"" doc:"Further options of vgcreate."`
	PVResize       bool     `arg:"pvresize" default:"false" doc:"Let physical volumes grow to the size of their devices."`
	RemoveExtraPVs bool     `arg:"remove_extra_pvs" default:"true" doc:"Take devices out of the group that are not listed."`
	ResetVGUUID    bool     `arg:"reset_vg_uuid" default:"false" doc:"Give the group a new UUID."`
	ResetPVUUID    bool     `arg:"reset_pv_uuid" default:"false" doc:"Give the group's physical volumes new UUIDs."`
	Force          bool     `arg:"force" default:"false" doc:"Remove a group that has volumes."`
	State          string   `arg:"state" enum:"absent,present,active,inactive" default:"present" doc:"Whether the group is to be there, and its volumes to be active."`
}

type lvgResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.lvg",
		Summary: "Make, change and remove LVM's volume groups",
		Differs: []string{"Devices are compared by what they are, not by the name they have."},
		Example: `- name: A group of two disks
  community.general.lvg:
    vg: data
    pvs: [/dev/sdb, /dev/sdc]
`,
	}, lvg)
}

// group is a volume group as LVM knows it.
type group struct {
	volumes int64
	devices []string // as LVM names them
}

func lvg(c *modules.Context, a lvgArgs) (lvgResult, error) {
	for _, dev := range a.PVs {
		if _, err := os.Stat(dev); err != nil && a.State != "absent" {
			return lvgResult{}, modules.Fail("Device %s not found.", dev)
		}
	}
	pvs, err := table(c, "pvs", "pv_name,vg_name")
	if err != nil {
		return lvgResult{}, err
	}
	if err := a.usable(pvs); err != nil {
		return lvgResult{}, err
	}
	g, err := a.find(c, pvs)
	if err != nil {
		return lvgResult{}, err
	}
	var steps []step
	switch {
	case a.State == "absent":
		steps, err = a.remove(g)
	case g == nil:
		steps, err = a.create(pvs)
	default:
		steps, err = a.update(c, g, pvs)
	}
	if err != nil {
		return lvgResult{}, err
	}
	return lvgResult{}, carry(c, steps)
}

// usable refuses devices that are another group's.
func (a lvgArgs) usable(pvs [][]string) error {
	if a.State == "absent" {
		return nil
	}
	for _, dev := range a.PVs {
		for _, pv := range pvs {
			if len(pv) == 2 && same(pv[0], dev) && pv[1] != "" && pv[1] != a.VG {
				return modules.Fail("Device %s is already in %s volume group.", pv[0], pv[1])
			}
		}
	}
	return nil
}

// same compares devices by what their names lead to.
func same(a, b string) bool {
	ra, errA := filepath.EvalSymlinks(a)
	rb, errB := filepath.EvalSymlinks(b)
	return a == b || errA == nil && errB == nil && ra == rb
}

func (a lvgArgs) find(c *modules.Context, pvs [][]string) (*group, error) {
	vgs, err := table(c, "vgs", "vg_name,lv_count")
	if err != nil {
		return nil, err
	}
	for _, vg := range vgs {
		if len(vg) != 2 || vg[0] != a.VG {
			continue
		}
		g := &group{volumes: number(vg[1])}
		for _, pv := range pvs {
			if len(pv) == 2 && pv[1] == a.VG {
				g.devices = append(g.devices, pv[0])
			}
		}
		return g, nil
	}
	return nil, nil
}

func (a lvgArgs) remove(g *group) ([]step, error) {
	switch {
	case g == nil:
		return nil, nil
	case g.volumes > 0 && !a.Force:
		return nil, modules.Fail("Refuse to remove non-empty volume group %s without force=true", a.VG)
	}
	return []step{{[]string{"vgremove", "--force", a.VG}, "Failed to remove volume group " + a.VG}}, nil
}

func (a lvgArgs) create(pvs [][]string) ([]step, error) {
	if len(a.PVs) == 0 {
		return nil, modules.Fail("No physical volumes given.")
	}
	steps, err := a.prepare(a.PVs, pvs)
	if err != nil {
		return nil, err
	}
	options, err := words("vg_options", a.VGOptions)
	if err != nil {
		return nil, err
	}
	argv := append(append([]string{"vgcreate"}, options...), "-s", a.PESize, a.VG)
	return append(steps, step{append(argv, a.PVs...), "Creating volume group '" + a.VG + "' failed"}), nil
}

// prepare makes physical volumes of devices that are none.
func (a lvgArgs) prepare(devices []string, pvs [][]string) ([]step, error) {
	options, err := words("pv_options", a.PVOptions)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, dev := range devices {
		if slices.ContainsFunc(pvs, func(pv []string) bool { return same(pv[0], dev) }) {
			continue
		}
		argv := append(append([]string{"pvcreate"}, options...), "-f", dev)
		steps = append(steps, step{argv, "Creating physical volume '" + dev + "' failed"})
	}
	return steps, nil
}

func (a lvgArgs) update(c *modules.Context, g *group, pvs [][]string) ([]step, error) {
	steps, err := a.devices(g, pvs)
	if err != nil {
		return nil, err
	}
	if a.PVResize {
		grow, err := a.grow(c)
		if err != nil {
			return nil, err
		}
		steps = append(steps, grow...)
	}
	if a.ResetVGUUID {
		steps = append(steps, step{[]string{"vgchange", "--uuid", a.VG}, "Failed to change the UUID of " + a.VG})
	}
	if a.ResetPVUUID {
		steps = append(steps, step{append([]string{"pvchange", "--uuid"}, g.devices...), "Failed to change the UUIDs of the physical volumes of " + a.VG})
	}
	if a.State == "active" || a.State == "inactive" {
		activity, err := a.activity(c)
		return append(steps, activity...), err
	}
	return steps, nil
}

func (a lvgArgs) devices(g *group, pvs [][]string) ([]step, error) {
	if len(a.PVs) == 0 {
		return nil, nil
	}
	added, removed := without(a.PVs, g.devices), without(g.devices, a.PVs)
	steps, err := a.prepare(added, pvs)
	if err != nil {
		return nil, err
	}
	if len(added) > 0 {
		steps = append(steps, step{append([]string{"vgextend", a.VG}, added...), "Unable to extend " + a.VG + " by " + join(added) + "."})
	}
	if len(removed) > 0 && a.RemoveExtraPVs {
		steps = append(steps, step{append([]string{"vgreduce", "--force", a.VG}, removed...), "Unable to reduce " + a.VG + " by " + join(removed) + "."})
	}
	return steps, nil
}

// grow finds the physical volumes whose devices have room for an extent more.
func (a lvgArgs) grow(c *modules.Context) ([]step, error) {
	list, err := table(c, "pvs", "pv_name,vg_name,dev_size,pv_size,pe_start,vg_extent_size")
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, pv := range list {
		if len(pv) == 6 && pv[1] == a.VG && number(pv[2])-number(pv[4])-number(pv[3]) >= number(pv[5]) {
			steps = append(steps, step{[]string{"pvresize", pv[0]}, "Failed executing pvresize command."})
		}
	}
	return steps, nil
}

func (a lvgArgs) activity(c *modules.Context) ([]step, error) {
	volumes, err := table(c, "lvs", "lv_attr", a.VG)
	if err != nil {
		return nil, err
	}
	flag := "n"
	if a.State == "active" {
		flag = "y"
	}
	for _, lv := range volumes {
		if isActive(lv[0]) != (a.State == "active") {
			return []step{{[]string{"vgchange", "--activate", flag, a.VG}, "Failed to make volume group " + a.VG + " " + a.State}}, nil
		}
	}
	return nil, nil
}

// isActive reads the fifth of a volume's attributes.
func isActive(attr string) bool { return len(attr) > 4 && attr[4] == 'a' }

// without are the devices of one list that the other has not.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(dev string) bool {
		return slices.ContainsFunc(other, func(o string) bool { return same(o, dev) })
	})
}
