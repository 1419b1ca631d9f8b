package modules_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

type openResult struct{ values *value.Dict }

func (r openResult) Values() *value.Dict { return r.values }

type plainResult struct {
	Msg     string `json:"msg" doc:"A message."`
	Number  int    `json:"number" doc:"A number."`
	Changed *bool  `json:"changed,omitempty" doc:"Overrides."`
}

type probeArgs struct {
	Do string `arg:"do" doc:"What to do."`
}

func init() {
	modules.Register(modules.Spec{Name: "test.contract.probe", Summary: "Does what a test says"}, probe)
	modules.Register(modules.Spec{Name: "test.contract.open", Summary: "Returns any names"},
		func(*modules.Context, struct{}) (openResult, error) {
			return openResult{value.DictOf("x_header", "1", "changed", true)}, nil
		})
	modules.Register(modules.Spec{Name: "test.contract.nocheck", Summary: "Cannot predict", NoCheck: true},
		func(*modules.Context, struct{}) (struct{}, error) { panic("must not run") })
}

func probe(c *modules.Context, a probeArgs) (plainResult, error) {
	no := false
	change := func() error { return c.Change(modules.Diff{Before: "a", After: "b"}, func() error { return nil }) }
	switch a.Do {
	case "change":
		return plainResult{Msg: c.Tense("did", "would")}, change()
	case "change but say no":
		return plainResult{Changed: &no}, change()
	case "fail":
		_ = change()
		return plainResult{Number: 7}, modules.Fail("it broke: %w", errors.New("why")).With("rc", 3)
	case "skip":
		return plainResult{Number: 7}, &modules.Skipped{Msg: "not here"}
	case "panic":
		panic("oh")
	case "effect fails":
		return plainResult{}, c.Change(modules.Diff{}, func() error { return errors.New("disk full") })
	}
	c.Warn("careful with %s", "it")
	c.Deprecate("old", "3.0")
	return plainResult{Number: 1}, nil
}

