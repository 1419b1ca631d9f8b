package engine

import (
	"strings"

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
	if o.noLog || o.looped && anyHidden(o.items) {
		return w.censored(out, o)
	}
	if covers := w.covers(); covers != nil {
		out.Result = strikeIn(out.Result, covers).(*value.Dict)
		out.Diff = strikeDiffs(out.Diff, covers)
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
