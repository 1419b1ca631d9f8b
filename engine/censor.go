package engine

import (
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/modules"
)

// show is an outcome with everything struck out that must not be seen.
func (w *walk) show(o *outcome) Outcome {
	out := Outcome{Status: o.status(), Ignored: o.ignored, Label: o.label, Looped: o.looped,
		Result: o.fields, Delegate: o.delegate, Address: o.address, Place: o.where}
	if out.Status == Unreachable {
		out.Ignored = o.forgiven
	}
	if o.step != nil {
		out.Host, out.Task = o.step.Host.Name, o.step.Task
		out.Always, out.Never = verbosityOf(o.step, o)
		if o.step.Diff {
			out.Diff = o.Diff
		}
	}
	out.Rescued = w.failing == intoRescue
	if out.Result == nil {
		out.Result = w.fieldsOf(o)
	}
	switch {
	case o.noLog, o.step != nil && w.hides(o.step.Task):
		return w.censored(out, o)
	case o.looped && anyHidden(o.items):
		out.Result, out.Diff = withoutHidden(out.Result, o.items), nil
	}
	if covers := w.covers(); covers != nil {
		out.Result = strikeIn(out.Result, covers).(*value.Dict)
		out.Diff = strikeDiffs(out.Diff, covers)
	}
	return out
}

// hides reports whether a task's no_log is plainly true. All that is told of such
// a task is hidden; what a template says counts for what was run only.
func (w *walk) hides(t *playbook.Task) bool {
	if t.NoLog.IsNull() {
		return w.opts.NoLog
	}
	on, plain := t.NoLog.Value.(bool)
	return plain && on && t.NoLog.Kind == tree.Scalar
}

// hiddenAsWhole reports whether a loop is hidden for what no_log gave for its
// items: an item that was skipped before one that is hidden leaves it a template.
func hiddenAsWhole(items []*outcome) bool {
	for _, item := range items {
		if item.Skipped || item.noLog {
			return !item.Skipped
		}
	}
	return false
}

// withoutHidden is a loop's result with the results of hidden items struck out.
func withoutHidden(result *value.Dict, items []*outcome) *value.Dict {
	results := value.NewList()
	for _, item := range items {
		if item.noLog {
			results.Append(value.DictOf("censored", censorNotice))
			continue
		}
		results.Append(item.fields)
	}
	out := result.Copy()
	if hasKey(out, "results") {
		out.Set("results", results)
	}
	return out
}

func anyHidden(items []*outcome) bool {
	for _, item := range items {
		if item.noLog {
			return true
		}
	}
	return false
}

const censorNotice = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"

func (w *walk) censored(out Outcome, o *outcome) Outcome {
	d := value.DictOf("censored", censorNotice)
	for _, name := range []string{"attempts", "changed", "retries"} {
		if v, ok := out.Result.Get(name); ok {
			d.Set(name, v)
		}
	}
	out.Result, out.Diff, out.Label, out.Place = d, nil, nil, ""
	out.Always, out.Never = false, false
	out.Looped = false // the items are hidden too, so that the end has to be shown
	return out
}

// covers strikes out secrets that came from vaulted values; nil when there are none.
func (w *walk) covers() *strings.Replacer {
	if secrets := w.opts.Loader.Secrets(); len(secrets) > 0 {
		return strings.NewReplacer(secrets...)
	}
	return nil
}

func strikeDiffs(diffs []modules.Diff, covers *strings.Replacer) []modules.Diff {
	struck := make([]modules.Diff, len(diffs))
	for i, d := range diffs {
		d.Before, d.After = strikeIn(d.Before, covers), strikeIn(d.After, covers)
		struck[i] = d
	}
	return struck
}

func strikeIn(v any, covers *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return covers.Replace(v)
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			out.Set(k, strikeIn(item, covers))
		}
		return out
	case *value.List:
		out := value.NewList()
		for _, item := range v.Items {
			out.Append(strikeIn(item, covers))
		}
		return out
	default:
		return v
	}
}
