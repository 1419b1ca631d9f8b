package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
)

type djangoArgs struct {
	Command    string `arg:"command,required" doc:"Command of manage.py, with its arguments."`
	Project    string `arg:"project_path,required" alias:"app_path,chdir" type:"path" doc:"Folder of manage.py."`
	Settings   string `arg:"settings" type:"path" doc:"Module of the settings, such as myapp.settings."`
	PythonPath string `arg:"pythonpath" alias:"python_path" type:"path" doc:"Folder to add to Python's path."`
	Virtualenv string `arg:"virtualenv" alias:"virtual_env" type:"path" doc:"Virtual environment to run in."`
	AckVenv    *bool  `arg:"ack_venv_creation_deprecation" doc:"Say nothing where the environment has to be made."`
	Apps       string `arg:"apps" doc:"Apps to test, with spaces between."`
	CacheTable string `arg:"cache_table" doc:"Name of the table, for createcachetable."`
	Clear      bool   `arg:"clear" default:"false" doc:"Remove old files first, for collectstatic."`
	Database   string `arg:"database" doc:"The database, for createcachetable, flush, loaddata, syncdb and migrate."`
	FailFast   bool   `arg:"failfast" alias:"fail_fast" default:"false" doc:"End with the first test that fails, for test."`
	Fixtures   string `arg:"fixtures" doc:"Fixtures to load, with spaces between, for loaddata."`
	Skip       *bool  `arg:"skip" doc:"Skip migrations that are out of order, for migrate."`
	Merge      *bool  `arg:"merge" doc:"Run migrations that are out of order, for migrate."`
	Link       *bool  `arg:"link" doc:"Link files instead of copying them, for collectstatic."`
	TestRunner string `arg:"testrunner" alias:"test_runner" doc:"Class that runs the tests, for test."`
}

