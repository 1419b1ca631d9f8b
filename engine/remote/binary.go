package remote

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"goplay/engine/remote/agents"
)

// Binary is an agent for one system: a program that serves when it is called
// with the argument "agent".
type Binary struct {
	Hash string // names it on hosts
	Size int64  // uncompressed

	packed func() (io.ReadCloser, error) // gzip
	plain  func() (io.ReadCloser, error)
}

// copyTo writes the program, compressed or not.
func (b *Binary) copyTo(w io.Writer, gz bool) (err error) {
	open := b.plain
	if gz {
		open = b.packed
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(w, r)
	return err
}

// Agents finds an agent: one that was built in, or this program itself where
// the host is of the same system. The error says how to build one in.
func Agents(goos, goarch string) (*Binary, error) {
	if b, err := builtIn(goos, goarch); b != nil || err != nil {
		return b, err
	}
	if goos == runtime.GOOS && goarch == runtime.GOARCH {
		return itself()
	}
	return nil, fmt.Errorf("this goplay has no agent for %s/%s: build one that has, with: make build AGENTS=%s/%s", goos, goarch, goos, goarch)
}

func builtIn(goos, goarch string) (*Binary, error) {
	packed, ok := agents.Find(goos, goarch)
	if !ok {
		return nil, nil
	}
	size, err := unpackedSize(packed)
	if err != nil {
		return nil, fmt.Errorf("the agent for %s/%s: %w", goos, goarch, err)
	}
	sum := sha256.Sum256(packed)
	return &Binary{
		Hash:   hex.EncodeToString(sum[:8]),
		Size:   size,
		packed: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed)), nil },
		plain:  func() (io.ReadCloser, error) { return gzip.NewReader(bytes.NewReader(packed)) },
	}, nil
}

// unpackedSize reads the size that gzip puts last.
func unpackedSize(packed []byte) (int64, error) {
	if len(packed) < 18 {
		return 0, io.ErrUnexpectedEOF
	}
	end := packed[len(packed)-4:]
	return int64(end[0]) | int64(end[1])<<8 | int64(end[2])<<16 | int64(end[3])<<24, nil
}

// itself is this very program; its hash is taken once.
var itself = sync.OnceValues(func() (*Binary, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	open := func() (io.ReadCloser, error) {
		f, err := os.Open("/proc/self/exe") // it may have been replaced since it was started
		if err != nil {
			return os.Open(path)
		}
		return f, nil
	}
	f, err := open()
	if err != nil {
		return nil, fmt.Errorf("read this program: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return nil, fmt.Errorf("read this program: %w", err)
	}
	return &Binary{Hash: hex.EncodeToString(sum.Sum(nil)[:8]), Size: size, plain: open, packed: func() (io.ReadCloser, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		return pack(f), nil
	}}, nil
})

// pack compresses while it is read.
func pack(f io.ReadCloser) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		defer f.Close()
		// The compressor writes a few bytes at a time, and each write would be a packet.
		buf := bufio.NewWriterSize(w, 64<<10)
		z, err := gzip.NewWriterLevel(buf, gzip.BestSpeed)
		if err == nil {
			_, err = io.Copy(z, f)
			err = errors.Join(err, z.Close(), buf.Flush())
		}
		w.CloseWithError(err)
	}()
	return r
}
