package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"goplay/engine"
)

type collected struct{ events []engine.Event }

func (c *collected) Report(e engine.Event) { c.events = append(c.events, e) }

// still is a Live whose clock the test moves.
func still(next engine.Reporter, out *bytes.Buffer) *Live {
	return &Live{Next: next, Terminal: out, Columns: func() int { return 60 }, After: time.Second, running: map[string]*activity{}}
}

func TestLiveLine(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []engine.Event
		after  time.Duration
		want   string
	}{
		{"quick tasks are not shown", []engine.Event{engine.HostStarted{Host: "web"}}, 500 * time.Millisecond, ""},
		{"elapsed time", []engine.Event{engine.HostStarted{Host: "web"}}, 3 * time.Second, "web 3s"},
		{"the last whole line", []engine.Event{engine.HostStarted{Host: "web"},
			engine.Output{Host: "web", Data: []byte("one\ntwo\nthr")}}, 3 * time.Second, "web 3s | two"},
		{"lines in pieces", []engine.Event{engine.HostStarted{Host: "web"},
			engine.Output{Host: "web", Data: []byte("Step 1/")}, engine.Output{Host: "web", Data: []byte("3\n")}}, 3 * time.Second, "web 3s | Step 1/3"},
		{"escapes are written out", []engine.Event{engine.HostStarted{Host: "web"},
			engine.Output{Host: "web", Data: []byte("\x1b[2Jgone\n")}}, 3 * time.Second, `web 3s | \x1b[2Jgone`},
		{"an upload", []engine.Event{engine.HostStarted{Host: "web"},
			engine.Progress{Host: "web", Name: "a.tar", Done: 1500000, Total: 3000000}}, 3 * time.Second,
			"web 3s a.tar [==========          ] 1.5 MB of 3.0 MB"},
		{"several hosts", []engine.Event{engine.HostStarted{Host: "b"}, engine.HostStarted{Host: "a"}}, 90 * time.Second, "2 hosts 1m30s: a, b"},
		{"done", []engine.Event{engine.HostStarted{Host: "web"}, engine.HostDone{Outcome: engine.Outcome{Host: "web"}}}, 3 * time.Second, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			l := still(&collected{}, &out)
			for _, e := range tt.events {
				l.Report(e)
			}
			l.draw(time.Now().Add(tt.after))
			got := strings.TrimSuffix(strings.TrimPrefix(out.String(), "\r\x1b[K"), "\r")
			if got != tt.want {
				t.Errorf("drew %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLiveLeavesNothing(t *testing.T) {
	var out bytes.Buffer
	next := &collected{}
	l := still(next, &out)
	l.Report(engine.HostStarted{Host: "web"})
	l.draw(time.Now().Add(time.Minute))
	l.Report(engine.HostDone{Outcome: engine.Outcome{Host: "web"}})
	if !strings.HasSuffix(out.String(), "\r\x1b[K") {
		t.Errorf("the line is still there: %q", out.String())
	}
	if len(next.events) != 2 {
		t.Errorf("%d events were handed on, want 2", len(next.events))
	}
}

func TestLiveCloses(t *testing.T) {
	var out bytes.Buffer
	l := NewLive(&collected{}, &out, func() int { return 80 }, 0)
	l.Report(engine.HostStarted{Host: "web"})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); s != "" && !strings.HasSuffix(s, "\r\x1b[K") {
		t.Errorf("closing left %q", s)
	}
}

func TestShortened(t *testing.T) {
	for _, c := range []struct {
		text string
		to   int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"e\u0301e\u0301e", 3, "e\u0301e\u0301e"},
		{"a🚀b", 4, "a🚀b"}, {"a🚀b", 3, "a…"}, {"abc", 1, "…"},
	} {
		if got := shortened(c.text, c.to); got != c.want {
			t.Errorf("%q in %d columns is %q, want %q", c.text, c.to, got, c.want)
		}
	}
}
