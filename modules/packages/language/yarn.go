package language

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type yarnArgs struct {
	Name          string `arg:"name" doc:"The package; without it, all that package.json asks for."`
	Path          string `arg:"path" type:"path" doc:"Folder of the project; needed unless global."`
	Version       string `arg:"version" doc:"Version of the package."`
	Global        bool   `arg:"global" default:"false" doc:"Install for all projects."`
	Executable    string `arg:"executable" type:"path" doc:"The yarn to run, with arguments of its own after blanks."`
	IgnoreScripts bool   `arg:"ignore_scripts" default:"false" doc:"Run no scripts of packages."`
	Production    bool   `arg:"production" default:"false" doc:"Leave out what is only for development."`
	Registry      string `arg:"registry" doc:"Address of the registry."`
	State         string `arg:"state" default:"present" enum:"present,absent,latest" doc:"Whether the package is there, is the newest, or is gone."`
}

type yarnResult struct {
	Out *string `json:"out" doc:"What yarn printed."`
	Err *string `json:"err" doc:"What yarn printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.yarn",
		Summary: "Manage packages of Node.js with Yarn",
		Example: `- name: A package of a project
  community.general.yarn:
    name: react
    version: 18.2.0
    path: /srv/app
`,
		Notes: []string{"Without a name, yarn install is run every time, and reported as a change."},
	}, yarn)
}

type yarnJob struct {
	yarnArgs
	c       *modules.Context
	program []string
	r       yarnResult
}

func yarn(c *modules.Context, a yarnArgs) (yarnResult, error) {
	j := &yarnJob{yarnArgs: a, c: c, program: []string{"yarn"}, r: yarnResult{new(string), new(string)}}
	if err := j.prepare(); err != nil {
		return yarnResult{}, err
	}
	steps, err := j.steps()
	if err != nil {
		return yarnResult{}, err
	}
	for _, args := range steps {
		err := tool.Attempt(c, func() error {
			out, err := j.run(args, j.Global)
			if err == nil && out.RC != 0 {
				err = out.Failure(append(j.program, args...))
			}
			j.r = yarnResult{&out.Stdout, &out.Stderr}
			return err
		}, func() error {
			j.r = yarnResult{}
			return nil
		})
		if err != nil {
			return yarnResult{}, err
		}
	}
	return j.r, nil
}

// prepare checks the options, and finds yarn and where it keeps what is global.
func (j *yarnJob) prepare() error {
	switch {
	case j.Path == "" && !j.Global:
		return modules.Fail("Path must be specified when not using global arg")
	case j.Path != "" && j.Global:
		return modules.Fail("Cannot specify path if doing global installation")
	case j.State == "absent" && j.Name == "":
		return modules.Fail("Package must be explicitly named when uninstalling.")
	case j.State == "latest":
		j.Version = "latest"
	}
	if j.Executable != "" {
		j.program = strings.Split(j.Executable, " ")
	}
	if _, err := j.c.Find(j.program[0]); err != nil {
		return err
	}
	if !j.Global {
		return nil
	}
	out, err := tool.Run(j.c, modules.Cmd{Argv: append(slices.Clone(j.program), "global", "dir")})
	j.Path = strings.TrimSpace(out.Stdout)
	return err
}

// steps are the commands that bring about what is wanted.
func (j *yarnJob) steps() ([][]string, error) {
	if j.Name == "" {
		return [][]string{{"install", "--non-interactive"}}, nil
	}
	spec := j.Name
	if j.Version != "" {
		spec += "@" + j.Version
	}
	installed, err := j.installed()
	if err != nil {
		return nil, err
	}
	there := slices.Contains(installed, j.Name)
	var steps [][]string
	switch {
	case j.State == "absent" && there:
		steps = [][]string{{"remove", j.Name}}
	case j.State == "absent":
	case !there:
		steps = [][]string{{"add", spec}}
	}
	if j.State == "latest" {
		old, err := j.outdated()
		if err != nil {
			return nil, err
		}
		if old {
			steps = append(steps, []string{"upgrade", "--latest"})
		}
	}
	return steps, nil
}

// run runs a command of yarn in the project, or for everybody.
func (j *yarnJob) run(args []string, global bool) (modules.Output, error) {
	argv := append(slices.Clone(j.program), tool.Flags(global, "global")...)
	argv = append(append(argv, args...), tool.Flags(j.Production, "--production", j.IgnoreScripts, "--ignore-scripts")...)
	argv = append(argv, tool.Option("--registry", j.Registry)...)
	if global {
		return j.c.Exec(modules.Cmd{Argv: argv, Stream: true})
	}
	if info, err := os.Stat(j.Path); err == nil && !info.IsDir() {
		return modules.Output{}, modules.Fail("Path provided %s is not a directory", j.Path)
	}
	if info, err := os.Stat(filepath.Join(j.Path, "package.json")); err != nil || !info.Mode().IsRegular() {
		return modules.Output{}, modules.Fail("Package.json does not exist in provided path.")
	}
	return j.c.Exec(modules.Cmd{Argv: argv, Dir: j.Path, Stream: true})
}

// ask runs a command that answers in lines of JSON, of which those to the
// standard error may be warnings.
func (j *yarnJob) ask(args ...string) ([]*value.Dict, error) {
	if _, err := os.Stat(filepath.Join(j.Path, "yarn.lock")); err != nil {
		return nil, nil
	}
	out, err := j.run(args, false)
	if err != nil {
		return nil, err
	}
	said, err := jsonLines(out.Stderr)
	if err != nil {
		return nil, modules.Fail("Unexpected stderr output from Yarn: %s", out.Stderr).With("stderr", out.Stderr)
	}
	for _, d := range said {
		if d.GetString("type") == "error" {
			return nil, modules.Fail("%s", out.Stderr)
		}
	}
	answer, err := jsonLines(out.Stdout)
	if err != nil {
		return nil, modules.Fail("could not read what yarn %s printed: %w", args[0], err)
	}
	return answer, nil
}

func jsonLines(text string) ([]*value.Dict, error) {
	var list []*value.Dict
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, err := value.DecodeJSON([]byte(line))
		if err != nil {
			return nil, err
		}
		d, ok := v.(*value.Dict)
		if !ok {
			return nil, modules.Fail("%s is no object", line)
		}
		list = append(list, d)
	}
	return list, nil
}

// installed are the names of the project's packages.
func (j *yarnJob) installed() ([]string, error) {
	answer, err := j.ask("list", "--depth=0", "--json")
	var names []string
	for _, d := range answer {
		if d.GetString("type") != "tree" {
			continue
		}
		for _, dep := range items(d, "data", "trees") {
			if dep, ok := dep.(*value.Dict); ok {
				name := dep.GetString("name")
				names = append(names, name[:max(0, strings.LastIndexByte(name, '@'))])
			}
		}
	}
	return names, err
}

// outdated reports whether anything of the project has a newer version.
func (j *yarnJob) outdated() (bool, error) {
	answer, err := j.ask("outdated", "--json")
	for _, d := range answer {
		if d.GetString("type") == "table" && len(items(d, "data", "body")) > 0 {
			return true, nil
		}
	}
	return false, err
}

// items goes down the names to a list.
func items(d *value.Dict, names ...string) []any {
	var v any = d
	for _, name := range names {
		d, ok := v.(*value.Dict)
		if !ok {
			return nil
		}
		v, _ = d.Get(name)
	}
	if l, ok := v.(*value.List); ok {
		return l.Items
	}
	return nil
}
