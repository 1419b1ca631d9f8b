package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"goplay/engine"
	"goplay/engine/playbook"
)

// Timer says at the end how long the run took.
type Timer struct {
	Next   engine.Reporter
	Screen *Screen
	Now    func() time.Time
	Start  time.Time
}

// Report shows one event.
func (t *Timer) Report(e engine.Event) {
	t.Next.Report(e)
	if _, ok := e.(engine.Ended); ok {
		d := t.Now().Sub(t.Start)
		t.Screen.line(fmt.Sprintf("Playbook run took %d days, %d hours, %d minutes, %d seconds",
			int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60), "")
	}
}

// Profile shows the time below each heading, and at the end what took longest:
// tasks, or roles and modules.
type Profile struct {
	Next   engine.Reporter
	Screen *Screen
	Now    func() time.Time
	Start  time.Time
	Roles  bool   // what belongs together is counted together
	Limit  int    // of lines at the end, 0 for all
	Order  string // of tasks: descending, ascending or none

	spans  []*span
	last   *span
	begun  time.Time // the last task, or the run before the first
	opened bool
}

// span is what one line at the end tells of.
type span struct {
	task *playbook.Task
	name string
	took time.Duration
}

// Report shows one event.
func (p *Profile) Report(e engine.Event) {
	p.Next.Report(e)
	switch e := e.(type) {
	case engine.TaskStarted:
		p.tick()
		p.open(e)
	case engine.Ended:
		p.tick()
		p.end()
	}
}

// roleOrModule is what a task counts for.
func roleOrModule(e engine.TaskStarted) string {
	if e.Task.Role != nil {
		return Printable(e.Task.Role.Name)
	}
	return Printable(e.Task.Module)
}

// tick closes the task before and writes the line of the time.
func (p *Profile) tick() {
	now := p.Now()
	if !p.opened {
		p.begun, p.opened = p.Start, true
	}
	took := now.Sub(p.begun)
	if p.last != nil {
		p.last.took += took
	}
	p.begun = now
	p.Screen.line(filled(fmt.Sprintf("%s (%s)%7s%s", now.Format("Monday 02 January 2006  15:04:05 -0700"),
		clock(took), "", clock(now.Sub(p.Start))), "*"), "")
}

func (p *Profile) open(e engine.TaskStarted) {
	name := Printable(strings.TrimSpace(e.Name))
	if p.Roles {
		name = roleOrModule(e)
	}
	for _, s := range p.spans {
		if s.task == e.Task || p.Roles && s.name == name {
			p.last = s
			return
		}
	}
	p.last = &span{task: e.Task, name: name}
	p.spans = append(p.spans, p.last)
}

func (p *Profile) end() {
	p.Screen.line(filled("", "="), "")
	shown := slices.Clone(p.spans)
	slices.SortStableFunc(shown, func(a, b *span) int {
		switch p.Order {
		case "none":
			return 0
		case "ascending":
			return int(a.took - b.took)
		default:
			return int(b.took - a.took)
		}
	})
	total := time.Duration(0)
	for i, s := range shown {
		total += s.took
		if p.Limit == 0 || i < p.Limit {
			p.Screen.line(row(s.name, s.took), "")
		}
	}
	if p.Roles {
		p.Screen.line(filled("", "~"), "")
		p.Screen.line(row("total", total), "")
	}
}

// filled is text filled up to Ansible's width.
func filled(text, with string) string {
	if text != "" {
		text += " "
	}
	return text + strings.Repeat(with, max(3, 79-utf8.RuneCountInString(text))) + " "
}

// row is a name and how long it took, with a line between them.
func row(name string, took time.Duration) string {
	name += " "
	seconds := fmt.Sprintf(" %.2fs", took.Seconds())
	return name + strings.Repeat("-", max(0, 70-utf8.RuneCountInString(name))+max(0, 9-len(seconds))) + seconds
}

// clock is a duration as hours, minutes and seconds.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}

// Null shows nothing but warnings.
type Null struct{ Screen *Screen }

// Report shows one event.
func (n *Null) Report(e engine.Event) {
	switch e := e.(type) {
	case engine.Warned:
		n.Screen.Warning(e.Text)
	case engine.Errored:
		n.Screen.Error(e.Text)
	case engine.Deprecated:
		n.Screen.Deprecation(e)
	}
}
