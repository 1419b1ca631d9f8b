package config

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type sudoersArgs struct {
	Name       string   `arg:"name,required" doc:"The rule, and the name of its file. Sudo reads no file with a dot in its name."`
	User       string   `arg:"user" doc:"Who may run the commands."`
	Group      string   `arg:"group" doc:"The group whose members may run the commands."`
	Commands   []string `arg:"commands" doc:"What may be run; ALL is everything."`
	Host       string   `arg:"host" default:"ALL" doc:"The host where the rule holds."`
	RunAs      *string  `arg:"runas" doc:"As whom the commands are run."`
	NoPassword bool     `arg:"nopassword" default:"true" doc:"Ask for no password."`
	SetEnv     bool     `arg:"setenv" default:"false" doc:"Let the user keep the environment."`
	State      string   `arg:"state" enum:"present,absent" default:"present" doc:"Whether the rule is to be there."`
	Dir        string   `arg:"sudoers_path" default:"/etc/sudoers.d" doc:"Folder of the rules."`
	Validation string   `arg:"validation" enum:"absent,detect,required" default:"detect" doc:"Whether visudo looks at the rule before it is written: never, where it is installed, or always."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.sudoers", Summary: "Keep a rule of sudo in a file of its own",
		Example: "- name: Backups may be made without a password\n  community.general.sudoers:\n    name: backup\n    user: backup\n    commands: /usr/local/bin/backup\n",
		Differs: []string{
			"The file is replaced at once and has its mode from the start, so that sudo never reads half a rule.",
			"A rule for nobody is refused with a message that says so.",
			"The diff shows the rule.",
		},
		Exclusive:  [][]string{{"user", "group"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"commands"}}},
	}, sudoers)
}

func sudoers(c *modules.Context, a sudoersArgs) (struct{}, error) {
	path := filepath.Join(a.Dir, a.Name)
	e, err := fsys.OpenEdit(path, &fsys.Attrs{Mode: "0440"})
	if err != nil {
		return struct{}{}, err
	}
	if a.State == "absent" {
		if !e.Exists {
			return struct{}{}, nil
		}
		return struct{}{}, c.Change(fsys.TextDiff(path, e.Old, nil), func() error { return os.Remove(path) })
	}
	rule, err := a.rule()
	if err != nil {
		return struct{}{}, err
	}
	if err := a.validate(c, rule); err != nil {
		return struct{}{}, err
	}
	if !fsys.IsDir(a.Dir) {
		return struct{}{}, modules.Fail("[Errno 2] No such file or directory: '%s'", path)
	}
	_, err = e.Save(c, []byte(rule))
	return struct{}{}, err
}

func (a sudoersArgs) rule() (string, error) {
	who := a.User
	if who == "" && a.Group != "" {
		who = "%" + a.Group
	}
	if who == "" {
		return "", modules.Fail("the rule %s is for nobody: give user or group", a.Name)
	}
	how := ""
	if a.RunAs != nil {
		how = "(" + *a.RunAs + ")"
	}
	if a.NoPassword {
		how += "NOPASSWD:"
	}
	if a.SetEnv {
		how += "SETENV:"
	}
	return who + " " + a.Host + "=" + how + " " + strings.Join(a.Commands, ", ") + "\n", nil
}

// validate lets visudo read the rule: one that it cannot read would lock
// everybody out of sudo.
func (a sudoersArgs) validate(c *modules.Context, rule string) error {
	if a.Validation == "absent" {
		return nil
	}
	visudo, err := c.Find("visudo")
	if err != nil {
		if a.Validation == "required" {
			return err
		}
		return nil
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{visudo, "-c", "-f", "-"}, Stdin: strings.NewReader(rule)})
	if err == nil && out.RC != 0 {
		return modules.Fail("Failed to validate sudoers rule:\n%s", out.Stdout)
	}
	return err
}
