package agent

import (
	"context"
	"errors"
	"io"
	"sync"
)

// window is how much of a stream may be under way: enough for a fast line
// that is far, and all the memory that a stream takes on either end.
const window = 2 << 20

var errStopped = errors.New("the receiver takes no more")

// inflow is the receiving end of a stream. Read gives back to the sender, as
// credit, what has been read.
type inflow struct {
	id uint32
	w  *frameWriter

	mu     sync.Mutex
	chunks [][]byte
	held   int // bytes in chunks
	owed   int // bytes read and not yet credited
	err    error
	ready  chan struct{} // has room for one; signals a change
}

func newInflow(id uint32, w *frameWriter) *inflow {
	return &inflow{id: id, w: w, ready: make(chan struct{}, 1)}
}

// put takes a data frame from the frame reader; it never blocks. It fails when
// the sender ignores the window.
func (s *inflow) put(p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil
	}
	if s.held+len(p) > window {
		return errFrame
	}
	s.chunks, s.held = append(s.chunks, p), s.held+len(p)
	s.signal()
	return nil
}

// finish ends the stream after what has come; nil is a good end.
func (s *inflow) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		if err == nil {
			err = io.EOF
		}
		s.err = err
		s.signal()
	}
}

func (s *inflow) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// await blocks until there is something to read or the stream has ended, and
// returns the reason of a bad end.
func (s *inflow) await(ctx context.Context) error {
	for {
		s.mu.Lock()
		err, some := s.err, len(s.chunks) > 0
		s.mu.Unlock()
		if some || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *inflow) read(ctx context.Context, p []byte) (int, error) {
	if err := s.await(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	if len(s.chunks) == 0 {
		defer s.mu.Unlock()
		return 0, s.err
	}
	n := copy(p, s.chunks[0])
	if s.chunks[0] = s.chunks[0][n:]; len(s.chunks[0]) == 0 {
		s.chunks = s.chunks[1:]
	}
	s.held -= n
	s.owed += n
	credit := 0
	if s.owed >= window/4 && s.err == nil {
		credit, s.owed = s.owed, 0
	}
	s.mu.Unlock()
	if credit > 0 {
		return n, s.w.write(kindWindow, s.id, uint32Bytes(uint32(credit)))
	}
	return n, nil
}

// stop drops what is left and tells the sender, if it has not finished.
func (s *inflow) stop() error {
	s.mu.Lock()
	running := s.err == nil
	s.err, s.chunks, s.held = errStopped, nil, 0
	s.mu.Unlock()
	if running {
		return s.w.write(kindStop, s.id)
	}
	return nil
}

// reader is an inflow that a context ends.
type reader struct {
	*inflow
	ctx   context.Context
	close func() error
}

func (r reader) Read(p []byte) (int, error) { return r.read(r.ctx, p) }
func (r reader) Close() error               { return r.close() }

// outflow is the sending end of a stream.
type outflow struct {
	id   uint32
	w    *frameWriter
	room *credit
	done chan error // the receiver's last word on a delivery; has room for one
}

func newOutflow(id uint32, w *frameWriter) *outflow {
	return &outflow{id: id, w: w, room: newCredit(window), done: make(chan error, 1)}
}

// send copies r as the receiver takes it, and then ends the stream. The error
// is of the connection, of r, or errStopped.
func (s *outflow) send(ctx context.Context, r io.Reader, progress func(done int64)) error {
	buf := make([]byte, maxPayload)
	var done int64
	for {
		n, err := io.ReadFull(r, buf)
		for p := buf[:n]; len(p) > 0; {
			got, werr := s.room.take(ctx, len(p))
			if werr == nil {
				werr = s.w.write(kindData, s.id, p[:got])
			}
			if werr != nil {
				return werr
			}
			p = p[got:]
			if done += int64(got); progress != nil {
				progress(done)
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return s.end(nil)
		default:
			return errors.Join(err, s.end(err))
		}
	}
}

// end says that nothing more comes, and why if that is bad.
func (s *outflow) end(reason error) error { return s.w.write(kindEnd, s.id, reasonOf(reason)) }

func reasonOf(err error) []byte {
	if err == nil {
		return nil
	}
	if err.Error() == "" {
		return []byte("it ended without a reason")
	}
	return []byte(err.Error())
}

func asReason(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	return errors.New(string(p))
}
