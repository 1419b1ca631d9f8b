package packages

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/packages/tool"
)

type pipArgs struct {
	Name         []string `arg:"name" doc:"Packages as pip takes them: names, with versions such as flask>=2,<3, files, or addresses of repositories."`
	Version      *string  `arg:"version" doc:"Version of the one package that is named."`
	Requirements string   `arg:"requirements" doc:"A requirements file on the target; relative to chdir."`
	State        string   `arg:"state" default:"present" enum:"present,absent,latest,forcereinstall" doc:"Whether the packages are there, are the newest, are gone, or are installed anew."`
	Virtualenv   string   `arg:"virtualenv" type:"path" doc:"Virtual environment to install into; made if it is not there."`
	SitePackages bool     `arg:"virtualenv_site_packages" default:"false" doc:"Let a new environment see the system's packages."`
	VenvCommand  string   `arg:"virtualenv_command" type:"path" default:"virtualenv" doc:"Command that makes environments, such as virtualenv or python3 -m venv."`
	VenvPython   string   `arg:"virtualenv_python" doc:"Python of a new environment; not for venv."`
	ExtraArgs    string   `arg:"extra_args" doc:"Further arguments for pip, as a shell would split them."`
	Editable     bool     `arg:"editable" default:"false" doc:"Install in editable mode (-e)."`
	Chdir        string   `arg:"chdir" type:"path" doc:"Folder that pip is run in."`
	Executable   string   `arg:"executable" type:"path" doc:"The pip to run: a path or a name, such as pip3.11."`
	Umask        string   `arg:"umask" doc:"Umask for what is written, as an octal number."`
	BreakSystem  bool     `arg:"break_system_packages" default:"false" doc:"Install among the packages of the system's own manager."`
}

