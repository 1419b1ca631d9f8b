//go:build !linux

package fsys

import "errors"

const settableFlags = 0

// Flags reads a file's chattr flags; this system has none.
func Flags(string) string { return "" }

// Generation is a file's version number; this system has none.
func Generation(string) (int, bool) { return 0, false }

func readFlags(string) (int, error) { return 0, errors.ErrUnsupported }
func writeFlags(string, int) error  { return errors.ErrUnsupported }
func flagBits(string) (int, error)  { return 0, errors.ErrUnsupported }
