package files

import (
	"encoding/hex"
	"hash"
	"io"

	"goplay/modules"
)

// summed is a content whose checksums are made while it is read.
type summed struct {
	io.ReadCloser
	tee       io.Reader
	want      string
	sha1, md5 hash.Hash
}

// Read fails at the end of a content that is not what was announced.
func (s *summed) Read(p []byte) (int, error) {
	n, err := s.tee.Read(p)
	if err != io.EOF || s.want == "" {
		return n, err
	}
	if have := hex.EncodeToString(s.sha1.Sum(nil)); have != s.want {
		return n, modules.Fail("Copied file does not match the expected checksum. Transfer failed.").
			With("checksum", have).With("expected_checksum", s.want)
	}
	return n, err
}
