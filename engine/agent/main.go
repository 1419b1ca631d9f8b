package agent

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"goplay/modules"
)

// Main is the whole of an agent's program: with no arguments it serves calls on
// stdin and stdout, "job NAME" is a detached call, "version" says the
// protocol's. It returns the exit code. The program that calls it has to know
// the modules, and has to do so under the arguments "agent ...", since the
// agent starts itself again for jobs.
func Main(args []string) int {
	// A controller that has gone must not kill the agent before it has ended
	// what it started.
	outlive(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	var err error
	switch {
	case len(args) == 0:
		err = Serve(ctx, os.Stdin, os.Stdout, modules.InProcess{})
	case args[0] == "version":
		fmt.Println(version)
	case args[0] == "job" && len(args) == 2:
		err = runJob(args[1])
	default:
		err = fmt.Errorf("usage: agent [version | job NAME]")
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "goplay agent:", err)
		return 1
	}
	return 0
}

// outlive makes this process take no notice of signals. They are not ignored,
// because what is ignored stays so in every command that a module starts.
func outlive(signals ...os.Signal) { signal.Notify(make(chan os.Signal, 1), signals...) }

// runJob is not ended by what ends its starter.
func runJob(name string) error {
	outlive(syscall.SIGHUP, syscall.SIGINT)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return job(ctx, name, os.Stdin, stdoutToNull{}, modules.InProcess{})
}

// stdoutToNull is standard output until it is closed; then it leads nowhere, so
// that what the job starts holds no pipe of the agent's.
type stdoutToNull struct{}

func (stdoutToNull) Write(p []byte) (int, error) { return os.Stdout.Write(p) }

func (stdoutToNull) Close() error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = os.Stdout.Close()
	os.Stdout = null
	return err
}

var _ io.WriteCloser = stdoutToNull{}
