package lookups

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"

	"goplay/internal/value"
)

// run gives a shell command's output.
func (c *Call) run(command string) (string, error) {
	cmd := exec.CommandContext(c.Ctx, "/bin/sh", "-c", command)
	roots, err := c.roots()
	if err != nil {
		return "", err
	}
	cmd.Dir = roots[len(roots)-1]
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Stdin = &out, os.Stderr, os.Stdin
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", failure("lookup_plugin.%s(%s) returned %d", c.Name, command, exit.ExitCode())
	}
	if err != nil {
		return "", failure("lookup_plugin.%s(%s): %v", c.Name, command, err)
	}
	return out.String(), nil
}

func pipe(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		text, err := c.run(value.Str(term))
		if err != nil {
			return nil, err
		}
		out = append(out, strings.TrimRight(text, pySpace))
	}
	return out, nil
}

func lines(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		text, err := c.run(value.Str(term))
		if err != nil {
			return nil, err
		}
		for _, line := range splitLines(text) {
			out = append(out, line)
		}
	}
	return out, nil
}

func splitLines(text string) []string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
