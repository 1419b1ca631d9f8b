package modules

import (
	"errors"
	"fmt"

	"goplay/internal/value"
)

// Result is what a call ends as. A failed module is a Result too.
type Result struct {
	Changed, Failed, Skipped bool
	Msg                      string
	Data                     *value.Dict // the module's own return values, in their order
	Diff                     []Diff
	Facts                    *value.Dict // facts the call established, under the names variables get: setup's begin with ansible_
	Warnings                 []string
	Deprecations             []Deprecation
	Invocation               *value.Dict // the options in effect, secrets covered
}

// Diff is what one change makes of a thing: texts, or dicts of attributes.
type Diff struct {
	Before       any    `json:"before,omitempty"` // nil is a side that is not shown
	After        any    `json:"after,omitempty"`
	BeforeHeader string `json:"before_header,omitempty"`
	AfterHeader  string `json:"after_header,omitempty"`
	Prepared     string `json:"prepared,omitempty"` // a finished diff, shown as it is
	// A side that is not shown because it is binary, or larger than so many bytes.
	SrcBinary bool `json:"src_binary,omitempty"`
	DstBinary bool `json:"dst_binary,omitempty"`
	SrcLarger int  `json:"src_larger,omitempty"`
	DstLarger int  `json:"dst_larger,omitempty"`
}

// Deprecation is a notice of what will go.
type Deprecation struct {
	Msg        string `json:"msg"`
	Version    string `json:"version,omitempty"`
	Collection string `json:"collection_name,omitempty"`
}

// Failure is an error that carries the return values of a failed module.
type Failure struct {
	Msg  string
	Data *value.Dict
	Err  error
}

// Fail makes a Failure with a message.
func Fail(format string, args ...any) *Failure {
	err := fmt.Errorf(format, args...)
	return &Failure{Msg: err.Error(), Err: err}
}

// With adds a return value to the failure.
func (f *Failure) With(name string, v any) *Failure {
	if f.Data == nil {
		f.Data = value.NewDict()
	}
	f.Data.Set(name, value.Of(v))
	return f
}

func (f *Failure) Error() string { return f.Msg }
func (f *Failure) Unwrap() error { return f.Err }

// Skipped is returned by a module that has nothing to do where it is and wants
// to be shown as skipped.
type Skipped struct{ Msg string }

func (s *Skipped) Error() string { return s.Msg }

// Failed makes the result of a call that failed with err.
func Failed(err error) Result {
	r := Result{Failed: true, Msg: err.Error(), Data: value.NewDict()}
	var f *Failure
	if errors.As(err, &f) && f.Data != nil {
		r.Data = f.Data
	}
	return r
}

// FactHolder is implemented by result structs that establish facts.
type FactHolder interface{ AnsibleFacts() *value.Dict }

// OpenResult is implemented by result structs that return more than their
// fields: names that are not known before, such as a server's headers.
type OpenResult interface{ Values() *value.Dict }

// finish makes the Result of a module that ran.
func (c *Context) finish(returned any, err error) Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Result{Changed: c.changed, Data: value.NewDict()}
	if open, ok := returned.(OpenResult); ok {
		r.Data.Update(open.Values())
	} else if d, ok := value.Of(returned).(*value.Dict); ok {
		r.Data = d
	}
	if h, ok := returned.(FactHolder); ok {
		r.Facts = h.AnsibleFacts()
	}
	var skipped *Skipped
	switch {
	case errors.As(err, &skipped):
		r.Skipped, r.Msg = true, skipped.Msg
	case err != nil:
		f := Failed(err)
		dropEmpty(r.Data, f.Data)
		r.Failed, r.Changed, r.Msg = true, false, f.Msg
		r.Data.Update(f.Data)
		c.diffs = nil
	}
	if msg, ok := r.Data.Get("msg"); ok {
		if r.Msg == "" {
			r.Msg = value.Str(msg)
		}
		if value.Truth(msg) || r.Msg != "" {
			r.Data.Delete("msg")
		}
	}
	if v, ok := r.Data.Get("changed"); ok {
		r.Changed = value.Truth(v)
		r.Data.Delete("changed")
	}
	r.Diff, r.Warnings, r.Deprecations, r.Invocation = c.diffs, c.warnings, c.deprecations, c.invocation
	r.cover(c.secrets)
	return r
}

// dropEmpty leaves of a failed module's return values those that it had set, or
// that the failure tells of.
func dropEmpty(d, told *value.Dict) {
	for _, k := range d.Keys() {
		_, kept := told.Get(k)
		if v, _ := d.Get(k); !kept && !value.Truth(v) {
			d.Delete(k)
		}
	}
}

func (c *Context) failed(err error) Result {
	r := Failed(err)
	r.Warnings = c.warnings
	r.cover(c.secrets)
	return r
}
