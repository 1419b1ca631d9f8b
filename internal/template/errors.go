package template

import (
	"errors"
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/value"
	"goplay/internal/vault"
)

// undefinedType is the exception of using an undefined variable.
const undefinedType = "AnsibleUndefinedVariable"

// IsUndefined reports whether err comes from using an undefined variable.
func IsUndefined(err error) bool {
	return value.IsException(err, undefinedType, "UndefinedError")
}

// Message is the text of an error in Ansible's words, without its place.
func Message(err error) string {
	var placed *source.Error
	if errors.As(err, &placed) {
		return placed.Msg
	}
	return err.Error()
}

// unusable is the first thing that keeps a template from being rendered: a
// filter or test that is not there, or another reason.
func (e *Engine) unusable(t *jinja.Template) error {
	switch ref, kind := t.FirstUnknown(); kind {
	case "filter":
		return e.unknownError(ref, kind, e.reg.FilterNames())
	case "test":
		return e.unknownError(ref, kind, e.reg.TestNames())
	}
	if t.Refused() {
		return nil
	}
	return t.Failure()
}

// leftAsIs is a text that nothing can be made of, but which is no error: Ansible
// leaves it as it stands. It is warned of. Other texts are nil.
func (e *Engine) leftAsIs(t *jinja.Template, text string) *string {
	if !t.Refused() {
		return nil
	}
	e.warn(fmt.Sprintf("%s: the template is left as it stands: %s", Message(t.Failure()), excerpt(text)))
	return &text
}

func (e *Engine) unknownError(ref jinja.Ref, kind string, known []string) error {
	err := &source.Error{Pos: ref.Pos, Msg: e.notLoaded(kind, ref.Name)}
	err.Err = &jinja.SyntaxError{Msg: err.Msg}
	if hint := e.reg.Hint(kind, ref.Name); hint != "" {
		return err.WithHint("%s", hint)
	}
	if near := source.Near(ref.Name, known); near != "" {
		return err.WithHint("there is no %s %q, did you mean %s?", kind, ref.Name, near)
	}
	return err.WithHint("there is no %s %q", kind, ref.Name)
}

// longestShown is how much of a template a message repeats; its place is known.
const longestShown = 1000

func excerpt(text string) string {
	if len(text) <= longestShown {
		return text
	}
	return strings.ToValidUTF8(text[:longestShown], "") + "..."
}

// compileError puts a syntax error into Ansible's words; doubles says that the
// text reached the parser with its backslashes doubled.
func compileError(err error, text string, at source.Pos, doubles bool) error {
	first := source.List(err)[0]
	out := &source.Error{Pos: at, Err: first}
	var placed *source.Error
	if errors.As(first, &placed) {
		out.Pos, out.Hint = placed.Pos, placed.Hint
	}
	msg := Message(first)
	if doubles {
		msg, text = movedChar(msg, text), doubled(text)
	}
	out.Msg = fmt.Sprintf("template error while templating string: %s. String: %s. %s", msg, excerpt(text), msg)
	return out
}

// runError puts what went wrong while a text was evaluated into Ansible's words.
func runError(err error, text string, at source.Pos) error {
	out := &source.Error{Pos: at, Err: err, Msg: Message(err)}
	var placed *source.Error
	if errors.As(err, &placed) {
		out.Pos, out.Hint = placed.Pos, placed.Hint
	}
	var exc *value.Exception
	if !errors.As(err, &exc) {
		return out
	}
	text = excerpt(text)
	switch exc.Type {
	case "UndefinedError", undefinedType:
		out.Msg = exc.Msg + ". " + exc.Msg
		out.Err = &value.Exception{Type: undefinedType, Msg: out.Msg}
	case "TypeError", "AnsibleFilterTypeError":
		if strings.Contains(exc.Msg, "AnsibleUndefined") {
			msg := fmt.Sprintf("Unable to look up a name or access an attribute in template string (%s).\n"+
				"Make sure your variable name does not contain invalid characters like '-': %s. %s", text, exc.Msg, exc.Msg)
			out.Msg = msg + ". " + msg
			out.Err = &value.Exception{Type: undefinedType, Msg: out.Msg}
			break
		}
		out.Msg = fmt.Sprintf("Unexpected templating type error occurred on (%s): %s. %s", text, exc.Msg, exc.Msg)
		out.Err = &value.Exception{Type: "AnsibleError", Msg: out.Msg}
	}
	return out
}

// variableError is what a template gets that asks for a variable which cannot
// be evaluated: an error, or an undefined value that says why.
func variableError(name, shown string, err error) (any, error) {
	msg := strings.TrimSuffix(Message(err), noLine)
	if IsUndefined(err) {
		return &value.Undefined{Name: name, Hint: shown + ": " + msg}, nil
	}
	if errors.Is(err, errLoop) {
		return nil, err
	}
	out := &source.Error{Msg: fmt.Sprintf("An unhandled exception occurred while templating '%s'. Error was a %s, original message: %s", shown, ClassName(err), msg)}
	out.Err = &value.Exception{Type: "AnsibleError", Msg: out.Msg}
	var placed *source.Error
	if errors.As(err, &placed) {
		out.Pos, out.Hint = placed.Pos, placed.Hint
	}
	return nil, out
}

// exceptionName is the class of an error, without its module.
func exceptionName(err error) string {
	var exc *value.Exception
	if errors.As(err, &exc) {
		return exc.Type
	}
	return "AnsibleError"
}

// Named is an error with its class before its words, which is how an action
// shows what went wrong in a file.
func Named(err error) error {
	var placed *source.Error
	if !errors.As(err, &placed) {
		return err
	}
	named := *placed
	named.Msg = exceptionName(err) + ": " + placed.Msg
	return &named
}

// ClassName is how Python shows the class of an exception.
func ClassName(err error) string {
	typ := exceptionName(err)
	switch {
	case errors.Is(err, vault.ErrFormat):
		typ = "ansible.parsing.vault.AnsibleVaultFormatError"
	case vault.Unopened(err):
		typ = "ansible.parsing.vault.AnsibleVaultError"
	case strings.HasPrefix(typ, "Ansible"):
		typ = "ansible.errors." + typ
	case typ == templateSyntax:
		typ = "jinja2.exceptions." + typ
	}
	return "<class '" + typ + "'>"
}
