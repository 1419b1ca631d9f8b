package packages

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type npmArgs struct {
	Name          string `arg:"name" doc:"The package; without it, what package.json in path asks for."`
	Path          string `arg:"path" type:"path" doc:"Folder to install into; needed unless global."`
	Version       string `arg:"version" doc:"Version of the package."`
	Global        bool   `arg:"global" default:"false" doc:"Install for the whole system."`
	State         string `arg:"state" default:"present" enum:"present,absent,latest" doc:"Whether the package is there, is the newest, or is gone."`
	Executable    string `arg:"executable" type:"path" doc:"The npm to run."`
	Production    bool   `arg:"production" default:"false" doc:"Leave out what is only for development."`
	IgnoreScripts bool   `arg:"ignore_scripts" default:"false" doc:"Run no scripts of packages."`
	UnsafePerm    bool   `arg:"unsafe_perm" default:"false" doc:"Run scripts as root, with old versions of npm."`
	CI            bool   `arg:"ci" default:"false" doc:"Install exactly what package-lock.json says."`
	Registry      string `arg:"registry" doc:"Address of the registry."`
	NoOptional    bool   `arg:"no_optional" default:"false" doc:"Leave out optional packages."`
	NoBinLinks    bool   `arg:"no_bin_links" default:"false" doc:"Make no links to programs."`
	Force         bool   `arg:"force" default:"false" doc:"Fetch even what is there."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.npm",
		Summary: "Manage packages of Node.js with npm",
		Example: "- name: What the application needs\n  community.general.npm:\n    path: /srv/app\n    ci: true\n\n- name: A compiler for everybody\n  community.general.npm:\n    name: coffee-script\n    version: 1.6.1\n    global: true\n",
		Notes:   []string{"What is there is read from npm list --json."},
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "absent", Needs: []string{"name"}},
		},
	}, npm)
}

func npm(c *modules.Context, a npmArgs) (r struct{}, err error) {
	if a.Path == "" && !a.Global {
		return r, modules.Fail("path must be specified when not using global")
	}
	if a.Executable == "" {
		a.Executable = "npm"
	}
	if a.CI {
		return r, c.Change(modules.Diff{}, func() error { return a.run(c, "ci") })
	}
	verb := ""
	if a.Name == "" || a.State != "latest" {
		verb, err = a.plan(c)
	} else {
		verb, err = a.latest(c)
	}
	if err != nil || verb == "" {
		return r, err
	}
	return r, c.Change(modules.Diff{}, func() error { return a.run(c, verb) })
}

// plan says what has to be done, "" for nothing.
func (a npmArgs) plan(c *modules.Context) (string, error) {
	installed, missing, err := a.list(c)
	if err != nil {
		return "", err
	}
	if a.Name == "" {
		switch {
		case missing:
			return "install", nil
		case a.State == "latest":
			old, err := a.outdated(c)
			if err == nil && old.Len() > 0 {
				return "update", nil
			}
			return "", err
		}
		return "", nil
	}
	have, there := installed[a.Name]
	switch {
	case a.State == "absent" && there:
		return "uninstall", nil
	case a.State == "present" && (!there || a.Version != "" && a.Version != "latest" && have != a.Version):
		return "install", nil
	}
	return "", nil
}

func (a npmArgs) latest(c *modules.Context) (string, error) {
	installed, _, err := a.list(c)
	if err != nil {
		return "", err
	}
	if _, there := installed[a.Name]; !there {
		return "install", nil
	}
	old, err := a.outdated(c)
	if err != nil {
		return "", err
	}
	if _, is := old.Get(a.Name); is {
		return "update", nil
	}
	return "", nil
}

func (a npmArgs) argv(args ...string) []string {
	argv := append([]string{a.Executable}, args...)
	argv = append(argv, tool.Flags(a.Global, "--global", a.Production, "--production", a.IgnoreScripts, "--ignore-scripts", a.UnsafePerm, "--unsafe-perm",
		a.NoOptional, "--no-optional", a.NoBinLinks, "--no-bin-links", a.Force, "--force")...)
	if a.Registry != "" {
		argv = append(argv, "--registry", a.Registry)
	}
	return argv
}

func (a npmArgs) dir() string {
	if a.Global {
		return ""
	}
	return a.Path
}

func (a npmArgs) run(c *modules.Context, verb string) error {
	if dir := a.dir(); dir != "" {
		if err := os.MkdirAll(filepath.Clean(dir), 0o777); err != nil {
			return err
		}
	}
	argv := a.argv(verb)
	if a.Name != "" && verb != "ci" {
		spec := a.Name
		if a.Version != "" && verb == "install" {
			spec += "@" + a.Version
		}
		argv = append(argv, spec)
	}
	_, err := run(c, modules.Cmd{Argv: argv, Dir: a.dir(), Stream: true}, "npm "+verb+" failed")
	return err
}

// list tells which packages are there, and whether any that is asked for is not.
func (a npmArgs) list(c *modules.Context) (map[string]string, bool, error) {
	d, err := a.ask(c, "list", "--json", "--long")
	if err != nil {
		return nil, false, err
	}
	installed, missing := map[string]string{}, false
	deps, _ := d.Get("dependencies")
	if deps, ok := deps.(*value.Dict); ok {
		for name, v := range deps.All() {
			p, ok := v.(*value.Dict)
			if !ok {
				continue
			}
			if isMissing, _ := p.Get("missing"); value.Truth(isMissing) {
				missing = true
				continue
			}
			if invalid, _ := p.Get("invalid"); value.Truth(invalid) {
				missing = true
			}
			installed[value.Str(name)] = p.GetString("version")
		}
	}
	return installed, missing, nil
}

func (a npmArgs) outdated(c *modules.Context) (*value.Dict, error) {
	return a.ask(c, "outdated", "--json")
}

// ask reads JSON from npm, which ends badly when anything is missing or old.
func (a npmArgs) ask(c *modules.Context, args ...string) (*value.Dict, error) {
	if dir := a.dir(); dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return value.NewDict(), nil
		}
	}
	out, err := c.Exec(modules.Cmd{Argv: a.argv(args...), Dir: a.dir()})
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(out.Stdout) == "" {
		return value.NewDict(), nil
	}
	v, err := value.DecodeJSON([]byte(out.Stdout))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return nil, modules.Fail("could not read npm's answer: %s", strings.TrimSpace(out.Stderr))
	}
	return d, nil
}
