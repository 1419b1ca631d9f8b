package template

import (
	"fmt"
	"sync"
	"time"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// registerGlobals adds what Ansible gives every template.
func registerGlobals(r *jinja.Registry) {
	for name, f := range map[string]jinja.Func{"now": now, "undef": undef} {
		if !r.HasGlobal(name) {
			r.Global(name, f)
		}
	}
}

var (
	nowParams   = sync.OnceValue(func() *jinja.Params { return jinja.NewParams("Templar._now_datetime", "self, utc=False, fmt=None") })
	undefParams = sync.OnceValue(func() *jinja.Params { return jinja.NewParams("Templar._make_undefined", "self, hint=None") })
)

// now is now(utc=False, fmt=None): a datetime without a zone, or text.
func now(c *jinja.Call) (any, error) {
	given, err := nowParams().Bind(c.Args, c.Kwargs)
	if err != nil {
		return nil, err
	}
	utc, format := given[0], given[1]
	t := time.Now()
	if value.Truth(utc) {
		t = t.UTC()
	}
	naive := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, value.Naive)
	if !value.Truth(format) {
		return naive, nil
	}
	method, ok := value.Attr(naive, "strftime")
	call, isCall := method.(value.Callable)
	if !ok || !isCall {
		return nil, fmt.Errorf("now: datetime has no strftime")
	}
	return call.Call([]any{format}, nil)
}

// undef is undef(hint=None): a value that is undefined on purpose.
func undef(c *jinja.Call) (any, error) {
	given, err := undefParams().Bind(c.Args, c.Kwargs)
	if err != nil {
		return nil, err
	}
	hint := given[0]
	u := &value.Undefined{Hint: "Mandatory variable has not been overridden"}
	if value.Truth(hint) {
		u.Hint = value.Str(hint)
	}
	return u, nil
}
