package agent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// version is the protocol's; both ends say theirs first and part when they differ.
const version = 1

// A frame is a length, a kind, the id of what it belongs to, and a payload.
const (
	headerSize = 9
	maxPayload = 64 << 10
	maxMessage = 1 << 30 // of a call or result in pieces
)

type kind byte

const (
	kindHello   kind = 1 + iota // both ways, first: id is the protocol's version
	kindPart                    // a piece of a call or result that does not fit one frame
	kindCall                    // the last piece of a call; starts it
	kindCancel                  // ends a call's context
	kindResult                  // the last piece of a result; ends the call
	kindOutput                  // a piece of what a command prints; the first byte names the stream
	kindHeard                   // output that was taken: the agent may send that much more
	kindNeed                    // a module pulls a content: stream id and name
	kindDeliver                 // a module sends something back: stream id and name
	kindData                    // a piece of a stream; its id is the stream's
	kindEnd                     // the sender's end of a stream, with a reason if it ended badly
	kindWindow                  // the receiver takes that many bytes more
	kindStop                    // the receiver takes no more
	kindDone                    // the receiver has done with a delivery, with a reason if it failed
	kindLast
)

type frame struct {
	kind    kind
	id      uint32
	payload []byte
}

var errFrame = errors.New("what came is not the agent's protocol")

func readFrame(r io.Reader) (frame, error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(h[:4])
	f := frame{kind: kind(h[4]), id: binary.BigEndian.Uint32(h[5:])}
	if n > maxPayload || f.kind == 0 || f.kind >= kindLast {
		return frame{}, errFrame
	}
	f.payload = make([]byte, n)
	if _, err := io.ReadFull(r, f.payload); err != nil {
		return frame{}, fmt.Errorf("read a frame: %w", noEOF(err))
	}
	return f, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// frameWriter writes whole frames, one at a time, from any goroutine.
type frameWriter struct {
	mu  sync.Mutex
	w   io.Writer
	buf []byte
}

// write sends one frame in one Write, so that a small one is one packet.
func (fw *frameWriter) write(k kind, id uint32, payload ...[]byte) error {
	fw.mu.Lock()
	defer fw.mu.Unlock()
	fw.buf = append(fw.buf[:0], 0, 0, 0, 0, byte(k), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(fw.buf[5:], id)
	for _, p := range payload {
		fw.buf = append(fw.buf, p...)
	}
	binary.BigEndian.PutUint32(fw.buf, uint32(len(fw.buf)-headerSize))
	_, err := fw.w.Write(fw.buf)
	return err
}

// message sends a payload of any size: parts, and a last frame of the given kind.
// Frames of others fit in between.
func (fw *frameWriter) message(last kind, id uint32, payload []byte) error {
	for len(payload) > maxPayload {
		if err := fw.write(kindPart, id, payload[:maxPayload]); err != nil {
			return err
		}
		payload = payload[maxPayload:]
	}
	return fw.write(last, id, payload)
}

func uint32Bytes(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func asUint32(p []byte) (uint32, error) {
	if len(p) < 4 {
		return 0, errFrame
	}
	return binary.BigEndian.Uint32(p), nil
}
