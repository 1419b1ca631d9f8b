package system

import (
	"slices"

	"goplay/modules"
)

type cronvarArgs struct {
	Name         string  `arg:"name,required" doc:"Name of the variable."`
	Value        *string `arg:"value" doc:"Its value."`
	State        string  `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be there."`
	User         *string `arg:"user" doc:"Whose crontab it is."`
	CronFile     *string `arg:"cron_file" doc:"A file in /etc/cron.d, or a full path, in place of the user's crontab."`
	InsertAfter  *string `arg:"insertafter" doc:"Variable after which a new one comes."`
	InsertBefore *string `arg:"insertbefore" doc:"Variable before which a new one comes."`
	Backup       bool    `arg:"backup" default:"false" doc:"Keep a copy of the crontab as it was."`
}

type cronvarResult struct {
	Vars   []string `json:"vars" doc:"Names of the variables."`
	Backup *string  `json:"backup_file,omitempty" doc:"The copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name:       "community.general.cronvar",
		Summary:    "Variables of crontabs",
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"value"}}},
		Example: `- name: Who gets cron's mail
  community.general.cronvar:
    name: MAILTO
    value: ops@example.com
`,
	}, cronvar)
}

func cronvar(c *modules.Context, a cronvarArgs) (cronvarResult, error) {
	tab, err := readCrontab(c, a.CronFile, a.User)
	if err != nil {
		return cronvarResult{}, err
	}
	before := tab.text()
	at := tab.variable(a.Name)
	switch {
	case a.State == "present":
		edit := cronArgs{Name: a.Name, Job: a.Value, State: a.State, InsertAfter: a.InsertAfter, InsertBefore: a.InsertBefore}
		if err := edit.editVariable(tab); err != nil {
			return cronvarResult{}, err
		}
		tab.lines[tab.variable(a.Name)] = a.Name + "=" + *a.Value
	case at >= 0:
		tab.lines = slices.Delete(tab.lines, at, at+1)
	}
	r := cronvarResult{Vars: tab.variables()}
	after := tab.text()
	if before == after {
		return r, nil
	}
	if a.Backup {
		if err := c.Change(modules.Diff{}, func() (err error) { r.Backup, err = keepCopy(before); return err }); err != nil {
			return r, err
		}
	}
	return r, tab.save(c, before, after)
}
