package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "agent" {
		os.Exit(Main(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// runnerFunc is a runner that a test writes down in place.
type runnerFunc func(context.Context, modules.Call) (modules.Result, error)

func (f runnerFunc) Run(ctx context.Context, c modules.Call) (modules.Result, error) {
	return f(ctx, c)
}
func (runnerFunc) Close() error { return nil }

// serve starts an agent with a runner and returns a client of it. At the end of
// the test the agent has to leave.
func serve(t testing.TB, run runnerFunc) *Client {
	t.Helper()
	toAgent, fromClient := io.Pipe()
	toClient, fromAgent := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := Serve(context.Background(), toAgent, fromAgent, run)
		fromAgent.Close()
		served <- err
	}()
	c, err := NewClient(toClient, fromClient)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		select {
		case err := <-served:
			if err != nil {
				t.Errorf("serve: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the agent did not leave")
		}
		<-c.Done()
	})
	return c
}

func TestCallAndResultArriveWhole(t *testing.T) {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	args := map[string]any{
		"none": nil, "yes": true, "no": false, "int": int64(-7), "big": huge, "whole": 1.0, "inf": math.Inf(-1),
		"text": "häl\xffo {{ x }}\x00", "bytes": value.Bytes("\x00\xfe"), "markup": value.Markup("<b>"),
		"list":  value.NewList(int64(1), value.NewList(), value.Tuple{"a", nil}),
		"dict":  value.DictOf("z", int64(1), "a", value.DictOf(int64(5), "five", true, 0.5)),
		"set":   value.NewSet("x", int64(2)),
		"large": strings.Repeat("0123456789", 100_000),
	}
	result := modules.Result{
		Changed: true, Failed: true, Skipped: true, Msg: "m\xff",
		Data:         value.DictOf("rc", int64(1), "stdout", strings.Repeat("x", 300_000), "b", value.Bytes("\xff")),
		Diff:         []modules.Diff{{Before: "a", After: value.DictOf("b", int64(1)), BeforeHeader: "x", AfterHeader: "y", Prepared: "z", DstBinary: true, SrcLarger: 7}},
		Facts:        value.DictOf("zeta", int64(1), "alpha", int64(2)),
		Warnings:     []string{"careful"},
		Deprecations: []modules.Deprecation{{Msg: "old", Version: "3"}},
		Invocation:   value.DictOf("path", "/x"),
	}
	var got modules.Call
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) { got = call; return result, nil })
	call := modules.Call{Module: "a.b.c", Args: args, Check: true, Diff: true, Env: map[string]string{"A": "1", "B": ""}}
	r, err := c.Run(context.Background(), call)
	if err != nil {
		t.Fatal(err)
	}
	if got.Module != call.Module || !got.Check || !got.Diff || fmt.Sprint(got.Env) != fmt.Sprint(call.Env) {
		t.Errorf("the call arrived as %+v", got)
	}
	if len(got.Args) != len(args) {
		t.Errorf("%d arguments arrived of %d", len(got.Args), len(args))
	}
	for k, want := range args {
		same(t, k, got.Args[k], want)
	}
	if r.Changed != true || !r.Failed || !r.Skipped || r.Msg != result.Msg || len(r.Diff) != 1 || r.Warnings[0] != "careful" ||
		r.Deprecations[0] != result.Deprecations[0] || r.Diff[0].Prepared != "z" || r.Diff[0].BeforeHeader != "x" || !r.Diff[0].DstBinary || r.Diff[0].SrcLarger != 7 {
		t.Errorf("the result arrived as %+v", r)
	}
	same(t, "data", r.Data, result.Data)
	same(t, "facts", r.Facts, result.Facts)
	same(t, "after", r.Diff[0].After, result.Diff[0].After)
	if got.Content != nil || got.Deliver != nil || got.Output != nil {
		t.Error("callbacks arrived that the caller did not have")
	}
}

// same compares types and order too, which equality of values leaves out.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if value.Repr(got) != value.Repr(want) || fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) {
		t.Errorf("%s: got %T %.200s, want %T %.200s", what, got, value.Repr(got), want, value.Repr(want))
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	var barrier sync.WaitGroup
	barrier.Add(50)
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		barrier.Done()
		barrier.Wait() // only passes when all are under way together
		return modules.Result{Msg: value.Str(call.Args["n"])}, nil
	})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			r, err := c.Run(context.Background(), modules.Call{Args: map[string]any{"n": int64(i)}})
			if err != nil || r.Msg != fmt.Sprint(i) {
				t.Errorf("call %d gave %q, %v", i, r.Msg, err)
			}
		})
	}
	wg.Wait()
}

