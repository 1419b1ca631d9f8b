package commands

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"goplay/internal/value"
	"goplay/modules"
)

type asyncStatusArgs struct {
	JobID string `arg:"jid,required" doc:"The job's ansible_job_id."`
	Mode  string `arg:"mode" enum:"status,cleanup" default:"status" doc:"status looks at the job, cleanup removes its file."`
}

// asyncStatusResult documents what every job returns beside its module's values.
type asyncStatusResult struct {
	JobID       string `json:"ansible_job_id" doc:"The job."`
	Started     int    `json:"started" doc:"1 when it was started."`
	Finished    int    `json:"finished" doc:"1 when it is over."`
	ResultsFile string `json:"results_file" doc:"The file that holds its result."`
	Erased      string `json:"erased" doc:"The file that was removed, with mode=cleanup."`
	values      *value.Dict
}

// Values are the job's own, and what is known of it.
func (r asyncStatusResult) Values() *value.Dict { return r.values }

// AnsibleFacts are those that the job's module established.
func (r asyncStatusResult) AnsibleFacts() *value.Dict {
	v, _ := r.values.Get("ansible_facts")
	facts, _ := v.(*value.Dict)
	r.values.Delete("ansible_facts")
	return facts
}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.builtin.async_status", Summary: "Look at a task that runs in the background",
		Example: `- name: Wait for the long task
  ansible.builtin.async_status:
    jid: "{{ long.ansible_job_id }}"
  register: job
  until: job.finished
  retries: 60
  delay: 10
`,
		Notes: []string{"Jobs are in ~/.ansible_async of the user who started them, or where ANSIBLE_ASYNC_DIR of the environment says."},
	}, asyncStatus)
}

func asyncStatus(c *modules.Context, a asyncStatusArgs) (asyncStatusResult, error) {
	dir := c.Getenv("ANSIBLE_ASYNC_DIR")
	if dir == "" {
		dir = "~/.ansible_async"
	}
	path := filepath.Join(c.Path(dir), a.JobID)
	out := value.DictOf("ansible_job_id", a.JobID, "started", int64(0), "finished", int64(0),
		"stdout", "", "stderr", "", "stdout_lines", value.NewList(), "stderr_lines", value.NewList())
	r := asyncStatusResult{values: out}
	if a.Mode == "cleanup" {
		out.Set("erased", path)
	} else {
		out.Set("results_file", path)
		out.Set("started", int64(1))
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, modules.Fail("could not find job").With("ansible_job_id", a.JobID).With("started", 1).With("finished", 1).
			With("stdout", "").With("stderr", "").With("stdout_lines", []string{}).With("stderr_lines", []string{})
	}
	if err != nil {
		return r, modules.Fail("read the job's file: %w", err)
	}
	if a.Mode == "cleanup" {
		out.Set("changed", false) // forgetting a job changes nothing of what it did
		return r, c.Change(modules.Diff{}, func() error { return os.Remove(path) })
	}
	return r, readJob(c, string(text), out)
}

// readJob adds what a job's file says. A job that failed is an error with all
// that it returned.
func readJob(c *modules.Context, text string, out *value.Dict) error {
	if text == "" {
		return nil
	}
	v, err := value.DecodeJSON([]byte(text))
	job, ok := v.(*value.Dict)
	if err != nil || !ok {
		return modules.Fail("Could not parse job output: %s", text).With("started", 1).With("finished", 1)
	}
	if _, running := job.Get("started"); !running {
		out.Set("finished", int64(1))
	}
	for k, v := range job.All() {
		switch name := value.Str(k); name {
		case "failed", "skipped", "diff", "invocation", "deprecations":
		case "warnings":
			warn(c, v)
		default:
			out.Set(name, v)
		}
	}
	for _, name := range []string{"stdout", "stderr"} {
		_, said := job.Get(name)
		if _, lines := job.Get(name + "_lines"); said && !lines {
			out.Delete(name + "_lines") // they follow from the text
		}
	}
	if said, ok := job.Get("module_stderr"); ok {
		// A module gave no result. Where it ran in the background, Ansible calls its words so.
		out.Set("stderr", said)
		out.Delete("stderr_lines") // they follow from stderr
	}
	return jobEnd(job, out)
}

func warn(c *modules.Context, v any) {
	items, err := value.Items(v)
	if err != nil {
		return
	}
	for _, w := range items {
		c.Warn("%s", value.Str(w))
	}
}

func jobEnd(job, out *value.Dict) error {
	if skipped, _ := job.Get("skipped"); value.Truth(skipped) {
		return &modules.Skipped{Msg: job.GetString("msg")}
	}
	if failed, _ := job.Get("failed"); !value.Truth(failed) {
		return nil
	}
	f := modules.Fail("%s", job.GetString("msg"))
	for k, v := range out.All() {
		if name := value.Str(k); name != "msg" {
			f.With(name, v)
		}
	}
	return f
}
