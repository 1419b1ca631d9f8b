// Package vault reads and writes Ansible vault files, formats 1.1 and 1.2:
// it holds the secrets of a run by their ids, decrypts with whichever fits and
// does what the vault commands do. It knows nothing of YAML.
package vault

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

const (
	magic     = "$ANSIBLE_VAULT"
	cipher256 = "AES256"
	lineWidth = 80
	// DefaultID is the label of a secret that was given none; it is never
	// written into a file.
	DefaultID = "default"
)

// The reasons why decrypting fails, in Ansible's words.
var (
	ErrNoSecrets = errors.New("Attempting to decrypt but no vault secrets found")
	ErrNoMatch   = errors.New("Decryption failed (no vault secrets were found that could decrypt)")
	ErrNotVault  = errors.New("input is not vault encrypted data.")
	ErrFormat    = errors.New("vault format error")
)

type formatError struct{ msg string }

func (e formatError) Error() string        { return e.msg }
func (e formatError) Is(target error) bool { return target == ErrFormat }

func malformed(format string, args ...any) error {
	return formatError{fmt.Sprintf(format, args...)}
}

// IsVault reports whether data starts as a vault file does.
func IsVault(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }

// envelope is a vault file taken apart, its body still in hexadecimal lines.
type envelope struct {
	version string
	cipher  string
	id      string // label of the secret, "default" where the file names none
	body    []byte
}

func parse(data []byte, name string) (envelope, error) {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	fields := strings.Split(strings.TrimSpace(string(lines[0])), ";")
	if len(fields) < 3 {
		msg := "Vault envelope format error"
		if name != "" {
			msg += " in " + name
		}
		return envelope{}, malformed("%s: list index out of range", msg)
	}
	e := envelope{
		version: strings.TrimSpace(fields[1]),
		cipher:  strings.TrimSpace(fields[2]),
		id:      DefaultID,
	}
	if e.version == "1.2" && len(fields) >= 4 {
		e.id = strings.TrimSpace(fields[3])
	}
	for _, line := range lines[1:] {
		e.body = append(e.body, bytes.TrimSpace(line)...)
	}
	return e, nil
}

// ID returns the label a vault file carries, "default" when it has none.
func ID(data []byte) (string, error) {
	if !IsVault(data) {
		return "", ErrNotVault
	}
	e, err := parse(data, "")
	return e.id, err
}

// format writes the header and the body in lines of 80 digits.
func (e envelope) format() []byte {
	var b bytes.Buffer
	b.WriteString(magic + ";")
	if e.id == "" || e.id == DefaultID {
		b.WriteString("1.1;" + e.cipher)
	} else {
		b.WriteString("1.2;" + e.cipher + ";" + e.id)
	}
	b.WriteByte('\n')
	for body := e.body; len(body) > 0; {
		n := min(lineWidth, len(body))
		b.Write(body[:n])
		b.WriteByte('\n')
		body = body[n:]
	}
	return b.Bytes()
}

// Unopened reports whether err is that of a file for which no secret fits.
func Unopened(err error) bool { return errors.Is(err, ErrNoSecrets) || errors.Is(err, ErrNoMatch) }
