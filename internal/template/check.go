package template

import (
	"goplay/internal/jinja"
	"goplay/internal/source"
)

// Check tells what is wrong with an argument's text before anything runs:
// its syntax, and filters and tests that are not there, with a near miss as the hint.
func (e *Engine) Check(text string, at source.Pos) error {
	if !IsTemplate(text) {
		return nil
	}
	return e.check(dataMode, text, at)
}

// CheckCondition is Check of a when, until, changed_when or failed_when term.
func (e *Engine) CheckCondition(text string, at source.Pos) error {
	if text == "" {
		return nil
	}
	if IsTemplate(text) {
		return e.check(dataMode, text, at)
	}
	return e.check(condMode, text, at)
}

// CheckExpression is Check of an expression alone.
func (e *Engine) CheckExpression(text string, at source.Pos) error {
	return e.check(exprMode, text, at)
}

// CheckFile is Check of a template file. What it includes is not looked at.
func (e *Engine) CheckFile(src string, at source.Pos, o FileOptions) error {
	opts := fileOptions(o)
	opts.Without = e.o.Without
	body, err := applyHeader(&opts, src, &at, func(string) {})
	if err != nil {
		return err
	}
	e.trace(body)
	tpl, err := jinja.New(e.reg, opts).Parse(body, at)
	if err != nil {
		return err
	}
	return e.faults(tpl)
}

// check compiles anew: what a cached template says has other words, and all
// unknown names are wanted, not the first.
func (e *Engine) check(m mode, text string, at source.Pos) error {
	e.trace(text)
	tpl, err := e.parse(m, text, at)
	if err != nil {
		return err
	}
	return e.faults(tpl)
}

// faults are all that keeps a template from being rendered.
func (e *Engine) faults(tpl *jinja.Template) error {
	if err := e.unknown(tpl); err != nil {
		return err
	}
	if tpl.Refused() {
		return nil
	}
	return tpl.Failure()
}

// Undeclared lists the variables that an argument's text takes from outside;
// none when it does not compile.
func (e *Engine) Undeclared(text string, at source.Pos) []jinja.Ref {
	if !IsTemplate(text) {
		return nil
	}
	return e.undeclared(dataMode, text, at)
}

// UndeclaredCondition is Undeclared of a condition.
func (e *Engine) UndeclaredCondition(text string, at source.Pos) []jinja.Ref {
	if IsTemplate(text) {
		return e.undeclared(dataMode, text, at)
	}
	return e.undeclared(condMode, text, at)
}

func (e *Engine) undeclared(m mode, text string, at source.Pos) []jinja.Ref {
	tpl, err := e.parse(m, text, at)
	if err != nil {
		return nil
	}
	return tpl.Undeclared()
}
