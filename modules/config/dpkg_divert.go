package config

import (
	"os"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type divertArgs struct {
	Path   string `arg:"path,required" type:"path" doc:"The file of a package that is to be another's."`
	Divert string `arg:"divert" type:"path" doc:"Where the package's version goes; by default beside it, with .distrib behind its name."`
	Holder string `arg:"holder" doc:"Package whose version is not diverted; by default LOCAL, which is no package."`
	Rename bool   `arg:"rename" default:"false" doc:"Move the file that is there, too."`
	Force  bool   `arg:"force" default:"false" doc:"Move it also where that replaces another."`
	State  string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the file is to be diverted."`
}

type divertResult struct {
	Commands  []string    `json:"commands" doc:"The commands that were run."`
	Messages  []string    `json:"messages" doc:"What they said."`
	Diversion *value.Dict `json:"diversion" doc:"The diversion: divert, holder, path and state."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.dpkg_divert", Summary: "Have dpkg put a package's version of a file elsewhere",
		Example: "- name: A program of our own in place of the package's\n  community.general.dpkg_divert:\n    path: /usr/bin/busybox\n    divert: /usr/bin/busybox.dpkg-divert\n    rename: true\n",
	}, dpkgDivert)
}

// diversion is where a file goes, and for whom; holder is empty where it is
// not diverted.
type diversion struct{ path, divert, holder string }

func (d diversion) facts() *value.Dict {
	out := value.DictOf("divert", orNone(d.divert), "holder", orNone(d.holder), "path", d.path, "state", "absent")
	if d.holder != "" {
		out.Set("state", "present")
	}
	return out
}

func orNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func dpkgDivert(c *modules.Context, a divertArgs) (divertResult, error) {
	r := divertResult{Commands: []string{}, Messages: []string{}}
	tool, err := c.Find("dpkg-divert")
	if err != nil {
		return r, err
	}
	have, err := currentDiversion(c, tool, a.Path)
	if err != nil {
		return r, err
	}
	want := a.wanted(have)
	if want.holder != "" && want.divert == want.path {
		return divertResult{Commands: r.Commands, Messages: r.Messages, Diversion: have.facts()}, modules.Fail("cannot divert %s to itself", a.Path)
	}
	r.Diversion = want.facts()
	commands := a.commands(tool, have, want)
	for _, argv := range commands {
		r.Commands = append(r.Commands, shlex.Join(argv))
	}
	ran := false
	if have != want {
		err = c.Change(modules.Diff{Before: have.facts(), After: want.facts()}, func() error {
			ran = true
			for i, argv := range commands {
				if i == len(commands)-1 {
					if err := a.makeRoom(have, want); err != nil {
						return err
					}
				}
				if err := r.run(c, argv); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if !ran && err == nil { // what would be said
		err = r.run(c, append([]string{tool, "--test"}, commands[0][1:]...))
	}
	return r, err
}

// commands are those that make the diversion what is wanted. One that is
// otherwise has to be taken back first.
func (a divertArgs) commands(tool string, have, want diversion) [][]string {
	remove := []string{tool, a.rename(), "--remove", a.Path}
	if want.holder == "" {
		return [][]string{remove}
	}
	add := []string{tool, a.rename(), "--local"}
	if want.holder != "LOCAL" {
		add = []string{tool, a.rename(), "--package", want.holder}
	}
	if a.Divert != "" {
		add = append(add, "--divert", a.Divert)
	}
	add = append(add, "--add", a.Path)
	if have.holder != "" && have != want {
		return [][]string{remove, add}
	}
	return [][]string{add}
}

func (a divertArgs) rename() string {
	if a.Rename {
		return "--rename"
	}
	return "--no-rename"
}

// wanted is the diversion that is asked for; what is not said of one that is
// there stays.
func (a divertArgs) wanted(have diversion) diversion {
	want := diversion{path: a.Path}
	if a.State == "absent" {
		return want
	}
	want.holder, want.divert = a.Holder, a.Divert
	if want.holder == "" {
		want.holder = "LOCAL"
	}
	if want.divert == "" {
		want.divert = a.Path + ".distrib"
	}
	return want
}

// makeRoom sees to the file that a rename would replace.
func (a divertArgs) makeRoom(have, want diversion) error {
	to := want.divert
	if want.holder == "" {
		to = a.Path
	}
	from := a.Path
	if want.holder == "" {
		from = have.divert
	}
	if !a.Rename || !fsys.Exists(to) || !fsys.Exists(from) {
		return nil
	}
	if !a.Force {
		return modules.Fail("Set 'force' param to True to force renaming of files.")
	}
	if err := os.Remove(to); err != nil {
		return modules.Fail("Failed to remove %s: %w", to, err)
	}
	return nil
}

func (r *divertResult) run(c *modules.Context, argv []string) error {
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		return out.Failure(argv)
	}
	r.Messages = append(r.Messages, strings.TrimSpace(out.Stdout+out.Stderr))
	return err
}

func currentDiversion(c *modules.Context, tool, path string) (diversion, error) {
	d := diversion{path: path}
	holder, err := c.Command(tool, "--listpackage", path)
	if err != nil || strings.TrimSpace(holder) == "" {
		return d, err
	}
	to, err := c.Command(tool, "--truename", path)
	d.holder, d.divert = strings.TrimSpace(holder), strings.TrimSpace(to)
	return d, err
}
