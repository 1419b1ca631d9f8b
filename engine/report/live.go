package report

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"goplay/engine"
)

// Live shows on a terminal that a task which takes its time is alive: for how
// long it has been running, how far an upload is, what a build printed last.
// It hands every event on to another reporter, and its line is gone before that
// one writes: nothing of it stays on the screen.
type Live struct {
	Next     engine.Reporter
	Terminal io.Writer
	Columns  func() int // of the terminal, asked anew for every line
	After    time.Duration

	mu      sync.Mutex
	running map[string]*activity
	shown   int // columns that the terminal had for the line; 0 when there is none
	held    bool
	stop    chan struct{}
	stopped sync.WaitGroup
}

// activity is what a host is at.
type activity struct {
	since       time.Time
	line        string // the last that its command printed
	part        string // the beginning of the next
	name        string // of what is being sent
	done, total int64
}

var _ engine.Reporter = (*Live)(nil)

// NewLive starts to watch; Close ends it. after is how long a task runs before
// it is shown.
func NewLive(next engine.Reporter, terminal io.Writer, columns func() int, after time.Duration) *Live {
	l := &Live{Next: next, Terminal: terminal, Columns: columns, After: after, running: map[string]*activity{}, stop: make(chan struct{})}
	l.stopped.Add(1)
	go l.watch()
	return l
}

// Close takes the line away and stops watching.
func (l *Live) Close() error {
	close(l.stop)
	l.stopped.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clear()
	return nil
}

// Abandon takes the line away when the process is about to end, whatever else
// is being written.
func (l *Live) Abandon() {
	if l.mu.TryLock() {
		l.clear() // and nobody draws any more
	}
}

// Hold keeps the line away while a user is asked something, until the function
// that it returns is called.
func (l *Live) Hold() (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clear()
	l.held = true
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.held = false
	}
}

func (l *Live) watch() {
	defer l.stopped.Done()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case now := <-tick.C:
			l.mu.Lock()
			l.draw(now)
			l.mu.Unlock()
		}
	}
}

// Report takes in what is going on and hands the event on.
func (l *Live) Report(e engine.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := e.(type) {
	case engine.HostStarted:
		l.running[e.Host] = &activity{since: time.Now()}
	case engine.Output:
		if a := l.running[e.Host]; a != nil {
			a.printed(e.Data)
		}
		return
	case engine.Progress:
		if a := l.running[e.Host]; a != nil {
			a.name, a.done, a.total = e.Name, e.Done, e.Total
		}
		return
	case engine.HostDone:
		delete(l.running, e.Host)
	case engine.TaskStarted, engine.PlayStarted, engine.Ended:
		clear(l.running)
	}
	l.clear()
	l.Next.Report(e)
}

// printed keeps the last whole line of a command's output.
func (a *activity) printed(data []byte) {
	text := a.part + string(data)
	cut := strings.LastIndexAny(text, "\r\n")
	a.part = text[cut+1:]
	if len(a.part) > 4096 {
		a.part = a.part[len(a.part)-4096:]
	}
	if cut < 0 {
		return
	}
	lines := strings.FieldsFunc(text[:cut], func(r rune) bool { return r == '\r' || r == '\n' })
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			a.line = line
			return
		}
	}
}

func (l *Live) clear() {
	if l.shown > 0 {
		fmt.Fprint(l.Terminal, l.takenAway())
		l.shown = 0
	}
}

// takenAway clears the line. The cursor stands at its beginning, so that of a
// terminal that was made narrower all rows that the line was broken into go.
func (l *Live) takenAway() string {
	if columns := l.Columns(); l.shown > columns {
		return fmt.Sprintf("\r\x1b[%dM", 1+l.shown/max(1, columns))
	}
	return "\r\x1b[K"
}

// draw writes one line about the hosts that have been at a task for a while.
func (l *Live) draw(now time.Time) {
	text := l.text(now)
	if text == "" || l.held {
		l.clear()
		return
	}
	columns := l.Columns()
	fmt.Fprint(l.Terminal, l.takenAway()+shortened(Printable(strings.ReplaceAll(text, "\t", " ")), columns-1)+"\r")
	l.shown = columns
}

func (l *Live) text(now time.Time) string {
	var slow []string
	for host, a := range l.running {
		if now.Sub(a.since) >= l.After {
			slow = append(slow, host)
		}
	}
	sort.Strings(slow)
	switch len(slow) {
	case 0:
		return ""
	case 1:
		return slow[0] + " " + l.running[slow[0]].describe(now, l.Columns()/3)
	}
	oldest := l.running[slow[0]]
	for _, host := range slow {
		if a := l.running[host]; a.since.Before(oldest.since) {
			oldest = a
		}
	}
	return fmt.Sprintf("%d hosts %s: %s", len(slow), elapsed(now.Sub(oldest.since)), strings.Join(slow, ", "))
}

func (a *activity) describe(now time.Time, width int) string {
	text := elapsed(now.Sub(a.since))
	switch {
	case a.name != "" && a.done < a.total:
		text += " " + a.name + " " + bar(a.done, a.total, width) + " " + bytesText(a.done) + " of " + bytesText(a.total)
	case a.line != "":
		text += " | " + a.line
	}
	return text
}

func elapsed(d time.Duration) string { return d.Truncate(time.Second).String() }

func bar(done, total int64, width int) string {
	width = max(10, min(40, width))
	full := int(done * int64(width) / max(1, total))
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "]"
}

func bytesText(n int64) string {
	const units = "kMGT"
	f, i := float64(n), -1
	for f >= 1000 && i < len(units)-1 {
		f /= 1000
		i++
	}
	if i < 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %cB", f, units[i])
}

// shortened is a text in so many columns; some characters take two.
func shortened(text string, columns int) string {
	taken := 0
	for i, r := range text {
		taken += wide(r)
		if taken > columns {
			return fitting(text[:i], columns-1) + "…"
		}
	}
	return text
}

// fitting is the beginning of a text that has room in so many columns.
func fitting(text string, columns int) string {
	taken := 0
	for i, r := range text {
		if taken += wide(r); taken > columns {
			return text[:i]
		}
	}
	return text
}

// wide is how many columns a character takes.
func wide(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1F300 && r <= 0x1FAFF: // emoji
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
