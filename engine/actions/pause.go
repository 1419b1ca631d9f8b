package actions

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goplay/engine"
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
		Notes:   []string{"It runs once for all hosts. Without a terminal a prompt is answered by nothing."},
		Example: "- ansible.builtin.pause:\n    prompt: Deploy to production? Enter goes on, ctrl-C stops\n",
	})
	register("ansible.builtin.pause", pause)
}

func pause(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("minutes", "seconds", "prompt", "echo"); err != nil {
		return failed(err)
	}
	echo, err := s.Bool("echo", true)
	if err != nil {
		return failed(err)
	}
	wait, unit, amount, err := duration(s)
	if err != nil {
		return failed(err)
	}
	start := time.Now()
	input := ""
	prompt := promptText(s)
	if unit != "" {
		if prompt != "" {
			s.Report(engine.Verbose{Text: prompt})
		}
		s.Report(engine.Verbose{Text: fmt.Sprintf("Pausing for %d seconds", int(wait.Seconds()))})
		if !sleep(ctx, wait) {
			return failed(context.Cause(ctx))
		}
	} else if input, err = waitForUser(ctx, s, prompt, echo); err != nil {
		return failed(err)
	}
	stop := time.Now()
	if unit == "" {
		unit, amount = "minutes", stop.Sub(start).Minutes()
		amount = float64(int(amount*100)) / 100
	}
	const layout = "2006-01-02 15:04:05.000000"
	return result("user_input", input, "start", start.Format(layout), "stop", stop.Format(layout),
		"delta", int64(stop.Sub(start).Seconds()), "stdout", fmt.Sprintf("Paused for %v %s", amount, unit), "stderr", "", "rc", int64(0),
		"echo", echo), nil
}

func duration(s *engine.Step) (wait time.Duration, unit string, amount float64, err error) {
	for _, u := range []struct {
		name string
		unit time.Duration
	}{{"minutes", time.Minute}, {"seconds", time.Second}} {
		v := s.Arg(u.name)
		if v == nil {
			continue
		}
		n, err := modules.ToInt(v)
		if err != nil {
			return 0, "", 0, modules.Fail("non-integer value given for prompt duration:\n%s", err)
		}
		wait, unit, amount = time.Duration(n)*u.unit, u.name, float64(n)
	}
	if unit != "" && wait < time.Second {
		wait = time.Second
	}
	return wait, unit, amount, nil
}

func promptText(s *engine.Step) string {
	if text := s.Text("prompt"); text != "" {
		return fmt.Sprintf("[%s]\n%s", s.Task.Name, text)
	}
	return ""
}

func waitForUser(ctx context.Context, s *engine.Step, prompt string, echo bool) (string, error) {
	ask := s.Options().Ask
	if ask == nil {
		s.Warn("Not waiting for response to prompt as stdin is not interactive")
		return "", nil
	}
	if prompt == "" {
		prompt = "[" + s.Task.Name + "]\nPress enter to continue, Ctrl+C to interrupt"
	}
	hidden := ""
	if !echo {
		hidden = " (output is hidden)"
	}
	return ask(ctx, strings.TrimRight(prompt, ": ")+hidden+":\r\n", !echo)
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