type pipResult struct {
	Changed      *bool    `json:"changed,omitempty" doc:"Whether anything was changed."`
	Cmd          []string `json:"cmd,omitempty" doc:"The pip command."`
	Name         []string `json:"name,omitempty" doc:"The packages, as they were given."`
	Version      *string  `json:"version,omitempty" doc:"The version, as it was given."`
	Requirements string   `json:"requirements,omitempty" doc:"The requirements file."`
	State        string   `json:"state,omitempty" doc:"The state that was asked for."`
	Virtualenv   string   `json:"virtualenv,omitempty" doc:"The environment."`
	Stdout       string   `json:"stdout" doc:"What pip printed."`
	Stderr       string   `json:"stderr" doc:"What pip printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.pip",
		Summary: "Manage Python packages with pip",
		Example: `- name: What the application needs, in an environment of its own
  ansible.builtin.pip:
    requirements: /srv/app/requirements.txt
    virtualenv: /srv/app/venv
    virtualenv_command: python3 -m venv
`,
		Notes: []string{"Packages that are there in a fitting version cost one pip list; setuptools is not needed."},
		OneOf: [][]string{{"name", "requirements"}}, Exclusive: [][]string{{"name", "requirements"}, {"executable", "virtualenv"}},
	}, pip)
}

type pipJob struct {
	pipArgs
	c    *modules.Context
	r    pipResult
	argv []string // pip itself
	env  []string
	made bool // the environment was made
}

func pip(c *modules.Context, a pipArgs) (pipResult, error) {
	j := &pipJob{pipArgs: a, c: c}
	j.r = pipResult{Name: a.Name, Version: a.Version, Requirements: a.Requirements, State: a.State}
	if err := j.run(); err != nil {
		return pipResult{}, err
	}
	return j.r, nil
}

func (j *pipJob) run() error {
	specs, err := j.check()
	if err != nil {
		return err
	}
	if j.Virtualenv != "" && j.Chdir != "" && !filepath.IsAbs(j.Virtualenv) {
		j.Virtualenv = filepath.Join(j.Chdir, j.Virtualenv)
	}
	j.r.Virtualenv = j.Virtualenv
	if j.Chdir == "" {
		j.Chdir = os.TempDir()
	}
	if err := j.environment(); err != nil {
		return err
	}
	if err := j.find(); err != nil {
		if j.made {
			// A check has made no environment: all that is asked for is new.
			return nil
		}
		return err
	}
	return j.install(specs)
}

// check looks at what cannot be meant together, and returns the packages.
func (j *pipJob) check() ([]string, error) {
	specs := joinSpecs(j.Name)
	if j.Umask != "" {
		if _, err := strconv.ParseUint(j.Umask, 8, 12); err != nil {
			return nil, modules.Fail("umask must be an octal integer").With("details", err.Error())
		}
	}
	if j.Version == nil {
		return specs, nil
	}
	switch {
	case j.State == "latest":
		return nil, modules.Fail("version is incompatible with state=latest")
	case len(specs) > 1:
		return nil, modules.Fail("'version' argument is ambiguous when installing multiple package distributions. Please specify version restrictions next to each package in 'name' argument.")
	case len(specs) == 1 && strings.ContainsAny(specs[0], "=<>!~"):
		return nil, modules.Fail("The 'version' argument conflicts with any version specifier provided along with a package name. Please keep the version specifier, but remove the 'version' argument.")
	case len(specs) == 1:
		specs[0] += versionSpec(*j.Version)
	}
	return specs, nil
}

// fromRepository reports whether a package is checked out of source control: pip
// then installs it, changed or not.
func fromRepository(spec string) bool {
	kind, _, found := strings.Cut(spec, "+")
	return found && slices.Contains([]string{"svn", "git", "hg", "bzr"}, kind)
}

// versionSpec is the option version as it stands behind a name: 2.0 is exactly
// that, ">=2.0" is what it says, and nothing asks for nothing.
func versionSpec(version string) string {
	version = strings.TrimSpace(version)
	if version != "" && version[0] >= '0' && version[0] <= '9' {
		return "==" + version
	}
	parts := strings.Split(strings.ReplaceAll(version, " ", ""), ",")
	slices.Sort(parts)
	return strings.Join(parts, ",")
}

// joinSpecs puts together what a list option took apart: a>=1,<2.
func joinSpecs(list []string) []string {
	var out []string
	for _, one := range tool.Names(list) {
		if len(out) > 0 && strings.ContainsAny(one[:1], "<>=!~") {
			out[len(out)-1] += "," + one
		} else {
			out = append(out, one)
		}
	}
	return out
}

// environment makes the virtual environment.
func (j *pipJob) environment() error {
	if j.Virtualenv == "" {
		return nil
	}
	j.env = []string{"PATH=" + filepath.Join(j.Virtualenv, "bin") + ":" + j.c.Getenv("PATH")}
	if fsys.Exists(filepath.Join(j.Virtualenv, "bin", "activate")) {
		return nil
	}
	argv, err := shlex.Split(j.VenvCommand)
	if err != nil || len(argv) == 0 {
		return modules.Fail("virtualenv_command %q is not a command", j.VenvCommand)
	}
	if j.SitePackages {
		argv = append(argv, "--system-site-packages")
	}
	venv := slices.Contains(argv, "venv") || strings.Contains(filepath.Base(argv[0]), "pyvenv")
	if j.VenvPython != "" {
		if venv {
			return modules.Fail("virtualenv_python should not be used when using the venv module or pyvenv as virtualenv_command")
		}
		argv = append(argv, "-p"+j.VenvPython)
	}
	j.made = true
	return j.c.Change(modules.Diff{}, func() error {
		out, err := run(j.c, modules.Cmd{Argv: j.masked(append(argv, j.Virtualenv)), Dir: j.Chdir, Stream: true}, "could not make the virtual environment")
		j.r.Stdout, j.r.Stderr = out.Stdout, out.Stderr
		return err
	})
}

// masked runs a command under the umask.
func (j *pipJob) masked(argv []string) []string {
	if j.Umask == "" {
		return argv
	}
	return append([]string{"sh", "-c", `umask "$0" && exec "$@"`, j.Umask}, argv...)
}

func (j *pipJob) command(specs []string) ([]string, error) {
	verb := map[string][]string{"present": {"install"}, "absent": {"uninstall", "-y"}, "latest": {"install", "-U"}, "forcereinstall": {"install", "-U", "--force-reinstall"}}
	argv := append(slices.Clone(j.argv), verb[j.State]...)
	if j.BreakSystem {
		argv = append(argv, "--break-system-packages")
	}
	extra, err := shlex.Split(j.ExtraArgs)
	if err != nil {
		return nil, modules.Fail("extra_args: %w", err)
	}
	argv = append(argv, extra...)
	if j.Editable && !slices.Contains(extra, "-e") {
		argv = append(argv, "-e")
	}
	if j.Requirements != "" {
		return append(argv, "-r", j.Requirements), nil
	}
	return append(argv, specs...), nil
}

func (j *pipJob) install(specs []string) error {
	argv, err := j.command(specs)
	if err != nil {
		return err
	}
	j.r.Cmd = argv
	open := j.State == "forcereinstall" || j.State == "latest" || j.ExtraArgs != "" || j.Requirements != "" || j.Editable
	before, err := j.installed()
	if err != nil {
		return err
	}
	if !open && j.settled(specs, before) {
		return nil
	}
	applied, changed := false, false
	err = j.c.Change(modules.Diff{}, func() error {
		out, err := j.c.Exec(modules.Cmd{Argv: j.masked(argv), Dir: j.Chdir, Env: j.env, UTF8: true, Stream: true})
		if err != nil {
			return err
		}
		j.r.Stdout, j.r.Stderr = j.r.Stdout+out.Stdout, j.r.Stderr+out.Stderr
		if out.RC != 0 && !(j.State == "absent" && strings.Contains(out.Stdout+out.Stderr, "not installed")) {
			return pipFailure(out, argv)
		}
		applied = true
		switch {
		case j.State == "absent":
			changed = strings.Contains(out.Stdout, "Successfully uninstalled")
		case j.Requirements == "" && !slices.ContainsFunc(specs, fromRepository):
			changed = strings.Contains(out.Stdout, "Successfully installed")
		default:
			after, err := j.installed()
			changed = before != after
			return err
		}
		return nil
	})
	if applied && !changed && !j.made {
		j.r.Changed = no()
	}
	return err
}

// installed is pip's list, a line name==version each.
func (j *pipJob) installed() (string, error) {
	out, err := run(j.c, modules.Cmd{Argv: append(slices.Clone(j.argv), "list", "--format=freeze", "--disable-pip-version-check"), Dir: j.Chdir, Env: j.env}, "could not list Python packages")
	return out.Stdout, err
}

// settled reports whether nothing has to be done for any of the packages.
func (j *pipJob) settled(specs []string, list string) bool {
	have := map[string]string{}
	for line := range strings.Lines(list) {
		if name, version, ok := strings.Cut(strings.TrimSpace(line), "=="); ok {
			have[pythonName(name)] = version
		}
	}
	for _, spec := range specs {
		m := pythonSpec.FindStringSubmatch(spec)
		if m == nil {
			return false
		}
		version, there := have[pythonName(m[1])]
		if j.State == "absent" && there || j.State != "absent" && !(there && satisfies(version, m[2])) {
			return false
		}
	}
	return true
}

var (
	pythonSpec = lazy.Regexp(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*((?:[=<>!~]=?=?\s*[^,;\s]+\s*,?\s*)*)$`)
	separators = lazy.Regexp(`[-_.]+`)
	condition  = lazy.Regexp(`^([=<>!~]+)\s*(.+)$`)
)

