package main

import (
	"fmt"
	"os"
	"strings"

	"goplay/internal/vault"
)

func (s *session) openVault() error {
	ids, files := s.vaultIDs, s.vaultFile
	ids = append(s.config.List("DEFAULT_VAULT_IDENTITY_LIST"), ids...)
	if file := s.config.String("DEFAULT_VAULT_PASSWORD_FILE"); file != "" {
		files = append(files, file)
	}
	var err error
	s.keys, err = s.vaultLoader().Load(vault.Sources(ids, files, s.askVault || s.config.Bool("DEFAULT_ASK_VAULT_PASS"), s.config.String("DEFAULT_VAULT_IDENTITY")))
	return err
}

func (s *session) decrypt(data []byte, file string) ([]byte, error) {
	return s.keys.Decrypt(data, file)
}

// secret comes from a file, or from the user where asked for.
func (s *session) secret(ask bool, file, prompt string) (string, error) {
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the password file: %w", err)
		}
		return strings.TrimRight(string(data), "\r\n"), nil
	}
	if !ask {
		return "", nil
	}
	return s.password(prompt)
}
