// Package config knows every setting of ansible-core 2.14: the section and key
// in ansible.cfg, the variables of the environment, type and default. It finds
// and reads ansible.cfg as Ansible does and tells where each value came from.
// It knows nothing of what the settings do.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/source"
)

// Type is what a setting's text is read as.
type Type int

// The types of settings.
const (
	Any      Type = iota // text as written, without quotes
	Str                  // text without quotes
	Raw                  // text as written
	Bool                 // yes, on, true, 1 ... ; all else is false
	Int                  // a whole number
	Float                // a number
	List                 // texts between commas
	Path                 // an absolute path
	PathList             // paths between commas
	PathSpec             // paths between colons
	TempPath             // a path below which temporary folders are made
)

// Effect says what goplay makes of a setting.
type Effect int

// The effects of settings.
const (
	Missing  Effect = iota // it would change what happens, but does not yet: a warning
	Inert                  // nothing goplay does could depend on it
	Honoured               // it has its effect
)

// Setting is one thing that can be set.
type Setting struct {
	Name    string
	Type    Type
	Default any      // nil, bool, int, float64, string or []string
	INI     []string // section.key; the last one that is set counts
	Env     []string // names; the last one that is set counts
	Choices []string
	Effect  Effect
}

// Value is what a setting is and why.
type Value struct {
	Setting
	Value  any // nil, bool, int64, float64, string or []string
	Origin string
}

// tuple is a list that Python shows in parentheses.
type tuple []string

// IsDefault reports whether nothing sets the setting.
func (v Value) IsDefault() bool { return v.Origin == "default" }

// Config is all settings of a run.
type Config struct {
	// File is the ansible.cfg that was read, "" for none.
	File     string
	Warnings []string
	// Deprecations are settings, or names of them, that Ansible will give up.
	Deprecations []Deprecation
	values       map[string]Value
	names        []string
}

// Environment is where settings come from beside the file.
type Environment struct {
	Lookup func(name string) (string, bool) // os.LookupEnv
	Dir    string                           // the current folder
	Home   string
}

// OS is the environment of this process.
func OS() (Environment, error) {
	dir, err := os.Getwd()
	if err != nil {
		return Environment{}, fmt.Errorf("find the current folder: %w", err)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/"
	}
	return Environment{Lookup: os.LookupEnv, Dir: dir, Home: home}, nil
}

// Load finds and reads ansible.cfg and the environment.
func Load(env Environment) (*Config, error) {
	c := &Config{values: map[string]Value{}}
	file := map[string]string{}
	if path := c.find(env); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("Error reading config file (%s): %w", path, err)
		}
		if file, err = parseINI(string(data)); err != nil {
			return nil, fmt.Errorf("Error reading config file (%s): %w", path, err)
		}
		c.File = path
	}
	for _, table := range [][]Setting{core, ofPlugins} {
		for _, s := range table {
			v, err := c.read(s, env, file)
			if err != nil {
				return nil, err
			}
			c.names = append(c.names, s.Name)
			c.values[s.Name] = v
			c.warnMissing(v)
		}
	}
	return c, nil
}

// find looks for ansible.cfg: ANSIBLE_CONFIG, the current folder, the home,
// /etc/ansible. The current folder does not count when anybody can write to it.
func (c *Config) find(env Environment) string {
	var candidates []string
	if path, ok := env.Lookup("ANSIBLE_CONFIG"); ok && path != "" {
		path = resolve(path, env.Dir, env)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, "ansible.cfg")
		}
		candidates = append(candidates, path)
	}
	local := filepath.Join(env.Dir, "ansible.cfg")
	unsafe := false
	if info, err := os.Stat(env.Dir); err == nil {
		if unsafe = info.Mode()&0o002 != 0; !unsafe {
			candidates = append(candidates, local)
		}
	}
	candidates = append(candidates, filepath.Join(env.Home, ".ansible.cfg"), "/etc/ansible/ansible.cfg")
	found := ""
	for _, path := range candidates {
		if info, err := os.Stat(path); err == nil && !info.IsDir() && readable(path) {
			found = path
			break
		}
	}
	chosen, _ := env.Lookup("ANSIBLE_CONFIG")
	if _, err := os.Stat(local); err == nil && unsafe && (chosen == "" || found != candidates[0]) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("Ansible is being run in a world writable directory (%s), ignoring it as an ansible.cfg source."+
			" For more information see https://docs.ansible.com/ansible/devel/reference_appendices/config.html#cfg-in-world-writable-dir", env.Dir))
	}
	return found
}

func readable(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// read takes a setting from the environment, else from the file.
func (c *Config) read(s Setting, env Environment, file map[string]string) (Value, error) {
	text, origin, base, by := "", "default", env.Dir, ""
	for _, key := range s.INI {
		if t, ok := file[key]; ok {
			by = key
			text, origin, base = t, c.File, filepath.Dir(c.File)
		}
	}
	for _, name := range s.Env {
		if t, ok := env.Lookup(name); ok {
			by = name
			text, origin, base = t, "env: "+name, env.Dir
		}
	}
	if origin == "default" {
		return Value{Setting: s, Value: c.defaultOf(s, env), Origin: origin}, nil
	}
	v, err := convert(text, s.Type, base, env)
	if err != nil {
		return Value{}, fmt.Errorf("Invalid type for configuration option setting: %s (from %s): %w", s.Name, origin, err)
	}
	if err := s.allows(v); err != nil {
		return Value{}, err
	}
	set := Value{Setting: s, Value: v, Origin: origin}
	c.deprecate(set, by)
	return set, nil
}

func (s Setting) allows(v any) error {
	if len(s.Choices) == 0 {
		return nil
	}
	texts, ok := v.([]string)
	if !ok {
		texts = []string{fmt.Sprint(v)}
	}
	for _, t := range texts {
		known := false
		for _, c := range s.Choices {
			known = known || c == t
		}
		if !known {
			err := source.Errorf(source.Pos{}, `Invalid value "%s" for configuration option "setting: %s ", valid values are: %s`, t, s.Name, strings.Join(s.Choices, ", "))
			if near := source.Near(t, s.Choices); near != "" {
				return err.WithHint("did you mean %s?", near)
			}
			return err
		}
	}
	return nil
}

// warnMissing tells of what is set in vain.
func (c *Config) warnMissing(v Value) {
	if v.Effect == Missing && !v.IsDefault() && shown(v.Value) != shown(v.Default) && !leadsNowhere(v) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("the setting %s (%s) has no effect in goplay", v.Name, v.Origin))
	}
}

// leadsNowhere reports whether a setting names folders in which there is
// nothing: leaving those out changes nothing.
func leadsNowhere(v Value) bool {
	if v.Type != PathSpec && v.Type != PathList {
		return false
	}
	folders, ok := v.Value.([]string)
	for _, dir := range folders {
		if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
			return false
		}
	}
	return ok
}
