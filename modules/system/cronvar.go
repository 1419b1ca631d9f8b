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
	CronFile *string  `json:"cron_file,omitempty" doc:"The file, if one was named."`
	Vars     []string `json:"vars" doc:"Names of the variables."`
	Backup   *string  `json:"backup_file,omitempty" doc:"The copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.cronvar",
		Summary:   "Variables of crontabs",
		Exclusive: [][]string{{"insertbefore", "insertafter"}},
		Example: `- name: Who gets cron's mail
  community.general.cronvar:
    name: MAILTO
    value: ops@example.com
`,
	}, cronvar)
}

func cronvar(c *modules.Context, a cronvarArgs) (cronvarResult, error) {
	switch {
	case a.Name == "":
		return cronvarResult{}, modules.Fail("name must not be empty: a crontab cannot set a variable without a name")
	case a.State == "present" && a.Value == nil:
		return cronvarResult{}, modules.Fail("You must specify 'value' to insert a new cron variable")
	}
	tab, err := readCrontab(c, a.CronFile, a.User)
	if err != nil {
		return cronvarResult{}, err
	}
	before := tab.text()
	at := tab.variable(a.Name)
	lost := false
	switch {
	case a.State == "present" && at < 0:
		edit := cronArgs{Name: a.Name, Job: a.Value, State: a.State, InsertAfter: a.InsertAfter, InsertBefore: a.InsertBefore}
		if err := edit.editVariable(tab); err != nil {
			// Ansible's writes the crontab as it was, and calls that a change.
			c.Warn("%s was not written: %v", a.Name, err)
			lost = true
			break
		}
		at = tab.variable(a.Name)
		fallthrough
	case a.State == "present":
		tab.lines[at] = a.Name + "=" + *a.Value
	case at >= 0:
		tab.lines = slices.Delete(tab.lines, at, at+1)
	}
	r := cronvarResult{CronFile: a.CronFile, Vars: tab.variables()}
	after := tab.text()
	if before == after && !lost {
		return r, nil
	}
	if a.Backup {
		if err := c.Change(modules.Diff{}, func() (err error) { r.Backup, err = keepCopy(before); return err }); err != nil {
			return r, err
		}
	}
	return r, tab.save(c, modules.Diff{}, after)
}
