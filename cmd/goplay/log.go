package main

import (
	"fmt"
	"os"
	"os/user"
	"time"

	"goplay/engine/report"
)

// openLog has all that is shown kept in the file that log_path names. It is
// the user's alone: what is shown can be private though it is no secret.
func (s *session) openLog() error {
	path := s.config.String("DEFAULT_LOG_PATH")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the log that log_path (%s) names: %w", s.config.Origin("DEFAULT_LOG_PATH"), err)
	}
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	entry := report.Logged{Log: file, PID: os.Getpid(), User: name, Now: time.Now}
	out, errs := entry, entry
	out.Writer, errs.Writer = s.screen.Out, s.screen.Err
	s.screen.Out, s.screen.Err = &out, &errs
	return nil
}
