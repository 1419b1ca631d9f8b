package packages

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/modules"
)

// aptEnv keeps apt and the scripts of packages from asking.
var aptEnv = []string{"DEBIAN_FRONTEND=noninteractive", "DEBIAN_PRIORITY=critical"}

// execLocked runs a command again while another program holds apt's locks, for
// at most so many seconds. What it says then is its result.
func execLocked(c *modules.Context, cmd modules.Cmd, timeout int) (modules.Output, error) {
	deadline := time.Now().Add(time.Duration(timeout) * time.Second)
	for {
		out, err := c.Exec(cmd)
		if err != nil || out.RC == 0 || !locked(out.Stderr) || !time.Now().Before(deadline) {
			return out, err
		}
		if err := pause(c, time.Second); err != nil {
			return out, err
		}
	}
}

// locked tells a lock that another program holds from one that may not be taken.
func locked(stderr string) bool {
	return strings.Contains(stderr, "Could not get lock") || strings.Contains(stderr, "is another process using it?")
}

// operation is one run of apt-get or aptitude that changes packages.
type operation struct {
	argv  []string // without what simulates
	words string   // of a failure, "" for the command itself
	quiet string   // what the summary holds if nothing changes
}

const aptNothing = "0 upgraded, 0 newly installed, 0 to remove"

// transact simulates an operation and, if it changes anything, does it. What
// was printed becomes the result.
func (j *aptJob) transact(op operation) (changed bool, err error) {
	simulation, err := j.exec(op, append(op.argv[:len(op.argv):len(op.argv)], "--simulate"), false)
	if err != nil {
		return false, err
	}
	j.said(simulation)
	if op.quiet != "" && quietly(simulation.Stdout, op.quiet) {
		return false, nil
	}
	diff := modules.Diff{}
	if j.c.WantsDiff() {
		diff.Prepared = planned(simulation.Stdout)
	}
	return true, j.c.Change(diff, func() error {
		out, err := j.exec(op, op.argv, true)
		if err == nil {
			j.said(out)
		}
		return err
	})
}

func quietly(stdout, summary string) bool {
	return strings.HasPrefix(stdout, summary) || strings.Contains(stdout, "\n"+summary)
}

func (j *aptJob) said(out modules.Output) { j.r.Stdout, j.r.Stderr = &out.Stdout, &out.Stderr }

func (j *aptJob) exec(op operation, argv []string, real bool) (modules.Output, error) {
	if real && j.PolicyRcD != nil {
		restore, err := setPolicy(*j.PolicyRcD)
		if err != nil {
			return modules.Output{}, err
		}
		defer restore()
	}
	out, err := execLocked(j.c, modules.Cmd{Argv: argv, Env: aptEnv, UTF8: true, Stream: real}, j.LockTimeout)
	if err != nil || out.RC == 0 {
		return out, err
	}
	words := op.words
	if words == "" {
		words = "'" + shown(op.argv) + "' failed"
	}
	failed := modules.Fail("%s: %s", words, out.Stderr).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	return out, j.withLists(failed)
}

// shown is a command as a message shows it, quoted for reading only.
func shown(argv []string) string {
	parts := make([]string, len(argv))
	for i, arg := range argv {
		parts[i] = arg
		if strings.HasPrefix(arg, "Dpkg::Options::") {
			parts[i] = strconv.Quote(arg)
		} else if i > 0 && strings.ContainsAny(arg, "=>*?[ ") && !strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "APT::") {
			parts[i] = "'" + arg + "'"
		}
	}
	return strings.Join(parts, " ")
}

var summaryLine = lazy.Regexp(`^[0-9]+ (packages )?upgraded`)

// planned is the part of apt's output that tells what changes.
func planned(stdout string) string {
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	from, to := 0, len(lines)
	for i, line := range lines {
		if line == "Reading state information..." || line == "Resolving dependencies..." {
			from = i + 1
		}
		if summaryLine.MatchString(line) {
			to = i + 1
			break
		}
	}
	return strings.Join(lines[min(from, to):to], "\n")
}

// setPolicy makes policy-rc.d answer with a code, and returns what brings the
// former one back.
func setPolicy(code int) (restore func(), err error) {
	const path = "/usr/sbin/policy-rc.d"
	kept := path + ".goplay"
	had := true
	if err := os.Rename(path, kept); errors.Is(err, fs.ErrNotExist) {
		had = false
	} else if err != nil {
		return nil, modules.Fail("Fail to move %s: %w", path, err)
	}
	restore = func() {
		if had {
			_ = os.Rename(kept, path)
		} else {
			_ = os.Remove(path)
		}
	}
	text := "#!/bin/sh\nexit " + strconv.Itoa(code) + "\n"
	if err = os.WriteFile(path, []byte(text), 0o755); err == nil {
		err = os.Chmod(path, 0o755)
	}
	if err != nil {
		restore()
		return nil, modules.Fail("Failed to create or chmod %s: %w", path, err)
	}
	return restore, nil
}

// dpkgOptions hands options without dashes on to dpkg.
func (j *aptJob) dpkgOptions() []string {
	var argv []string
	for _, o := range strings.Split(j.DpkgOptions, ",") {
		if o != "" {
			argv = append(argv, "-o", "Dpkg::Options::=--"+o)
		}
	}
	return argv
}
