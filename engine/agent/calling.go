package agent

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"goplay/modules"
)

// calling is one call under way, as the controller sees it: its frames wait
// here for the goroutine that runs it.
type calling struct {
	c      *Client
	id     uint32
	call   modules.Call
	ctx    context.Context // of the call's streams
	cancel context.CancelFunc
	wg     sync.WaitGroup // of what writes and reads for the call
	sent   chan error     // of the call itself
	stuck  bool           // the call did not come back when cancelled

	mu     sync.Mutex
	frames []frame
	output int // bytes of output in frames
	ready  chan struct{}
}

// maxAsked bounds the streams that one call may ask for before any is served.
const maxAsked = 1024

func (p *calling) put(f frame) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.kind == kindOutput {
		p.output += len(f.payload) - 1
	}
	if p.output > outputWindow || len(p.frames) > maxAsked && f.kind != kindOutput && f.kind != kindResult {
		return errFrame
	}
	p.frames = append(p.frames, f)
	select {
	case p.ready <- struct{}{}:
	default:
	}
	return nil
}

func (p *calling) take() (frame, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.frames) == 0 {
		return frame{}, false
	}
	f := p.frames[0]
	p.frames = p.frames[1:]
	if f.kind == kindOutput {
		p.output -= len(f.payload) - 1
	}
	return f, true
}

// follow serves the call's frames in their order until its result.
func (p *calling) follow(ctx context.Context) (modules.Result, error) {
	done := ctx.Done()
	var late <-chan time.Time
	for {
		for f, ok := p.take(); ok; f, ok = p.take() {
			if f.kind == kindResult {
				return decodeResult(f.payload)
			}
			if err := p.serve(f); err != nil {
				return modules.Result{}, err
			}
		}
		select {
		case <-p.ready:
		case err := <-p.sent:
			if err != nil {
				return modules.Result{}, &Lost{err}
			}
		case <-p.c.done:
			if f, ok := p.take(); ok && f.kind == kindResult {
				return decodeResult(f.payload)
			}
			return modules.Result{}, p.c.err
		case <-done:
			done = nil
			timer := time.NewTimer(cancelAfter)
			defer timer.Stop()
			late = timer.C
			p.cancel()
			p.wg.Go(func() { _ = p.c.w.write(kindCancel, p.id) })
		case <-late:
			p.stuck = true
			return modules.Result{}, context.Cause(ctx)
		}
	}
}

func (p *calling) serve(f frame) error {
	if f.kind == kindOutput {
		return p.show(f.payload)
	}
	id, err := asUint32(f.payload)
	if err != nil {
		return err
	}
	name := string(f.payload[4:])
	in, out := p.c.find(id)
	p.wg.Go(func() {
		defer p.c.forget(id)
		if f.kind == kindNeed {
			p.sendContent(out, name)
		} else {
			p.takeDelivery(in, name)
		}
	})
	return nil
}

func (p *calling) show(payload []byte) error {
	if len(payload) < 2 {
		return errFrame
	}
	stream := "stdout"
	if payload[0] == 2 {
		stream = "stderr"
	}
	if p.call.Output != nil {
		p.call.Output(stream, payload[1:])
	}
	return p.c.w.write(kindHeard, p.id, uint32Bytes(uint32(len(payload)-1)))
}

// sendContent streams one content of the call. An error of the connection is
// seen by everybody; one of the content has gone to the module.
func (p *calling) sendContent(out *outflow, name string) {
	if p.call.Content == nil {
		_ = out.end(errors.New("the caller sent no content with this call"))
		return
	}
	r, err := p.call.Content(name)
	if err != nil {
		_ = out.end(err)
		return
	}
	defer r.Close()
	var progress func(int64)
	if p.call.Progress != nil {
		progress = func(done int64) { p.call.Progress(name, done) }
	}
	_ = out.send(p.ctx, r, progress)
}

func (p *calling) takeDelivery(in *inflow, name string) {
	r := reader{in, p.ctx, in.stop}
	err := errors.New("the caller takes no content back from this call")
	if p.call.Deliver != nil {
		if err = p.call.Deliver(name, r); err == nil {
			// The sender's end is part of the delivery: bytes that were never asked for are not.
			if _, rest := io.Copy(io.Discard, r); rest != nil {
				err = rest
			}
		}
	}
	_ = in.stop()
	_ = in.w.write(kindDone, in.id, reasonOf(err))
}
