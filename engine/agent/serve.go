// Package agent is the protocol between a controller and a target: Serve runs
// calls on the target, a Client is a modules.Runner on the controller. Frames
// of many calls share one pair of pipes; contents are streamed with a window.
// The package knows nothing of how the pipes reach a host.
package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"goplay/modules"
)

// leaveAfter is how long modules may take to end when the controller has gone;
// what does not listen to its context is left behind.
const leaveAfter = 3 * time.Second

// errGone is why calls end whose controller has gone.
var errGone = errors.New("the controller has gone")

// Serve runs the calls that come from r with runner, many at once, and answers
// on w. When r ends or ctx does, every call's context is cancelled, so that
// what the calls started is ended, and Serve returns after them. A clean end of
// r is nil.
func Serve(ctx context.Context, r io.Reader, w io.Writer, runner modules.Runner) error {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &server{link: newLink(w), ctx: ctx, runner: runner, calls: map[uint32]*serving{}}
	ended := make(chan error, 1)
	go func() { ended <- s.read(bufio.NewReaderSize(r, maxPayload)) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	cancel(errGone)
	s.fail(errGone)
	s.leave()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

type server struct {
	*link
	ctx    context.Context
	runner modules.Runner
	wg     sync.WaitGroup

	callsMu sync.Mutex
	calls   map[uint32]*serving
	streams uint32 // the last stream's id; the agent opens all streams
}

// serving is one call under way on the target.
type serving struct {
	s      *server
	id     uint32
	cancel context.CancelFunc
	heard  *credit // room for output
}

func (s *server) read(r io.Reader) error {
	if _, err := s.hello(r, modules.InProcess{}.Python()); err != nil {
		return err
	}
	for {
		f, err := readFrame(r)
		if err != nil {
			return err
		}
		switch f.kind {
		case kindCall:
			s.start(f.id, s.whole(f))
		case kindCancel:
			if c := s.call(f.id); c != nil {
				c.cancel()
			}
		case kindHeard:
			n, err := asUint32(f.payload)
			if err != nil {
				return err
			}
			if c := s.call(f.id); c != nil {
				c.heard.give(n)
			}
		default:
			if err := s.stream(f); err != nil {
				return err
			}
		}
	}
}

func (s *server) call(id uint32) *serving {
	s.callsMu.Lock()
	defer s.callsMu.Unlock()
	return s.calls[id]
}

func (s *server) start(id uint32, message []byte) {
	ctx, cancel := context.WithCancel(s.ctx)
	c := &serving{s: s, id: id, cancel: cancel, heard: newCredit(outputWindow)}
	s.callsMu.Lock()
	s.calls[id] = c
	s.callsMu.Unlock()
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		defer cancel()
		b := c.run(ctx, message)
		s.callsMu.Lock()
		delete(s.calls, id)
		s.callsMu.Unlock()
		// An error of the connection ends the frame reader, which ends everything.
		_ = s.w.message(kindResult, id, b)
	}()
}

// run is the call's whole life; whatever happens, there is a result.
func (c *serving) run(ctx context.Context, message []byte) []byte {
	r, err := c.result(ctx, message)
	if err != nil {
		r = modules.Failed(err)
	}
	b, err := encodeResult(r)
	if err != nil {
		b, _ = encodeResult(modules.Failed(fmt.Errorf("send the result: %w", err)))
	}
	return b
}

func (c *serving) result(ctx context.Context, message []byte) (r modules.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = modules.Fail("the agent stopped this call unexpectedly: %v", p).With("exception", string(debug.Stack()))
		}
	}()
	req, err := decodeRequest(message)
	if err != nil {
		return r, err
	}
	if req.detach {
		return startJob(req)
	}
	if req.contents {
		req.call.Content = func(name string) (io.ReadCloser, error) { return c.pull(ctx, name) }
	}
	if req.delivers {
		req.call.Deliver = func(name string, r io.Reader) error { return c.deliver(ctx, name, r) }
	}
	if req.outputs {
		req.call.Output = func(stream string, p []byte) { c.output(ctx, stream, p) }
	}
	return c.s.runner.Run(ctx, req.call)
}

func (s *server) nextStream() uint32 {
	s.callsMu.Lock()
	defer s.callsMu.Unlock()
	s.streams++
	return s.streams
}

// pull opens a content of the caller; it waits for its first bytes, so that one
// that cannot be opened is an error here.
func (c *serving) pull(ctx context.Context, name string) (io.ReadCloser, error) {
	id := c.s.nextStream()
	in := c.s.receive(id)
	err := c.s.w.write(kindNeed, c.id, uint32Bytes(id), []byte(name))
	if err == nil {
		err = in.await(ctx)
	}
	if err != nil {
		c.s.forget(id)
		return nil, err
	}
	return reader{in, ctx, func() error { defer c.s.forget(id); return in.stop() }}, nil
}

func (c *serving) deliver(ctx context.Context, name string, r io.Reader) error {
	id := c.s.nextStream()
	out := c.s.transmit(id)
	defer c.s.forget(id)
	if err := c.s.w.write(kindDeliver, c.id, uint32Bytes(id), []byte(name)); err != nil {
		return err
	}
	// A receiver that stopped says why in its last word.
	if err := out.send(ctx, r, nil); err != nil && !errors.Is(err, errStopped) {
		return err
	}
	select {
	case err := <-out.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// output sends what a command prints as the controller takes it: a fast command
// waits for a slow screen instead of filling memory.
func (c *serving) output(ctx context.Context, stream string, p []byte) {
	which := byte(1)
	if stream == "stderr" {
		which = 2
	}
	for len(p) > 0 {
		n, err := c.heard.take(ctx, min(len(p), maxPayload-1))
		if err != nil || c.s.w.write(kindOutput, c.id, []byte{which}, p[:n]) != nil {
			return
		}
		p = p[n:]
	}
}

func (s *server) leave() {
	gone := make(chan struct{})
	go func() { s.wg.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-time.After(leaveAfter):
	}
}