// pythonName is a package's name in the form that makes different spellings one.
func pythonName(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

// satisfies reports whether a plain version fits all conditions. What is not
// sure does not fit: pip decides then.
func satisfies(version, conditions string) bool {
	for _, one := range tool.Names(strings.Split(conditions, ",")) {
		m := condition.FindStringSubmatch(one)
		if m == nil {
			return false
		}
		if strings.TrimSpace(m[2]) == version && (m[1] == "==" || m[1] == "===") {
			continue
		}
		c, sure := compareReleases(version, strings.TrimSpace(m[2]))
		fits := map[string]bool{"==": c == 0, "!=": c != 0, ">=": c >= 0, "<=": c <= 0, ">": c > 0, "<": c < 0}
		if !sure || !fits[m[1]] {
			return false
		}
	}
	return true
}

// compareReleases orders versions that are numbers with dots; sure is false for
// others, such as those of candidates.
func compareReleases(a, b string) (order int, sure bool) {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		n, okN := part(x, i)
		m, okM := part(y, i)
		if !okN || !okM {
			return 0, false
		}
		if n != m {
			order = n - m
			return order, numbers(x) && numbers(y)
		}
	}
	return 0, true
}

func part(list []string, i int) (int, bool) {
	if i >= len(list) {
		return 0, true
	}
	n, err := strconv.Atoi(list[i])
	return n, err == nil && n >= 0
}

func numbers(list []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { _, err := strconv.Atoi(s); return err != nil })
}

// pipFailure tells all that pip printed.
func pipFailure(out modules.Output, argv []string) error {
	msg := ""
	if out.Stdout != "" {
		msg = "stdout: " + out.Stdout
	}
	if out.Stderr != "" {
		msg += "\n:stderr: " + out.Stderr
	}
	return modules.Fail("%s", msg).With("cmd", argv)
}
