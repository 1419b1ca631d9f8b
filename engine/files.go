package engine

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// candidates lists where a file may be, in the order of looking.
func (s *Step) candidates(sub, name string) []string {
	if strings.HasPrefix(name, "~") {
		if home, err := os.UserHomeDir(); err == nil && (name == "~" || strings.HasPrefix(name, "~/")) {
			name = home + name[1:]
		}
	}
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
		return nil, fmt.Errorf("decrypt %s: %w", path, err)
	}
	return io.NopCloser(bytes.NewReader(plain)), nil
}
