//go:build slim

package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// registered finds an encoding by the name that IANA has for it. The agent has
// the encodings of one byte a character and those of Unicode. The tables of
// the others weigh a third of a megabyte that does not compress; the system's
// iconv, which is part of its C library's programs, has them too.
func registered(name string) (encoding.Encoding, error) {
	switch name {
	case "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	}
	for _, e := range charmap.All {
		if cm, ok := e.(*charmap.Charmap); ok && spelled(cm.String()) == name {
			return cm, nil
		}
	}
	program, err := exec.LookPath("iconv")
	if err != nil {
		return nil, errors.New("there is no iconv")
	}
	e := iconv{program, name}
	if _, err := e.convert("utf-8", name, nil); err != nil {
		return nil, err
	}
	return e, nil
}

// spelled makes IANA's name of a charmap's: "Windows 1252" is windows-1252.
func spelled(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "-", "IBM Code Page ", "ibm").Replace(name))
}

// iconv is an encoding that the program of that name knows.
type iconv struct{ program, name string }

func (e iconv) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: &whole{convert: func(b []byte) ([]byte, error) { return e.convert(e.name, "utf-8", b) }}}
}

func (e iconv) NewEncoder() *encoding.Encoder {
	return &encoding.Encoder{Transformer: &whole{convert: func(b []byte) ([]byte, error) { return e.convert("utf-8", e.name, b) }}}
}

func (e iconv) convert(from, to string, text []byte) ([]byte, error) {
	cmd := exec.Command(e.program, "-f", from, "-t", to)
	cmd.Stdin = bytes.NewReader(text)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("iconv -f %s -t %s: %w: %s", from, to, err, strings.TrimSpace(said.String()))
	}
	return out, nil
}

// whole converts a text when all of it is there.
type whole struct {
	convert func([]byte) ([]byte, error)
	in      []byte
	out     io.Reader
}

func (w *whole) Reset() { w.in, w.out = nil, nil }

func (w *whole) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	if w.out == nil {
		w.in = append(w.in, src...)
		if !atEOF {
			return 0, len(src), nil
		}
		out, err := w.convert(w.in)
		if err != nil {
			return 0, len(src), err
		}
		w.out, nSrc = bytes.NewReader(out), len(src)
	}
	n, err := w.out.Read(dst)
	if errors.Is(err, io.EOF) {
		return n, nSrc, nil
	}
	if left := w.out.(*bytes.Reader).Len(); left > 0 {
		return n, nSrc, transform.ErrShortDst
	}
	return n, nSrc, err
}
