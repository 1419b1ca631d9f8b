package remote

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/therootcompany/xz"

	"goplay/engine/remote/agents"
)

// Binary is an agent for one system: a program that serves when it is called
// with the argument "agent".
type Binary struct {
	Hash string // names it on hosts
	Size int64  // uncompressed

	packing string // how open has it: "", "gz" or "xz"
	open    func() (io.ReadCloser, error)
}

// packingFor chooses how the program is sent to a host that has these
// decompressors: as it is kept, if the host can undo that, for it is kept as
// small as can be.
func (b *Binary) packingFor(host []string) string {
	for _, packing := range []string{b.packing, "gz"} {
		if packing != "" && slices.Contains(host, packing) {
			return packing
		}
	}
	return ""
}

// copyTo writes the program in a packing that packingFor chose.
func (b *Binary) copyTo(w io.Writer, packing string) (err error) {
	f, err := b.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if packing == b.packing {
		_, err = io.Copy(w, f)
		return err
	}
	r, err := unpacked(f, b.packing)
	if err != nil {
		return err
	}
	if packing == "" {
		_, err = io.Copy(w, r)
		return err
	}
	// The compressor writes a few bytes at a time, and each write would be a packet.
	buf := bufio.NewWriterSize(w, 64<<10)
	z, err := gzip.NewWriterLevel(buf, gzip.BestSpeed)
	if err == nil {
		_, err = io.Copy(z, r)
		err = errors.Join(err, z.Close(), buf.Flush())
	}
	return err
}

func unpacked(r io.Reader, packing string) (io.Reader, error) {
	switch packing {
	case "gz":
		return gzip.NewReader(r)
	case "xz":
		return xz.NewReader(bufio.NewReader(r), 0)
	}
	return r, nil
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
	packed, packing, ok := agents.Find(goos, goarch)
	if !ok {
		return nil, nil
	}
	size, err := unpackedSize(packed, packing)
	if err != nil {
		return nil, fmt.Errorf("the agent for %s/%s: %w", goos, goarch, err)
	}
	sum := sha256.Sum256(packed)
	return &Binary{
		Hash:    hex.EncodeToString(sum[:8]),
		Size:    size,
		packing: packing,
		open:    func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed)), nil },
	}, nil
}

// unpackedSize reads the size that compressed files tell of themselves.
func unpackedSize(packed []byte, packing string) (int64, error) {
	if packing == "xz" {
		return xzSize(packed)
	}
	if len(packed) < 18 {
		return 0, io.ErrUnexpectedEOF
	}
	return int64(binary.LittleEndian.Uint32(packed[len(packed)-4:])), nil
}

// xzSize reads the index that stands before an xz file's footer: a zero byte, a
// count, and for each block its size packed and unpacked. The footer is twelve
// bytes, of which the second four say how long the index is.
func xzSize(packed []byte) (int64, error) {
	footer := len(packed) - 12
	if footer < 12 || string(packed[footer+10:]) != "YZ" {
		return 0, io.ErrUnexpectedEOF
	}
	start := int64(footer) - (int64(binary.LittleEndian.Uint32(packed[footer+4:]))+1)*4
	if start < 12 || packed[start] != 0 {
		return 0, errors.New("it has no index")
	}
	index := bytes.NewReader(packed[start+1 : footer])
	blocks, err := binary.ReadUvarint(index)
	size := uint64(0)
	for ; blocks > 0 && err == nil; blocks-- {
		var n uint64
		if _, err = binary.ReadUvarint(index); err == nil {
			n, err = binary.ReadUvarint(index)
		}
		size += n
	}
	return int64(size), err
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
	return &Binary{Hash: hex.EncodeToString(sum.Sum(nil)[:8]), Size: size, open: open}, nil
})
