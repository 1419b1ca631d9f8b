package packages

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
		Notes:   []string{"What is there is read from npm list --json, what is old from npm outdated --json."},
	}, npm)
}

func npm(c *modules.Context, a npmArgs) (r struct{}, err error) {
	if a.Path == "" && !a.Global {
		return r, modules.Fail("path must be specified when not using global")
	}
	if a.State == "absent" && a.Name == "" {
		return r, modules.Fail("uninstalling a package is only available for named packages")
	}
	if a.Executable == "" {
		a.Executable = "npm"
	}
	verbs, err := a.plan(c)
	for _, verb := range verbs {
		if err == nil {
			err = c.Change(modules.Diff{}, func() error { return a.run(c, verb) })
		}
	}
	return r, err
}

// plan says what has to be done, one after the other.
func (a npmArgs) plan(c *modules.Context) (verbs []string, err error) {
	if a.CI {
		return []string{"ci"}, nil
	}
	installed, missing, err := a.list(c)
	if err != nil {
		return nil, err
	}
	have, there := installed[a.Name]
	if a.State == "absent" {
		if there {
			verbs = append(verbs, "uninstall")
		}
		return verbs, nil
	}
	if missing || a.Name != "" && (!there || a.Version != "" && a.Version != "latest" && have != a.Version) {
		verbs = append(verbs, "install")
	}
	if a.State == "latest" {
		old, err := a.ask(c, a.spec(), "outdated", "--json")
		if err != nil {
			return nil, err
		}
		if old.Len() > 0 {
			verbs = append(verbs, "update")
		}
	}
	return verbs, nil
}

// spec names the package, with its version where one is wanted.
func (a npmArgs) spec() string {
	if a.Version == "" || a.State == "absent" {
		return a.Name
	}
	return a.Name + "@" + a.Version
}

// argv is a command line of npm, for a package or for none.
func (a npmArgs) argv(spec string, args ...string) []string {
	production := a.Production && slices.Contains([]string{"install", "update", "ci"}, args[0])
	argv := append(strings.Split(a.Executable, " "), args...)
	argv = append(argv, tool.Flags(a.Global, "--global", production, "--production", a.IgnoreScripts, "--ignore-scripts", a.UnsafePerm, "--unsafe-perm")...)
	if spec != "" {
		argv = append(argv, spec)
	}
	if a.Registry != "" {
		argv = append(argv, "--registry", a.Registry)
	}
	return append(argv, tool.Flags(a.NoOptional, "--no-optional", a.NoBinLinks, "--no-bin-links", a.Force, "--force")...)
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
	_, err := run(c, modules.Cmd{Argv: a.argv(a.spec(), verb), Dir: a.dir(), Stream: true}, "npm "+verb+" failed")
	return err
}

// list tells which packages are there, and whether any that is asked for is not.
func (a npmArgs) list(c *modules.Context) (map[string]string, bool, error) {
	d, err := a.ask(c, "", "list", "--json", "--long")
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

// ask reads JSON from npm, which ends badly when anything is missing or old.
func (a npmArgs) ask(c *modules.Context, spec string, args ...string) (*value.Dict, error) {
	if dir := a.dir(); dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return value.NewDict(), nil
		}
	}
	out, err := c.Exec(modules.Cmd{Argv: a.argv(spec, args...), Dir: a.dir()})
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(out.Stdout) == "" {
		return value.NewDict(), nil
	}
	v, err := value.DecodeJSON([]byte(out.Stdout))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return nil, modules.Fail("Failed to parse NPM output with error %s", cmp.Or(strings.TrimSpace(out.Stderr), fmt.Sprint(err)))
	}
	return d, nil
}
