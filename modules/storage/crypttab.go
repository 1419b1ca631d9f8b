package storage

import (
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type crypttabArgs struct {
	Name          string  `arg:"name,required" doc:"Name of the device when it is open; /dev/mapper/ before it is left out."`
	State         string  `arg:"state,required" enum:"absent,opts_absent,opts_present,present" doc:"Whether the line is to be there; opts_present adds options to its own, opts_absent takes them off."`
	BackingDevice *string `arg:"backing_device" doc:"The device or file that is encrypted, or UUID= with its UUID."`
	Password      *string `arg:"password" type:"path" doc:"File with the key; - asks at the start."`
	Opts          *string `arg:"opts" doc:"Options, separated by commas."`
	Path          string  `arg:"path" type:"path" default:"/etc/crypttab" doc:"The file."`
}

type crypttabResult struct {
	Msg           string  `json:"msg" doc:"What was done."`
	Name          string  `json:"name" doc:"Name of the device."`
	BackingDevice *string `json:"backing_device" doc:"The device or file."`
	Password      *string `json:"password" doc:"File with the key."`
	Opts          *string `json:"opts" doc:"The options that were given."`
	Path          string  `json:"path" doc:"The file that was edited."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.crypttab",
		Summary: "Say which encrypted devices are opened at the start",
		Differs: []string{"Changes are shown as diffs."},
		Example: `- name: The data disk is opened at the start
  community.general.crypttab:
    name: data
    backing_device: UUID=2f6e2f2a-0d2c-4f6c-8d4b-1f6f3a1c9b11
    password: /etc/keys/data
    opts: luks,discard
    state: present
`,
	}, crypttab)
}

func crypttab(c *modules.Context, a crypttabArgs) (crypttabResult, error) {
	r := crypttabResult{Msg: "?", Name: a.Name, BackingDevice: a.BackingDevice, Password: a.Password, Opts: a.Opts, Path: a.Path, Info: fsys.Describe(c, a.Path)}
	a.Name = strings.TrimPrefix(a.Name, "/dev/mapper/")
	if err := a.check(); err != nil {
		return r, err
	}
	e, err := fsys.OpenEdit(a.Path, nil)
	if err != nil {
		return r, err
	}
	text, reason, err := a.edit(string(e.Old))
	if err != nil {
		return r, err
	}
	if text != string(e.Old) {
		r.Msg = reason
		_, err = e.Save(c, []byte(text))
	}
	r.Info = fsys.Describe(c, a.Path)
	return r, err
}

// check refuses what the rules of the options cannot express.
func (a crypttabArgs) check() error {
	onlyOpts := strings.HasPrefix(a.State, "opts_")
	switch {
	case a.State != "absent" && a.BackingDevice == nil && a.Password == nil && a.Opts == nil:
		return modules.Fail("expected one or more of 'backing_device', 'password' or 'opts'").With("name", a.Name)
	case onlyOpts && (a.BackingDevice != nil || a.Password != nil):
		return modules.Fail("cannot update 'backing_device' or 'password' when state=%s", a.State).With("name", a.Name)
	}
	values := map[string]*string{"name": &a.Name, "backing_device": a.BackingDevice, "password": a.Password, "opts": a.Opts}
	for _, option := range []string{"name", "backing_device", "password", "opts"} {
		if v := values[option]; v != nil && (*v == "" || strings.ContainsAny(*v, " \t")) {
			return modules.Fail("invalid '%s': contains white space or is empty", option).With("name", a.Name)
		}
	}
	return nil
}

// edit gives the file's text its line, and says what it did.
func (a crypttabArgs) edit(text string) (string, string, error) {
	list := strings.SplitAfter(text, "\n")
	at := slices.IndexFunc(list, func(line string) bool {
		f := strings.Fields(line)
		return len(f) > 1 && f[0] == a.Name
	})
	switch {
	case at < 0 && (a.State == "absent" || a.State == "opts_absent"):
		return text, "", nil
	case at < 0 && a.BackingDevice == nil:
		return "", "", modules.Fail("'backing_device' required to add a new entry").With("name", a.Name)
	case at < 0:
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return text + a.line([]string{a.Name}), "added line", nil
	case a.State == "absent":
		return strings.Join(slices.Delete(list, at, at+1), ""), "removed line", nil
	}
	old := strings.Fields(list[at])
	next := a.line(old)
	if slices.Equal(strings.Fields(next), old) {
		return text, "", nil
	}
	list[at] = next
	said := map[string]string{"present": "updated line", "opts_present": "updated options", "opts_absent": "removed options"}
	return strings.Join(list, ""), said[a.State], nil
}

// line is the entry with what was asked for in place of what it has.
func (a crypttabArgs) line(old []string) string {
	f := append(slices.Clone(old), "", "", "")[:4]
	if a.BackingDevice != nil {
		f[1] = *a.BackingDevice
	}
	if a.Password != nil {
		f[2] = *a.Password
	}
	if a.Opts != nil {
		switch a.State {
		case "present":
			f[3] = *a.Opts
		case "opts_present":
			f[3] = withOpts(f[3], *a.Opts)
		case "opts_absent":
			f[3] = withoutOpts(f[3], *a.Opts)
		}
	}
	if f[2] == "" && f[3] != "" {
		f[2] = "none"
	}
	return strings.TrimRight(strings.Join(f, " "), " ") + "\n"
}

func optName(opt string) string {
	name, _, _ := strings.Cut(opt, "=")
	return name
}

// withOpts adds options; one that is there with another value gets the new one.
func withOpts(old, more string) string {
	list := splitOpts(old)
	for _, opt := range splitOpts(more) {
		if i := slices.IndexFunc(list, func(o string) bool { return optName(o) == optName(opt) }); i >= 0 {
			list[i] = opt
		} else {
			list = append(list, opt)
		}
	}
	return strings.Join(list, ",")
}

func withoutOpts(old, less string) string {
	gone := splitOpts(less)
	return strings.Join(slices.DeleteFunc(splitOpts(old), func(o string) bool {
		return slices.ContainsFunc(gone, func(g string) bool { return optName(g) == optName(o) })
	}), ",")
}

func splitOpts(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}
