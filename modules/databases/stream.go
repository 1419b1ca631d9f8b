package databases

import (
	"bytes"
	"errors"
	"io"
	"os/exec"

	"goplay/modules"
)

// stream runs a program between in and out without keeping what passes: dumps
// are larger than memory. It returns what the program complained of.
func stream(c *modules.Context, cmd modules.Cmd, in io.Reader, out io.Writer) (string, error) {
	var stderr bytes.Buffer
	p := exec.CommandContext(c, cmd.Argv[0], cmd.Argv[1:]...)
	p.Dir, p.Stdin, p.Stdout, p.Stderr = cmd.Dir, in, out, &stderr
	p.Env = append(append(c.Environ(), "LC_ALL=C"), cmd.Env...)
	modules.OwnGroup(p)
	err := p.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", modules.Fail("%s", stderr.String()).With("rc", exit.ExitCode()).With("cmd", cmd.Argv)
	}
	return stderr.String(), err
}
