package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"

	"goplay/engine/report"
	"goplay/internal/config"
	"goplay/internal/shlex"
	"goplay/internal/vault"
)

// vaultFlags are the options of the vault commands, with ansible-vault's names.
type vaultFlags struct {
	*flags
	encryptID, output, newID, newFile, stdinName string
	names                                        []string
	prompt, showInput                            bool
}

const vaultUsage = "goplay vault create|decrypt|edit|view|encrypt|encrypt_string|rekey [options] [FILE...]"

func newVaultFlags() *vaultFlags {
	v := &vaultFlags{flags: newFlags("goplay vault", vaultUsage)}
	v.addVault()
	v.set.StringVar(&v.encryptID, "encrypt-vault-id", "", "id of the secret to encrypt with, where there are several")
	v.set.StringVar(&v.output, "output", "", "write there instead of changing the file; - is standard output")
	v.set.StringVar(&v.newID, "new-vault-id", "", "rekey: the new identity, LABEL@SOURCE")
	v.set.StringVar(&v.newFile, "new-vault-password-file", "", "rekey: file or script with the new password")
	v.set.StringArrayVarP(&v.names, "name", "n", nil, "encrypt_string: name of the variable; may be repeated")
	v.set.StringVar(&v.stdinName, "stdin-name", "", "encrypt_string: name of the variable read from standard input")
	v.set.BoolVarP(&v.prompt, "prompt", "p", false, "encrypt_string: ask for the text")
	v.set.BoolVar(&v.showInput, "show-input", false, "encrypt_string: show what is typed at the prompt")
	return v
}

// vaultCommand encrypts, decrypts and edits vault files as ansible-vault does.
func vaultCommand(args []string) int {
	v := newVaultFlags()
	rest, code, done := v.parse(args)
	if done {
		return code
	}
	if len(rest) == 0 {
		v.set.Usage()
		return exitFailed
	}
	s, err := v.session()
	if err == nil {
		err = v.do(s, rest[0], rest[1:])
	}
	if err != nil {
		return v.fault(err)
	}
	return exitOK
}

func (v *vaultFlags) session() (*session, error) {
	s := &session{flags: v.flags, terminal: term.IsTerminal(int(os.Stdin.Fd()))}
	s.screen = &report.Screen{Out: os.Stdout, Err: os.Stderr, Columns: max(leastColumns, columns())}
	env, err := config.OS()
	if err != nil {
		return nil, err
	}
	s.config, err = config.Load(env)
	return s, err
}

func (v *vaultFlags) do(s *session, action string, files []string) error {
	tool := &vault.Tool{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Output: v.output, Warn: s.warn,
		Terminal: term.IsTerminal(int(os.Stdout.Fd())), Editor: editor,
	}
	encrypts := action == "create" || action == "encrypt" || action == "encrypt_string"
	var err error
	if tool.Keys, err = v.keys(s, encrypts); err != nil {
		return err
	}
	if encrypts {
		if tool.With, err = v.chooseSecret(s, tool.Keys); err != nil {
			return err
		}
	}
	switch action {
	case "create":
		if len(files) != 1 {
			return errors.New("ansible-vault create can take only one filename argument")
		}
		return tool.Create(files[0])
	case "edit":
		return each(files, tool.Edit)
	case "view":
		return each(files, tool.View)
	case "encrypt":
		return tool.EncryptFiles(files)
	case "decrypt":
		return tool.DecryptFiles(files)
	case "rekey":
		if tool.With, err = v.newSecret(s); err != nil {
			return err
		}
		return tool.Rekey(files)
	case "encrypt_string":
		return v.encryptString(s, tool, files)
	}
	return fmt.Errorf("no vault command %q; usage: %s", action, vaultUsage)
}

func each(files []string, do func(string) error) error {
	if len(files) == 0 {
		return errors.New("a file is needed")
	}
	for _, file := range files {
		if err := do(file); err != nil {
			return err
		}
	}
	return nil
}

// keys fetches the secrets; without any option the password is asked for.
func (v *vaultFlags) keys(s *session, fresh bool) (*vault.Keys, error) {
	ids := append(s.config.List("DEFAULT_VAULT_IDENTITY_LIST"), v.vaultIDs...)
	files := v.vaultFile
	if file := s.config.String("DEFAULT_VAULT_PASSWORD_FILE"); len(files) == 0 && file != "" {
		files = []string{file}
	}
	l := s.vaultLoader()
	l.New = fresh
	return l.Load(vault.Sources(ids, files, v.askVault || len(ids)+len(files) == 0, s.config.String("DEFAULT_VAULT_IDENTITY")))
}

func (s *session) vaultLoader() vault.Loader {
	return vault.Loader{
		Warn: s.warn, Stderr: os.Stderr, MatchID: s.config.Bool("DEFAULT_VAULT_ID_MATCH"),
		Prompt: func(prompt string) ([]byte, error) {
			text, err := s.password(prompt)
			return []byte(text), err
		},
	}
}

// chooseSecret is the secret to encrypt with; among several it has to be named.
func (v *vaultFlags) chooseSecret(s *session, keys *vault.Keys) (vault.Secret, error) {
	id := v.encryptID
	if id == "" {
		id = s.config.String("DEFAULT_VAULT_ENCRYPT_IDENTITY")
	}
	if id == "" && keys.Len() > 1 {
		return vault.Secret{}, fmt.Errorf("The vault-ids %s are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id", strings.Join(keys.IDs(), ","))
	}
	return keys.ToEncrypt(id)
}

// newSecret is the one that rekey encrypts with.
func (v *vaultFlags) newSecret(s *session) (vault.Secret, error) {
	var ids, files []string
	if v.newID != "" {
		ids = []string{v.newID}
	} else if v.newFile != "" {
		files = []string{v.newFile}
	}
	l := s.vaultLoader()
	l.New = true
	keys, err := l.Load(vault.Sources(ids, files, len(ids)+len(files) == 0, s.config.String("DEFAULT_VAULT_IDENTITY")))
	if err != nil {
		return vault.Secret{}, err
	}
	return keys.ToEncrypt(v.encryptID)
}

func (v *vaultFlags) encryptString(s *session, tool *vault.Tool, args []string) error {
	var texts []vault.Plaintext
	if v.prompt {
		asked, err := v.askString(s)
		if err != nil {
			return err
		}
		texts = append(texts, asked)
	}
	if !v.prompt || len(args) > 0 {
		more, err := tool.Plaintexts(args, v.names, v.stdinName)
		if err != nil {
			return err
		}
		texts = append(texts, more...)
	}
	return tool.EncryptStrings(texts)
}

func (v *vaultFlags) askString(s *session) (vault.Plaintext, error) {
	p := vault.Plaintext{From: "the interactive prompt"}
	name, err := s.ask(context.Background(), "Variable name (enter for no name): ", false)
	if err != nil {
		return p, err
	}
	text, err := s.ask(context.Background(), "String to encrypt: ", !v.showInput)
	if err == nil && text == "" {
		err = errors.New("The plaintext provided from the prompt was empty, not encrypting")
	}
	p.Name, p.Text = name, []byte(text)
	return p, err
}

// editor runs $EDITOR on a file. How it ends does not matter: what it left does.
func editor(path string) error {
	command := os.Getenv("EDITOR")
	if command == "" {
		command = "vi"
	}
	argv, err := shlex.Split(command)
	if err != nil || len(argv) == 0 {
		return fmt.Errorf("read EDITOR %q: %w", command, err)
	}
	cmd := exec.Command(argv[0], append(argv[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil
	}
	return err
}
