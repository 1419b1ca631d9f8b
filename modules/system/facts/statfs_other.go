//go:build !linux

package facts

import "goplay/internal/value"

func sizesOf(string) *value.Dict { return value.NewDict() }
