package systems

import (
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type snapAliasArgs struct {
	State string   `arg:"state" default:"present" enum:"absent,present" doc:"Whether the aliases are there."`
	Name  string   `arg:"name" doc:"The snap, or one of its programs; needed for present."`
	Alias []string `arg:"alias" alias:"aliases" doc:"The aliases; without them, with absent, all of the snap."`
}

type snapAliasResult struct {
	Aliases *value.Dict `json:"snap_aliases" type:"dict" doc:"The aliases by their snaps."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.snap_alias",
		Summary: "Manage aliases of snaps' programs",
		Example: `- name: A short name
  community.general.snap_alias:
    name: hello-world
    alias: hw
`,
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "present", Needs: []string{"name", "alias"}},
			{Option: "state", Is: "absent", Needs: []string{"name", "alias"}, AnyOf: true},
		},
	}, snapAlias)
}

func snapAlias(c *modules.Context, a snapAliasArgs) (r snapAliasResult, err error) {
	if _, err := c.Find("snap"); err != nil {
		return r, err
	}
	have, err := aliases(c, a.Name)
	if err != nil {
		return r, err
	}
	for _, argv := range a.commands(have) {
		err := c.Change(modules.Diff{}, func() error {
			_, err := tool.Run(c, modules.Cmd{Argv: argv})
			return err
		})
		if err != nil {
			return r, err
		}
	}
	if r.Aliases, err = aliases(c, a.Name); err != nil {
		return r, err
	}
	if c.Changed() {
		c.AddDiff(modules.Diff{Before: shownAliases(have), After: shownAliases(r.Aliases)})
	}
	return r, nil
}

func shownAliases(d *value.Dict) *value.Dict {
	out := value.NewDict()
	out.Set("snap_aliases", d)
	return out
}

// commands are those that make the aliases what they should be.
func (a snapAliasArgs) commands(have *value.Dict) [][]string {
	var list [][]string
	if a.State == "absent" && len(a.Alias) == 0 {
		if len(aliasesOf(have, a.Name)) > 0 {
			list = append(list, []string{"snap", "unalias", a.Name})
		}
		return list
	}
	for _, alias := range a.Alias {
		there := slices.Contains(aliasesOf(have, a.Name), alias)
		if a.State == "present" && !there {
			list = append(list, []string{"snap", "alias", a.Name, alias})
		}
		if a.State == "absent" && there {
			list = append(list, []string{"snap", "unalias", alias})
		}
	}
	return list
}

// aliasesOf are the aliases of a snap, or without a name those of all of them.
func aliasesOf(all *value.Dict, name string) []string {
	var list []string
	for snap, names := range all.All() {
		if l, ok := names.(*value.List); ok && (name == "" || value.Str(snap) == name) {
			for _, alias := range l.Items {
				list = append(list, value.Str(alias))
			}
		}
	}
	return list
}

// aliases reads snap aliases: a heading, and lines of a command, an alias and
// notes. With a name only its own are returned, even if there are none.
func aliases(c *modules.Context, name string) (*value.Dict, error) {
	out, err := tool.Run(c, modules.Cmd{Argv: append([]string{"snap", "aliases"}, tool.Flags(name != "", name)...)})
	if err != nil {
		return nil, err
	}
	all := value.NewDict()
	if name != "" {
		all.Set(name, value.NewList())
	}
	if out.Stderr != "" {
		// snap says there that there are none.
		return all, nil
	}
	heading := true
	for line := range strings.Lines(out.Stdout) {
		f := strings.Fields(line)
		if heading || len(f) < 3 || name != "" && f[0] != name {
			heading = false
			continue
		}
		v, ok := all.Get(f[0])
		if !ok {
			v = value.NewList()
			all.Set(f[0], v)
		}
		v.(*value.List).Append(f[1])
	}
	return all, nil
}