func run(t *testing.T, call modules.Call) modules.Result {
	t.Helper()
	r, err := modules.InProcess{}.Run(context.Background(), call)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestResults(t *testing.T) {
	for _, c := range []struct {
		do                       string
		check                    bool
		changed, failed, skipped bool
		msg, data                string
		diffs                    int
	}{
		{do: "change", changed: true, msg: "did", data: "{'number': 0}", diffs: 1},
		{do: "change", check: true, changed: true, msg: "would", data: "{'number': 0}", diffs: 1},
		{do: "change but say no", data: "{'msg': '', 'number': 0}", diffs: 1},
		{do: "fail", failed: true, msg: "it broke: why", data: "{'number': 7, 'rc': 3}"},
		{do: "skip", skipped: true, msg: "not here", data: "{'number': 7}"},
		{do: "effect fails", failed: true, msg: "disk full", data: "{}"},
		{do: "effect fails", check: true, changed: true, data: "{'msg': '', 'number': 0}"},
		{do: "nothing", data: "{'msg': '', 'number': 1}"},
	} {
		r := run(t, modules.Call{Module: "test.contract.probe", Args: map[string]any{"do": c.do}, Check: c.check, Diff: true})
		if r.Changed != c.changed || r.Failed != c.failed || r.Skipped != c.skipped || r.Msg != c.msg || value.Repr(r.Data) != c.data || len(r.Diff) != c.diffs {
			t.Errorf("%s check=%v: changed=%v failed=%v skipped=%v %q %s, %d diffs", c.do, c.check, r.Changed, r.Failed, r.Skipped, r.Msg, value.Repr(r.Data), len(r.Diff))
		}
	}
}

func TestNoDiffUnlessWanted(t *testing.T) {
	if r := run(t, modules.Call{Module: "test.contract.probe", Args: map[string]any{"do": "change"}}); len(r.Diff) != 0 {
		t.Errorf("%d diffs", len(r.Diff))
	}
}

func TestWarnings(t *testing.T) {
	r := run(t, modules.Call{Module: "test.contract.probe"})
	if len(r.Warnings) != 1 || r.Warnings[0] != "careful with it" || len(r.Deprecations) != 1 || r.Deprecations[0].Version != "3.0" {
		t.Errorf("%v %v", r.Warnings, r.Deprecations)
	}
}

func TestOpenResult(t *testing.T) {
	r := run(t, modules.Call{Module: "test.contract.open"})
	if !r.Changed || value.Repr(r.Data) != "{'x_header': '1'}" {
		t.Errorf("changed=%v %s", r.Changed, value.Repr(r.Data))
	}
}

func TestPanicIsAFailure(t *testing.T) {
	r := run(t, modules.Call{Module: "test.contract.probe", Args: map[string]any{"do": "panic"}})
	if !r.Failed || !strings.Contains(r.Msg, "module probe stopped unexpectedly: oh") || r.Data.GetString("exception") == "" {
		t.Errorf("failed=%v %q", r.Failed, r.Msg)
	}
}

func TestNoCheckIsSkipped(t *testing.T) {
	if r := run(t, modules.Call{Module: "test.contract.nocheck", Check: true}); !r.Skipped || !strings.Contains(r.Msg, "does not support check mode") {
		t.Errorf("skipped=%v %q", r.Skipped, r.Msg)
	}
}

func TestUnknownModule(t *testing.T) {
	if r := run(t, modules.Call{Module: "test.contract.none"}); !r.Failed {
		t.Error("an unknown module did not fail")
	}
}

var execute func(*modules.Context) error

func init() {
	modules.Register(modules.Spec{Name: "test.contract.execute", Summary: "Runs a test's function"},
		func(c *modules.Context, _ struct{}) (struct{}, error) { return struct{}{}, execute(c) })
}

func TestExec(t *testing.T) {
	dir := t.TempDir()
	var live strings.Builder
	execute = func(c *modules.Context) error {
		out, err := c.Exec(modules.Cmd{Argv: []string{"sh", "-c", "pwd; cat; echo $LC_ALL $TASK $OWN >&2; exit 4"}, Dir: dir,
			Env: []string{"OWN=o"}, Stdin: strings.NewReader("in\n"), Stream: true})
		if err != nil || out.RC != 4 || out.Stdout != dir+"\nin\n" || out.Stderr != "C t o\n" {
			t.Errorf("%+v (%v)", out, err)
		}
		return out.Failure([]string{"sh", "-c"})
	}
	r := run(t, modules.Call{Module: "test.contract.execute", Env: map[string]string{"TASK": "t"},
		Output: func(stream string, p []byte) { live.WriteString(stream + ":" + string(p)) }})
	if rc, _ := r.Data.Get("rc"); !r.Failed || rc != int64(4) || r.Msg != "C t o" {
		t.Errorf("failed=%v rc=%v %q", r.Failed, rc, r.Msg)
	}
	if !strings.Contains(live.String(), "stdout:") || !strings.Contains(live.String(), "stderr:C t o") {
		t.Errorf("live output was %q", live.String())
	}
}

// TestCancelEndsTheGroup starts a grandchild that would write a file later.
func TestCancelEndsTheGroup(t *testing.T) {
	dir := t.TempDir()
	late, started := filepath.Join(dir, "late"), filepath.Join(dir, "started")
	execute = func(c *modules.Context) error {
		_, err := c.Exec(modules.Cmd{Argv: []string{"sh", "-c", "(sleep 1; touch " + late + ") & touch " + started + "; wait"}})
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			if _, err := os.Stat(started); err == nil {
				cancel()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	begin := time.Now()
	r, err := modules.InProcess{}.Run(ctx, modules.Call{Module: "test.contract.execute"})
	if err != nil || !r.Failed || time.Since(begin) > 900*time.Millisecond {
		t.Errorf("failed=%v after %v (%v)", r.Failed, time.Since(begin), err)
	}
	time.Sleep(time.Until(begin.Add(1500 * time.Millisecond)))
	if _, err := os.Stat(late); err == nil {
		t.Error("what the command had started went on")
	}
}

func TestPipe(t *testing.T) {
	execute = func(c *modules.Context) error {
		var out strings.Builder
		if err := c.Pipe(strings.NewReader("abc"), &out, "tr", "a-c", "A-C"); err != nil || out.String() != "ABC" {
			t.Errorf("%q (%v)", out.String(), err)
		}
		return c.Pipe(strings.NewReader(""), &out, "sh", "-c", "echo bad >&2; exit 1")
	}
	if r := run(t, modules.Call{Module: "test.contract.execute"}); !r.Failed || !strings.Contains(r.Msg, "bad") {
		t.Errorf("failed=%v %q", r.Failed, r.Msg)
	}
}
