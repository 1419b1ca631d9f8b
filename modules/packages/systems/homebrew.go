package systems

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type homebrewArgs struct {
	Name           []string `arg:"name" alias:"formula,package,pkg" doc:"Formulae."`
	Path           string   `arg:"path" type:"path" default:"/usr/local/bin:/opt/homebrew/bin:/home/linuxbrew/.linuxbrew/bin" doc:"Folders to look for brew in, separated by colons."`
	State          string   `arg:"state" default:"present" enum:"absent,head,installed,latest,linked,present,removed,uninstalled,unlinked,upgraded" doc:"Whether the formulae are there, are the newest, are linked, or are gone; head is what is in development."`
	UpdateHomebrew bool     `arg:"update_homebrew" default:"false" doc:"Update Homebrew itself first."`
	UpgradeAll     bool     `arg:"upgrade_all" alias:"upgrade" default:"false" doc:"Upgrade all formulae."`
	InstallOptions []string `arg:"install_options" alias:"options" doc:"Options of brew's command, without their dashes."`
	UpgradeOptions []string `arg:"upgrade_options" doc:"Options of upgrading everything, without their dashes."`
}

type homebrewResult struct {
	Changed   bool     `json:"changed" doc:"Whether anything was changed."`
	Msg       string   `json:"msg" doc:"What was done."`
	Unchanged []string `json:"unchanged_pkgs" doc:"Formulae that were as they should be."`
	Packages  []string `json:"changed_pkgs" doc:"Formulae that were changed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.homebrew",
		Summary: "Manage packages of Homebrew",
		Example: `- name: Tools
  community.general.homebrew:
    name: [git, jq]
`,
		Differs: []string{"A check looks at all formulae, and names those that it would change; Ansible's ends at the first one."},
	}, homebrew)
}

var (
	notInFormula  = lazy.Regexp(`[^\w./+\-:@]`)
	builtOrPoured = lazy.Regexp(`(?m)Built from source|Poured from bottle`)
)

type homebrewJob struct {
	homebrewArgs
	brewRun
}

func homebrew(c *modules.Context, a homebrewArgs) (homebrewResult, error) {
	var env []string
	if !a.UpdateHomebrew {
		env = []string{"HOMEBREW_NO_AUTO_UPDATE=True"}
	}
	b, err := findBrew(c, a.Path, env...)
	if err != nil {
		return homebrewResult{}, err
	}
	j := &homebrewJob{a, brewRun{b: b, kind: "Package", invalid: notInFormula}}
	j.installed, j.outdated, j.argv = j.isInstalled, j.isOutdated, j.command
	j.run = func(args []string) (modules.Output, error) { return b.run(nil, args...) }
	if err := j.settle(); err != nil {
		return homebrewResult{}, err
	}
	r := homebrewResult{j.anything, j.say(), []string{}, []string{}}
	r.Unchanged, r.Packages = append(r.Unchanged, j.unchanged...), append(r.Packages, j.changed...)
	return r, nil
}

func (j *homebrewJob) settle() error {
	if j.UpdateHomebrew {
		if err := j.update(); err != nil {
			return err
		}
	}
	if j.UpgradeAll {
		err := j.upgradeAll(append([]string{"upgrade"}, dashed(j.UpgradeOptions)...), func(out modules.Output) bool { return out.Stdout == "" },
			"Homebrew packages would be upgraded.", "Homebrew upgraded.", "Homebrew packages already upgraded.")
		if err != nil {
			return err
		}
	}
	switch j.State {
	case "latest", "upgraded":
		return j.each(j.Name, j.upgrade)
	case "absent", "removed", "uninstalled":
		return j.each(j.Name, j.uninstall)
	case "linked", "unlinked":
		return j.each(j.Name, j.link)
	}
	return j.each(j.Name, j.install)
}

func (j *homebrewJob) update() error {
	return tool.Attempt(j.b.c, func() error {
		changed, msg, err := j.b.update()
		j.anything, j.msg = changed, msg
		return err
	}, func() error {
		j.anything, j.msg = true, "Homebrew would be updated."
		return nil
	})
}

func (j *homebrewJob) isInstalled(name string) (bool, error) {
	out, err := j.b.run(nil, "info", name)
	return builtOrPoured.MatchString(out.Stdout), err
}

func (j *homebrewJob) isOutdated(name string) (bool, error) {
	out, err := j.b.run(nil, "outdated", name)
	return out.RC != 0, err
}

func (j *homebrewJob) command(verb, name string) []string {
	args := append([]string{verb}, tool.Flags(verb == "uninstall", "--force")...)
	args = append(append(args, dashed(j.InstallOptions)...), name)
	return append(args, tool.Flags(verb == "install" && j.State == "head", "--HEAD")...)
}

// link links a formula's files into the system, or takes the links away.
func (j *homebrewJob) link(name string) error {
	there, err := j.installed(name)
	if err != nil {
		return err
	}
	if !there {
		return modules.Fail("Package not installed: %s.", name)
	}
	verb := strings.TrimSuffix(j.State, "ed")
	return tool.Attempt(j.b.c, func() error {
		out, err := j.run(j.command(verb, name))
		if err == nil && out.RC != 0 {
			return modules.Fail("Package could not be %s: %s.", j.State, name)
		}
		j.did(name, "Package "+j.State+": %s")
		return err
	}, func() error {
		j.did(name, "Package would be "+j.State+": %s")
		return nil
	})
}
