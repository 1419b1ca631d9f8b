package docker

import (
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

var volumeModes = []string{"rw", "ro", "z", "Z", "consistent", "delegated", "cached",
	"rprivate", "private", "rshared", "shared", "rslave", "slave", "nocopy", "volume-nocopy"}

// bind is one entry of volumes: [source:]target[:mode].
type bind struct{ source, target, mode string }

func parseBind(text string) (bind, error) {
	parts := strings.Split(text, ":")
	switch {
	case len(parts) == 3:
		if !isMode(parts[2]) {
			return bind{}, modules.Fail("Found invalid volumes mode: %s", parts[2])
		}
		return bind{parts[0], parts[1], parts[2]}, nil
	case len(parts) == 2 && !isMode(parts[1]):
		return bind{parts[0], parts[1], "rw"}, nil
	}
	return bind{target: text}, nil
}

func isMode(text string) bool {
	for _, one := range strings.Split(text, ",") {
		if !slices.Contains(volumeModes, one) {
			return false
		}
	}
	return true
}

// source makes a folder absolute; other names are those of volumes.
func (p *plan) source(name string) string {
	if strings.HasPrefix(name, "~") || strings.HasPrefix(name, ".") {
		return p.c.Abs(name)
	}
	return name
}

func (p *plan) binds() ([]bind, error) {
	var out []bind
	for _, text := range p.args.Volumes {
		b, err := parseBind(text)
		if err != nil {
			return nil, err
		}
		if b.source != "" {
			b.source = p.source(b.source)
		}
		out = append(out, b)
	}
	return out, nil
}

func wantVolumes(p *plan) (any, error) {
	if p.args.Volumes == nil {
		return nil, nil
	}
	binds, err := p.binds()
	out := []any{}
	for _, b := range binds {
		if b.source != "" {
			out = append(out, b.source+":"+b.target+":"+b.mode)
		}
	}
	return out, err
}

// sendVolumes also asks for the anonymous volumes, which are the engine's to
// name and so are not compared.
func sendVolumes(p *plan, body object, want any) {
	if want == nil {
		return
	}
	put(body, "HostConfig.Binds", want)
	anonymous := object{}
	binds, _ := p.binds()
	for _, b := range binds {
		if b.source == "" {
			anonymous[b.target] = object{}
		}
	}
	body["Volumes"] = anonymous
}

// checkMountTargets refuses two things at one path of the container.
func (p *plan) checkMountTargets() error {
	binds, err := p.binds()
	if err != nil {
		return err
	}
	seen := map[string]string{}
	note := func(target, option string) error {
		switch before := seen[target]; {
		case before == option:
			return modules.Fail(`The mount point "%s" appears twice in the %s option`, target, option)
		case before != "":
			return modules.Fail(`The mount point "%s" appears both in the %s and %s option`, target, before, option)
		}
		seen[target] = option
		return nil
	}
	for _, b := range binds {
		if err := note(b.target, "volumes"); err != nil {
			return err
		}
	}
	for _, m := range p.args.Mounts {
		if err := note(m.Target, "mounts"); err != nil {
			return err
		}
	}
	return nil
}

// mountField is a suboption of mounts: the types it is for and where the API has it.
type mountField struct {
	option string
	types  []string
	path   string
	value  func(*mountArgs) (any, error)
	recent bool // not in the first versions of the collection
}

func given[T any](v *T) (any, error) {
	if v == nil {
		return nil, nil
	}
	return any(*v), nil
}

func givenDict(d *value.Dict) (any, error) {
	if d == nil {
		return nil, nil
	}
	return texts(d), nil
}

var mountFields = []mountField{
	{"source", nil, "Source", func(m *mountArgs) (any, error) { return given(m.Source) }, false},
	{"read_only", nil, "ReadOnly", func(m *mountArgs) (any, error) { return given(m.ReadOnly) }, false},
	{"consistency", nil, "Consistency", func(m *mountArgs) (any, error) { return given(m.Consistency) }, false},
	{"propagation", []string{"bind"}, "BindOptions.Propagation", func(m *mountArgs) (any, error) { return given(m.Propagation) }, false},
	{"create_mountpoint", []string{"bind"}, "BindOptions.CreateMountpoint", func(m *mountArgs) (any, error) { return given(m.CreateMountpoint) }, true},
	{"non_recursive", []string{"bind"}, "BindOptions.NonRecursive", func(m *mountArgs) (any, error) { return given(m.NonRecursive) }, true},
	{"read_only_non_recursive", []string{"bind"}, "BindOptions.ReadOnlyNonRecursive", func(m *mountArgs) (any, error) { return given(m.ReadOnlyNonRecursive) }, true},
	{"read_only_force_recursive", []string{"bind"}, "BindOptions.ReadOnlyForceRecursive", func(m *mountArgs) (any, error) { return given(m.ReadOnlyForceRecursive) }, true},
	{"no_copy", []string{"volume"}, "VolumeOptions.NoCopy", func(m *mountArgs) (any, error) { return given(m.NoCopy) }, false},
	{"labels", []string{"volume"}, "VolumeOptions.Labels", func(m *mountArgs) (any, error) { return givenDict(m.Labels) }, false},
	{"volume_driver", []string{"volume"}, "VolumeOptions.DriverConfig.Name", func(m *mountArgs) (any, error) { return given(m.VolumeDriver) }, false},
	{"volume_options", []string{"volume"}, "VolumeOptions.DriverConfig.Options", func(m *mountArgs) (any, error) { return givenDict(m.VolumeOptions) }, false},
	{"subpath", []string{"volume", "image"}, "", func(m *mountArgs) (any, error) { return given(m.Subpath) }, true},
	{"tmpfs_size", []string{"tmpfs"}, "TmpfsOptions.SizeBytes", tmpfsSize, false},
	{"tmpfs_mode", []string{"tmpfs"}, "TmpfsOptions.Mode", tmpfsMode, false},
	{"tmpfs_options", []string{"tmpfs"}, "TmpfsOptions.Options", tmpfsOptions, true},
}

// at is where the API has the field of a mount of this type.
func (f *mountField) at(kind string) string {
	if f.option == "subpath" {
		if kind == "image" {
			return "ImageOptions.Subpath"
		}
		return "VolumeOptions.Subpath"
	}
	return f.path
}

func tmpfsSize(m *mountArgs) (any, error) {
	if m.TmpfsSize == nil {
		return nil, nil
	}
	n, err := bytesOf(*m.TmpfsSize)
	if err != nil {
		return nil, modules.Fail(`Failed to convert tmpfs_size of mount "%s" to bytes: %w`, m.Target, err)
	}
	return n, nil
}

func tmpfsMode(m *mountArgs) (any, error) {
	if m.TmpfsMode == nil {
		return nil, nil
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(*m.TmpfsMode, "0o"), 8, 64)
	if err != nil {
		return nil, modules.Fail(`tmp_fs mode of mount "%s" is not an octal string!`, m.Target)
	}
	return n, nil
}

func tmpfsOptions(m *mountArgs) (any, error) {
	if m.TmpfsOptions == nil {
		return nil, nil
	}
	out := []any{}
	for _, option := range m.TmpfsOptions {
		d, ok := option.(*value.Dict)
		if !ok {
			out = append(out, []any{value.Str(option)})
			continue
		}
		for k, v := range d.All() {
			if v == nil || v == "" {
				out = append(out, []any{value.Str(k)})
				continue
			}
			out = append(out, []any{value.Str(k), value.Str(v)})
		}
	}
	return out, nil
}

// wantMounts has the suboptions by their names, for that is how they are
// compared and shown; see apiMount.
func wantMounts(p *plan) (any, error) {
	if p.args.Mounts == nil {
		return nil, nil
	}
	out := []any{}
	for i := range p.args.Mounts {
		m := &p.args.Mounts[i]
		o := object{"target": m.Target, "type": m.Type}
		if m.Source == nil && m.Type != "tmpfs" && m.Type != "volume" {
			return nil, modules.Fail(`source must be specified for mount "%s" of type "%s"`, m.Target, m.Type)
		}
		for _, f := range mountFields {
			v, err := f.value(m)
			if err != nil {
				return nil, err
			}
			if v == nil {
				continue
			}
			if f.types != nil && !slices.Contains(f.types, m.Type) {
				return nil, modules.Fail(`%s cannot be specified for mount "%s" of type "%s" (needs type "%s")`, f.option, m.Target, m.Type, strings.Join(f.types, `" or "`))
			}
			o[f.option] = v
		}
		out = append(out, o)
	}
	return out, nil
}

func sendMounts(_ *plan, body object, want any) {
	if want == nil {
		return
	}
	out := []any{}
	for _, m := range objects(want) {
		kind := textAt(m, "type")
		mount := object{"Target": m["target"], "Type": kind}
		for _, f := range mountFields {
			if v, ok := m[f.option]; ok {
				put(mount, f.at(kind), v)
			}
		}
		out = append(out, mount)
	}
	put(body, "HostConfig.Mounts", out)
}

// haveMounts has what the engine leaves out as what leaving out means. Newer
// suboptions are only shown where somebody uses them.
func haveMounts(p *plan, c object) any {
	wanted := map[string]bool{}
	for _, m := range objects(p.want["mounts"]) {
		for option := range m {
			wanted[option] = true
		}
	}
	out := []any{}
	for _, m := range objects(at(c, "HostConfig.Mounts")) {
		kind := textAt(m, "Type")
		o := object{"target": m["Target"], "type": kind}
		for _, f := range mountFields {
			v := at(m, f.at(kind))
			if v == nil && f.recent && !wanted[f.option] {
				continue
			}
			if v == nil {
				v = unsetMount[f.option]
			}
			o[f.option] = v
		}
		out = append(out, o)
	}
	return out
}

var unsetMount = map[string]any{"read_only": false, "no_copy": false, "labels": object{}, "volume_options": object{},
	"create_mountpoint": false, "non_recursive": false, "read_only_non_recursive": false, "read_only_force_recursive": false}
