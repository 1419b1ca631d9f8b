package report

import (
	"fmt"
	"io"
	"time"

	"goplay/engine"
	"goplay/internal/value"
)

// JSON collects a run and writes it at its end as one document, in the form of
// Ansible's json callback. Warnings go to the screen's standard error.
type JSON struct {
	Out    io.Writer
	Screen *Screen
	Now    func() time.Time

	plays []any
	tasks *value.List // of the present play
	hosts *value.Dict // of the present task
	play  *value.Dict
	task  *value.Dict
}

var _ engine.Reporter = (*JSON)(nil)

// Report takes one event in.
func (j *JSON) Report(e engine.Event) {
	switch e := e.(type) {
	case engine.PlayStarted:
		j.startPlay(e)
	case engine.TaskStarted:
		j.startTask(e)
	case engine.HostDone:
		j.host(e.Outcome)
	case engine.Warned:
		j.Screen.Warning(e.Text)
	case engine.Errored:
		j.Screen.Error(e.Text)
	case engine.Ended:
		j.end(e)
	}
}

const stamp = "2006-01-02T15:04:05.000000Z"

func (j *JSON) now() string { return j.Now().UTC().Format(stamp) }

func (j *JSON) startPlay(e engine.PlayStarted) {
	j.play = value.DictOf("duration", value.DictOf("start", j.now()), "id", fmt.Sprintf("play-%d", len(j.plays)+1),
		"name", e.Name, "path", fmt.Sprintf("%s:%d", e.Pos.File, e.Pos.Line))
	j.tasks = value.NewList()
	j.plays = append(j.plays, value.DictOf("play", j.play, "tasks", j.tasks))
}

func (j *JSON) startTask(e engine.TaskStarted) {
	if j.tasks == nil {
		return
	}
	j.hosts = value.NewDict()
	j.task = value.DictOf("duration", value.DictOf("start", j.now()), "id", fmt.Sprintf("task-%d-%d", len(j.plays), j.tasks.Len()+1),
		"name", e.Name, "path", fmt.Sprintf("%s:%d", e.Task.Pos.File, e.Task.Pos.Line))
	j.tasks.Append(value.DictOf("task", j.task, "hosts", j.hosts))
}

func (j *JSON) host(o engine.Outcome) {
	if j.hosts == nil {
		return
	}
	result := o.Result.Copy()
	result.Set("action", o.Task.Module)
	for _, flag := range []string{"failed", "skipped"} { // only where they are true
		if v, ok := result.Get(flag); ok && !value.Truth(v) {
			result.Delete(flag)
		}
	}
	if o.Status == engine.Failed {
		result.Set("failed", true)
	}
	j.hosts.Set(o.Host, result)
	for _, d := range []*value.Dict{j.task, j.play} {
		if duration, ok := d.Get("duration"); ok {
			duration.(*value.Dict).Set("end", j.now())
		}
	}
}

func (j *JSON) end(e engine.Ended) {
	stats := value.NewDict()
	for _, name := range e.Recap.Names() {
		c := e.Recap.Hosts[name]
		stats.Set(name, value.DictOf("ok", int64(c.OK), "changed", int64(c.Changed), "failures", int64(c.Failed),
			"ignored", int64(c.Ignored), "rescued", int64(c.Rescued), "skipped", int64(c.Skipped), "unreachable", int64(c.Unreachable)))
	}
	custom := value.NewDict()
	global := any(value.NewDict())
	for k, v := range e.Stats.All() {
		if k == "_run" {
			global = v
			continue
		}
		custom.Set(k, v)
	}
	text, err := value.EncodeJSON(value.DictOf("plays", value.NewList(j.plays...), "stats", stats, "custom_stats", custom,
		"global_custom_stats", global), value.JSONOptions{Indent: 4, SortKeys: true})
	if err != nil {
		fmt.Fprintf(j.Screen.Err, "ERROR! write the run as JSON: %v\n", err)
		return
	}
	fmt.Fprintln(j.Out, text)
}
