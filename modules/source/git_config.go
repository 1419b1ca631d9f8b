package source

import (
	"slices"
	"strings"

	"goplay/modules"
)

type gitConfigArgs struct {
	Name    string `arg:"name" doc:"The setting, such as user.email."`
	Value   string `arg:"value" doc:"Its value; without it, the setting is only read."`
	Scope   string `arg:"scope" enum:"file,local,global,system" doc:"Which configuration; system by default, global for reading."`
	Repo    string `arg:"repo" type:"path" doc:"The repository, for scope local."`
	File    string `arg:"file" type:"path" doc:"The file, for scope file."`
	State   string `arg:"state" default:"present" enum:"present,absent" doc:"Whether the setting is there."`
	AddMode string `arg:"add_mode" default:"replace-all" enum:"add,replace-all" doc:"Replace all values, or add one more."`
	ListAll bool   `arg:"list_all" default:"false" doc:"Only list all settings."`
}

type gitConfigResult struct {
	Value  *string `json:"config_value,omitempty" doc:"The setting's value, when it is read."`
	Values any     `json:"config_values,omitempty" type:"dict" doc:"All settings, with list_all."`
	Msg    string  `json:"msg" doc:"What was done, or why nothing."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.git_config",
		Summary:   "Read and write git's configuration",
		KeepsDiff: true,
		Example:   "- name: The editor of commit messages\n  community.general.git_config:\n    name: core.editor\n    scope: global\n    value: vim\n",
		Exclusive: [][]string{{"list_all", "name"}, {"list_all", "value"}, {"list_all", "state"}},
		OneOf:     [][]string{{"list_all", "name"}},
		RequiredIf: []modules.RequiredIf{
			{Option: "scope", Is: "local", Needs: []string{"repo"}},
			{Option: "scope", Is: "file", Needs: []string{"file"}},
		},
	}, gitConfig)
}

func gitConfig(c *modules.Context, a gitConfigArgs) (gitConfigResult, error) {
	var r gitConfigResult
	program, err := c.Find("git")
	if err != nil {
		return r, err
	}
	reads := a.Value == "" && a.State == "present"
	argv := []string{program, "config", "--includes"}
	switch {
	case a.Scope == "file":
		argv = append(argv, "-f", a.File)
	case a.Scope != "":
		argv = append(argv, "--"+a.Scope)
	case !a.ListAll && !reads:
		argv = append(argv, "--system")
	}
	git := func(args ...string) (modules.Output, error) {
		return c.Exec(modules.Cmd{Argv: append(argv[:len(argv):len(argv)], args...), Dir: a.Repo})
	}
	if a.ListAll {
		out, err := git("--list", "--null")
		if err == nil && out.RC > 1 && !strings.Contains(out.Stderr, "unable to read config file") {
			return r, unread(out, slices.Insert(argv, 3, "-l"))
		}
		r.Values = parseSettings(out.Stdout)
		return r, err
	}
	out, err := git("--null", "--get-all", a.Name)
	if err != nil {
		return r, err
	}
	// 1 is for a setting that is not there.
	if out.RC > 1 {
		return r, unread(out, append(argv, a.Name))
	}
	have := strings.FieldsFunc(out.Stdout, func(r rune) bool { return r == 0 })
	verb := a.change(have)
	if reads {
		value := strings.Join(have, "\n")
		r.Value = &value
		return r, nil
	}
	if verb == nil {
		if a.State == "absent" {
			r.Msg = "no setting to unset"
		}
		return r, nil
	}
	r.Msg = "setting changed"
	if a.State == "absent" {
		argv = append(argv, "--unset")
	}
	header := strings.Join(append(argv, a.Name), " ")
	if a.State == "absent" {
		argv = argv[:len(argv)-1]
	}
	diff := modules.Diff{Before: strings.Join(have, "\n") + "\n", After: a.Value + "\n", BeforeHeader: header, AfterHeader: header}
	return r, c.Change(diff, func() error {
		out, err := git(verb...)
		if err == nil && out.RC != 0 {
			err = modules.Fail("%s", strings.TrimSpace(out.Stderr)).With("rc", out.RC).With("cmd", append(argv, verb...))
		}
		return err
	})
}

// change is what git config has to be told, nil for nothing.
func (a gitConfigArgs) change(have []string) []string {
	switch {
	case a.State == "absent" && len(have) == 0:
		return nil
	case a.State == "absent":
		return []string{"--unset-all", a.Name}
	case a.AddMode == "add" && slices.Contains(have, a.Value), a.AddMode != "add" && len(have) == 1 && have[0] == a.Value:
		return nil
	case a.AddMode == "add":
		return []string{"--add", a.Name, a.Value}
	default:
		return []string{"--replace-all", a.Name, a.Value}
	}
}

// parseSettings reads git config --list --null: name, newline, value, a NUL.
func parseSettings(text string) map[string]string {
	values := map[string]string{}
	for _, entry := range strings.Split(text, "\x00") {
		if k, v, _ := strings.Cut(entry, "\n"); k != "" {
			values[k] = v
		}
	}
	return values
}

// unread is the failure of git to read settings, with the command as Ansible names it.
func unread(out modules.Output, argv []string) error {
	return modules.Fail("%s", out.Stderr).With("rc", out.RC).With("cmd", strings.Join(argv, " "))
}
