package language

import (
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type composerArgs struct {
	Command        string `arg:"command" default:"install" doc:"Command of Composer: install, update, require and so on."`
	Arguments      string `arg:"arguments" default:"" doc:"Arguments of the command, as a shell would split them."`
	Executable     string `arg:"executable" alias:"php_path" type:"path" doc:"The PHP that runs Composer; the one in PATH by default."`
	WorkingDir     string `arg:"working_dir" type:"path" doc:"Folder of the project; needed unless the command is global."`
	GlobalCommand  bool   `arg:"global_command" default:"false" doc:"Run the command for the user's own global project."`
	PreferSource   bool   `arg:"prefer_source" default:"false" doc:"Take packages from their repositories of source, where there are such."`
	PreferDist     bool   `arg:"prefer_dist" default:"false" doc:"Take packages as archives, even versions in development."`
	NoDev          bool   `arg:"no_dev" default:"true" doc:"Leave out what is only for development."`
	NoScripts      bool   `arg:"no_scripts" default:"false" doc:"Run no scripts of composer.json."`
	NoPlugins      bool   `arg:"no_plugins" default:"false" doc:"Use no plugins."`
	Optimize       bool   `arg:"optimize_autoloader" default:"true" doc:"Make a map of all classes, so that loading them is faster."`
	Classmap       bool   `arg:"classmap_authoritative" default:"false" doc:"Load classes from the map alone."`
	APCu           bool   `arg:"apcu_autoloader" default:"false" doc:"Remember in APCu which classes were found."`
	IgnorePlatform bool   `arg:"ignore_platform_reqs" default:"false" doc:"Install even if PHP or its extensions are not as a package asks."`
	Composer       string `arg:"composer_executable" type:"path" doc:"The Composer to run; the one in PATH by default."`
}

type composerResult struct {
	Changed bool   `json:"changed" doc:"Whether Composer found anything to do."`
	Msg     string `json:"msg" doc:"What Composer printed, on one line."`
	Stdout  string `json:"stdout,omitempty" doc:"What Composer printed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.composer",
		Summary: "Run Composer, PHP's manager of dependencies",
		Example: `- name: Install what composer.lock says
  community.general.composer:
    working_dir: /srv/app

- name: Add a package
  community.general.composer:
    command: require
    arguments: monolog/monolog
    working_dir: /srv/app
`,
		Notes: []string{
			"Options are only passed to commands that know them.",
			"A check runs commands that have --dry-run with it, and is skipped for the others.",
		},
		Differs:    []string{"apcu_autoloader is handed to Composer; Ansible misspells it and never does."},
		RequiredIf: []modules.RequiredIf{{Option: "global_command", Is: false, Needs: []string{"working_dir"}}},
	}, composer)
}

type composerJob struct {
	composerArgs
	c       *modules.Context
	r       composerResult
	program []string
	more    []string // arguments of the command
	known   *value.Dict
}

func composer(c *modules.Context, a composerArgs) (composerResult, error) {
	j := &composerJob{composerArgs: a, c: c}
	if strings.ContainsAny(a.Command, " \t\n") {
		return j.r, modules.Fail("Use the 'arguments' param for passing arguments with the 'command'")
	}
	if err := j.prepare(); err != nil {
		return j.r, err
	}
	return j.r, tool.Attempt(c, func() error { return j.run() }, j.rehearse)
}

// prepare finds the programs, and asks which options the command has.
func (j *composerJob) prepare() (err error) {
	for _, p := range []struct{ given, name string }{{j.Executable, "php"}, {j.Composer, "composer"}} {
		if p.given == "" {
			if p.given, err = j.c.Find(p.name); err != nil {
				return err
			}
		}
		j.program = append(j.program, p.given)
	}
	if j.more, err = shlex.Split(j.Arguments); err != nil {
		return modules.Fail("arguments %q: %w", j.Arguments, err)
	}
	argv := append(j.program[:2:2], "help", j.Command, "--no-interaction", "--format=json")
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return modules.Fail("%s", oneLine(out.Stderr))
	}
	return j.readOptions(out.Stdout)
}

func (j *composerJob) readOptions(text string) error {
	v, err := value.DecodeJSON([]byte(text))
	if err != nil {
		return modules.Fail("could not read Composer's help of %s: %w", j.Command, err)
	}
	for _, name := range []string{"definition", "options"} {
		d, ok := v.(*value.Dict)
		if !ok {
			break
		}
		v, _ = d.Get(name)
	}
	j.known, _ = v.(*value.Dict)
	if j.known == nil {
		j.known = value.NewDict()
	}
	return nil
}

// knows reports whether the command has an option.
func (j *composerJob) knows(option string) bool {
	_, ok := j.known.Get(option)
	return ok
}

func (j *composerJob) options() []string {
	var argv []string
	add := func(on bool, option string) {
		if on && j.knows(option) {
			argv = append(argv, "--"+option)
		}
	}
	add(true, "no-ansi")
	add(true, "no-interaction")
	add(true, "no-progress")
	if !j.GlobalCommand {
		argv = append(argv, "--working-dir", j.WorkingDir)
	}
	add(j.PreferSource, "prefer-source")
	add(j.PreferDist, "prefer-dist")
	add(j.NoDev, "no-dev")
	add(j.NoScripts, "no-scripts")
	add(j.NoPlugins, "no-plugins")
	add(j.APCu, "apcu-autoloader")
	add(j.Optimize, "optimize-autoloader")
	add(j.Classmap, "classmap-authoritative")
	add(j.IgnorePlatform, "ignore-platform-reqs")
	return argv
}

func (j *composerJob) rehearse() error {
	if !j.knows("dry-run") {
		return &modules.Skipped{Msg: "command '" + j.Command + "' does not support check mode, skipping"}
	}
	return j.run("--dry-run")
}

// run runs the command, and reads from what it says whether it did anything.
func (j *composerJob) run(more ...string) error {
	argv := append(j.program[:2:2], tool.Flags(j.GlobalCommand, "global")...)
	argv = append(append(append(append(argv, j.Command), j.options()...), more...), j.more...)
	out, err := j.c.Exec(modules.Cmd{Argv: argv, Stream: true})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return modules.Fail("%s", oneLine(out.Stderr)).With("stdout", out.Stderr)
	}
	j.r.Stdout = out.Stdout + out.Stderr
	j.r.Msg = oneLine(j.r.Stdout)
	j.r.Changed = !strings.Contains(j.r.Msg, "Nothing to install or update") && !strings.Contains(j.r.Msg, "Nothing to install, update or remove")
	return nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
