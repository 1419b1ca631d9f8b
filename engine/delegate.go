package engine

import (
	"context"
	"errors"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// errNoHostName is what delegate_to cannot be, which ends the run.
var errNoHostName = errors.New("a host that a task is delegated to has no name")

// delegate is the host a task runs on instead of its own; "" for itself.
func (w *walk) delegate(ctx context.Context, t *playbook.Task, scope *vars.Scope) (string, error) {
	if t.LocalAction {
		return "localhost", nil
	}
	to := t.DelegateTo
	if w.omits(ctx, to, scope) {
		to = t.DelegateAround()
	}
	if to.IsNull() {
		return "", nil
	}
	v, err := w.opts.Template.Eval(ctx, to, scope)
	switch {
	case err != nil:
		return "", inField("delegate_to", err)
	case v == nil || v == w.omit:
		return "", nil
	}
	switch v.(type) {
	default:
		return value.Str(v), nil
	case bool, int64, float64, *value.List, *value.Dict:
	}
	fault := source.Errorf(to.Pos, "the field 'delegate_to' has an invalid type (<class '%s'>), and could not be converted to a string type.", value.TypeName(v))
	fault.Err = errNoHostName
	return "", fault
}

// delegatedItems is what a delegated task loops over where its loop is none. Ansible
// looks for the hosts that a template in delegate_to names before it runs the task, and
// keeps the items that it did so with: an item that is nothing for what is not
// defined, the letters of a text, the keys of a dict.
func (w *walk) delegatedItems(ctx context.Context, t *playbook.Task, scope *vars.Scope, err error) ([]any, error) {
	if !w.movedByTemplate(ctx, t, scope) {
		return nil, err
	}
	if template.IsUndefined(err) {
		return []any{nil}, nil
	}
	var none *notItems
	if !errors.As(err, &none) {
		return nil, err
	}
	switch none.v.(type) {
	case string, *value.Dict:
		if items, bad := value.Items(none.v); bad == nil {
			return items, nil
		}
	}
	return nil, err
}

// movedByTemplate reports whether delegate_to is a template that can be evaluated
// without an item.
func (w *walk) movedByTemplate(ctx context.Context, t *playbook.Task, scope *vars.Scope) bool {
	if t.DelegateTo == nil || t.DelegateTo.Kind != tree.Text || !isTemplate(t.DelegateTo.Text) {
		return false
	}
	_, err := w.delegate(ctx, t, scope)
	return err == nil
}

// endsRun reports whether a loop that cannot be evaluated ends the run: that of a
// delegated task is looked at before it is given to a host.
func (w *walk) endsRun(t *playbook.Task, err error) bool {
	var none *notItems
	delegated := t.LocalAction || !t.DelegateTo.IsNull()
	return delegated && !template.IsUndefined(err) && pythonsOwn(err) == nil && !errors.As(err, &none)
}

// notItems says that what a task is to loop over is no list.
type notItems struct{ v any }

func (e *notItems) Error() string { return "no list: " + value.TypeName(e.v) }
