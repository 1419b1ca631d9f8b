package system

import "golang.org/x/sys/unix"

// setKernelName gives the running system its name.
func setKernelName(name string) error { return unix.Sethostname([]byte(name)) }
