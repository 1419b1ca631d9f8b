package system

import "goplay/modules"

type pingArgs struct {
	Data string `arg:"data" default:"pong" doc:"What is returned; crash makes the module fail."`
}

type pingResult struct {
	Ping string `json:"ping" doc:"The value of data."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.ping",
		Summary: "Find out whether a host can be reached and run modules",
		Example: `- name: Is everybody there
  ansible.builtin.ping:
`,
	}, func(_ *modules.Context, a pingArgs) (pingResult, error) {
		if a.Data == "crash" {
			return pingResult{}, modules.Fail("MODULE FAILURE\nSee stdout/stderr for the exact error").
				With("module_stdout", "").With("module_stderr", "Exception: boom\n").With("rc", 1)
		}
		return pingResult{Ping: a.Data}, nil
	})
}
