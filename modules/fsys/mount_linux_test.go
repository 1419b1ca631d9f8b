package fsys_test

import "golang.org/x/sys/unix"

func bindMount(from, to string) error { return unix.Mount(from, to, "", unix.MS_BIND, "") }
func unmount(path string)             { _ = unix.Unmount(path, 0) }
