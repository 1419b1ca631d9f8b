package docker

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// composeArgs are the options that modules of Compose share.
type composeArgs struct {
	ProjectSrc  string      `arg:"project_src" type:"path" doc:"Folder with the compose file."`
	ProjectName string      `arg:"project_name" doc:"Name of the project; the folder's when not given."`
	Files       []string    `arg:"files" doc:"Compose files, relative to project_src."`
	Definition  *value.Dict `arg:"definition" doc:"What a compose file would have, instead of one."`
	EnvFiles    []string    `arg:"env_files" type:"path" doc:"Files with variables, instead of .env."`
	Profiles    []string    `arg:"profiles" doc:"Profiles to enable."`
	CheckFiles  bool        `arg:"check_files_existing" default:"true" doc:"Fail early when project_src has no compose file."`
	DockerCLI   string      `arg:"docker_cli" type:"path" doc:"Accepted and not needed: Compose's own program is run."`
	CLIContext  string      `arg:"cli_context" doc:"Accepted and not used."`
	Address
}

// Validate wants to know which project is meant.
func (a *composeArgs) Validate() error {
	switch {
	case a.Definition == nil && a.ProjectSrc == "":
		return &modules.ArgError{Msg: "one of the following is required: definition, project_src"}
	case a.Definition != nil && a.ProjectSrc != "":
		return &modules.ArgError{Arg: "definition", Msg: "parameters are mutually exclusive: definition|project_src"}
	case a.Definition != nil && a.ProjectName == "":
		return &modules.ArgError{Arg: "definition", Msg: "missing parameter(s) required by 'definition': project_name"}
	}
	return nil
}

// composeAction is one thing that Compose did.
type composeAction struct {
	What   string `json:"what"`
	ID     string `json:"id"`
	Status string `json:"status"`
}

// compose runs Compose's program for one project.
type compose struct {
	c       *modules.Context
	args    *composeArgs
	program string
	dir     string
	project []string // the options that say which project, and which parts of it
	temp    string
}

// line is the command line with what stands before Compose's own command, and argv.
func (p *compose) line(progress string, argv ...string) []string {
	return slices.Concat([]string{p.program}, p.connection(), []string{"--ansi", "never", "--progress", progress}, p.project, argv)
}

var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// openCompose finds the program and the project. close removes what it left.
func openCompose(c *modules.Context, a *composeArgs) (*compose, error) {
	p := &compose{c: c, args: a, dir: c.Abs(a.ProjectSrc)}
	var err error
	if p.program, err = findPlugin(c, composePlugin); err != nil {
		return nil, err
	}
	if a.Definition != nil {
		if err := p.writeDefinition(); err != nil {
			return nil, err
		}
	} else if err := p.checkFiles(); err != nil {
		return nil, err
	}
	p.project = append(p.project, "--project-directory", p.dir)
	if a.ProjectName != "" {
		p.project = append(p.project, "--project-name", a.ProjectName)
	}
	for option, values := range map[string][]string{"--file": a.Files, "--env-file": a.EnvFiles, "--profile": a.Profiles} {
		for _, v := range values {
			if option == "--file" && !filepath.IsAbs(v) {
				v = filepath.Join(p.dir, v)
			}
			p.project = append(p.project, option, v)
		}
	}
	return p, nil
}

func (p *compose) close() {
	if p.temp != "" {
		_ = os.RemoveAll(p.temp)
	}
}

func (p *compose) writeDefinition() error {
	text, err := value.EncodeJSON(p.args.Definition, value.JSONOptions{})
	if err == nil {
		p.temp, err = os.MkdirTemp("", "compose")
		p.dir = p.temp
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(p.temp, composeFiles[0]), []byte(text), 0o600)
	}
	if err != nil {
		return modules.Fail("Error writing the project's definition: %w", err)
	}
	return nil
}

func (p *compose) checkFiles() error {
	info, err := os.Stat(p.dir)
	if err != nil || !info.IsDir() {
		return modules.Fail("%q is not a directory", p.dir)
	}
	if !p.args.CheckFiles {
		return nil
	}
	if p.args.Files != nil {
		for _, f := range p.args.Files {
			if _, err := os.Stat(filepath.Join(p.dir, f)); err != nil && !filepath.IsAbs(f) {
				return modules.Fail("Cannot find Compose file %q relative to project directory %q", f, p.dir)
			}
		}
		return nil
	}
	for _, f := range composeFiles {
		if _, err := os.Stat(filepath.Join(p.dir, f)); err == nil {
			return nil
		}
	}
	return modules.Fail("%q does not contain compose.yaml, compose.yml, docker-compose.yaml, or docker-compose.yml", unquoted(p.dir))
}

// connection are the arguments that lead to the engine of the task.
func (p *compose) connection() []string {
	o, c := p.args.Address, p.c
	var argv []string
	add := func(option, v string) {
		if v != "" {
			argv = append(argv, option, v)
		}
	}
	if o.DockerHost != "" {
		host, err := normalHost(o.DockerHost, o.secure(c))
		if err == nil {
			add("--host", host)
		}
	}
	if o.TLS != nil && *o.TLS {
		argv = append(argv, "--tls")
	}
	if o.ValidateCert != nil && *o.ValidateCert {
		argv = append(argv, "--tlsverify")
	}
	add("--tlscacert", o.CACert)
	add("--tlscert", o.ClientCert)
	add("--tlskey", o.ClientKey)
	return argv
}

