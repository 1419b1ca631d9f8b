package actions

import (
	"context"
	"fmt"
	"time"

	"goplay/engine"
	"goplay/modules"
)

type waitForConnectionArgs struct {
	ConnectTimeout int     `arg:"connect_timeout" default:"5" doc:"Seconds that one try may take."`
	Delay          float64 `arg:"delay" default:"0" doc:"Seconds to wait before the first try."`
	Sleep          float64 `arg:"sleep" default:"1" doc:"Seconds between tries."`
	Timeout        float64 `arg:"timeout" default:"600" doc:"Seconds after which to give up."`
}

type waitForConnectionResult struct {
	Elapsed int `json:"elapsed" doc:"Seconds that it took."`
}

func init() {
	modules.Describe[waitForConnectionArgs, waitForConnectionResult](modules.Spec{
		Name: "ansible.builtin.wait_for_connection", Summary: "Wait until a host can be reached",
		Example: "- name: The machine is back\n  ansible.builtin.wait_for_connection:\n    timeout: 300\n",
	})
	register("ansible.builtin.wait_for_connection", waitForConnection)
}

func waitForConnection(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("connect_timeout", "delay", "sleep", "timeout"); err != nil {
		return failed(err)
	}
	var seconds [4]float64
	for i, o := range []struct {
		name string
		def  float64
	}{{"connect_timeout", 5}, {"delay", 0}, {"sleep", 1}, {"timeout", 600}} {
		n, err := number(s, o.name, o.def)
		if err != nil {
			return failed(err)
		}
		seconds[i] = n
	}
	if s.Check {
		return modules.Result{Skipped: true}, nil
	}
	start := time.Now()
	sleep(ctx, toDuration(seconds[1]))
	err := untilReached(ctx, s, start.Add(toDuration(seconds[3])), toDuration(seconds[0]), toDuration(seconds[2]))
	elapsed := int64(time.Since(start).Seconds())
	if err != nil {
		r := modules.Failed(fmt.Errorf("timed out waiting for ping module test: %w", err))
		r.Data.Set("elapsed", elapsed)
		return r, nil
	}
	return result("elapsed", elapsed), nil
}

// untilReached tries to reach the step's target, with a new connection each
// time, until it answers or the time is up.
func untilReached(ctx context.Context, s *engine.Step, end time.Time, try, pause time.Duration) error {
	for {
		target := s.Target
		if try > 0 {
			target.Timeout = try
		}
		err := s.Reach(ctx, target)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if time.Now().Add(pause).After(end) {
			return err
		}
		sleep(ctx, pause)
	}
}

func toDuration(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

func number(s *engine.Step, name string, def float64) (float64, error) {
	v := s.Arg(name)
	if v == nil {
		return def, nil
	}
	f, err := modules.ToFloat(v)
	if err != nil {
		return 0, modules.Fail("argument '%s': %s", name, err)
	}
	return f, nil
}
