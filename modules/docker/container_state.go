package docker

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"goplay/internal/value"
	"goplay/modules"
)

// setRunning starts, restarts, stops and pauses as the task says. container is
// nil where check mode pretends.
func (r *containerRun) setRunning(container object, wasRunning, isNew bool) error {
	switch {
	case r.starts() && (isNew || !running(container)):
		r.found.add("running", wasRunning, true)
		if err := r.start(container); err != nil {
			return err
		}
	case r.starts() && r.args.Restart:
		r.found.add("running", true, true)
		r.found.add("restarted", false, true)
		if err := r.restart(container); err != nil {
			return err
		}
	case r.args.State == "stopped" && !isNew && running(container):
		r.found.add("running", true, false)
		if err := r.stop(container); err != nil {
			return err
		}
	}
	return r.setPaused(container, isNew)
}

func (r *containerRun) setPaused(container object, isNew bool) error {
	want := r.args.Paused
	paused := !isNew && boolAt(container, "State.Paused")
	if want == nil || paused == *want || r.args.State != "started" && r.args.State != "present" || !r.starts() && !running(container) {
		return nil
	}
	r.found.add("paused", paused, *want)
	return r.change(func() error {
		id := textAt(container, "Id")
		var err error
		if *want {
			_, err = r.e.ContainerPause(r.c, id, client.ContainerPauseOptions{})
		} else {
			_, err = r.e.ContainerUnpause(r.c, id, client.ContainerUnpauseOptions{})
		}
		if err != nil {
			return modules.Fail("Error %s container %s: %w", map[bool]string{true: "pausing", false: "unpausing"}[*want], id, daemonError(err))
		}
		return nil
	})
}

func (r *containerRun) restart(container object) error {
	return r.change(func() error {
		_, err := r.e.ContainerRestart(r.c, textAt(container, "Id"), client.ContainerRestartOptions{Timeout: r.args.stopSeconds()})
		if err != nil {
			return modules.Fail("Error restarting container %s: %w", textAt(container, "Id"), daemonError(err))
		}
		return nil
	})
}

func (r *containerRun) start(container object) error {
	return r.change(func() error {
		id := textAt(container, "Id")
		attached := r.args.Detach != nil && !*r.args.Detach
		var ending func() error
		if attached {
			var err error
			if ending, err = r.watch(container); err != nil {
				return err
			}
		}
		if _, err := r.e.ContainerStart(r.c, id, client.ContainerStartOptions{}); err != nil {
			return modules.Fail("Error starting container %s: %w", id, daemonError(err))
		}
		if attached {
			return ending()
		}
		return nil
	})
}

// watch prepares to see a container through to its end, before it is started:
// one that removes itself could be gone before anybody asks. The function
// returned waits, collects the output, cleans up and judges the exit status.
func (r *containerRun) watch(container object) (func() error, error) {
	id := textAt(container, "Id")
	conn, err := r.e.ContainerAttach(r.c, id, client.ContainerAttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		return nil, modules.Fail("Error attaching to container %s: %w", id, daemonError(err))
	}
	var seen bytes.Buffer
	read := make(chan error, 1)
	go func() {
		defer conn.Close()
		read <- demultiplex(boolAt(container, "Config.Tty"), conn.Reader, r.live(&seen, "stdout"), r.live(&seen, "stderr"))
	}()
	stop := context.AfterFunc(r.c, conn.Close)
	ended := r.awaitEnd(id)
	return func() error {
		defer stop()
		status, err := ended()
		if err != nil {
			return err
		}
		<-read
		r.status = &status
		if r.output, err = r.logged(container, seen.String()); err != nil {
			return err
		}
		switch {
		case boolAt(container, "HostConfig.AutoRemove"):
			err = r.awaitRemoval(container)
		case r.args.Cleanup:
			err = r.remove(container)
		}
		if err != nil {
			return err
		}
		if status != 0 {
			return r.failedWith(container, status)
		}
		return nil
	}, nil
}

// failedWith is the failure of a command that was waited for. As of one that
// went well there is the container with it, if that is there still, and the diff.
func (r *containerRun) failedWith(container object, status int64) error {
	now, err := r.e.container(r.c, textAt(container, "Id"))
	if err != nil {
		return err
	}
	if now == nil {
		now = object{}
	}
	now["Output"] = r.output
	failure := modules.Fail("%s", r.output).With("status", status).With("changed", true).With("container", now)
	if r.c.WantsDiff() {
		failure = failure.With("diff", value.DictOf("before", value.Of(r.found.before), "after", value.Of(r.found.after)))
	}
	return failure
}

