package lookups

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/value"
	"goplay/internal/vault"
)

// roots are the folders files are searched in: ansible_search_path, else the
// role's and the playbook's.
func (c *Call) roots() ([]string, error) {
	search, err := c.variable("ansible_search_path")
	if err != nil {
		return nil, err
	}
	var roots []string
	if list, ok := search.(*value.List); ok {
		for _, item := range list.Items {
			roots = append(roots, value.Str(item))
		}
	}
	names := []string{"playbook_dir"}
	if len(roots) == 0 {
		names = []string{"role_path", "playbook_dir"}
	}
	for _, name := range names {
		v, err := c.variable(name)
		if err != nil {
			return nil, err
		}
		if dir, ok := v.(string); ok {
			roots = append(roots, dir)
		}
	}
	if len(roots) == 0 {
		roots = append(roots, ".")
	}
	return roots, nil
}

// findTerm is find for a term, which has to be text.
func (c *Call) findTerm(folder string, term any) (string, error) {
	switch term.(type) {
	case nil:
		return "", nil
	case string, value.Markup:
		return c.find(folder, value.Str(term))
	default:
		return "", value.Raise("AttributeError", "'%s' object has no attribute 'startswith'", value.TypeName(term))
	}
}

// find looks for a file under the roots, in the folder for its kind first; ""
// when there is none. The path is not shortened: what is found shows it.
func (c *Call) find(folder, name string) (string, error) {
	name = homedir.Expand(name)
	if filepath.IsAbs(name) {
		return existing(filepath.Clean(name)), nil
	}
	roots, err := c.roots()
	if err != nil {
		return "", err
	}
	for _, root := range roots {
		candidates := []string{below(below(root, folder), name), below(root, name)}
		if first, _, _ := strings.Cut(name, "/"); first == folder {
			candidates = candidates[1:]
		}
		for _, path := range candidates {
			if existing(path) == "" {
				continue
			}
			if filepath.IsAbs(path) {
				return path, nil
			}
			return filepath.Abs(path)
		}
	}
	return "", nil
}

// below is a path below a folder, without a word changed in either.
func below(folder, name string) string {
	if filepath.IsAbs(name) || folder == "" {
		return name
	}
	return strings.TrimSuffix(folder, "/") + "/" + name
}

func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// read gives a file's content, decrypted when it is vaulted.
func (c *Call) read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if !vault.IsVault(bytes.TrimLeft(data, " \t\n")) {
		return data, nil
	}
	if c.plugins.options.Decrypt == nil {
		return nil, failure("Attempting to decrypt but no vault secrets found: %s", path)
	}
	return c.plugins.options.Decrypt(data, path)
}

// keyValues reads "term key=value key='a b'", as old lookups take their options.
func keyValues(term string) (params []string, options map[string]string) {
	options = map[string]string{}
	for _, word := range words(term) {
		key, val, ok := strings.Cut(word, "=")
		if !ok || key == "" {
			params = append(params, word)
			continue
		}
		options[key] = unquote(val)
	}
	return params, options
}

// words cuts at white space that stands in no quotes and no {{ }}.
func words(s string) []string {
	var out []string
	var word strings.Builder
	quote, depth := byte(0), 0
	for i := range len(s) {
		b := s[i]
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '\'' || b == '"':
			quote = b
		case b == '{':
			depth++
		case b == '}':
			depth = max(depth-1, 0)
		case depth == 0 && strings.IndexByte(" \t\n", b) >= 0:
			if word.Len() > 0 {
				out = append(out, word.String())
				word.Reset()
			}
			continue
		}
		word.WriteByte(b)
	}
	if word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
