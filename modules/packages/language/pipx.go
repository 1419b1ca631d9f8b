package language

import (
	"reflect"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type pipxArgs struct {
	State       string   `arg:"state" default:"install" enum:"present,absent,install,uninstall,uninstall_all,inject,upgrade,upgrade_all,reinstall,reinstall_all,latest" doc:"What to do; latest is install and upgrade."`
	Name        string   `arg:"name" doc:"The application, a plain name of a package."`
	Source      string   `arg:"source" doc:"What to install in place of the name: a name with a version, an address, a folder."`
	InstallApps bool     `arg:"install_apps" default:"false" doc:"With inject: make programs of the injected packages available, too."`
	InstallDeps bool     `arg:"install_deps" default:"false" doc:"Make programs of what the application needs available, too."`
	Inject      []string `arg:"inject_packages" doc:"With inject: packages to put into the application's environment."`
	Force       bool     `arg:"force" default:"false" doc:"Do it even if the application is there."`
	Injected    bool     `arg:"include_injected" default:"false" doc:"With upgrade and latest: upgrade injected packages, too."`
	IndexURL    string   `arg:"index_url" doc:"Address of the package index."`
	Python      string   `arg:"python" doc:"Python to make the application's environment with."`
	SitePkgs    bool     `arg:"system_site_packages" default:"false" doc:"Let the application see the system's packages."`
	Executable  string   `arg:"executable" type:"path" doc:"The pipx to run."`
	Editable    bool     `arg:"editable" default:"false" doc:"Install a folder so that changes in it take effect."`
	PipArgs     string   `arg:"pip_args" doc:"Further arguments of pip, as one text."`
}

type pipxResult struct {
	Changed     bool        `json:"changed" doc:"Whether anything was changed."`
	Name        *string     `json:"name" doc:"The application."`
	Source      *string     `json:"source" doc:"What was to be installed in place of the name."`
	IndexURL    *string     `json:"index_url" doc:"Address of the package index."`
	Force       bool        `json:"force" doc:"Whether it was to be done in any case."`
	Application *value.Dict `json:"application" type:"dict" doc:"The application, or all of them, with version and injected packages."`
	Stdout      *string     `json:"stdout,omitempty" doc:"What pipx printed."`
	Stderr      *string     `json:"stderr,omitempty" doc:"What pipx printed to its standard error."`
	Cmd         []string    `json:"cmd,omitempty" doc:"The command that was run."`
}

func init() {
	needName := func(states ...string) (rules []modules.RequiredIf) {
		for _, state := range states {
			rules = append(rules, modules.RequiredIf{Option: "state", Is: state, Needs: []string{"name"}})
		}
		return append(rules, modules.RequiredIf{Option: "state", Is: "inject", Needs: []string{"name", "inject_packages"}})
	}
	modules.Register(modules.Spec{
		Name:    "community.general.pipx",
		Summary: "Manage applications of Python, each in an environment of its own",
		Example: `- name: A tool for everybody
  community.general.pipx:
    name: tox
`,
		Notes: []string{"A check can't say what an upgrade would find, and predicts a change only where Ansible's does."},
		Differs: []string{
			"Without executable the program pipx is run, and python3 -m pipx where there is none: there is no Python that runs the module.",
			"A check of uninstall predicts its change.",
		},
		RequiredIf: needName("present", "install", "absent", "uninstall", "upgrade", "reinstall", "latest"),
	}, pipx)
}

type pipxJob struct {
	pipxArgs
	c       *modules.Context
	r       pipxResult
	program []string
	before  *value.Dict
}

func pipx(c *modules.Context, a pipxArgs) (pipxResult, error) {
	j := &pipxJob{pipxArgs: a, c: c, r: pipxResult{Name: given(a.Name), Source: given(a.Source), IndexURL: given(a.IndexURL), Force: a.Force}}
	if err := j.find(); err != nil {
		return j.r, err
	}
	var err error
	if j.before, err = j.applications(); err != nil {
		return j.r, err
	}
	j.r.Application = j.before
	if err := j.act(); err != nil {
		return j.r, err
	}
	if j.r.Application, err = j.applications(); err != nil {
		return j.r, err
	}
	if !reflect.DeepEqual(value.Repr(j.before), value.Repr(j.r.Application)) {
		j.r.Changed = true
	}
	if j.r.Changed {
		c.AddDiff(modules.Diff{Before: j.shown(j.before), After: j.shown(j.r.Application)})
	}
	return j.r, nil
}

func (j *pipxJob) shown(d *value.Dict) *value.Dict {
	out := value.NewDict()
	out.Set("application", d)
	return out
}

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (j *pipxJob) find() error {
	j.program = []string{j.Executable}
	if j.Executable == "" {
		j.program[0] = "pipx"
		if _, err := j.c.Find("pipx"); err != nil {
			j.program = []string{"python3", "-m", "pipx"}
		}
	}
	_, err := j.c.Find(j.program[0])
	return err
}

func (j *pipxJob) cmd(args []string) modules.Cmd {
	return modules.Cmd{Argv: append(slices.Clone(j.program), args...), Env: []string{"USE_EMOJI=0"}}
}

// applications are those that are there: with a name that one alone.
func (j *pipxJob) applications() (*value.Dict, error) {
	out, err := tool.Run(j.c, j.cmd([]string{"list", "--include-injected", "--json"}))
	if err != nil {
		return nil, err
	}
	all, err := parsePipx(out.Stdout)
	if err != nil || j.Name == "" {
		return all, err
	}
	one := value.NewDict()
	if app, ok := all.Get(j.Name); ok {
		one.Set(j.Name, app)
	}
	return one, nil
}

// parsePipx reads pipx list --json: each environment has the package that it
// was made for, and those that were injected.
func parsePipx(text string) (*value.Dict, error) {
	all := value.NewDict()
	if strings.TrimSpace(text) == "" {
		return all, nil
	}
	v, err := value.DecodeJSON([]byte(text))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return nil, modules.Fail("could not read what pipx list printed: %s", text)
	}
	for name, env := range down(d, "venvs").All() {
		env, ok := env.(*value.Dict)
		if !ok {
			continue
		}
		injected := value.NewDict()
		for name, p := range down(env, "metadata", "injected_packages").All() {
			if p, ok := p.(*value.Dict); ok {
				injected.Set(name, p.GetString("package_version"))
			}
		}
		app := value.NewDict()
		app.Set("version", down(env, "metadata", "main_package").GetString("package_version"))
		app.Set("injected", injected)
		all.Set(name, app)
	}
	return all, nil
}

