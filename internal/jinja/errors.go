package jinja

import (
	"errors"
	"fmt"
	"runtime/debug"

	"goplay/internal/source"
	"goplay/internal/value"
)

// SyntaxError is why a template does not compile, in Jinja2's words. It stands
// in the Err of a *source.Error.
type SyntaxError struct{ Msg string }

func (e *SyntaxError) Error() string { return e.Msg }

// LimitError says which of the Limits a rendering ran into.
type LimitError struct{ Msg string }

func (e *LimitError) Error() string { return e.Msg }

// PanicError is a fault of the engine itself, or of a filter, that a template
// has brought to light.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// caught turns a panic into an error; a template must not end the process.
func caught(pos source.Pos, err *error) {
	if v := recover(); v != nil {
		*err = place(pos, panicked(v))
	}
}

// panicked is the error of a panic.
func panicked(v any) error {
	switch v := v.(type) {
	case *stopped:
		return v.error
	case interface {
		error
		Limit()
	}: // something below ran into a limit of its own where it had no other way out
		return v
	default:
		return &PanicError{v, debug.Stack()}
	}
}

// IsSyntax reports whether err says that a template does not compile.
func IsSyntax(err error) bool {
	var syntax *SyntaxError
	return errors.As(err, &syntax)
}

// IsUndefined reports whether err comes from using an undefined value.
func IsUndefined(err error) bool { return value.IsException(err, "UndefinedError") }

// IsLimit reports whether err says that a rendering ran into its Limits.
func IsLimit(err error) bool {
	var limit *LimitError
	return errors.As(err, &limit)
}

// IsNotFound reports whether err says that an included, imported or extended
// template is not there.
func IsNotFound(err error) bool {
	return value.IsException(err, "TemplateNotFound", "TemplatesNotFound")
}

// place gives an error the position of the node at fault, unless one deeper
// down has given it a better one.
func place(pos source.Pos, err error) error {
	if err == nil {
		return nil
	}
	return placeError(pos, err)
}

func placeError(pos source.Pos, err error) error {
	var placed *source.Error
	if errors.As(err, &placed) || err == errBreak || err == errContinue {
		return err
	}
	return &source.Error{Pos: pos, Msg: err.Error(), Err: err}
}

func syntaxError(pos source.Pos, msg string) *source.Error {
	return &source.Error{Pos: pos, Msg: msg, Err: &SyntaxError{Msg: msg}}
}

func runtimeError(msg string) error { return value.Raise("TemplateRuntimeError", "%s", msg) }
