package fsys

import (
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
)

// ValidationError is a file that the user's own check refused.
type ValidationError struct{ modules.Output }

func (e *ValidationError) Error() string { return e.failure().Msg }

// Unwrap gives the failure in the words of the modules that edit text files.
func (e *ValidationError) Unwrap() error { return e.failure() }

func (e *ValidationError) failure() *modules.Failure {
	return modules.Fail("failed to validate: rc:%d error:%s", e.RC, e.Stderr)
}

// RunValidate checks a file with the user's command. A refusal is a *ValidationError.
func RunValidate(c *modules.Context, command, path string) error {
	if command == "" {
		return nil
	}
	if !strings.Contains(command, "%s") {
		return modules.Fail("validate must contain %%s: %s", command)
	}
	argv, err := shlex.Split(command)
	if err != nil {
		return modules.Fail("validate: %w", err)
	}
	for i := range argv {
		argv[i] = strings.ReplaceAll(c.Path(argv[i]), "%s", path)
		argv[i] = strings.ReplaceAll(argv[i], "%%", "%")
	}
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return &ValidationError{out}
	}
	return nil
}
