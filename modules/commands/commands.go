// Package commands holds the modules that run what the user wrote: command,
// shell, script and expect. They know nothing of what the commands do; creates
// and removes are the user's word for that.
package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/modules"
)

// Guards are the options that say when a command need not run, and where it does.
type Guards struct {
	Chdir   string `arg:"chdir" type:"path" doc:"Folder to run in."`
	Creates string `arg:"creates" type:"path" doc:"A path or glob pattern: if it is there, the command is not run."`
	Removes string `arg:"removes" type:"path" doc:"A path or glob pattern: if it is not there, the command is not run."`
}

// skip returns the message and the standard output of a command that need not
// run, and "" for one that has to.
func (g Guards) skip(c *modules.Context) (msg, stdout string) {
	not := c.Tense("Did", "Would") + " not run command since "
	switch {
	case g.Creates != "" && g.there(g.Creates):
		return not + "'" + g.Creates + "' exists", "skipped, since " + g.Creates + " exists"
	case g.Removes != "" && !g.there(g.Removes):
		return not + "'" + g.Removes + "' does not exist", "skipped, since " + g.Removes + " does not exist"
	}
	return "", ""
}

// there looks for a pattern from where the command would run. As in a shell, a
// leading dot has to be written.
func (g Guards) there(pattern string) bool {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(g.Chdir, pattern)
	}
	if _, err := os.Stat(pattern); err == nil {
		return true
	}
	found, _ := filepath.Glob(pattern)
	for _, path := range found {
		if !strings.HasPrefix(filepath.Base(path), ".") || strings.HasPrefix(filepath.Base(pattern), ".") {
			return true
		}
	}
	return false
}

// Ran is what the modules return of a command.
type Ran struct {
	Changed *bool   `json:"changed,omitempty" doc:"Whether the command ran."`
	Stdout  string  `json:"stdout" doc:"What it wrote to its standard output."`
	Stderr  string  `json:"stderr" doc:"What it wrote to its standard error."`
	RC      *int    `json:"rc" doc:"Its exit status, or a signal's number as a negative one."`
	Cmd     any     `json:"cmd" doc:"The command: a list of words, or text for a shell."`
	Start   *string `json:"start" doc:"When it started, in local time."`
	End     *string `json:"end" doc:"When it ended."`
	Delta   *string `json:"delta" doc:"How long it took."`
	Msg     string  `json:"msg" doc:"Why it did not run or failed."`
}

const stamp = "2006-01-02 15:04:05.000000"

func (r *Ran) took(start, end time.Time) {
	from, to, delta := start.Format(stamp), end.Format(stamp), duration(end.Sub(start))
	r.Start, r.End, r.Delta = &from, &to, &delta
}

// duration writes a time span as Python does: 0:00:01.234567.
func duration(d time.Duration) string {
	micros := d.Microseconds()
	s := micros / 1e6
	text := fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	if days := s / 86400; days > 0 {
		plural := "s"
		if days == 1 {
			plural = ""
		}
		text = fmt.Sprintf("%d day%s, %d:%02d:%02d", days, plural, s%86400/3600, s/60%60, s%60)
	}
	if micros%1e6 != 0 {
		text += fmt.Sprintf(".%06d", micros%1e6)
	}
	return text
}

// failure carries all that is known of the command.
func (r *Ran) failure(msg string) error {
	changed := r.Changed != nil && *r.Changed
	return modules.Fail("%s", msg).With("changed", changed).With("stdout", r.Stdout).With("stderr", r.Stderr).
		With("rc", r.RC).With("cmd", r.Cmd).With("start", r.Start).With("end", r.End).With("delta", r.Delta)
}

func ptr[T any](v T) *T { return &v }
