package commands

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// hideTyping makes a terminal not show what is typed. Fd would make its reads
// block for good, so the raw connection is used.
func hideTyping(terminal *os.File) error {
	raw, err := terminal.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		t, err := unix.IoctlGetTermios(int(fd), getTermios)
		if err == nil {
			t.Lflag &^= unix.ECHO
			err = unix.IoctlSetTermios(int(fd), setTermios, t)
		}
		failed = err
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("switch the terminal's echo off: %w", err)
	}
	return nil
}
