package accounts

import (
	"errors"
	"strconv"

	"goplay/modules"
)

type groupArgs struct {
	Name      string `arg:"name,required" doc:"Name of the group."`
	GID       *int   `arg:"gid" doc:"Number of the group."`
	State     string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the group is to be there."`
	System    bool   `arg:"system" default:"false" doc:"Make a new group a system group."`
	Local     bool   `arg:"local" default:"false" doc:"Look at and change the local files only, through libuser's tools, where a directory also gives groups."`
	NonUnique bool   `arg:"non_unique" default:"false" doc:"Allow a gid that another group has."`
}

type groupResult struct {
	Name   string `json:"name,omitempty" doc:"Name of the group."`
	State  string `json:"state,omitempty" doc:"Whether it is to be there."`
	System *bool  `json:"system,omitempty" doc:"Whether it was asked for as a system group."`
	GID    *int   `json:"gid,omitempty" doc:"Number of the group."`
	ran
}

func init() {
	modules.Register(modules.Spec{
		Name:       "ansible.builtin.group",
		Summary:    "Make and remove groups",
		RequiredIf: []modules.RequiredIf{{Option: "non_unique", Is: true, Needs: []string{"gid"}}},
		Example: `- name: A group for the application
  ansible.builtin.group:
    name: app
    system: true
`,
	}, group)
}

func group(c *modules.Context, a groupArgs) (groupResult, error) {
	r := groupResult{}
	have := groupEntry(c, a.Name, a.Local)
	argv := a.command(c, have)
	if argv != nil {
		if err := c.Change(modules.Diff{}, func() error { return r.tool(c, a.Name, argv, "") }); err != nil {
			if failure := (*modules.Failure)(nil); errors.As(err, &failure) && failure.Data != nil {
				failure.Data.Delete("rc") // only user tells it
			}
			return groupResult{}, err
		}
	}
	have = groupEntry(c, a.Name, a.Local)
	if argv != nil && (have == nil) == (a.State == "present") {
		return groupResult{}, nil // only predicted
	}
	r.Name, r.State = a.Name, a.State
	if have != nil {
		r.System = &a.System
		if gid, err := strconv.Atoi(have[2]); err == nil {
			r.GID = &gid
		}
	}
	return r, nil
}

// command is what brings the group to its state, nil where nothing has to be done.
func (a groupArgs) command(c *modules.Context, have []string) []string {
	_, busybox := c.Find("groupadd")
	prefix := ""
	if a.Local {
		prefix, busybox = "l", nil
	}
	switch {
	case a.State == "absent" && have == nil:
		return nil
	case a.State == "absent" && busybox != nil:
		return []string{"delgroup", a.Name}
	case a.State == "absent":
		return []string{prefix + "groupdel", a.Name}
	case have == nil && busybox != nil:
		return append(append([]string{"addgroup"}, a.flags("-g", "-S", "")...), a.Name)
	case have == nil:
		return append(append([]string{prefix + "groupadd"}, a.flags("-g", "-r", "-o")...), a.Name)
	case a.GID == nil || have[2] == strconv.Itoa(*a.GID):
		return nil
	}
	argv := []string{prefix + "groupmod", "-g", strconv.Itoa(*a.GID)}
	if a.NonUnique {
		argv = append(argv, "-o")
	}
	return append(argv, a.Name)
}

func (a groupArgs) flags(gid, system, nonUnique string) []string {
	var argv []string
	if a.GID != nil {
		argv = append(argv, gid, strconv.Itoa(*a.GID))
		if a.NonUnique && nonUnique != "" {
			argv = append(argv, nonUnique)
		}
	}
	if a.System {
		argv = append(argv, system)
	}
	return argv
}
