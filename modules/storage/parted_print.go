package storage

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

var (
	unitsSI     = []string{"B", "KB", "MB", "GB", "TB"}
	unitsIEC    = []string{"KiB", "MiB", "GiB", "TiB"}
	partedUnits = append(append([]string{"s", "%", "cyl", "chs", "compact"}, unitsSI...), unitsIEC...)
)

// position is a place on a disk, or a size: a number and its unit, or with chs
// a cylinder, a head and a sector.
type position struct {
	n    float64
	unit string
	chs  []int
}

func (p position) value() any {
	if p.chs == nil {
		return p.n
	}
	d := value.NewDict()
	for i, name := range []string{"cylinder", "head", "sector"} {
		d.Set(name, int64(p.chs[i]))
	}
	return d
}

var (
	plainPosition = lazy.Regexp(`^(-?[\d.]+) *([\w%]+)?$`)
	chsPosition   = lazy.Regexp(`^(\d+),(\d+),(\d+)$`)
)

func parsePosition(text string) (position, error) {
	if m := plainPosition.FindStringSubmatch(text); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		if err == nil {
			return position{n: n, unit: m[2]}, nil
		}
	}
	m := chsPosition.FindStringSubmatch(text)
	if m == nil {
		return position{}, modules.Fail("Error interpreting parted size output: '%s'", text)
	}
	p := position{unit: "chs"}
	for _, digits := range m[1:] {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return position{}, err
		}
		p.chs = append(p.chs, n)
	}
	return p, nil
}

// toBytes makes bytes of a number of units; units that are no size stay.
func toBytes(n float64, unit string) int64 {
	switch {
	case slices.Contains(unitsSI, unit):
		n *= math.Pow(1000, float64(slices.Index(unitsSI, unit)))
	case slices.Contains(unitsIEC, unit):
		n *= math.Pow(1024, float64(slices.Index(unitsIEC, unit)+1))
	case unit == "" || unit == "compact" || unit == "cyl" || unit == "chs":
		n *= 1e6
	}
	return int64(n)
}

// diskInfo is what parted prints of a disk.
type diskInfo struct {
	dev, unit, table, model string
	size                    float64
	sizeValue               any
	logical, physical       int
	geometry                *value.Dict // with cyl and chs
	partitions              []*partition
}

type partition struct {
	num          int
	begin, size  any
	end          float64
	endValue     any
	fstype, name string
	flags        []string
}

// parseDisk reads what parted -m prints: a line with the unit, one of the disk,
// with cylinders one of its geometry, and one for each partition. All end with
// a semicolon, and have their fields between colons.
func parseDisk(text, unit string) (diskInfo, error) {
	var lines [][]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, strings.Split(strings.TrimRight(line, ";"), ":"))
		}
	}
	if len(lines) < 2 || len(lines[1]) < 7 {
		return diskInfo{}, modules.Fail("Error interpreting parted output: '%s'", text)
	}
	f := lines[1]
	size, err := parsePosition(f[1])
	if err != nil {
		return diskInfo{}, err
	}
	if size.unit != "" {
		unit = size.unit
	}
	d := diskInfo{dev: f[0], unit: strings.ToLower(unit), table: f[5], model: f[6], size: size.n, sizeValue: size.value()}
	d.logical, _ = strconv.Atoi(f[3])
	d.physical, _ = strconv.Atoi(f[4])
	rest := lines[2:]
	if d.unit == "cyl" || d.unit == "chs" {
		if len(rest) == 0 {
			return d, modules.Fail("Error interpreting parted output: '%s'", text)
		}
		if d.geometry, err = geometry(rest[0]); err != nil {
			return d, err
		}
		rest = rest[1:]
	}
	for _, f := range rest {
		p, err := parsePartition(f, d.unit == "chs")
		if err != nil {
			return d, err
		}
		d.partitions = append(d.partitions, p)
	}
	return d, nil
}

func geometry(f []string) (*value.Dict, error) {
	if len(f) < 4 {
		return nil, modules.Fail("Error interpreting parted size output: '%s'", strings.Join(f, ":"))
	}
	cylinder, err := parsePosition(f[3])
	if err != nil {
		return nil, err
	}
	d := value.NewDict()
	for i, name := range []string{"cylinders", "heads", "sectors"} {
		n, _ := strconv.Atoi(f[i])
		d.Set(name, int64(n))
	}
	d.Set("cyl_size", cylinder.n)
	d.Set("cyl_size_unit", strings.ToLower(cylinder.unit))
	return d, nil
}

// parsePartition reads a partition's line, which with chs has no size.
func parsePartition(f []string, chs bool) (*partition, error) {
	if chs && len(f) >= 3 {
		f = slices.Insert(slices.Clone(f), 3, "")
	}
	if len(f) < 7 {
		return nil, modules.Fail("Error interpreting parted output: '%s'", strings.Join(f, ":"))
	}
	p := &partition{size: "", fstype: f[4], name: f[5], flags: []string{}}
	p.num, _ = strconv.Atoi(f[0])
	for i, field := range []string{f[1], f[2], f[3]} {
		if chs && i == 2 {
			continue
		}
		at, err := parsePosition(field)
		if err != nil {
			return nil, err
		}
		switch i {
		case 0:
			p.begin = at.value()
		case 1:
			p.end, p.endValue = at.n, at.value()
		case 2:
			p.size = at.value()
		}
	}
	for _, flag := range strings.Split(f[6], ", ") {
		if flag = strings.TrimSpace(flag); flag != "" {
			p.flags = append(p.flags, flag)
		}
	}
	return p, nil
}

func (d diskInfo) find(number int) (*partition, bool) {
	for _, p := range d.partitions {
		if p.num == number {
			return p, true
		}
	}
	return nil, false
}

func (d diskInfo) values() *value.Dict {
	out := value.NewDict()
	out.Set("dev", d.dev)
	out.Set("size", d.sizeValue)
	out.Set("unit", d.unit)
	out.Set("table", d.table)
	out.Set("model", d.model)
	out.Set("logical_block", int64(d.logical))
	out.Set("physical_block", int64(d.physical))
	if d.geometry != nil {
		out.Set("chs_info", d.geometry)
	}
	return out
}

func (d diskInfo) partitionValues() *value.List {
	list := value.NewList()
	for _, p := range d.partitions {
		out := value.NewDict()
		out.Set("num", int64(p.num))
		out.Set("begin", p.begin)
		out.Set("end", p.endValue)
		out.Set("size", p.size)
		out.Set("fstype", p.fstype)
		out.Set("name", p.name)
		out.Set("flags", value.Of(p.flags))
		out.Set("unit", d.unit)
		list.Append(out)
	}
	return list
}
