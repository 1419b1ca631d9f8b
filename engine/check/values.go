package check

import (
	"fmt"
	"strconv"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

// Bool is the value of a keyword that is true or false. The error is Ansible's.
func Bool(keyword string, v any) (bool, error) {
	b, err := modules.ToBool(v)
	switch v.(type) {
	case *value.List, *value.Dict: // Python looks the value up among those that it knows
		return false, invalid(keyword, v, "bool", fmt.Sprintf("unhashable type: '%s'", value.TypeName(v)))
	}
	if err != nil {
		return false, invalid(keyword, v, "bool", err.Error())
	}
	return b, nil
}

// Int is the value of a keyword that is a whole number, as Python's int reads it.
func Int(keyword string, v any) (int64, error) {
	if f, ok := v.(float64); ok {
		return int64(f), nil
	}
	n, err := modules.ToInt(v)
	switch v.(type) {
	case *value.List, *value.Dict:
		return 0, invalid(keyword, v, "int", fmt.Sprintf("int() argument must be a string, a bytes-like object or a real number, not '%s'", value.TypeName(v)))
	}
	if err != nil {
		return 0, invalid(keyword, v, "int", "invalid literal for int() with base 10: "+value.Repr(v))
	}
	return n, nil
}

// Seconds is the value of a keyword that is a time, fractions allowed. kind is
// what Ansible takes it for: "float", or "int" where only its later releases
// take fractions.
func Seconds(keyword, kind string, v any) (float64, error) {
	if f, err := modules.ToFloat(v); err == nil {
		return f, nil
	}
	if kind == "int" {
		_, err := Int(keyword, v)
		return 0, err
	}
	if text, ok := v.(string); ok {
		return 0, invalid(keyword, v, kind, "could not convert string to float: "+value.Repr(text))
	}
	return 0, invalid(keyword, v, kind, fmt.Sprintf("float() argument must be a string or a real number, not '%s'", value.TypeName(v)))
}

// Percent is the value of a keyword that is a share of a hundred.
func Percent(keyword string, v any) (float64, error) {
	if text, ok := v.(string); ok {
		bare := strings.ReplaceAll(text, "%", "")
		f, err := strconv.ParseFloat(strings.TrimSpace(bare), 64)
		if err != nil {
			return 0, invalid(keyword, v, "percent", "could not convert string to float: "+value.Repr(bare))
		}
		return f, nil
	}
	f, err := modules.ToFloat(v)
	if err != nil {
		return 0, invalid(keyword, v, "percent", err.Error())
	}
	return f, nil
}

func invalid(keyword string, v any, kind, why string) error {
	return &Invalid{Keyword: keyword, Text: value.Str(v), Kind: kind, Why: why}
}

// Invalid says that a keyword's value is not of its kind.
type Invalid struct {
	Keyword string
	Text    string // the value as it was written
	Kind    string
	Why     string
}

func (e *Invalid) Error() string {
	return fmt.Sprintf("the field '%s' has an invalid value (%s), and could not be converted to an %s.The error was: %s", e.Keyword, e.Text, e.Kind, e.Why)
}

// typed is a keyword whose value has to be of a kind.
type typed struct {
	keyword string
	n       *tree.Node
	convert func(keyword string, v any) error
}

func isBool(keyword string, v any) error {
	_, err := Bool(keyword, v)
	return err
}

func isInt(keyword string, v any) error {
	_, err := Int(keyword, v)
	return err
}

func isPercent(keyword string, v any) error {
	_, err := Percent(keyword, v)
	return err
}

// values checks what keywords are given without a template.
func (c *checker) values(list ...typed) {
	for _, one := range list {
		n := one.n
		if n.IsNull() || n.Kind == tree.Text && template.IsTemplate(n.Text) {
			continue
		}
		if err := one.convert(one.keyword, n.Data()); err != nil {
			c.add(source.Errorf(n.Pos, "%w", err))
		}
	}
}

// shared are the keywords with a value of a kind that plays and tasks have.
func shared(k *playbook.Keywords) []typed {
	return []typed{
		{"any_errors_fatal", k.AnyErrorsFatal, isBool}, {"become", k.Become, isBool}, {"check_mode", k.CheckMode, isBool},
		{"diff", k.Diff, isBool}, {"ignore_errors", k.IgnoreErrors, isBool}, {"ignore_unreachable", k.IgnoreUnreachable, isBool},
		{"no_log", k.NoLog, isBool}, {"run_once", k.RunOnce, isBool},
		{"port", k.Port, isInt}, {"throttle", k.Throttle, isInt}, {"timeout", k.Timeout, isInt},
	}
}

func (c *checker) playValues(p *playbook.Play) {
	c.values(shared(&p.Keywords)...)
	c.values(typed{"gather_facts", p.GatherFacts, isBool}, typed{"force_handlers", p.ForceHandlers, isBool},
		typed{"gather_timeout", p.GatherTimeout, isInt}, typed{"max_fail_percentage", p.MaxFailPercent, isPercent})
	c.strategy(p)
}

func (c *checker) taskValues(t *playbook.Task) {
	c.values(shared(&t.Keywords)...)
	c.values(typed{"delegate_facts", t.DelegateFacts, isBool}, typed{"async_val", t.Async, isInt}, typed{"poll", t.Poll, isInt},
		typed{"retries", t.Retries, isInt}, typed{"delay", t.Delay, isInt})
}

// strategies are those that there are, by their short names.
var strategies = []string{"linear", "free", "host_pinned", "debug"}

// strategy looks for that of a play.
func (c *checker) strategy(p *playbook.Play) {
	n := p.Strategy
	if n.IsNull() || n.Kind == tree.Text && template.IsTemplate(n.Text) || contains(strategies, short(n.String())) {
		return
	}
	fault := source.Errorf(n.Pos, "Invalid play strategy specified: %s", n).Plainly()
	if near := source.Near(n.String(), strategies); near != "" {
		fault.WithHint("did you mean %s?", near)
	} else {
		fault.WithHint("known are %s", strings.Join(strategies, ", "))
	}
	c.add(fault)
}
