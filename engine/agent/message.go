package agent

import (
	"fmt"
	"sort"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// request is a call as it travels. What its callbacks are for stays behind:
// the agent only learns which there are.
type request struct {
	call     modules.Call
	detach   bool          // start it as a job and come back
	limit    time.Duration // of a job; 0 is none
	contents bool
	delivers bool
	outputs  bool
}

func requestOf(call modules.Call) request {
	return request{call: call, contents: call.Content != nil, delivers: call.Deliver != nil, outputs: call.Output != nil}
}

func (r request) encode() ([]byte, error) {
	args, env := value.NewDict(), value.NewDict()
	for _, k := range sortedKeys(r.call.Args) {
		args.Set(k, r.call.Args[k])
	}
	for _, k := range sortedKeys(r.call.Env) {
		env.Set(k, r.call.Env[k])
	}
	b, err := appendValue(nil, value.Tuple{r.call.Module, args, r.call.Check, r.call.Diff, env,
		r.detach, int64(r.limit), r.contents, r.delivers, r.outputs, r.call.Dir, int64(r.call.MaxDiff)}, 0)
	if err != nil {
		return nil, fmt.Errorf("send the call of %s: %w", r.call.Module, err)
	}
	return b, nil
}

func decodeRequest(b []byte) (request, error) {
	var r request
	f, err := fieldsOf(b, 12)
	if err != nil {
		return r, fmt.Errorf("read a call: %w", err)
	}
	var args, env *value.Dict
	var limit, maxDiff int64
	f.take(&r.call.Module, &args, &r.call.Check, &r.call.Diff, &env, &r.detach, &limit, &r.contents, &r.delivers, &r.outputs, &r.call.Dir, &maxDiff)
	r.call.MaxDiff = int(maxDiff)
	r.limit = time.Duration(limit)
	if args.Len() > 0 {
		r.call.Args = make(map[string]any, args.Len())
	}
	for k, v := range args.All() {
		r.call.Args[value.Str(k)] = v
	}
	if env.Len() > 0 {
		r.call.Env = make(map[string]string, env.Len())
	}
	for k, v := range env.All() {
		r.call.Env[value.Str(k)] = value.Str(v)
	}
	return r, f.err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func encodeResult(r modules.Result) ([]byte, error) {
	var diffs, deprecations []any
	for _, d := range r.Diff {
		diffs = append(diffs, value.Tuple{value.Of(d.Before), value.Of(d.After), d.BeforeHeader, d.AfterHeader, d.Prepared,
			d.SrcBinary, d.DstBinary, int64(d.SrcLarger), int64(d.DstLarger)})
	}
	for _, d := range r.Deprecations {
		deprecations = append(deprecations, value.Tuple{d.Msg, d.Version})
	}
	return appendValue(nil, value.Tuple{r.Changed, r.Failed, r.Skipped, r.Msg, r.Data, value.Tuple(diffs),
		r.Facts, value.Strings(r.Warnings), value.Tuple(deprecations), r.Invocation}, 0)
}

func decodeResult(b []byte) (modules.Result, error) {
	var r modules.Result
	f, err := fieldsOf(b, 10)
	if err != nil {
		return r, fmt.Errorf("read a result: %w", err)
	}
	var diffs, deprecations value.Tuple
	var warnings *value.List
	f.take(&r.Changed, &r.Failed, &r.Skipped, &r.Msg, &r.Data, &diffs, &r.Facts, &warnings, &deprecations, &r.Invocation)
	for _, v := range diffs {
		var d modules.Diff
		one := fields{rest: f.tuple(v, 9)}
		var src, dst int64
		d.Before, d.After = one.next(), one.next()
		one.take(&d.BeforeHeader, &d.AfterHeader, &d.Prepared, &d.SrcBinary, &d.DstBinary, &src, &dst)
		d.SrcLarger, d.DstLarger = int(src), int(dst)
		f.fail(one.err)
		r.Diff = append(r.Diff, d)
	}
	for _, v := range deprecations {
		var d modules.Deprecation
		one := fields{rest: f.tuple(v, 2)}
		one.take(&d.Msg, &d.Version)
		f.fail(one.err)
		r.Deprecations = append(r.Deprecations, d)
	}
	for _, w := range warnings.Items {
		r.Warnings = append(r.Warnings, value.Str(w))
	}
	return r, f.err
}
