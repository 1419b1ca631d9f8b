package report

import (
	"strings"
	"testing"
	"time"

	"goplay/engine"
	"goplay/engine/playbook"
)

// profiled is a run of three tasks that took 1, 2.5 and 0.25 seconds, as the
// reporters that wrap shows it.
func profiled(wrap func(s *Screen, now func() time.Time, start time.Time) engine.Reporter) string {
	var out strings.Builder
	s := &Screen{Out: &out, Err: &out}
	at := time.Date(2026, 11, 28, 16, 37, 0, 0, time.UTC)
	r := wrap(s, func() time.Time { return at }, at)
	for i, took := range []time.Duration{time.Second, 2500 * time.Millisecond, 250 * time.Millisecond} {
		task := &playbook.Task{Module: "command"}
		r.Report(engine.TaskStarted{Task: task, Name: []string{"one", "two", "command"}[i]})
		at = at.Add(took)
	}
	r.Report(engine.Ended{})
	return out.String()
}

func TestProfile(t *testing.T) {
	line := strings.Repeat("=", 79) + " \n"
	last := "Saturday 28 November 2026  16:37:03 +0000 (0:00:00.250)       0:00:03.750 ***** \n" + line
	rows := map[string]string{
		"one":     "one --------------------------------------------------------------------- 1.00s\n",
		"two":     "two --------------------------------------------------------------------- 2.50s\n",
		"command": "command ----------------------------------------------------------------- 0.25s\n",
		"all":     "command ----------------------------------------------------------------- 3.75s\n",
		"total":   "total ------------------------------------------------------------------- 3.75s\n",
	}
	for name, tc := range map[string]struct {
		profile Profile
		end     string
	}{
		"descending": {Profile{Order: "descending"}, last + rows["two"] + rows["one"] + rows["command"]},
		"ascending":  {Profile{Order: "ascending"}, last + rows["command"] + rows["one"] + rows["two"]},
		"none":       {Profile{Order: "none"}, last + rows["one"] + rows["two"] + rows["command"]},
		"limited":    {Profile{Order: "descending", Limit: 1}, last + rows["two"]},
		"roles":      {Profile{Roles: true}, last + rows["all"] + strings.Repeat("~", 79) + " \n" + rows["total"]},
	} {
		t.Run(name, func(t *testing.T) {
			got := profiled(func(s *Screen, now func() time.Time, start time.Time) engine.Reporter {
				p := tc.profile
				p.Next, p.Screen, p.Now, p.Start = &Null{Screen: s}, s, now, start
				return &p
			})
			if !strings.HasPrefix(got, "Saturday 28 November 2026  16:37:00 +0000 (0:00:00.000)       0:00:00.000 ***** \n") || !strings.HasSuffix(got, tc.end) {
				t.Errorf("the screen is\n%s\nand should end with\n%s", got, tc.end)
			}
		})
	}
}

func TestTimer(t *testing.T) {
	got := profiled(func(s *Screen, now func() time.Time, start time.Time) engine.Reporter {
		return &Timer{Next: &Null{Screen: s}, Screen: s, Now: now, Start: start.Add(-26*time.Hour - 3*time.Minute)}
	})
	if want := "Playbook run took 1 days, 2 hours, 3 minutes, 3 seconds\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
