package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"time"
	"unicode"

	"goplay/modules"
)

// outputWindow is how much of a call's output may be under way to a reader that is slow.
const outputWindow = 256 << 10

// cancelAfter is how long a cancelled call may take to come back.
const cancelAfter = 5 * time.Second

// Lost is the error of a call whose agent has gone.
type Lost struct{ Err error }

func (e *Lost) Error() string { return "the agent has gone: " + e.Err.Error() }
func (e *Lost) Unwrap() error { return e.Err }

// Client runs calls in an agent at the other end of two pipes. It is safe for
// concurrent use.
type Client struct {
	*link
	pipe io.WriteCloser
	done chan struct{} // closed when the frame reader has ended
	err  error         // why, once done is closed

	python string // of the agent's host

	callsMu sync.Mutex
	calls   map[uint32]*calling
	last    uint32
}

var (
	_ modules.Runner = (*Client)(nil)
	_ Detacher       = (*Client)(nil)
)

// NewClient greets the agent that reads w and writes r. It blocks until the
// agent has answered or r ends. Closing the client closes w, which makes the
// agent leave; r is then read to its end.
func NewClient(r io.Reader, w io.WriteCloser) (*Client, error) {
	c := &Client{link: newLink(w), pipe: w, done: make(chan struct{}), calls: map[uint32]*calling{}}
	br := bufio.NewReaderSize(r, maxPayload)
	python, err := c.hello(br, "")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("greet the agent: %w", err), w.Close())
	}
	c.python = python
	go c.read(br)
	return c, nil
}

// Python is the interpreter of Python on the agent's host; "" where it has none.
// What a host says is nothing but a path: anything else counts as none.
func (c *Client) Python() string {
	if !path.IsAbs(c.python) || len(c.python) > maxPath || strings.ContainsFunc(c.python, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return ""
	}
	return c.python
}

// maxPath is how long a path may be on Linux, in bytes.
const maxPath = 4096

// Done is closed when the agent has gone.
func (c *Client) Done() <-chan struct{} { return c.done }

// Close makes the agent leave: calls under way are cancelled on the target.
func (c *Client) Close() error { return c.pipe.Close() }

func (c *Client) read(r io.Reader) {
	var err error
	for err == nil {
		var f frame
		if f, err = readFrame(r); err != nil {
			break
		}
		switch f.kind {
		case kindResult:
			f.payload = c.whole(f)
			c.pass(f)
		case kindOutput, kindNeed, kindDeliver:
			err = c.pass(f)
		default:
			err = c.stream(f)
		}
	}
	c.err = &Lost{noEOF(err)}
	c.fail(c.err)
	close(c.done)
	// Whatever still writes must not block for ever.
	_, _ = io.Copy(io.Discard, r)
}

// pass hands a frame to the call that it belongs to; it never blocks. A stream
// that the frame opens is known from here on, since its data may follow at once.
func (c *Client) pass(f frame) error {
	c.callsMu.Lock()
	defer c.callsMu.Unlock()
	call := c.calls[f.id]
	if call == nil {
		return nil
	}
	if f.kind == kindNeed || f.kind == kindDeliver {
		id, err := asUint32(f.payload)
		if err != nil {
			return err
		}
		if f.kind == kindNeed {
			c.transmit(id)
		} else {
			c.receive(id)
		}
	}
	return call.put(f)
}

// Run sends the call and stays with it until its result is there. When ctx
// ends, the call is cancelled on the target and its result is still awaited for
// a few seconds. The error is a *Lost, or ctx's cause.
func (c *Client) Run(ctx context.Context, call modules.Call) (modules.Result, error) {
	return c.run(ctx, requestOf(call))
}

// Detach starts the call as a job that outlives the connection.
func (c *Client) Detach(ctx context.Context, call modules.Call, limit time.Duration) (modules.Result, error) {
	return c.run(ctx, request{call: call, detach: true, limit: limit})
}

func (c *Client) run(ctx context.Context, req request) (modules.Result, error) {
	if err := ctx.Err(); err != nil {
		return modules.Result{}, context.Cause(ctx)
	}
	message, err := req.encode()
	if err != nil {
		return modules.Failed(err), nil
	}
	call := c.begin(req.call)
	defer c.over(call)
	call.wg.Go(func() { call.sent <- c.w.message(kindCall, call.id, message) })
	return call.follow(ctx)
}

func (c *Client) begin(call modules.Call) *calling {
	c.callsMu.Lock()
	defer c.callsMu.Unlock()
	c.last++
	one := &calling{c: c, id: c.last, call: call, ready: make(chan struct{}, 1), sent: make(chan error, 1)}
	one.ctx, one.cancel = context.WithCancel(context.Background())
	c.calls[one.id] = one
	return one
}

// over ends what the call's streams still do and waits for them, unless the
// connection is stuck.
func (c *Client) over(call *calling) {
	c.callsMu.Lock()
	delete(c.calls, call.id)
	c.callsMu.Unlock()
	call.cancel()
	for f, ok := call.take(); ok; f, ok = call.take() {
		if f.kind == kindNeed || f.kind == kindDeliver {
			id, _ := asUint32(f.payload)
			c.forget(id)
		}
	}
	if !call.stuck {
		call.wg.Wait()
	}
}