// live writes to buf and, with output_logs, to the user's screen.
func (r *containerRun) live(buf *bytes.Buffer, stream string) io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		if r.args.OutputLogs {
			r.c.Output(stream, p)
		}
		return buf.Write(p)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// demultiplex takes apart the two streams that the engine sends as one, unless
// a terminal made them one.
func demultiplex(tty bool, from io.Reader, stdout, stderr io.Writer) error {
	var err error
	if tty {
		_, err = io.Copy(stdout, from)
	} else {
		_, err = stdcopy.StdCopy(stdout, stderr, from)
	}
	return err
}

// awaitEnd asks the engine for the next end of the container now, and returns
// what waits for it.
func (r *containerRun) awaitEnd(id string) func() (int64, error) {
	type end struct {
		status int64
		err    error
	}
	done := make(chan end, 1)
	wait := r.e.ContainerWait(r.c, id, client.ContainerWaitOptions{Condition: "next-exit"})
	go func() {
		select {
		case res := <-wait.Result:
			done <- end{status: res.StatusCode}
		case err := <-wait.Error:
			done <- end{err: err}
		}
	}()
	return func() (int64, error) {
		e := <-done
		if e.err != nil {
			return 0, modules.Fail("Error waiting for container %s: %w", id, daemonError(e.err))
		}
		return e.status, nil
	}
}

// logged is the container's whole log where the engine keeps a readable one,
// else what was seen of this run.
func (r *containerRun) logged(container object, seen string) (string, error) {
	driver := textAt(container, "HostConfig.LogConfig.Type")
	if boolAt(container, "HostConfig.AutoRemove") || driver != "json-file" && driver != "journald" && driver != "local" {
		return seen, nil
	}
	logs, err := r.e.ContainerLogs(r.c, textAt(container, "Id"), client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		return "", modules.Fail("Error reading the log of container %s: %w", r.args.Name, daemonError(err))
	}
	defer logs.Close()
	var all bytes.Buffer
	err = demultiplex(boolAt(container, "Config.Tty"), logs, &all, &all)
	return all.String(), err
}

// final waits for the container's health if that is wanted, and says how it is.
func (r *containerRun) final(container object) (object, error) {
	if container == nil {
		return nil, nil
	}
	if r.args.State == "healthy" {
		if _, err := attempt(r.c, func() error { return r.awaitHealth(textAt(container, "Id")) }); err != nil {
			return nil, err
		}
	}
	now, err := r.e.container(r.c, textAt(container, "Id"))
	if now == nil && err == nil {
		now = container
	}
	return now, err
}

func (r *containerRun) awaitHealth(id string) error {
	most := time.Duration(*r.args.HealthyWaitTimeout * float64(time.Second))
	return r.poll(id, most, func(now object) (bool, error) {
		switch health := textAt(now, "State.Health.Status"); {
		case now == nil:
			return false, modules.Fail(`Encountered missing container while waiting for container "%s"`, r.args.Name)
		case health == "healthy":
			return true, nil
		case health == "" || health == "none":
			return false, modules.Fail(`Container "%s" has no health check, and so can never be healthy. Give it one with healthcheck, or use state: started`, r.args.Name)
		case !running(now):
			return false, modules.Fail(`Container "%s" has ended while waiting for it to become healthy, with exit status %d`, r.args.Name, intAt(now, "State.ExitCode"))
		}
		return false, nil
	})
}

// poll looks at the container until done says so. most bounds it if positive.
func (r *containerRun) poll(id string, most time.Duration, done func(object) (bool, error)) error {
	ctx, cancel := bounded(r.c, most)
	defer cancel()
	for pause := 20 * time.Millisecond; ; pause = min(pause*3/2, time.Second) {
		now, err := r.e.get(ctx, "/containers/"+url.PathEscape(id)+"/json", nil)
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return modules.Fail(`Timeout of %s seconds exceeded while waiting for container "%s"`, strconv.FormatFloat(most.Seconds(), 'f', -1, 64), r.args.Name)
		case missing(err):
			now = nil
		case err != nil:
			return modules.Fail("Error inspecting container %s - %w", r.args.Name, err)
		}
		if ok, err := done(now); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func bounded(c context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	if most > 0 {
		return context.WithTimeout(c, most)
	}
	return context.WithCancel(c)
}
