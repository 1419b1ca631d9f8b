package agent

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// Detacher is a runner that can start a call as a job of its own.
type Detacher interface {
	Detach(ctx context.Context, call modules.Call, limit time.Duration) (modules.Result, error)
}

// Detach starts a call as a job that outlives this process and the connection,
// for at most limit (0: for ever). The result says ansible_job_id, started,
// finished and results_file; the job writes its own result into that file, in
// the folder ~/.ansible_async or the call's ANSIBLE_ASYNC_DIR. A runner that
// is no Detacher runs in this process, and so its jobs start from here.
func Detach(ctx context.Context, r modules.Runner, call modules.Call, limit time.Duration) (modules.Result, error) {
	if d, ok := r.(Detacher); ok {
		return d.Detach(ctx, call, limit)
	}
	result, err := startJob(request{call: call, limit: limit})
	if err != nil {
		return modules.Failed(err), nil
	}
	return result, nil
}

// startJob runs this program again as `agent job`, in a session of its own, and
// returns when the job has made its file.
func startJob(req request) (modules.Result, error) {
	message, err := req.encode()
	if err != nil {
		return modules.Result{}, err
	}
	p := exec.Command(self(), "agent", "job", fmt.Sprintf("j%d", rand.Int64N(1e12)))
	p.Args[0] = os.Args[0] // a program may go by its name
	p.Stdin = bytes.NewReader(message)
	p.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	p.Dir = "/"
	if dir, err := os.Getwd(); err == nil {
		p.Dir = dir
	}
	said, err := p.StdoutPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		return modules.Result{}, fmt.Errorf("start a job: %w", err)
	}
	path, err := bufio.NewReader(said).ReadString('\n')
	// The job goes on; somebody has to take its end while this process lives.
	go func() { _, _ = io.Copy(io.Discard, said); _ = p.Wait() }()
	path = strings.TrimSuffix(path, "\n")
	if err != nil {
		return modules.Result{}, fmt.Errorf("start a job: %s", cmp.Or(path, "it ended at once"))
	}
	return modules.Result{Changed: true, Data: value.DictOf(
		"started", int64(1), "finished", int64(0), "results_file", path, "ansible_job_id", filepath.Base(path))}, nil
}

// self is this program, even when its file has been replaced meanwhile.
func self() string {
	if _, err := os.Stat("/proc/self/exe"); err == nil {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// job is the detached process: it makes its file, says where that is, runs the
// call and replaces the file by the result.
func job(ctx context.Context, name string, in io.Reader, out io.WriteCloser, runner modules.Runner) error {
	message, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the job's call: %w", err)
	}
	req, err := decodeRequest(message)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s.%d", name, os.Getpid())
	path := filepath.Join(asyncDir(req.call.Env), id)
	started := value.DictOf("started", int64(1), "finished", int64(0), "ansible_job_id", id)
	if err := writeJob(path, started); err != nil {
		fmt.Fprint(out, err)
		return errors.Join(err, out.Close())
	}
	fmt.Fprintln(out, path)
	if err := out.Close(); err != nil {
		return err
	}
	if req.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, req.limit)
		defer cancel()
	}
	return writeJob(path, finish(ctx, runner, req.call))
}

// finish runs the call; a module that outstays the limit is left to the end of
// this process.
func finish(ctx context.Context, runner modules.Runner, call modules.Call) *value.Dict {
	done := make(chan modules.Result, 1)
	go func() {
		r, err := runner.Run(ctx, call)
		if err != nil {
			r = modules.Failed(err)
		}
		done <- r
	}()
	select {
	case r := <-done:
		if ctx.Err() == nil {
			return record(r)
		}
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(leaveAfter):
		}
	}
	msg := "Timeout exceeded"
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		msg = "The job was ended"
	}
	return value.DictOf("msg", msg, "failed", true, "child_pid", int64(os.Getpid()))
}

func asyncDir(env map[string]string) string {
	dir := env["ANSIBLE_ASYNC_DIR"]
	if dir == "" {
		dir = cmp.Or(os.Getenv("ANSIBLE_ASYNC_DIR"), "~/.ansible_async")
	}
	if rest, ok := strings.CutPrefix(dir, "~"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			home = "/"
		}
		dir = filepath.Join(home, rest)
	}
	return dir
}

// writeJob replaces a job's file as a whole: async_status may read it at any time.
func writeJob(path string, d *value.Dict) error {
	text, err := value.EncodeJSON(d, value.JSONOptions{})
	if err != nil {
		return fmt.Errorf("write the job's file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".tmp", []byte(text), 0o600); err != nil {
		return errors.Join(err, os.Remove(path+".tmp"))
	}
	return os.Rename(path+".tmp", path)
}

// record is a result as Ansible's modules print it, which is what async_status reads.
func record(r modules.Result) *value.Dict {
	d := value.DictOf("changed", r.Changed)
	for k, v := range r.Data.All() {
		d.Set(k, v)
	}
	if r.Failed {
		d.Set("failed", true)
	}
	if r.Skipped {
		d.Set("skipped", true)
	}
	if r.Msg != "" || r.Failed {
		d.Set("msg", r.Msg)
	}
	if len(r.Diff) > 0 {
		d.Set("diff", value.Of(r.Diff))
	}
	if r.Facts.Len() > 0 {
		d.Set("ansible_facts", r.Facts)
	}
	if len(r.Warnings) > 0 {
		d.Set("warnings", value.Strings(r.Warnings))
	}
	if len(r.Deprecations) > 0 {
		d.Set("deprecations", value.Of(r.Deprecations))
	}
	if r.Invocation.Len() > 0 {
		d.Set("invocation", value.DictOf("module_args", r.Invocation))
	}
	return d
}