func TestPanicIsAFailedResult(t *testing.T) {
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		if call.Module == "bad" {
			panic("no")
		}
		return modules.Result{}, nil
	})
	r, err := c.Run(context.Background(), modules.Call{Module: "bad"})
	if err != nil || !r.Failed || !strings.Contains(r.Msg, "no") {
		t.Errorf("got %+v, %v", r, err)
	}
	if r, err := c.Run(context.Background(), modules.Call{}); err != nil || r.Failed {
		t.Errorf("the next call gave %+v, %v", r, err)
	}
}

func TestUnsendable(t *testing.T) {
	loop := value.NewList()
	loop.Append(loop)
	c := serve(t, func(context.Context, modules.Call) (modules.Result, error) {
		return modules.Result{Data: value.DictOf("loop", loop)}, nil
	})
	for _, call := range []modules.Call{{Args: map[string]any{"a": loop}}, {}} {
		r, err := c.Run(context.Background(), call)
		if err != nil || !r.Failed || !strings.Contains(r.Msg, "nested too deeply") {
			t.Errorf("got %+v, %v", r, err)
		}
	}
}

func TestOutputIsLiveAndInOrder(t *testing.T) {
	next := make(chan bool)
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		call.Output("stdout", []byte("one"))
		<-next // only comes when the first was seen
		call.Output("stderr", bytes.Repeat([]byte("x"), 3*outputWindow))
		return modules.Result{}, nil
	})
	var seen []string
	size := 0
	_, err := c.Run(context.Background(), modules.Call{Output: func(stream string, p []byte) {
		if seen = append(seen, stream); len(seen) == 1 {
			close(next)
		}
		size += len(p)
	}})
	if err != nil || seen[0] != "stdout" || seen[len(seen)-1] != "stderr" || size != 3+3*outputWindow {
		t.Errorf("saw %d bytes of %v, %v", size, seen, err)
	}
}

func TestCancel(t *testing.T) {
	started := make(chan bool)
	c := serve(t, func(ctx context.Context, call modules.Call) (modules.Result, error) {
		close(started)
		<-ctx.Done()
		return modules.Result{Failed: true, Msg: "ended"}, nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-started; cancel() }()
	r, err := c.Run(ctx, modules.Call{})
	if err != nil || r.Msg != "ended" {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestLostAgent(t *testing.T) {
	toClient, fromAgent := io.Pipe()
	toAgent, fromClient := io.Pipe()
	go func() {
		l := newLink(fromAgent)
		_, _ = l.hello(toAgent, "")
		_, _ = readFrame(toAgent)
		fromAgent.Close() // in the middle of a call
		_, _ = io.Copy(io.Discard, toAgent)
	}()
	c, err := NewClient(toClient, fromClient)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Run(context.Background(), modules.Call{})
	var lost *Lost
	if !errors.As(err, &lost) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if _, err = c.Run(context.Background(), modules.Call{}); !errors.As(err, &lost) {
		t.Errorf("a later call got %v", err)
	}
}

func TestControllerGoneEndsCalls(t *testing.T) {
	toAgent, fromClient := io.Pipe()
	toClient, fromAgent := io.Pipe()
	started, served := make(chan bool), make(chan error, 1)
	go func() {
		served <- Serve(context.Background(), toAgent, fromAgent, runnerFunc(func(ctx context.Context, _ modules.Call) (modules.Result, error) {
			close(started)
			<-ctx.Done()
			return modules.Result{}, context.Cause(ctx)
		}))
	}()
	c, err := NewClient(toClient, fromClient)
	if err != nil {
		t.Fatal(err)
	}
	go c.Run(context.Background(), modules.Call{})
	<-started
	c.Close()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the call outlived its controller")
	}
	fromAgent.Close()
}

func TestVersionsDiffer(t *testing.T) {
	toClient, fromAgent := io.Pipe()
	toAgent, fromClient := io.Pipe()
	go func() {
		_, _ = readFrame(toAgent)
		_ = (&frameWriter{w: fromAgent}).write(kindHello, version+1)
	}()
	if _, err := NewClient(toClient, fromClient); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkCall(b *testing.B) {
	c := serve(b, func(_ context.Context, call modules.Call) (modules.Result, error) {
		return modules.Result{Data: value.DictOf("path", call.Args["path"])}, nil
	})
	call := modules.Call{Module: "ansible.builtin.file", Args: map[string]any{"path": "/tmp/x", "state": "touch"}}
	for b.Loop() {
		if _, err := c.Run(context.Background(), call); err != nil {
			b.Fatal(err)
		}
	}
}
