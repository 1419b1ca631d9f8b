package agent

import (
	"errors"
	"io"
	"sync"
)

// link is what both ends of a connection have in common: the writer, the
// streams under way, and the messages that are coming in pieces.
type link struct {
	w *frameWriter

	mu     sync.Mutex
	in     map[uint32]*inflow
	out    map[uint32]*outflow
	broken error

	parts map[uint32][]byte // of the frame reader alone
}

func newLink(w io.Writer) *link {
	return &link{
		w:     &frameWriter{w: w},
		in:    map[uint32]*inflow{},
		out:   map[uint32]*outflow{},
		parts: map[uint32][]byte{},
	}
}

// hello says this end's version and what it has to say of its host, and hears
// the other's.
func (l *link) hello(r io.Reader, say string) (heard string, err error) {
	sent := make(chan error, 1)
	go func() { sent <- l.w.write(kindHello, version, []byte(say)) }()
	f, err := readFrame(r)
	switch {
	case err != nil:
		return "", noEOF(err)
	case f.kind != kindHello:
		return "", errFrame
	case f.id != version:
		return "", errors.New("the agent speaks another version of the protocol")
	}
	return string(f.payload), <-sent
}

// whole collects the pieces of a message and returns it with the last of them.
func (l *link) whole(f frame) []byte {
	before, ok := l.parts[f.id]
	if !ok {
		return f.payload
	}
	delete(l.parts, f.id)
	return append(before, f.payload...)
}

func (l *link) receive(id uint32) *inflow {
	s := newInflow(id, l.w)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.in[id] = s
	if l.broken != nil {
		s.finish(l.broken)
	}
	return s
}

func (l *link) transmit(id uint32) *outflow {
	s := newOutflow(id, l.w)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out[id] = s
	if l.broken != nil {
		s.room.fail(l.broken)
		s.done <- l.broken
	}
	return s
}

func (l *link) find(id uint32) (*inflow, *outflow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.in[id], l.out[id]
}

func (l *link) forget(id uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.in, id)
	delete(l.out, id)
}

// stream takes a frame that belongs to a stream or a message; it never blocks.
// Frames of a stream that is over are late and mean nothing.
func (l *link) stream(f frame) error {
	in, out := l.find(f.id)
	switch {
	case f.kind == kindPart:
		if len(l.parts[f.id]) > maxMessage {
			return errFrame
		}
		l.parts[f.id] = append(l.parts[f.id], f.payload...)
	case f.kind == kindData && in != nil:
		return in.put(f.payload)
	case f.kind == kindEnd && in != nil:
		in.finish(asReason(f.payload))
	case f.kind == kindWindow && out != nil:
		n, err := asUint32(f.payload)
		out.room.give(n)
		return err
	case f.kind == kindStop && out != nil:
		out.room.fail(errStopped)
	case f.kind == kindDone && out != nil:
		select {
		case out.done <- asReason(f.payload):
		default:
		}
	}
	return nil
}

// fail ends every stream: the other end is gone.
func (l *link) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = err
	for _, s := range l.in {
		s.finish(err)
	}
	for _, s := range l.out {
		s.room.fail(err)
		select {
		case s.done <- err:
		default:
		}
	}
}