// down follows names to a dict, an empty one where there is none.
func down(d *value.Dict, names ...string) *value.Dict {
	for _, name := range names {
		v, _ := d.Get(name)
		next, ok := v.(*value.Dict)
		if !ok {
			return value.NewDict()
		}
		d = next
	}
	return d
}

// act runs what the state asks for.
func (j *pipxJob) act() error {
	there := j.before.Len() > 0
	switch j.State {
	case "install", "present", "latest":
		if !there || j.Force {
			if err := j.run(true, j.installation()); err != nil {
				return err
			}
		}
		if j.State == "latest" {
			return j.run(false, j.upgrade())
		}
		return nil
	case "uninstall", "absent":
		if !there {
			return nil
		}
		return j.run(true, []string{"uninstall", j.Name})
	case "uninstall_all":
		return j.run(there, []string{"uninstall-all"})
	case "upgrade_all":
		return j.run(j.Force, append([]string{"upgrade-all"}, tool.Flags(j.Injected, "--include-injected", j.Force, "--force")...))
	case "reinstall_all":
		return j.run(false, append([]string{"reinstall-all"}, tool.Option("--python", j.Python)...))
	}
	if !there {
		return modules.Fail("%s a non-existent application: %s", map[string]string{"upgrade": "Trying to upgrade",
			"reinstall": "Trying to reinstall", "inject": "Trying to inject packages into"}[j.State], j.Name)
	}
	switch j.State {
	case "upgrade":
		return j.run(j.Force, j.upgrade())
	case "reinstall":
		return j.run(true, append([]string{"reinstall", j.Name}, tool.Option("--python", j.Python)...))
	}
	return j.run(j.Force, j.injection())
}

// run runs a verb; sure says that it changes something whatever it finds.
func (j *pipxJob) run(sure bool, args []string) error {
	j.r.Changed = j.r.Changed || sure
	return tool.Attempt(j.c, func() error {
		cmd := j.cmd(args)
		cmd.Stream = true
		out, err := tool.Run(j.c, cmd)
		j.r.Stdout, j.r.Stderr, j.r.Cmd = &out.Stdout, &out.Stderr, cmd.Argv
		return err
	}, func() error { return nil })
}

func (j *pipxJob) installation() []string {
	args := append([]string{"install"}, tool.Option("--index-url", j.IndexURL)...)
	args = append(args, tool.Flags(j.InstallDeps, "--include-deps", j.Force, "--force")...)
	args = append(args, tool.Option("--python", j.Python)...)
	args = append(args, tool.Flags(j.SitePkgs, "--system-site-packages", j.Editable, "--editable")...)
	args = append(args, tool.Option("--pip-args", j.PipArgs)...)
	if j.Source != "" {
		return append(args, j.Source)
	}
	return append(args, j.Name)
}

func (j *pipxJob) upgrade() []string {
	args := append([]string{"upgrade"}, tool.Flags(j.Injected, "--include-injected")...)
	args = append(args, tool.Option("--index-url", j.IndexURL)...)
	args = append(args, tool.Flags(j.Force, "--force", j.Editable, "--editable")...)
	return append(append(args, tool.Option("--pip-args", j.PipArgs)...), j.Name)
}

func (j *pipxJob) injection() []string {
	args := append([]string{"inject"}, tool.Option("--index-url", j.IndexURL)...)
	args = append(args, tool.Flags(j.InstallApps, "--include-apps", j.InstallDeps, "--include-deps", j.Force, "--force", j.Editable, "--editable")...)
	args = append(args, tool.Option("--pip-args", j.PipArgs)...)
	return append(append(args, j.Name), j.Inject...)
}
