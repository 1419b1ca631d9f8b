package template

import (
	"fmt"
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

// now is now(utc=False, fmt=None): a datetime without a zone, or text.
func now(c *jinja.Call) (any, error) {
	utc, format := argument(c, 0, "utc"), argument(c, 1, "fmt")
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
	hint := argument(c, 0, "hint")
	u := &value.Undefined{Hint: "Mandatory variable has not been overridden"}
	if value.Truth(hint) {
		u.Hint = value.Str(hint)
	}
	return u, nil
}

func argument(c *jinja.Call, i int, name string) any {
	if i < len(c.Args) {
		return c.Args[i]
	}
	v, _ := c.Kwargs.Get(name)
	return v
}
