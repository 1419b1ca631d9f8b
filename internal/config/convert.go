package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"goplay/internal/value"
)

// convert reads a setting's text as its type; relative paths start at base.
func convert(text string, t Type, base string, env Environment) (any, error) {
	switch t {
	case Bool:
		return isTrue(text), nil
	case Int:
		n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(text), "_", ""), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(text))
		}
		return n, nil
	case Float:
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return nil, fmt.Errorf("could not convert string to float: %s", value.Repr(text))
		}
		return f, nil
	case List:
		return split(unquote(text), ",", func(s string) string { return unquote(s) }), nil
	case PathList:
		return split(text, ",", func(s string) string { return resolve(s, base, env) }), nil
	case PathSpec:
		return split(text, ":", func(s string) string { return resolve(s, base, env) }), nil
	case Path, TempPath:
		return resolve(text, base, env), nil
	case Raw:
		return text, nil
	default:
		return unquote(text), nil
	}
}

func isTrue(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "on", "1", "true", "t", "1.0":
		return true
	}
	return false
}

func split(text, sep string, each func(string) string) []string {
	out := []string{}
	for part := range strings.SplitSeq(text, sep) {
		out = append(out, each(strings.TrimSpace(part)))
	}
	return out
}

func unquote(s string) string {
	if len(s) > 1 && s[0] == s[len(s)-1] && (s[0] == '"' || s[0] == '\'') && s[len(s)-2] != '\\' {
		return s[1 : len(s)-1]
	}
	return s
}

// resolve makes a path absolute: {{CWD}}, ~, variables of the environment, and
// what is relative starts at base.
func resolve(path, base string, env Environment) string {
	path = strings.ReplaceAll(path, "{{CWD}}", env.Dir)
	path = os.Expand(path, func(name string) string {
		if v, ok := env.Lookup(name); ok {
			return v
		}
		return "$" + name
	})
	if path == "~" || strings.HasPrefix(path, "~/") {
		path = env.Home + path[1:]
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Clean(path)
}

// defaultOf writes out what a default says of the home of Ansible.
func (c *Config) defaultOf(s Setting, env Environment) any {
	home := env.Home + "/.ansible"
	if v, ok := c.values["ANSIBLE_HOME"]; ok {
		home = v.Value.(string)
	}
	switch d := s.Default.(type) {
	case int:
		if s.Type == Float {
			return float64(d)
		}
		return int64(d)
	case string:
		d = strings.ReplaceAll(d, "{{ANSIBLE_HOME}}", home)
		if s.Type == Path || s.Type == TempPath || s.Type == PathList || s.Type == PathSpec || s.Type == List {
			v, err := convert(d, s.Type, env.Dir, env)
			if err == nil {
				return v
			}
		}
		return d
	default:
		return d
	}
}