type djangoResult struct {
	Out        string   `json:"out" doc:"What the command printed."`
	Cmd        []string `json:"cmd" doc:"The command line."`
	AppPath    string   `json:"app_path" doc:"Folder of manage.py."`
	Project    string   `json:"project_path" doc:"The same."`
	Virtualenv any      `json:"virtualenv" type:"path" doc:"The virtual environment."`
	Settings   any      `json:"settings" type:"path" doc:"Module of the settings."`
	PythonPath any      `json:"pythonpath" type:"path" doc:"Folder that was added to Python's path."`
	Changed    bool     `json:"changed" doc:"Whether the output tells of a change."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.django_manage", Summary: "Run a command of a Django project's manage.py", NoCheck: true,
		Example: "- name: The database has the tables of this release\n  community.general.django_manage:\n    command: migrate\n    project_path: /srv/site\n    virtualenv: /srv/venv\n",
	}, djangoManage)
}

func djangoManage(c *modules.Context, a djangoArgs) (djangoResult, error) {
	r := djangoResult{AppPath: a.Project, Project: a.Project, Virtualenv: orNone(a.Virtualenv), Settings: orNone(a.Settings), PythonPath: orNone(a.PythonPath)}
	words, err := shlex.Split(a.Command)
	if err != nil || len(words) == 0 {
		return r, modules.Fail("command %q cannot be read", a.Command)
	}
	if r.Cmd, err = a.argv(words); err != nil {
		return djangoResult{}, err
	}
	env, err := a.environment(c)
	if err != nil {
		return djangoResult{}, err
	}
	out, err := c.Exec(modules.Cmd{Argv: r.Cmd, Dir: a.Project, Env: env, Locale: true})
	if err != nil {
		return djangoResult{}, err
	}
	said := out.Stdout + out.Stderr
	tableIsThere := words[0] == "createcachetable" && strings.Contains(said, "table") && strings.Contains(said, "already exists")
	if out.RC != 0 && !tableIsThere {
		return djangoResult{}, modules.Fail("\n:stderr: %s", out.Stderr).With("cmd", r.Cmd).With("rc", out.RC).With("stdout", out.Stdout)
	}
	r.Out = out.Stdout
	if tableIsThere {
		r.Out = "already exists."
	}
	for line := range strings.Lines(out.Stdout) {
		r.Changed = r.Changed || tellsOfChange(words[0], line)
	}
	return r, nil
}

// tellsOfChange reports whether a line that a command printed is about
// something that it changed.
func tellsOfChange(command, line string) bool {
	installed := strings.Contains(line, "Installed") && !strings.Contains(line, "Installed 0 object")
	switch command {
	case "flush", "loaddata":
		return installed
	case "syncdb":
		return installed || strings.Contains(line, "Creating table")
	case "migrate":
		return installed || strings.Contains(line, "Migrating forwards ") || strings.Contains(line, "Applying")
	case "collectstatic":
		return strings.TrimSpace(line) != "" && !strings.Contains(line, "0 static files")
	}
	return false
}

// djangoOption is an option of this module and the commands that know it.
type djangoOption struct {
	name     string
	words    []string // empty where it was not given
	commands []string
}

// options are those of the commands that this module knows.
func (a djangoArgs) options() []djangoOption {
	flag := func(on bool, name string) []string {
		if !on {
			return nil
		}
		return []string{"--" + name}
	}
	value := func(text, name string) []string {
		if text == "" {
			return nil
		}
		return []string{"--" + name + "=" + text}
	}
	yes := func(b *bool) bool { return b != nil && *b }
	return []djangoOption{
		{"clear", flag(a.Clear, "clear"), []string{"collectstatic"}},
		{"database", value(a.Database, "database"), []string{"createcachetable", "flush", "loaddata", "syncdb", "migrate"}},
		{"failfast", flag(a.FailFast, "failfast"), []string{"test"}},
		{"testrunner", value(a.TestRunner, "testrunner"), []string{"test"}},
		{"skip", flag(yes(a.Skip), "skip"), []string{"migrate"}},
		{"merge", flag(yes(a.Merge), "merge"), []string{"migrate"}},
		{"link", flag(yes(a.Link), "link"), []string{"collectstatic"}},
		{"apps", strings.Fields(a.Apps), []string{"test"}},
		{"cache_table", strings.Fields(a.CacheTable), []string{"createcachetable"}},
		{"fixtures", strings.Fields(a.Fixtures), []string{"loaddata"}},
	}
}

// argv is the command line, without questions where a command would ask some.
func (a djangoArgs) argv(words []string) ([]string, error) {
	argv := append([]string{"./manage.py"}, words...)
	if slices.Contains([]string{"flush", "syncdb", "migrate", "test", "collectstatic"}, words[0]) {
		argv = append(argv, "--noinput")
	}
	if a.Settings != "" {
		argv = append(argv, "--settings="+a.Settings)
	}
	if a.PythonPath != "" {
		argv = append(argv, "--pythonpath="+a.PythonPath)
	}
	known := []string{"cleanup", "collectstatic", "createcachetable", "flush", "loaddata", "migrate", "syncdb", "test", "validate"}
	var last []string
	for _, o := range a.options() {
		if len(o.words) == 0 {
			continue
		}
		if slices.Contains(known, words[0]) && !slices.Contains(o.commands, words[0]) {
			return nil, modules.Fail("%s param is incompatible with command=%s", o.name, words[0])
		}
		if strings.HasPrefix(o.words[0], "--") {
			argv = append(argv, o.words...)
		} else {
			last = append(last, o.words...)
		}
	}
	if words[0] == "loaddata" && a.Fixtures == "" {
		return nil, modules.Fail("fixtures param is required for command=loaddata")
	}
	return append(argv, last...), nil
}

// environment is that of the virtual environment, which is made where it is
// missing.
func (a djangoArgs) environment(c *modules.Context) ([]string, error) {
	if a.Virtualenv == "" {
		return nil, nil
	}
	bin := filepath.Join(a.Virtualenv, "bin")
	if !fsys.Exists(filepath.Join(bin, "activate")) {
		if a.AckVenv == nil || !*a.AckVenv {
			c.Deprecate("The behavior of \"creating the virtual environment when missing\" is being deprecated", "9.0.0")
		}
		tool, err := c.Find("virtualenv")
		if err != nil {
			return nil, err
		}
		if err := c.Change(modules.Diff{}, func() error { _, err := c.Command(tool, a.Virtualenv); return err }); err != nil {
			return nil, err
		}
	}
	return []string{"VIRTUAL_ENV=" + a.Virtualenv, "PATH=" + bin + string(os.PathListSeparator) + c.Getenv("PATH")}, nil
}
