package engine

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/vault"
)

// candidates lists where a file may be, in the order of looking.
func (s *Step) candidates(sub, name string) []string {
	name = homedir.Expand(name)
	if filepath.IsAbs(name) {
		return []string{filepath.Clean(name)}
	}
	var out []string
	add := func(path string) {
		if !contains(out, path) {
			out = append(out, path)
		}
	}
	for _, dir := range s.SearchPath() {
		if sub != "" && !strings.HasPrefix(name, sub+"/") {
			add(filepath.Join(dir, sub, name))
		}
		add(filepath.Join(dir, name))
	}
	return out
}

const vaultHead = "$ANSIBLE_VAULT;"

// openDecrypted opens a file; one that begins as a vault does is decrypted
// into memory first.
func openDecrypted(path string, decrypt bool, open func(data []byte, file string) ([]byte, error)) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if !decrypt || open == nil {
		return f, nil
	}
	head := make([]byte, len(vaultHead))
	if n, err := io.ReadFull(f, head); err != nil || string(head[:n]) != vaultHead {
		_, err := f.Seek(0, io.SeekStart)
		return f, err
	}
	defer f.Close()
	rest, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	plain, err := open(append(head, rest...), path)
	if err != nil {
		return nil, &Raised{sealed{path, err}}
	}
	return io.NopCloser(bytes.NewReader(plain)), nil
}

// Readable says in advance why a file of the controller cannot be read, so
// that nothing is asked of the target first.
func (s *Step) Readable(path string, decrypt bool) error {
	r, err := s.Decrypted(path, decrypt)
	if err != nil {
		return err
	}
	return r.Close()
}

// sealed is the error of a vaulted file that cannot be read, in Ansible's words.
type sealed struct {
	path string
	err  error
}

func (e sealed) Error() string {
	switch {
	case errors.Is(e.err, vault.ErrNoSecrets):
		return "A vault password or secret must be specified to decrypt " + e.path
	case errors.Is(e.err, vault.ErrNoMatch):
		return vault.ErrNoMatch.Error() + " on " + e.path
	}
	return e.err.Error()
}

func (e sealed) Unwrap() error { return e.err }
