package agent

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"goplay/internal/value"
)

func FuzzFrames(f *testing.F) {
	var good bytes.Buffer
	w := &frameWriter{w: &good}
	_ = w.write(kindHello, version)
	_ = w.write(kindData, 7, []byte("abc"))
	_ = w.write(kindWindow, 7, uint32Bytes(9))
	f.Add(good.Bytes())
	f.Add([]byte("Last login: Mon\n"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		l := newLink(io.Discard)
		l.receive(7)
		l.transmit(8)
		for {
			got, err := readFrame(r)
			if err != nil {
				return
			}
			if len(got.payload) > len(b) {
				t.Fatal("a frame holds more than was sent")
			}
			if l.stream(got) != nil {
				return
			}
		}
	})
}

func FuzzValues(f *testing.F) {
	for _, v := range []any{nil, true, int64(-1), 1.5, "x", value.Bytes("\xff"), value.NewList("a", int64(1)),
		value.Tuple{nil}, value.DictOf("k", value.DictOf(int64(1), "v")), value.NewSet("a")} {
		b, err := appendValue(nil, v, 0)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{tagList, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte(strings.Repeat("\x09\x01", 5000)))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := decodeValue(b)
		if err != nil {
			return
		}
		once, err := appendValue(nil, v, 0)
		if err != nil {
			t.Fatalf("%x was read and cannot be sent: %v", b, err)
		}
		again, err := decodeValue(once)
		if err != nil || value.Repr(again) != value.Repr(v) {
			t.Fatalf("%s came back as %s, %v", value.Repr(v), value.Repr(again), err)
		}
		// Whatever it is, a message made of it is read or refused.
		_, _ = decodeRequest(b)
		_, _ = decodeResult(b)
	})
}

func TestMessagesOfTheWrongShape(t *testing.T) {
	for _, v := range []any{nil, "x", value.Tuple{}, value.Tuple{1.5, nil, nil, nil, nil, nil, nil, nil, nil, nil}} {
		b, err := appendValue(nil, v, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decodeRequest(b); err == nil {
			t.Errorf("%v was taken for a call", v)
		}
		if _, err := decodeResult(b); err == nil {
			t.Errorf("%v was taken for a result", v)
		}
	}
}