// composeRun is how a command of Compose ended.
type composeRun struct {
	modules.Output
	argv   []string
	events []composeEvent
}

// run runs a command of Compose. What it prints as progress is shown as it comes.
func (p *compose) run(dry bool, argv ...string) (composeRun, error) {
	full := p.line("json", argv...)
	if dry {
		full = p.line("json", slices.Concat([]string{"--dry-run"}, argv)...)
	}
	out, err := p.c.Exec(modules.Cmd{Argv: full, Dir: p.dir, Stream: true, Env: []string{"COMPOSE_MENU=0"}})
	r := composeRun{Output: out, argv: full, events: parseEvents(out.Stderr)}
	if err != nil {
		return r, modules.Fail("Error running Compose: %w", err)
	}
	if out.RC != 0 {
		return r, r.failure()
	}
	return r, nil
}

// quiet runs a command whose output is data.
func (p *compose) quiet(argv ...string) (string, error) {
	out, err := p.c.Exec(modules.Cmd{Argv: p.line("json", argv...), Dir: p.dir})
	if err == nil && out.RC != 0 {
		err = out.Failure(append([]string{"docker compose"}, argv...))
	}
	return out.Stdout, err
}

func (r *composeRun) failure() error {
	var said []string
	for _, e := range r.events {
		switch {
		case e.failed() && e.ID != "":
			a := e.action()
			said = append(said, "Error when processing "+a.What+" "+a.ID+": "+e.reason())
		case e.failed(), e.plain != "":
			said = append(said, "General error: "+cmp.Or(e.plain, e.Message, e.Text))
		}
	}
	if len(said) == 0 {
		said = []string{"Return code " + value.Str(int64(r.RC)) + " is non-zero"}
	}
	return modules.Fail("%s", strings.Join(said, "\n")).With("rc", r.RC).With("stdout", r.Stdout).With("stderr", r.Stderr).
		With("cmd", strings.Join(r.argv, " "))
}

// jsonLines reads what Compose lists: an array, or an object a line, as its
// versions do.
func jsonLines(text string) []object {
	out := []object{}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	for {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) || err != nil {
			return out
		}
		switch v := plain(v).(type) {
		case object:
			out = append(out, v)
		case []any:
			out = append(out, objects(v)...)
		}
	}
}

// composeEvent is one line of Compose's progress; plain is a line that is no JSON.
type composeEvent struct {
	ID       string `json:"id"`
	ParentID string `json:"parent_id"`
	Text     string `json:"text"`
	Status   string `json:"status"`
	Details  string `json:"details"`
	Level    string `json:"level"`
	Message  string `json:"message"`
	Error    bool   `json:"error"`
	plain    string
}

func parseEvents(stderr string) []composeEvent {
	var out []composeEvent
	for line := range bytes.Lines([]byte(stderr)) {
		line = bytes.TrimSpace(line)
		var e composeEvent
		switch {
		case len(line) == 0, bytes.HasPrefix(line, []byte("time=")):
			continue
		case line[0] != '{' || json.Unmarshal(line, &e) != nil:
			e = composeEvent{plain: string(line)}
		}
		out = append(out, e)
	}
	return out
}

// word is what is done or being done: newer versions have it as the text of a
// coarser status.
func (e *composeEvent) word() string {
	if e.Status == "" {
		return e.Text
	}
	if slices.Contains([]string{"Working", "Done", "Warning", "Error"}, e.Status) && e.Text != "" {
		return e.Text
	}
	return e.Status
}

func (e *composeEvent) failed() bool {
	return e.Status == "Error" || e.Text == "Error" || e.Error || e.Level == "error" || e.Level == "fatal"
}

// reason is why it failed: the one of its texts that says more than that it did.
func (e *composeEvent) reason() string {
	for _, text := range []string{e.Details, e.Text, e.Status} {
		if text != "" && text != "Error" {
			return text
		}
	}
	return "no reason given"
}

var composeThings = []string{"Container", "Image", "Network", "Volume", "Service", "Pod"}

func (e *composeEvent) action() composeAction {
	kind, id, ok := strings.Cut(e.ID, " ")
	if !ok || !slices.Contains(composeThings, kind) {
		return composeAction{"service", e.ID, e.word()}
	}
	return composeAction{strings.ToLower(kind), strings.TrimSpace(id), e.word()}
}

// composeWork are the words of things that change something when they are begun.
var composeWork = []string{"Creating", "Starting", "Restarting", "Stopping", "Killing", "Removing", "Recreate", "Recreating"}

// actions are what was changed. A build or pull by itself is none: what comes
// of it shows in the containers; layers that were fetched are.
func (r *composeRun) actions(ignoreBuilds bool) []composeAction {
	out := []composeAction{}
	for _, e := range r.events {
		word := e.word()
		wanted := slices.Contains(composeWork, word) || e.ParentID != "" && word == "Pull complete" || !ignoreBuilds && word == "Building"
		if a := e.action(); wanted && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}
