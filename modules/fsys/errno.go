package fsys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// OSError writes a system error as Python prints it, which is how playbooks
// know it: [Errno 2] No such file or directory: b'/etc/none'.
func OSError(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	words := no.Error()
	text := fmt.Sprintf("[Errno %d] %s", int(no), strings.ToUpper(words[:1])+words[1:])
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return fmt.Sprintf("%s: b'%s'", text, path.Path)
	case errors.As(err, &link):
		return fmt.Sprintf("%s: b'%s' -> b'%s'", text, link.Old, link.New)
	}
	return text
}

// OSErrorOfText is OSError where Python has the path as a text, not as bytes.
func OSErrorOfText(err error) string {
	return strings.Replace(OSError(err), ": b'", ": '", 1)
}
