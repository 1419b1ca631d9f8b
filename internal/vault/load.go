package vault

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"goplay/internal/homedir"
	"goplay/internal/value"
)

// The places a secret is asked for instead of being read from a file.
const (
	fromPrompt    = "prompt"
	fromAskOption = "prompt_ask_vault_pass"
)

// Source says where a secret comes from: a file, a script or a prompt.
type Source struct {
	ID   string
	From string
}

// Sources puts together the options of a command in the order they are tried:
// vault ids, each `label@source` or only a source, password files and, when
// ask is set, a prompt. What has no label gets the given one, or DefaultID.
func Sources(ids, files []string, ask bool, label string) []Source {
	label = cmp.Or(label, DefaultID)
	var out []Source
	for _, id := range ids {
		if own, from, ok := strings.Cut(id, "@"); ok {
			out = append(out, Source{ID: own, From: from})
			continue
		}
		out = append(out, Source{ID: label, From: id})
	}
	for _, file := range files {
		out = append(out, Source{ID: label, From: file})
	}
	if ask {
		out = append(out, Source{ID: label, From: fromAskOption})
	}
	return out
}

// Loader fetches secrets.
type Loader struct {
	// Prompt asks the user without an echo.
	Prompt func(text string) ([]byte, error)
	// Warn is told of every source that could not be used.
	Warn func(text string)
	// New asks for prompted secrets twice, since they are about to be set.
	New bool
	// Stderr is where scripts write their complaints; nil discards them.
	Stderr io.Writer
	// MatchID is handed on to the Keys.
	MatchID bool
}

// Load fetches the secrets of all sources. A source that fails is an error
// only when no other gives a secret; otherwise it is a warning.
func (l Loader) Load(sources []Source) (*Keys, error) {
	keys := NewKeys()
	keys.MatchID = l.MatchID
	var last error
	for _, s := range sources {
		secret, err := l.load(s, keys)
		if err != nil {
			last = err
			continue
		}
		keys.Add(Secret{ID: s.ID, Password: secret})
	}
	if keys.Len() == 0 && last != nil {
		return nil, last
	}
	return keys, nil
}

func (l Loader) load(s Source, known *Keys) ([]byte, error) {
	if s.From == fromPrompt || s.From == fromAskOption {
		secret, err := l.ask(s)
		if err != nil {
			l.warn("Error in vault password prompt (%s): %s", s.ID, err)
		}
		return secret, err
	}
	path, err := filepath.Abs(homedir.Expand(s.From))
	if err != nil {
		return nil, fmt.Errorf("find vault password file %s: %w", s.From, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		err = fmt.Errorf("The vault password file %s was not found", path)
		l.warn("Error getting vault password file (%s): %s", s.ID, err)
		return nil, err
	}
	var secret []byte
	if info.Mode()&0o111 != 0 {
		secret, err = l.runScript(path, s.ID)
	} else {
		secret, err = readSecret(path, known)
	}
	if err != nil {
		l.warn("Error in vault password file loading (%s): %s", s.ID, err)
	}
	return secret, err
}

func (l Loader) warn(format string, args ...any) {
	if l.Warn != nil {
		l.Warn(fmt.Sprintf(format, args...))
	}
}

func (l Loader) ask(s Source) ([]byte, error) {
	if l.Prompt == nil {
		return nil, errors.New("there is no terminal to ask for the vault password")
	}
	var first []byte
	for i, text := range l.prompts(s) {
		answer, err := l.Prompt(text)
		if err != nil {
			return nil, err
		}
		answer = bytes.TrimSpace(answer)
		if len(answer) == 0 {
			return nil, errors.New("Invalid vault password was provided")
		}
		if i > 0 && !bytes.Equal(first, answer) {
			return nil, errors.New("Passwords do not match")
		}
		first = answer
	}
	return first, nil
}

func (l Loader) prompts(s Source) []string {
	switch {
	case s.From == fromAskOption && l.New:
		return []string{"New Vault password: ", "Confirm New Vault password: "}
	case s.From == fromAskOption:
		return []string{"Vault password: "}
	case l.New:
		return []string{"New vault password (" + s.ID + "): ", "Confirm new vault password (" + s.ID + "): "}
	default:
		return []string{"Vault password (" + s.ID + "): "}
	}
}

// readSecret reads a password file, which may itself be vaulted with a secret
// that is known by now.
func readSecret(path string, known *Keys) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("Could not read vault password file %s: %w", path, err)
	}
	if IsVault(data) {
		if known.Len() == 0 {
			return nil, errors.New("A vault password must be specified to decrypt data")
		}
		if data, err = known.Decrypt(data, path); err != nil {
			return nil, err
		}
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return nil, fmt.Errorf("Invalid vault password was provided from file (%s)", path)
	}
	return data, nil
}

// runScript runs a password script; one whose name ends in -client, extension
// aside, is told which id is wanted.
func (l Loader) runScript(path, id string) ([]byte, error) {
	base := filepath.Base(path)
	client := strings.HasSuffix(strings.TrimSuffix(base, filepath.Ext(base)), "-client")
	cmd := exec.Command(path)
	if client {
		cmd.Args = append(cmd.Args, "--vault-id", id)
	}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Stdin = &out, &complaints, os.Stdin
	if !client {
		cmd.Stderr = l.Stderr
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && client && exit.ExitCode() == 2:
		return nil, fmt.Errorf("Vault password client script %s did not find a secret for vault-id=%s: %s",
			path, id, value.Repr(value.Bytes(complaints.String())))
	case errors.As(err, &exit) && client:
		return nil, fmt.Errorf("Vault password client script %s returned non-zero (%d) when getting secret for vault-id=%s: %s",
			path, exit.ExitCode(), id, value.Repr(value.Bytes(complaints.String())))
	case errors.As(err, &exit):
		return nil, fmt.Errorf("Vault password script %s returned non-zero (%d): None", path, exit.ExitCode())
	case err != nil:
		return nil, fmt.Errorf("Problem running vault password script %s (%s). If this is not a script, remove the executable bit from the file.",
			path, osWords(err))
	}
	secret := bytes.Trim(out.Bytes(), "\r\n")
	if len(secret) == 0 {
		return nil, fmt.Errorf("Invalid vault password was provided from script (%s)", path)
	}
	return secret, nil
}

// osWords is an error of the operating system as Python prints it.
func osWords(err error) string {
	var errno syscall.Errno
	var path *fs.PathError
	if !errors.As(err, &errno) || !errors.As(err, &path) {
		return err.Error()
	}
	words := errno.Error()
	words = strings.ToUpper(words[:1]) + words[1:]
	return fmt.Sprintf("[Errno %d] %s: %s", int(errno), words, value.Repr(path.Path))
}
