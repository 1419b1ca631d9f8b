package systems

import (
	"os"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type homebrewCaskArgs struct {
	Name           []string `arg:"name" alias:"cask,package,pkg" doc:"Casks."`
	Path           string   `arg:"path" type:"path" default:"/usr/local/bin:/opt/homebrew/bin" doc:"Folders to look for brew in, separated by colons."`
	State          string   `arg:"state" default:"present" enum:"absent,installed,latest,present,removed,uninstalled,upgraded" doc:"Whether the casks are there, are the newest, or are gone."`
	SudoPassword   string   `arg:"sudo_password,secret" doc:"Password for what a cask does with sudo."`
	UpdateHomebrew bool     `arg:"update_homebrew" default:"false" doc:"Update Homebrew itself first."`
	InstallOptions []string `arg:"install_options" alias:"options" doc:"Options of brew's command, without their dashes."`
	AcceptExternal bool     `arg:"accept_external_apps" default:"false" doc:"Be content with an application that was there without Homebrew."`
	UpgradeAll     bool     `arg:"upgrade_all" alias:"upgrade" default:"false" doc:"Upgrade all casks."`
	Greedy         bool     `arg:"greedy" default:"false" doc:"Upgrade casks that update themselves, too."`
}

type homebrewCaskResult struct {
	Changed bool   `json:"changed" doc:"Whether anything was changed."`
	Msg     string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.homebrew_cask",
		Summary: "Manage applications that Homebrew installs as casks",
		Example: `- name: A browser
  community.general.homebrew_cask:
    name: firefox
`,
		Differs: []string{
			"A check looks at all casks; Ansible's ends at the first that it would change.",
			"update_homebrew updates Homebrew; Ansible's takes the option and does nothing.",
		},
	}, homebrewCask)
}

var (
	notInCask = lazy.Regexp(`[^\w./\-@]`)
	noUpgrade = lazy.Regexp(`(?i)==> No Casks to upgrade`)
)

type caskJob struct {
	homebrewCaskArgs
	brewRun
	old bool // brew has the command cask in place of the option
}

func homebrewCask(c *modules.Context, a homebrewCaskArgs) (homebrewCaskResult, error) {
	b, err := findBrew(c, a.Path)
	if err != nil {
		return homebrewCaskResult{}, err
	}
	j := &caskJob{homebrewCaskArgs: a, brewRun: brewRun{b: b, kind: "Cask", invalid: notInCask}}
	j.again = slices.Contains(a.InstallOptions, "force")
	j.installed, j.outdated, j.argv, j.run = j.isInstalled, j.isOutdated, j.command, j.withPassword
	j.excused = func(out modules.Output) bool {
		return a.AcceptExternal && strings.Contains(out.Stderr, "Error: It seems there is already an App at")
	}
	if err := j.settle(); err != nil {
		return homebrewCaskResult{}, err
	}
	return homebrewCaskResult{j.anything, j.say()}, nil
}

func (j *caskJob) settle() error {
	if !j.UpgradeAll && len(j.Name) == 0 {
		return modules.Fail("You must select a cask to install.")
	}
	out, err := j.b.run(nil, "--version")
	if err != nil || out.RC != 0 {
		return modules.Fail("%s", strings.TrimSpace(out.Stderr))
	}
	if f := strings.Fields(out.Stdout); len(f) > 1 {
		j.old = before(f[1], "2.6.0")
	}
	if j.UpdateHomebrew {
		err := tool.Quietly(j.b.c, func() error {
			changed, _, err := j.b.update()
			j.anything = changed
			return err
		})
		if err != nil {
			return err
		}
	}
	if j.UpgradeAll {
		return j.upgradeAll(append(j.words("upgrade"), tool.Flags(j.Greedy, "--greedy")...), func(out modules.Output) bool { return noUpgrade.MatchString(out.Stdout) },
			"Casks would be upgraded.", "Homebrew casks upgraded.", "Homebrew casks already upgraded.")
	}
	switch j.State {
	case "latest", "upgraded":
		return j.each(j.Name, j.upgrade)
	case "absent", "removed", "uninstalled":
		return j.each(j.Name, j.uninstall)
	}
	return j.each(j.Name, j.install)
}

// words are a command for casks, as this brew spells it.
func (j *caskJob) words(verb string) []string {
	if j.old {
		return []string{"cask", verb}
	}
	return []string{verb, "--cask"}
}

func (j *caskJob) command(verb, name string) []string {
	options := dashed(j.InstallOptions)
	if j.State == "latest" || j.State == "upgraded" {
		return append(append(j.words(verb), options...), name)
	}
	return append(append(j.words(verb), name), options...)
}

func (j *caskJob) isInstalled(name string) (bool, error) {
	out, err := j.b.run(nil, append(j.words("list"), name)...)
	return err == nil && out.RC == 0, err
}

func (j *caskJob) isOutdated(name string) (bool, error) {
	args := append(j.words("outdated"), tool.Flags(j.Greedy, "--greedy")...)
	out, err := j.b.run(nil, append(args, name)...)
	return out.Stdout != "", err
}

// withPassword runs brew so that sudo gets its password from a program that
// only this user can read, and that is gone afterwards.
func (j *caskJob) withPassword(args []string) (modules.Output, error) {
	if j.SudoPassword == "" {
		return j.b.run(nil, args...)
	}
	f, err := os.CreateTemp("", "goplay-askpass-")
	if err != nil {
		return modules.Output{}, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString("#!/bin/sh\necho " + shlex.Quote(j.SudoPassword) + "\n")
	if err == nil {
		err = f.Chmod(0o700)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return modules.Output{}, err
	}
	return j.b.run([]string{"SUDO_ASKPASS=" + f.Name()}, args...)
}
