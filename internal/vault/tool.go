package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Tool does what the vault commands do. Files named "-" are In and Out.
type Tool struct {
	Keys *Keys  // to decrypt with
	With Secret // to encrypt with
	In   io.Reader
	Out  io.Writer
	Err  io.Writer
	// Output is where encrypt and decrypt write instead of changing the file.
	Output string
	// Terminal says that Out is one; only then success is reported.
	Terminal bool
	// Editor lets the user edit a file and returns when that is done.
	Editor func(path string) error
	// Warn is told of what is done beside what was asked for.
	Warn func(text string)
}

// Create edits a new file and writes it encrypted.
func (t *Tool) Create(path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s exists, please use 'edit' instead", path)
	}
	if dir := filepath.Dir(path); dir != "." {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			t.warn(dir + " does not exist, creating...")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return fmt.Errorf("create %s: %w", dir, err)
			}
		}
	}
	text, err := t.edit(nil, filepath.Ext(path))
	if err != nil {
		return err
	}
	sealed, err := Encrypt(text, t.With)
	if err != nil {
		return err
	}
	return replace(path, sealed)
}

// Edit decrypts a file, has it edited and encrypts it again with the secret
// and the id it had; one that was left alone is not written.
func (t *Tool) Edit(path string) error {
	path, err := realPath(path)
	if err != nil {
		return err
	}
	data, err := readFile(path)
	if err != nil {
		return err
	}
	if !IsVault(data) {
		return fmt.Errorf("%w  for %s", ErrNotVault, path)
	}
	plain, secret, err := t.Keys.open(data, path)
	if err != nil {
		return fmt.Errorf("%w for %s", err, path)
	}
	text, err := t.edit(plain, filepath.Ext(path))
	if err != nil || bytes.Equal(text, plain) {
		return err
	}
	if secret.ID, err = ID(data); err != nil {
		return err
	}
	sealed, err := Encrypt(text, secret)
	if err != nil {
		return err
	}
	return overwrite(path, sealed)
}

// edit has text edited in a file that only the user can read and that is
// overwritten before it is removed.
func (t *Tool) edit(text []byte, ext string) (edited []byte, err error) {
	dir, err := os.MkdirTemp("", "goplay-vault-")
	if err != nil {
		return nil, fmt.Errorf("make a folder to edit in: %w", err)
	}
	path := filepath.Join(dir, "edit"+ext)
	defer func() { err = errors.Join(err, shred(path), os.RemoveAll(dir)) }()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	if err := t.Editor(path); err != nil {
		return nil, fmt.Errorf("run the editor: %w", err)
	}
	return os.ReadFile(path)
}

// shred overwrites a file with zeroes; editors may have removed it already.
func shred(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, zeroes{}, info.Size())
	return errors.Join(err, f.Sync(), f.Close())
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// View writes the plain text of a file.
func (t *Tool) View(path string) error {
	data, err := t.read(path)
	if err != nil {
		return err
	}
	plain, err := t.Keys.Decrypt(data, path)
	if err != nil {
		return fmt.Errorf("%w for %s", err, path)
	}
	_, err = t.Out.Write(plain)
	return err
}

// EncryptFiles encrypts files in place or to Output; none means In.
func (t *Tool) EncryptFiles(paths []string) error {
	return t.convert(paths, "Encryption successful", func(data []byte, _ string) ([]byte, error) {
		if IsVault(data) {
			return nil, errors.New("input is already encrypted")
		}
		return Encrypt(data, t.With)
	})
}

// DecryptFiles decrypts files in place or to Output; none means In.
func (t *Tool) DecryptFiles(paths []string) error {
	return t.convert(paths, "Decryption successful", func(data []byte, name string) ([]byte, error) {
		plain, err := t.Keys.Decrypt(data, name)
		if err != nil {
			return nil, fmt.Errorf("%w for %s", err, name)
		}
		return plain, nil
	})
}

func (t *Tool) convert(paths []string, done string, change func(data []byte, name string) ([]byte, error)) error {
	if t.Output != "" && len(paths) > 1 {
		return errors.New("At most one input file may be used with the --output option")
	}
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	for _, path := range paths {
		if path != "-" {
			var err error
			if path, err = realPath(path); err != nil {
				return err
			}
		}
		data, err := t.read(path)
		if err != nil {
			return err
		}
		if data, err = change(data, path); err != nil {
			return err
		}
		to := path
		if t.Output != "" {
			to = t.Output
		}
		if err := t.write(to, data); err != nil {
			return err
		}
	}
	t.success(done)
	return nil
}

// Rekey encrypts files anew with With, keeping who may read them.
func (t *Tool) Rekey(paths []string) error {
	for _, path := range paths {
		path, err := realPath(path)
		if err != nil {
			return err
		}
		data, err := readFile(path)
		if err != nil {
			return err
		}
		plain, err := t.Keys.Decrypt(data, path)
		if err != nil {
			return fmt.Errorf("%w for %s", err, path)
		}
		sealed, err := Encrypt(plain, t.With)
		if err != nil {
			return err
		}
		if err := overwrite(path, sealed); err != nil {
			return err
		}
	}
	fmt.Fprintln(t.Err, "Rekey successful")
	return nil
}

func (t *Tool) success(text string) {
	if t.Terminal {
		fmt.Fprintln(t.Err, text)
	}
}

func (t *Tool) warn(text string) {
	if t.Warn != nil {
		t.Warn(text)
	}
}
