package engine

import (
	"context"
	"time"

	"goplay/engine/check"
	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// loopControl is what a task says of its loop, evaluated: all but the label,
// which every item has its own of.
type loopControl struct {
	loopVar, indexVar  string
	pause              time.Duration
	extended, allItems bool
}

// loopControl evaluates what a task says of its loop, in Ansible's order.
func (w *walk) loopControl(ctx context.Context, c *playbook.LoopControl, scope *vars.Scope) (*loopControl, error) {
	lc := &loopControl{loopVar: "item"}
	if c == nil {
		return lc, nil
	}
	var err error
	if lc.loopVar, err = w.loopName(ctx, "loop_var", c.LoopVar, scope, "item", "can only concatenate str (not \"%s\") to str"); err != nil {
		return nil, err
	}
	if lc.indexVar, err = w.loopName(ctx, "index_var", c.IndexVar, scope, "", "unhashable type: '%s'"); err != nil {
		return nil, err
	}
	if lc.pause, err = w.seconds(ctx, "pause", "float", c.Pause, scope, 0); err != nil {
		return nil, err
	}
	if lc.extended, err = w.flag(ctx, "extended", c.Extended, scope, false); err != nil {
		return nil, inField("extended", err)
	}
	lc.allItems, err = w.flag(ctx, "extended_allitems", c.ExtendedAllItems, scope, true)
	return lc, inField("extended_allitems", err)
}

// loopName evaluates the name of a loop's variable; an empty one means def.
// refusal is what Python says to one that is a list or a dict.
func (w *walk) loopName(ctx context.Context, keyword string, n *tree.Node, scope *vars.Scope, def, refusal string) (string, error) {
	if n.IsNull() {
		return def, nil
	}
	v, err := w.keyword(ctx, keyword, "str", n, scope)
	if err != nil {
		return "", err
	}
	switch v.(type) {
	case *value.List, *value.Dict:
		return "", source.Errorf(n.Pos, "%w", value.Raise("TypeError", refusal, value.TypeName(v)))
	}
	if !value.Truth(v) {
		return def, nil
	}
	return value.Str(v), nil
}

// badLoopControl is the end of a task whose loop_control could not be evaluated.
func (w *walk) badLoopControl(t *playbook.Task, h *Host, scope *vars.Scope, err error) *outcome {
	if pythonsOwn(err) != nil {
		return w.badLoop(t, h, scope, err)
	}
	return w.fault(t, h, scope, err)
}

// vars are the variables that exist for one item.
func (lc *loopControl) vars(items []any, i int) vars.Layer {
	own := vars.Layer{lc.loopVar: items[i], "ansible_loop_var": lc.loopVar}
	if lc.indexVar != "" {
		own[lc.indexVar] = int64(i)
		own["ansible_index_var"] = lc.indexVar
	}
	if !lc.extended {
		return own
	}
	n := len(items)
	loop := value.NewDict()
	loop.Set("index", int64(i+1))
	loop.Set("index0", int64(i))
	loop.Set("first", i == 0)
	loop.Set("last", i == n-1)
	loop.Set("length", int64(n))
	loop.Set("revindex", int64(n-i))
	loop.Set("revindex0", int64(n-i-1))
	if lc.allItems {
		loop.Set("allitems", value.NewList(items...))
	}
	if i < n-1 {
		loop.Set("nextitem", items[i+1])
	}
	if i > 0 {
		loop.Set("previtem", items[i-1])
	}
	own["ansible_loop"] = loop
	return own
}

// seconds reads a keyword that is a time, fractions allowed. kind is what
// Ansible wants it to be.
func (r *run) seconds(ctx context.Context, name, kind string, n *tree.Node, scope *vars.Scope, def float64) (time.Duration, error) {
	f := def
	if !n.IsNull() {
		v, err := r.keyword(ctx, name, kind, n, scope)
		if err != nil {
			return 0, err
		}
		if v == r.omit {
			v = def
		}
		if f, err = check.Seconds(name, kind, v); err != nil {
			return 0, notOfKind(err, n)
		}
	}
	return time.Duration(f * float64(time.Second)), nil
}
