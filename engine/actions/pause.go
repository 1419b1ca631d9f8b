package actions

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

type pauseArgs struct {
	Minutes float64 `arg:"minutes" doc:"Minutes to wait."`
	Seconds float64 `arg:"seconds" doc:"Seconds to wait."`
	Prompt  string  `arg:"prompt" doc:"What to ask; the answer is in user_input."`
	Echo    bool    `arg:"echo" default:"true" doc:"Show what is typed."`
}

type pauseResult struct {
	UserInput string `json:"user_input" doc:"What was typed."`
	Start     string `json:"start" doc:"When it began."`
	Stop      string `json:"stop" doc:"When it ended."`
	Delta     int    `json:"delta" doc:"Seconds that it took."`
	Stdout    string `json:"stdout" doc:"What it did, in words."`
	Echo      bool   `json:"echo" doc:"Whether what was typed was shown."`
}

func init() {
	modules.Describe[pauseArgs, pauseResult](modules.Spec{
		Name: "ansible.builtin.pause", Summary: "Wait for some time, or for the user", Exclusive: [][]string{{"minutes", "seconds"}},
		Differs: []string{"While it asks for C or A after a ^C time does not run out, and another ^C ends the run."},
		Notes:   []string{"It runs once for all hosts. Without a terminal a prompt is answered by nothing."},
		Example: "- name: Somebody agrees\n  ansible.builtin.pause:\n    prompt: Deploy to production? Enter goes on, ctrl-C stops\n",
	})
	register("ansible.builtin.pause", pause)
}

func pause(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := checkPause(s); err != nil {
		return failed(err)
	}
	echo, err := s.Bool("echo", true)
	if err != nil {
		return failed(err)
	}
	wait, unit, err := duration(s)
	if err != nil {
		return failed(err)
	}
	start := time.Now()
	input := ""
	prompt := promptText(s)
	if unit != "" {
		err = rest(ctx, s, func() {
			s.Report(engine.Verbose{Text: fmt.Sprintf("Pausing for %d seconds%s", int(wait.Seconds()), hiddenMark(echo))})
			s.Report(engine.Verbose{Text: "(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)"})
			if prompt != "" {
				s.Report(engine.Verbose{Text: prompt + hiddenMark(echo) + ":"})
			}
		}, wait)
	} else {
		input, err = waitForUser(ctx, s, prompt, echo)
	}
	switch {
	case errors.Is(err, engine.ErrAborted):
		return failed(&engine.Raised{Err: err})
	case err != nil:
		return failed(err)
	}
	stop := time.Now()
	took := stop.Sub(start)
	amount := took.Seconds()
	if unit != "seconds" {
		unit, amount = "minutes", took.Minutes()
	}
	amount = math.Round(amount*100) / 100
	const layout = "2006-01-02 15:04:05.000000"
	return result("user_input", input, "start", start.Format(layout), "stop", stop.Format(layout),
		"delta", int64(took.Seconds()), "stdout", fmt.Sprintf("Paused for %s %s", value.Str(amount), unit), "stderr", "", "rc", int64(0),
		"echo", echo), nil
}

func duration(s *engine.Step) (wait time.Duration, unit string, err error) {
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"minutes", time.Minute}, {"seconds", time.Second}} {
		v := s.Arg(u.name)
		if v == nil {
			continue
		}
		n, err := wholeOf(v)
		if err != nil {
			return 0, "", modules.Fail("argument '%s' is of type <class '%s'> and we were unable to convert to int: %w", u.name, value.TypeName(v), err)
		}
		wait, unit = time.Duration(n)*u.unit, u.name
	}
	if unit != "" && wait < time.Second {
		wait = time.Second
	}
	return wait, unit, nil
}

// wholeOf is Python's int() of an option: fractions are cut off.
func wholeOf(v any) (int64, error) {
	switch v := v.(type) {
	case float64:
		return int64(v), nil
	case bool:
		return map[bool]int64{true: 1}[v], nil
	}
	n, err := modules.ToInt(v)
	if err != nil {
		return 0, fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(v))
	}
	return n, nil
}

// checkPause refuses options as Ansible's own check of them does.
func checkPause(s *engine.Step) error {
	known := []string{"echo", "minutes", "prompt", "seconds"}
	for k := range s.Args.All() {
		if name := value.Str(k); !slices.Contains(known, name) {
			return modules.Fail("Unsupported parameters for (pause) module: %s. Supported parameters include: %s.", name, strings.Join(known, ", "))
		}
	}
	if s.Arg("minutes") != nil && s.Arg("seconds") != nil {
		return modules.Fail("parameters are mutually exclusive: minutes|seconds")
	}
	return nil
}

func promptText(s *engine.Step) string {
	if text := s.Text("prompt"); text != "" {
		return fmt.Sprintf("[%s]\n%s", s.Task.Name, text)
	}
	return ""
}

func waitForUser(ctx context.Context, s *engine.Step, prompt string, echo bool) (string, error) {
	ask := s.Options().WaitFor
	if ask == nil {
		s.Warn("Not waiting for response to prompt as stdin is not interactive")
		return "", nil
	}
	if prompt == "" {
		prompt = "[" + s.Task.Name + "]\nPress enter to continue, Ctrl+C to interrupt"
	}
	return ask(ctx, strings.TrimRight(prompt, ": ")+hiddenMark(echo)+":\r\n", !echo)
}

// hiddenMark says of a prompt that what is typed is not shown.
func hiddenMark(echo bool) string {
	if echo {
		return ""
	}
	return " (output is hidden)"
}

// rest lets the time pass; where there is a terminal the user may cut it short.
func rest(ctx context.Context, s *engine.Step, say func(), d time.Duration) error {
	if onTerminal := s.Options().Sleep; onTerminal != nil {
		return onTerminal(ctx, say, d)
	}
	say()
	if !sleep(ctx, d) {
		return context.Cause(ctx)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
