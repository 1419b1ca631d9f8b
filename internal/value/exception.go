package value

import (
	"errors"
	"fmt"
)

// Exception is a Python exception as a Go error: Type is the name of its
// class, Msg is what str() of it gives.
type Exception struct{ Type, Msg string }

// Error is the exception's message, without its type.
func (e *Exception) Error() string { return e.Msg }

// Raise makes an *Exception of a type with a formatted message.
func Raise(typ, format string, args ...any) error {
	return &Exception{Type: typ, Msg: fmt.Sprintf(format, args...)}
}

// IsException reports whether err is or wraps an *Exception of one of the
// types given.
func IsException(err error, types ...string) bool {
	var e *Exception
	if !errors.As(err, &e) {
		return false
	}
	for _, t := range types {
		if e.Type == t {
			return true
		}
	}
	return false
}

func typeError(format string, args ...any) error  { return Raise("TypeError", format, args...) }
func valueError(format string, args ...any) error { return Raise("ValueError", format, args...) }

// MaxSize is the number of characters that one operation may grow a
// string or a number's digits to before it fails with a MemoryError.
const MaxSize = 64 << 20

// MaxBits is how long a number may get: multiplying longer ones takes too long.
const MaxBits = 4 << 20

// MaxItems is MaxSize for lists and tuples, whose items are larger.
const MaxItems = MaxSize / 32

// grow fails when a result of count times size parts would be beyond limit.
func grow(count, size int64, limit int) error {
	if count > 0 && size > 0 && count > int64(limit)/size {
		return Raise("MemoryError", "result of more than %d items is too large", limit)
	}
	return nil
}
