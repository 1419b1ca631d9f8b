package main

import "golang.org/x/sys/unix"

const getState, setState = unix.TIOCGETA, unix.TIOCSETA

// disabledKey is what stands for no key among those that a terminal knows.
const disabledKey = 0xff
