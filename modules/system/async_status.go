package system

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"goplay/internal/value"
	"goplay/modules"
)

type asyncStatusArgs struct {
	JID  string `arg:"jid,required" doc:"The job, as ansible_job_id of the task that started it names it."`
	Mode string `arg:"mode" enum:"cleanup,status" default:"status" doc:"Look at the job, or remove what it left."`
}

type asyncStatusResult struct {
	JobID    string  `json:"ansible_job_id" doc:"The job."`
	Started  int     `json:"started" doc:"1 once the job has started."`
	Finished int     `json:"finished" doc:"1 once the job has ended."`
	Erased   *string `json:"erased,omitempty" doc:"The file that cleanup removed."`
	job      *value.Dict
}

// Values is the job's own result with what is known of the job.
func (r asyncStatusResult) Values() *value.Dict {
	d := r.job.Copy()
	d.Set("ansible_job_id", r.JobID)
	if r.Erased != nil {
		d.Set("erased", *r.Erased)
		return d
	}
	d.Set("started", int64(r.Started))
	d.Set("finished", int64(r.Finished))
	return d
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.async_status",
		Summary: "See how a task in the background is doing",
		NoCheck: true,
		Example: `- name: Until the long task is done
  ansible.builtin.async_status:
    jid: "{{ long_task.ansible_job_id }}"
  register: job
  until: job.finished
  retries: 100
  delay: 10
`,
	}, asyncStatus)
}

func asyncStatus(c *modules.Context, a asyncStatusArgs) (asyncStatusResult, error) {
	dir := c.Path(cmp.Or(c.Getenv("ANSIBLE_ASYNC_DIR"), "~/.ansible_async"))
	path := filepath.Join(dir, filepath.Base(a.JID))
	r := asyncStatusResult{JobID: a.JID, Started: 1, job: value.NewDict()}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, modules.Fail("could not find job").With("ansible_job_id", a.JID).With("started", 1).With("finished", 1)
	}
	if err != nil {
		return r, err
	}
	if a.Mode == "cleanup" {
		// No change of the host: what a job left is for this module only.
		r.Erased = &path
		return r, os.Remove(path)
	}
	if len(data) == 0 {
		return r, nil
	}
	v, err := value.DecodeJSON(data)
	job, ok := v.(*value.Dict)
	if err != nil || !ok {
		return r, modules.Fail("Could not parse job output: %s", data).With("ansible_job_id", a.JID).With("started", 1).With("finished", 1)
	}
	return finishedJob(r, job)
}

// finishedJob passes on what the job itself returned, its failure too.
func finishedJob(r asyncStatusResult, job *value.Dict) (asyncStatusResult, error) {
	if _, running := job.Get("started"); running {
		return r, nil
	}
	r.Finished, r.job = 1, job
	if failed, _ := job.Get("failed"); !value.Truth(failed) {
		return r, nil
	}
	msg, _ := job.Get("msg")
	f := modules.Fail("%s", value.Str(msg))
	for k, v := range r.Values().All() {
		if k != "failed" && k != "msg" {
			f.With(k.(string), v)
		}
	}
	return r, f
}
