package actions

import (
	"bytes"
	"cmp"
	"context"

	"goplay/engine"
	"goplay/internal/shlex"
	"goplay/modules"
)

type rawArgs struct {
	Command    string `arg:"_raw_params,required" doc:"The command line, given to the login shell of the host."`
	Executable string `arg:"executable" doc:"Another shell to give it to."`
}

type rawResult struct {
	RC     int    `json:"rc" doc:"How the command ended."`
	Stdout string `json:"stdout" doc:"What it printed."`
	Stderr string `json:"stderr" doc:"What it printed to standard error."`
}

func init() {
	modules.Describe[rawArgs, rawResult](modules.Spec{
		Name: "ansible.builtin.raw", Summary: "Run a command line on a host without any agent", FreeForm: "_raw_params", NoCheck: true, Heedless: true,
		Notes:   []string{"It is for hosts where nothing else can run; elsewhere command and shell do more."},
		Example: "- name: How long it is up\n  ansible.builtin.raw: uptime\n",
	})
	register("ansible.builtin.raw", raw)
}

func raw(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Check {
		r := result()
		r.Skipped = true
		return r, nil
	}
	line := s.Text("_raw_params")
	if line == "" {
		return failure("no command given")
	}
	if shell := cmp.Or(s.Text("executable"), s.Options().Defaults.Shell); shell != "" {
		line = shell + " -c " + shlex.Quote(line)
	}
	rc, stdout, stderr, err := s.Exec(ctx, line, bytes.NewReader(nil))
	if err != nil {
		return modules.Result{}, err
	}
	r := result("rc", int64(rc), "stdout", string(stdout), "stderr", string(stderr))
	r.Changed = true
	if rc != 0 {
		r.Failed, r.Msg = true, "non-zero return code"
	}
	return r, nil
}
