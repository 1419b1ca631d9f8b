package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"goplay/internal/homedir"
)

func (t *Tool) read(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(t.In)
	}
	return readFile(path)
}

func (t *Tool) write(path string, data []byte) error {
	if path == "-" {
		_, err := t.Out.Write(data)
		return err
	}
	return replace(path, data)
}

func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("Unable to read source file (%s): %s", path, osWords(err))
	}
	return data, nil
}

// realPath follows links, so that the file is changed and not the link. A
// file that is not there yet is its own real path.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(homedir.Expand(path))
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, os.ErrNotExist) {
		return abs, nil
	}
	return real, err
}

// replace writes a file that only its owner can read. It is renamed into
// place, so that a full disk can not lose what was there.
func replace(path string, data []byte) error { return install(path, data, 0o600) }

// overwrite is replace for a file that keeps its mode.
func overwrite(path string, data []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	return install(path, data, info.Mode().Perm())
}

func install(path string, data []byte, mode os.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".goplay-vault-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = keepOwner(path, f.Name()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
