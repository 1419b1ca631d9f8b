package language

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type gemArgs struct {
	Name         string `arg:"name,required" doc:"Name of the gem."`
	State        string `arg:"state" default:"present" enum:"present,absent,latest" doc:"Whether the gem is there, is the newest, or is gone."`
	GemSource    string `arg:"gem_source" type:"path" doc:"File of a gem to install."`
	Dependencies bool   `arg:"include_dependencies" default:"true" doc:"Install what the gem needs, too."`
	Repository   string `arg:"repository" alias:"source" doc:"Address of the repository to take the gem from."`
	UserInstall  bool   `arg:"user_install" default:"true" doc:"Install for the user alone."`
	Executable   string `arg:"executable" type:"path" doc:"The gem program to run, with arguments of its own after blanks."`
	InstallDir   string `arg:"install_dir" type:"path" doc:"Folder to install into; needs user_install to be false."`
	BinDir       string `arg:"bindir" type:"path" doc:"Folder to put programs into."`
	NoRC         bool   `arg:"norc" default:"true" doc:"Read no .gemrc."`
	EnvShebang   bool   `arg:"env_shebang" default:"false" doc:"Let programs look for Ruby with env."`
	Version      string `arg:"version" doc:"Version of the gem."`
	PreRelease   bool   `arg:"pre_release" default:"false" doc:"Take versions before a release, too."`
	IncludeDoc   bool   `arg:"include_doc" default:"false" doc:"Install documentation, too."`
	BuildFlags   string `arg:"build_flags" doc:"Flags for building the gem's extensions."`
	Force        bool   `arg:"force" default:"false" doc:"Install and remove without looking at what depends on the gem."`
}

type gemResult struct {
	Name    string `json:"name" doc:"Name of the gem."`
	State   string `json:"state" doc:"The state that was asked for."`
	Version string `json:"version,omitempty" doc:"The version that was asked for, or with latest the newest."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.gem",
		Summary: "Manage Ruby's packages",
		Example: `- name: A version of a gem, for everybody
  community.general.gem:
    name: bundler
    version: 2.3.15
    user_install: false
`,
		Differs:   []string{"force comes before the flags for building: behind them gem does not read it."},
		Exclusive: [][]string{{"gem_source", "repository"}, {"gem_source", "version"}},
	}, gem)
}

type gemJob struct {
	gemArgs
	c       *modules.Context
	program []string
	norc    bool // gem knows --norc
	old     bool // gem is of the time before 2.0
}

func gem(c *modules.Context, a gemArgs) (gemResult, error) {
	j := &gemJob{gemArgs: a, c: c, program: []string{"gem"}}
	switch {
	case a.Version != "" && a.State == "latest":
		return gemResult{}, modules.Fail("Cannot specify version when state=latest")
	case a.GemSource != "" && a.State == "latest":
		return gemResult{}, modules.Fail("Cannot maintain state=latest when installing from local source")
	case a.UserInstall && a.InstallDir != "":
		return gemResult{}, modules.Fail("install_dir requires user_install=false")
	case a.Executable != "":
		j.program = strings.Split(a.Executable, " ")
	}
	if _, err := c.Find(j.program[0]); err != nil {
		return gemResult{}, err
	}
	if err := j.settle(); err != nil {
		return gemResult{}, err
	}
	return gemResult{Name: a.Name, State: a.State, Version: j.Version}, nil
}

func (j *gemJob) settle() error {
	if err := j.age(); err != nil {
		return err
	}
	there, err := j.exists()
	if err != nil || there == (j.State != "absent") {
		return err
	}
	argv := j.install()
	if j.State == "absent" {
		argv = j.uninstall()
	}
	return j.c.Change(modules.Diff{}, func() error {
		_, err := tool.Run(j.c, modules.Cmd{Argv: argv, Env: j.env(), Stream: true})
		return err
	})
}

// age asks how old gem is, which decides on flags.
func (j *gemJob) age() error {
	out, err := tool.Run(j.c, modules.Cmd{Argv: j.argv("--version")})
	if err != nil {
		return err
	}
	v := numbers(out.Stdout)
	if len(v) < 3 {
		return nil
	}
	j.norc = j.NoRC && slices.Compare(v[:3], []int{2, 5, 2}) >= 0
	j.old = v[0] < 2
	return nil
}

func (j *gemJob) argv(args ...string) []string {
	return append(slices.Clone(j.program), args...)
}

func (j *gemJob) env() []string {
	if j.InstallDir == "" {
		return nil
	}
	return []string{"GEM_HOME=" + j.InstallDir}
}

// exists reports whether the gem is there in the version that is wanted, which
// with latest is asked of the repository.
func (j *gemJob) exists() (bool, error) {
	if j.State == "latest" {
		newest, err := j.versions(append([]string{"--remote"}, tool.Option("--source", j.Repository)...)...)
		if err != nil {
			return false, err
		}
		if len(newest) > 0 {
			j.Version = newest[0]
		}
	}
	have, err := j.versions()
	if j.Version == "" {
		return len(have) > 0, err
	}
	return slices.Contains(have, j.Version), err
}

func (j *gemJob) versions(where ...string) ([]string, error) {
	argv := append(j.argv("query"), tool.Flags(j.norc, "--norc")...)
	argv = append(append(argv, where...), "-n", "^"+j.Name+"$")
	out, err := tool.Run(j.c, modules.Cmd{Argv: argv, Env: j.env()})
	return parseGems(out.Stdout), err
}

var gemLine = lazy.Regexp(`^\S+\s+\((?:default: )?(.+)\)`)

// parseGems reads versions from lines such as "rake (13.0.6, default: 12.3.3 ruby)".
func parseGems(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		m := gemLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, version := range strings.Split(m[1], ", ") {
			version = strings.TrimPrefix(version, "default: ")
			if f := strings.Fields(version); len(f) > 0 {
				list = append(list, f[0])
			}
		}
	}
	return list
}

func (j *gemJob) install() []string {
	argv := append(j.argv("install"), tool.Flags(j.norc, "--norc")...)
	argv = append(argv, tool.Option("--version", j.Version)...)
	argv = append(argv, tool.Option("--source", j.Repository)...)
	argv = append(argv, tool.Flags(!j.Dependencies, "--ignore-dependencies", j.Dependencies && j.old, "--include-dependencies",
		j.UserInstall, "--user-install", !j.UserInstall, "--no-user-install")...)
	argv = append(argv, tool.Option("--install-dir", j.InstallDir)...)
	argv = append(argv, tool.Option("--bindir", j.BinDir)...)
	argv = append(argv, tool.Flags(j.PreRelease, "--pre", !j.IncludeDoc && j.old, "--no-rdoc", !j.IncludeDoc && j.old, "--no-ri",
		!j.IncludeDoc && !j.old, "--no-document", j.EnvShebang, "--env-shebang", j.Force, "--force")...)
	if j.GemSource != "" {
		argv = append(argv, j.GemSource)
	} else {
		argv = append(argv, j.Name)
	}
	return append(argv, tool.Option("--", j.BuildFlags)...)
}

func (j *gemJob) uninstall() []string {
	argv := append(j.argv("uninstall"), tool.Flags(j.norc, "--norc")...)
	argv = append(argv, tool.Option("--install-dir", j.InstallDir)...)
	argv = append(argv, tool.Option("--bindir", j.BinDir)...)
	if j.Version != "" {
		argv = append(argv, "--version", j.Version)
	} else {
		argv = append(argv, "--all")
	}
	argv = append(append(argv, "--executable"), tool.Flags(j.Force, "--force")...)
	return append(argv, j.Name)
}
