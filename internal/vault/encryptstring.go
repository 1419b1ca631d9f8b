package vault

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Plaintext is a string to be encrypted into a YAML value.
type Plaintext struct {
	Name string // of the variable; empty for none
	Text []byte
	From string // "the command line args", "stdin" or "the interactive prompt"
}

// Plaintexts puts together what encrypt_string is to encrypt: standard input
// where args hold a "-" or nothing is given, then the args with their names.
func (t *Tool) Plaintexts(args, names []string, stdinName string) ([]Plaintext, error) {
	var out []Plaintext
	var rest []string
	stdin := len(args) == 0
	for _, arg := range args {
		if arg == "-" {
			stdin = true
		} else {
			rest = append(rest, arg)
		}
	}
	if stdin {
		text, err := io.ReadAll(t.In)
		if err != nil {
			return nil, fmt.Errorf("read stdin: %w", err)
		}
		if len(text) == 0 {
			return nil, errors.New("stdin was empty, not encrypting")
		}
		if t.Terminal && text[len(text)-1] != '\n' {
			fmt.Fprintln(t.Err)
		}
		out = append(out, Plaintext{Name: stdinName, Text: text, From: "stdin"})
	}
	if len(names) > 0 && len(names) < len(rest) {
		fmt.Fprintf(t.Err, "The number of --name options do not match the number of args.\n"+
			"The last named variable will be \"%s\". The rest will not have names.\n", names[len(names)-1])
	}
	for i, text := range rest {
		if text == "" {
			return nil, errors.New("The plaintext provided from the command line args was empty, not encrypting")
		}
		p := Plaintext{Text: []byte(text), From: "the command line args"}
		if i < len(names) {
			p.Name = names[i]
		}
		out = append(out, p)
	}
	return out, nil
}

// EncryptStrings writes each text as a YAML value that can be pasted into a
// file of variables. With more than one, Err tells them apart.
func (t *Tool) EncryptStrings(texts []Plaintext) error {
	var blocks []string
	for i, p := range texts {
		sealed, err := Encrypt(p.Text, t.With)
		if err != nil {
			return err
		}
		if len(texts) > 1 {
			fmt.Fprintln(t.Err, heading(i+1, p))
		}
		blocks = append(blocks, YAML(p.Name, sealed))
	}
	if err := t.write(t.outputOrStdout(), []byte(strings.Join(blocks, "\n"))); err != nil {
		return err
	}
	t.success("Encryption successful")
	return nil
}

func (t *Tool) outputOrStdout() string {
	if t.Output == "" {
		return "-"
	}
	return t.Output
}

func heading(n int, p Plaintext) string {
	if p.Name != "" {
		return fmt.Sprintf(`# The encrypted version of variable ("%s", the string #%d from %s).`, p.Name, n, p.From)
	}
	return fmt.Sprintf("# The encrypted version of the string #%d from %s.)", n, p.From)
}

// YAML is a vault file as the value of a variable, or alone when name is
// empty, without a line end.
func YAML(name string, sealed []byte) string {
	const indent = "\n          "
	text := "!vault |"
	if name != "" {
		text = name + ": " + text
	}
	return text + indent + strings.Join(strings.Split(strings.TrimSuffix(string(sealed), "\n"), "\n"), indent)
}
