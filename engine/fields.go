package engine

import (
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/value"
	"goplay/modules"
)

// fieldsOf puts a result together as playbooks see it: the module's values,
// changed and msg, and lines beside every text of output.
func (w *walk) fieldsOf(o *outcome) *value.Dict {
	f := value.NewDict()
	if o.unanswered() {
		f.Set("changed", false)
		f.Set("msg", o.lost)
		f.Set("unreachable", true)
		return f
	}
	f.Set("changed", o.Changed)
	for k, v := range o.Data.All() {
		f.Set(k, v)
	}
	if _, said := o.Data.Get("msg"); o.Msg != "" && !said {
		if o.Failed {
			f.Set("failed", true)
		}
		f.Set("msg", o.Msg)
	}
	if o.Facts != nil {
		f.Set("ansible_facts", o.Facts)
	}
	if o.Skipped {
		f.Set("skipped", true)
	}
	if len(o.Diff) > 0 {
		f.Set("diff", o.diffValue())
	} else if o.unshown() {
		f.Set("diff", value.NewList())
	}
	if o.Invocation != nil {
		f.Set("invocation", value.DictOf("module_args", o.invocation()))
	}
	if len(o.Warnings) > 0 {
		f.Set("warnings", value.Strings(o.Warnings))
	}
	if len(o.Deprecations) > 0 {
		f.Set("deprecations", value.Of(o.Deprecations))
	}
	for _, name := range []string{"stdout", "stderr"} {
		if o.step != nil && o.step.Module == "ansible.builtin.pause" {
			break // Ansible's tells no lines
		}
		if text, ok := o.Data.Get(name); ok {
			if _, have := o.Data.Get(name + "_lines"); !have {
				f.Set(name+"_lines", splitLines(value.Str(text)))
			}
		}
	}
	return f
}

// listed are the modules whose diff of a content is a list also where it is the
// only one. Those that edit lines tell of attributes in it in any case.
var listed = map[string]bool{builtinPrefix + "copy": true, builtinPrefix + "template": true, builtinPrefix + "lineinfile": true, builtinPrefix + "blockinfile": true}

// diffValue is what a result says of its diffs: one is a dict, several are a list.
func (o *outcome) diffValue() any {
	l := value.NewList()
	for _, d := range o.Diff {
		l.Append(value.Of(d))
	}
	if len(o.Diff) > 1 {
		return l
	}
	_, text := o.Diff[0].After.(string)
	if o.step == nil || !listed[o.step.Module] || !text {
		return l.Items[0]
	}
	if file, edits := strings.CutSuffix(o.Diff[0].AfterHeader, " (content)"); edits {
		l.Append(value.DictOf("before_header", file+" (file attributes)", "after_header", file+" (file attributes)"))
	}
	return l
}

// copies are the modules that bring a file from the controller.
var copies = map[string]bool{builtinPrefix + "copy": true, builtinPrefix + "template": true}

// unshown reports whether a file was brought whose diff nobody asked to see:
// Ansible's results have an empty list of diffs then.
func (o *outcome) unshown() bool {
	if o.step == nil || !copies[o.step.Module] || o.step.Diff {
		return false
	}
	onTarget, _ := o.step.Bool("remote_src", false)
	_, brought := o.Data.Get("checksum")
	return brought && !onTarget
}

// splitLines is Python's str.splitlines.
func splitLines(text string) *value.List {
	l := value.NewList()
	for len(text) > 0 {
		i := strings.IndexFunc(text, func(r rune) bool {
			return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
		})
		if i < 0 {
			l.Append(text)
			break
		}
		l.Append(text[:i])
		_, size := firstRune(text[i:])
		if strings.HasPrefix(text[i:], "\r\n") {
			size = 2
		}
		text = text[i+size:]
	}
	return l
}

// registered is the result as a variable has it.
func (w *walk) registered(o *outcome) *value.Dict {
	f := o.fields
	if f == nil {
		f = value.NewDict()
	}
	f = f.Copy()
	if !o.looped {
		f.Delete("invocation")
	}
	// What a condition skipped never ran, and says nothing of failing; nor does an include.
	_, unrun := f.Get("skip_reason")
	switch {
	case o.Failed:
		f.Set("failed", true)
	case o.step != nil && isInclude[o.step.Module]:
		f.Delete("failed")
	case !o.looped && !unrun && !hasKey(f, "failed"):
		f.Set("failed", false)
	}
	if o.unanswered() {
		f.Delete("failed")
	}
	if o.lost != "" && !o.looped {
		f.Set("unreachable", true)
	}
	if o.looped || o.step == nil || o.faulty {
		return f
	}
	return inOrder(f, o.step)
}

// describedArgs are a failed task's options: as evaluated, where it came that far
// and nothing asks for silence.
func describedArgs(t *playbook.Task, o *outcome) *value.Dict {
	args := value.NewDict()
	if o.looped || o.noLog || o.step == nil || o.step.Args == nil {
		if written, ok := t.Args.Data().(*value.Dict); ok {
			args.Update(written)
		}
		if t.FreeForm != nil {
			args.Set("_raw_params", t.FreeForm.Data())
		}
		return args
	}
	args.Update(o.step.Args)
	m, ok := modules.Lookup(o.step.Module)
	if !ok || m.FreeForm == "" || o.step.FreeForm == "" {
		return args
	}
	args.Delete(m.FreeForm)
	args.Set("_raw_params", o.step.FreeForm)
	if m.Short() == "shell" {
		args.Set("_uses_shell", true)
	}
	return args
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
