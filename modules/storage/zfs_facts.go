package storage

import (
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type zfsFactsArgs struct {
	Name       string `arg:"name,required" alias:"ds,dataset" doc:"The file system, volume or snapshot."`
	Recurse    bool   `arg:"recurse" default:"false" doc:"Tell of what is below it, too."`
	Parsable   bool   `arg:"parsable" default:"false" doc:"Write numbers out."`
	Properties string `arg:"properties" default:"all" doc:"Properties to tell, separated by commas."`
	Type       string `arg:"type" default:"all" enum:"all,filesystem,volume,snapshot,bookmark" doc:"What to tell of."`
	Depth      int    `arg:"depth" default:"0" doc:"How far to go down; 0 for no limit."`
}

type zfsFactsResult struct {
	Name     string `json:"name" doc:"The file system, volume or snapshot."`
	Parsable bool   `json:"parsable,omitempty" doc:"Whether numbers are written out."`
	Recurse  bool   `json:"recurse,omitempty" doc:"Whether it was told of what is below, too."`

	facts *value.Dict
}

// AnsibleFacts are ansible_zfs_datasets, a dict of properties for each.
func (r zfsFactsResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.zfs_facts",
		Summary: "Gather properties of ZFS's file systems as facts",
		Example: `- name: Know about a file system
  community.general.zfs_facts:
    name: tank/home
`,
	}, zfsFacts)
}

func zfsFacts(c *modules.Context, a zfsFactsArgs) (zfsFactsResult, error) {
	r := zfsFactsResult{Name: a.Name, Parsable: a.Parsable, Recurse: a.Recurse}
	out, err := c.Exec(modules.Cmd{Argv: []string{"zfs", "list", a.Name}})
	if err != nil {
		return r, err
	}
	if out.RC != 0 {
		return zfsFactsResult{}, modules.Fail("ZFS dataset %s does not exist!", a.Name)
	}
	argv := []string{"zfs", "get", "-H"}
	if a.Parsable {
		argv = append(argv, "-p")
	}
	if a.Recurse {
		argv = append(argv, "-r")
	}
	if a.Depth != 0 {
		argv = append(argv, "-d", strconv.Itoa(a.Depth))
	}
	argv = append(argv, "-t", a.Type, "-o", "name,property,value", a.Properties, a.Name)
	if out, err = c.Exec(modules.Cmd{Argv: argv}); err != nil {
		return r, err
	}
	if out.RC != 0 {
		return zfsFactsResult{}, modules.Fail("Error while trying to get facts about ZFS dataset: %s", a.Name).With("stderr", out.Stderr).With("rc", out.RC)
	}
	r.facts = value.NewDict()
	r.facts.Set("ansible_zfs_datasets", parseDatasets(out.Stdout))
	return r, nil
}

// parseDatasets reads lines of a name, a property and its value.
func parseDatasets(text string) *value.List {
	list := value.NewList()
	sets := map[string]*value.Dict{}
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimRight(line, "\n"), "\t", 3)
		if len(f) != 3 {
			continue
		}
		set := sets[f[0]]
		if set == nil {
			set = value.NewDict()
			sets[f[0]] = set
			list.Append(set)
		}
		set.Set(f[1], f[2])
	}
	for name, set := range sets {
		set.Set("name", name)
	}
	return list
}
