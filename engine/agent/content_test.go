package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"goplay/internal/value"
	"goplay/modules"
	"io"
	"runtime"
	"testing"
)

// patterned is a reader of n bytes that differ along the way.
type patterned struct{ at, n int64 }

func (p *patterned) Read(b []byte) (int, error) {
	if p.at >= p.n {
		return 0, io.EOF
	}
	b = b[:min(int64(len(b)), p.n-p.at)]
	for i := range b {
		b[i] = byte((p.at + int64(i)) * 7 >> 8)
	}
	p.at += int64(len(b))
	return len(b), nil
}

func (p *patterned) Close() error { return nil }

// checked counts the bytes of a patterned reader that arrive right.
type checked struct{ n int64 }

func (c *checked) Write(b []byte) (int, error) {
	for i := range b {
		if b[i] != byte((c.n+int64(i))*7>>8) {
			return 0, fmt.Errorf("byte %d is wrong", c.n+int64(i))
		}
	}
	c.n += int64(len(b))
	return len(b), nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestContentIsStreamed(t *testing.T) {
	const size = 200<<20 + 12345
	var peak uint64
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		r, err := call.Content("src")
		if err != nil {
			return modules.Failed(err), nil
		}
		defer r.Close()
		var got checked
		for err == nil {
			_, err = io.CopyN(&got, r, 32<<20)
			peak = max(peak, heap())
		}
		if err != io.EOF {
			return modules.Failed(err), nil
		}
		return modules.Result{Data: value.DictOf("size", got.n)}, nil
	})
	before := heap()
	var last int64
	r, err := c.Run(context.Background(), modules.Call{
		Content:  func(name string) (io.ReadCloser, error) { return &patterned{n: size}, nil },
		Progress: func(name string, done int64) { last = done },
	})
	if err != nil || r.Failed {
		t.Fatalf("%+v, %v", r, err)
	}
	if got, _ := r.Data.Get("size"); got != int64(size) || last != size {
		t.Errorf("%v bytes arrived, progress said %d", got, last)
	}
	if grown := int64(peak) - int64(before); grown > 16<<20 {
		t.Errorf("memory grew by %d MB for a content of %d MB", grown>>20, size>>20)
	}
}

func TestContentFaults(t *testing.T) {
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		r, err := call.Content("src")
		if err != nil {
			return modules.Failed(fmt.Errorf("open: %w", err)), nil
		}
		defer r.Close()
		if value.Truth(call.Args["part"]) {
			_, err = io.ReadFull(r, make([]byte, 10))
		} else {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			return modules.Failed(fmt.Errorf("read: %w", err)), nil
		}
		return modules.Result{Msg: "fine"}, nil
	})
	for name, tt := range map[string]struct {
		open func(string) (io.ReadCloser, error)
		part bool
		want string
	}{
		"cannot be opened": {open: func(string) (io.ReadCloser, error) { return nil, errors.New("no such thing") }, want: "open: no such thing"},
		"breaks": {open: func(string) (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(&patterned{n: 1 << 20}, brokenReader{})), nil
		}, want: "read: disk on fire"},
		"read in part": {open: func(string) (io.ReadCloser, error) { return &patterned{n: 50 << 20}, nil }, part: true, want: "fine"},
		"empty":        {open: func(string) (io.ReadCloser, error) { return &patterned{}, nil }, want: "fine"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := c.Run(context.Background(), modules.Call{Args: map[string]any{"part": tt.part}, Content: tt.open})
			if err != nil || r.Msg != tt.want {
				t.Errorf("got %q, %v; want %q", r.Msg, err, tt.want)
			}
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestDelivery(t *testing.T) {
	const size = 20 << 20
	c := serve(t, func(_ context.Context, call modules.Call) (modules.Result, error) {
		if err := call.Deliver("file", &patterned{n: size}); err != nil {
			return modules.Failed(err), nil
		}
		return modules.Result{Msg: "fine"}, nil
	})
	var got checked
	for name, tt := range map[string]struct {
		take func(string, io.Reader) error
		want string
	}{
		"whole":   {func(_ string, r io.Reader) error { _, err := io.Copy(&got, r); return err }, "fine"},
		"refused": {func(_ string, r io.Reader) error { return errors.New("disk is full") }, "disk is full"},
	} {
		r, err := c.Run(context.Background(), modules.Call{Deliver: tt.take})
		if err != nil || r.Msg != tt.want {
			t.Errorf("%s: got %q, %v", name, r.Msg, err)
		}
	}
	if got.n != size {
		t.Errorf("%d bytes arrived", got.n)
	}
}

func BenchmarkContent(b *testing.B) {
	c := serve(b, func(_ context.Context, call modules.Call) (modules.Result, error) {
		r, err := call.Content("x")
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		return modules.Result{}, err
	})
	block := bytes.Repeat([]byte("x"), 64<<20)
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		_, _ = c.Run(context.Background(), modules.Call{Content: func(string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(block)), nil
		}})
	}
}
