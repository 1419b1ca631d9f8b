package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
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
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read extra variables: %w", err)
		}
		return s.extraYAML(file, data)
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return s.extraYAML("-e", []byte(text))
	}
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, ".") {
		return nil, source.Errorf(at, "please prepend extra_vars filename '%s' with '@'", text)
	}
	return playbook.ParseKV(text, at)
}

func (s *session) extraYAML(file string, data []byte) (*tree.Node, error) {
	docs, _, err := tree.Parse(file, data, tree.Options{
		Twice:   s.config.String("DUPLICATE_YAML_DICT_KEY"),
		Decrypt: func(armoured []byte) ([]byte, error) { return s.decrypt(armoured, file) },
	})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 || docs[0].IsNull() {
		return nil, nil
	}
	if docs[0].Kind != tree.Map {
		return nil, errors.New("-e: the variables are not a mapping of names to values")
	}
	return docs[0], nil
}
