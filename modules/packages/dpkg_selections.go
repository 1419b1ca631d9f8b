package packages

import (
	"strings"

	"goplay/modules"
)

type dpkgSelectionsArgs struct {
	Name      string `arg:"name,required" doc:"The package."`
	Selection string `arg:"selection,required" enum:"install,hold,deinstall,purge" doc:"What is wanted of it; hold keeps its version."`
}

type dpkgSelectionsResult struct {
	Before string `json:"before" doc:"What was wanted of it; not present if dpkg did not know it."`
	After  string `json:"after" doc:"What is wanted of it."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.dpkg_selections",
		Summary: "Hold packages, and set what else dpkg is to do with them",
		Example: "- name: The kernel stays as it is\n  ansible.builtin.dpkg_selections:\n    name: linux-image-amd64\n    selection: hold\n",
		Notes:   []string{"What is there is read from dpkg's status."},
	}, dpkgSelections)
}

func dpkgSelections(c *modules.Context, a dpkgSelectionsArgs) (dpkgSelectionsResult, error) {
	s, err := readDpkgStatus(dpkgDir)
	if err != nil {
		return dpkgSelectionsResult{}, modules.Fail("could not read dpkg's status: %w", err)
	}
	r := dpkgSelectionsResult{Before: "not present", After: a.Selection}
	p := s.Find(a.Name)
	if p == nil {
		return dpkgSelectionsResult{}, modules.Fail("Failed to find package '%s' to perform selection '%s'.", a.Name, a.Selection)
	}
	r.Before = p.Want
	if p.Want == a.Selection {
		return r, nil
	}
	return r, c.Change(modules.Diff{}, func() error {
		_, err := run(c, modules.Cmd{Argv: []string{"dpkg", "--set-selections"}, Stdin: strings.NewReader(a.Name + " " + a.Selection + "\n")}, "dpkg --set-selections failed")
		return err
	})
}
