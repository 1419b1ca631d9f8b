package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// hide keeps a terminal from showing what is typed until restore is called. It
// is restored as well when goplay ends before.
func hide(tty *os.File) (restore func(), err error) {
	fd := int(tty.Fd())
	was, err := unix.IoctlGetTermios(fd, getState)
	if err != nil {
		return nil, err
	}
	state := *was
	state.Lflag &^= unix.ECHO
	state.Lflag |= unix.ICANON | unix.ISIG
	state.Iflag |= unix.ICRNL
	if err := unix.IoctlSetTermios(fd, setState, &state); err != nil {
		return nil, err
	}
	undo := func() { _ = unix.IoctlSetTermios(fd, setState, was) }
	out := leaving.add(undo)
	return func() { undo(); out() }, nil
}
