package language

import (
	"os"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type cargoArgs struct {
	Name    []string `arg:"name,required" doc:"Packages of Rust."`
	Path    string   `arg:"path" type:"path" doc:"Folder to install into: programs go to its bin."`
	Version string   `arg:"version" doc:"Version to install, of all of the packages."`
	State   string   `arg:"state" default:"present" enum:"present,absent,latest" doc:"Whether the packages are there, are the newest, or are gone."`
}

type cargoResult struct {
	Stdout *string `json:"stdout" doc:"What cargo printed."`
	Stderr *string `json:"stderr" doc:"What cargo printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.cargo",
		Summary: "Manage Rust's packages",
		Example: `- name: A program written in Rust
  community.general.cargo:
    name: ripgrep
    path: /usr/local
`,
		Differs: []string{"Packages are looked for in path, if it is given, and removed from there."},
	}, cargo)
}

type cargoJob struct {
	cargoArgs
	c *modules.Context
	r cargoResult
}

func cargo(c *modules.Context, a cargoArgs) (cargoResult, error) {
	j := &cargoJob{cargoArgs: a, c: c}
	if len(tool.Names(a.Name)) == 0 {
		return j.r, modules.Fail("Package name must be specified")
	}
	if a.Path != "" {
		if info, err := os.Stat(a.Path); err != nil || !info.IsDir() {
			return j.r, modules.Fail("Path %s is not a directory", a.Path)
		}
	}
	if _, err := c.Find("cargo"); err != nil {
		return j.r, err
	}
	open, err := j.open()
	if err != nil || len(open) == 0 {
		return j.r, err
	}
	argv := append([]string{"cargo", "install"}, open...)
	if a.State == "absent" {
		argv[1] = "uninstall"
	}
	argv = append(argv, tool.Option("--root", a.Path)...)
	if a.State != "absent" {
		argv = append(argv, tool.Option("--version", a.Version)...)
	}
	err = c.Change(modules.Diff{}, func() error {
		out, err := tool.Run(c, modules.Cmd{Argv: argv, Stream: true})
		j.say(out)
		return err
	})
	if j.r.Stdout == nil {
		j.say(modules.Output{})
	}
	return j.r, err
}

func (j *cargoJob) say(out modules.Output) {
	j.r.Stdout, j.r.Stderr = &out.Stdout, &out.Stderr
}

// open are the packages that are not as they are wanted.
func (j *cargoJob) open() ([]string, error) {
	have, err := j.installed()
	if err != nil {
		return nil, err
	}
	var open []string
	for _, name := range tool.Names(j.Name) {
		version, there := have[name]
		wrong := !there || j.Version != "" && version != j.Version
		switch {
		case j.State == "absent":
			wrong = there
		case j.State == "latest" && there:
			newest, err := j.newest(name)
			if err != nil {
				return nil, err
			}
			wrong = version != newest
		}
		if wrong {
			open = append(open, name)
		}
	}
	return open, nil
}

var cargoLine = lazy.Regexp(`(?m)^([\w-]+) v(\S+?)(?: \(.*\))?:$`)

// installed reads lines such as "ripgrep v13.0.0:".
func (j *cargoJob) installed() (map[string]string, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: append([]string{"cargo", "install", "--list"}, tool.Option("--root", j.Path)...)})
	have := map[string]string{}
	for _, m := range cargoLine.FindAllStringSubmatch(out.Stdout, -1) {
		have[m[1]] = m[2]
	}
	return have, err
}

// newest asks the registry, whose answer is ripgrep = "13.0.0" and what it is.
func (j *cargoJob) newest(name string) (string, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"cargo", "search", name, "--limit", "1"}})
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(out.Stdout) {
		if f := strings.SplitN(line, `"`, 3); len(f) == 3 {
			return f[1], nil
		}
	}
	return "", modules.Fail("cargo search found no version of %s: %s", name, strings.TrimSpace(out.Stderr))
}
