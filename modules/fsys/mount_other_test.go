//go:build !linux

package fsys_test

import "errors"

func bindMount(string, string) error { return errors.ErrUnsupported }
func unmount(string)                 {}
