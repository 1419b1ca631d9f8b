package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/vault"
)

// openExtra reads every -e: @FILE, YAML or JSON in braces, else k=v pairs.
// Later ones win.
func (s *session) openExtra() error {
	s.extra = &tree.Node{Kind: tree.Map}
	var faults []error
	for _, text := range s.flags.extra {
		n, err := s.extraOf(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if n != nil {
			s.extra.Pairs = append(s.extra.Pairs, n.Pairs...)
		}
	}
	return source.Join(faults...)
}

func (s *session) extraOf(text string) (*tree.Node, error) {
	text = strings.TrimSpace(text)
	at := source.Pos{}
	if file, ok := strings.CutPrefix(text, "@"); ok {
		file = absolute(file)
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("Could not find or access '%s' on the Ansible Controller.", file)
		}
		if err != nil {
			return nil, fmt.Errorf("read extra variables: %w", err)
		}
		secret := vault.IsVault(data)
		if secret {
			if data, err = s.decrypt(data, file); err != nil {
				return nil, err
			}
		}
		return s.extraYAML("@"+file, file, data, secret)
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		n, err := s.extraYAML(text, "-e", []byte(text), false)
		if err == nil && json.Valid([]byte(text)) {
			n = n.AsBare()
		}
		return n, err
	}
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, ".") {
		return nil, optionErrorf("Please prepend extra_vars filename '%s' with '@'", text)
	}
	return playbook.ParseKV(text, at)
}

// extraYAML reads variables that were given as text, secret where that comes
// out of the vault.
func (s *session) extraYAML(text, file string, data []byte, secret bool) (*tree.Node, error) {
	docs, _, err := tree.Parse(file, data, tree.Options{
		Secret:  secret,
		Twice:   s.config.String("DUPLICATE_YAML_DICT_KEY"),
		Decrypt: func(armoured []byte) ([]byte, error) { return s.decrypt(armoured, file) },
	})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 || docs[0].Kind != tree.Map {
		return nil, optionErrorf("Invalid extra vars data supplied. '%s' could not be made into a dictionary", text)
	}
	return docs[0], nil
}
