//go:build !linux

package system

import "errors"

func setKernelName(string) error { return errors.ErrUnsupported }
