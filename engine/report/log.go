package report

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"goplay/internal/lazy"
)

// painted is what colour adds to a text.
var painted = lazy.Regexp("\x1b\\[[0-9;]*m")

// Logged is a writer that also keeps what is shown, without its colours: each
// write is an entry of a log in the form that Ansible gives its log_path.
type Logged struct {
	io.Writer           // the screen
	Log       io.Writer // shared by all that is shown
	PID       int
	User      string
	Now       func() time.Time
}

// Write shows p, and logs it. A log that cannot be written does not stop a run.
func (l *Logged) Write(p []byte) (int, error) {
	text := bytes.TrimSuffix(bytes.TrimLeft(painted.Get().ReplaceAll(p, nil), "\n"), []byte("\n"))
	now := l.Now()
	fmt.Fprintf(l.Log, "%s,%03d p=%d u=%s n=ansible | %s\n", now.Format(time.DateTime), now.Nanosecond()/1e6, l.PID, l.User, text)
	return l.Writer.Write(p)
}
