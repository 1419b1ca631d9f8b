package general

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

type makeArgs struct {
	Chdir   string      `arg:"chdir,required" type:"path" doc:"Folder to run make in."`
	Target  string      `arg:"target" doc:"What to make; by default the first target."`
	Targets []string    `arg:"targets" doc:"Several targets."`
	Params  *value.Dict `arg:"params" doc:"Variables for make; one without a value is given by its name alone."`
	File    string      `arg:"file" type:"path" doc:"The makefile."`
	Make    string      `arg:"make" type:"path" doc:"The program; by default gmake or make."`
	Jobs    *int        `arg:"jobs" doc:"How many jobs at once."`
}

type makeResult struct {
	Chdir   string      `json:"chdir" doc:"The folder."`
	Target  string      `json:"target" doc:"What was made."`
	Params  *value.Dict `json:"params" doc:"Variables."`
	File    *string     `json:"file" doc:"The makefile, if one was named."`
	Jobs    *int        `json:"jobs" doc:"How many jobs at once, if that was said."`
	Command string      `json:"command" doc:"The command line."`
	Stdout  string      `json:"stdout" doc:"What make printed."`
	Stderr  string      `json:"stderr" doc:"What make printed to standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.make", Summary: "Run make where something has to be made",
		Exclusive: [][]string{{"target", "targets"}},
		Example:   "- name: The program is built and installed\n  community.general.make:\n    chdir: /opt/app\n    target: install\n    params: {PREFIX: /usr/local}\n",
		Notes:     []string{"make -q says first whether there is anything to do."},
	}, runMake)
}

func runMake(c *modules.Context, a makeArgs) (makeResult, error) {
	r := makeResult{Chdir: a.Chdir, Target: a.Target, Params: a.Params, Jobs: a.Jobs}
	if a.File != "" {
		r.File = &a.File
	}
	argv, err := a.argv(c)
	if err != nil {
		return makeResult{}, err
	}
	r.Command = shlex.Join(argv)
	question := append(argv[:len(argv):len(argv)], "-q")
	asked, err := c.Exec(modules.Cmd{Argv: question, Dir: a.Chdir})
	if errors.Is(err, fs.ErrNotExist) {
		return makeResult{}, modules.Fail("[Errno 2] No such file or directory: b'%s'", argv[0]).
			With("rc", 2).With("cmd", shlex.Join(question)).With("stdout", "").With("stderr", "")
	}
	if err != nil {
		return makeResult{}, err
	}
	r.says(asked)
	if asked.RC == 0 {
		return r, nil
	}
	err = c.Change(modules.Diff{}, func() error {
		out, err := c.Exec(modules.Cmd{Argv: argv, Dir: a.Chdir, Stream: true})
		if err == nil && out.RC != 0 {
			return out.Failure(argv)
		}
		r.says(out)
		return err
	})
	if err != nil {
		return makeResult{}, err
	}
	return r, nil
}

// says keeps what make printed, as Ansible's module does without what is empty at the end.
func (r *makeResult) says(out modules.Output) {
	r.Stdout, r.Stderr = strings.TrimRight(out.Stdout, "\r\n\t "), strings.TrimRight(out.Stderr, "\r\n\t ")
}

func (a makeArgs) argv(c *modules.Context) ([]string, error) {
	program := a.Make
	if program == "" {
		var err error
		if program, err = c.Find("gmake"); err != nil {
			if program, err = c.Find("make"); err != nil {
				return nil, err
			}
		}
	}
	argv := []string{program}
	if a.Jobs != nil {
		argv = append(argv, "-j", strconv.Itoa(*a.Jobs))
	}
	if a.File != "" {
		argv = append(argv, "-f", a.File)
	}
	if a.Target != "" {
		argv = append(argv, a.Target)
	}
	argv = append(argv, a.Targets...)
	for k, v := range a.Params.All() {
		word := value.Str(k)
		if v != nil && v != "" {
			word += "=" + value.Str(v)
		}
		argv = append(argv, word)
	}
	return argv, nil
}
