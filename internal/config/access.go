package config

import (
	"fmt"
	"slices"
	"strings"

	"goplay/internal/value"
)

// Get returns a setting by name. A name that is in no table is a mistake in
// the program: it panics.
func (c *Config) Get(name string) Value {
	v, ok := c.values[name]
	if !ok {
		panic("config: no setting " + name)
	}
	return v
}

// String is a setting as text, "" when it has no value.
func (c *Config) String(name string) string {
	switch v := c.Get(name).Value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// Bool is a setting as a truth value; what is no bool counts as true when its
// text says so.
func (c *Config) Bool(name string) bool {
	switch v := c.Get(name).Value.(type) {
	case bool:
		return v
	case string:
		return isTrue(v)
	default:
		return false
	}
}

// Int is a setting as a whole number, 0 when it has no value.
func (c *Config) Int(name string) int {
	switch v := c.Get(name).Value.(type) {
	case int64:
		return int(v)
	case float64:
		return int(v)
	default:
		return 0
	}
}

// List is a setting as texts, nil when it has no value.
func (c *Config) List(name string) []string {
	switch v := c.Get(name).Value.(type) {
	case []string:
		return slices.Clone(v)
	case tuple:
		return slices.Clone(v)
	case string:
		return []string{v}
	default:
		return nil
	}
}

// Origin says what set a setting: "default", the path of the file or
// "env: NAME".
func (c *Config) Origin(name string) string { return c.Get(name).Origin }

// IsSet reports whether anything but the default gives a setting its value.
func (c *Config) IsSet(name string) bool { return !c.Get(name).IsDefault() }

// Dump lists the settings by name, as ansible-config dump does: all or only
// those that something changed.
func (c *Config) Dump(onlyChanged bool) string {
	lines := []string{"CONFIG_FILE() = " + value.Str(orNone(c.File))}
	for _, name := range c.names {
		v := c.values[name]
		if strings.Contains(name, ".") || onlyChanged && v.IsDefault() {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s(%s) = %s", name, v.Origin, shown(v.Value)))
	}
	slices.SortStableFunc(lines, func(a, b string) int {
		return strings.Compare(a[:strings.IndexByte(a, '(')], b[:strings.IndexByte(b, '(')])
	})
	return strings.Join(lines, "\n") + "\n"
}

// shown is a value as Python prints it.
func shown(v any) string {
	if t, ok := v.(tuple); ok {
		return value.Str(value.Tuple(value.Strings(t).Items))
	}
	return value.Str(value.Of(v))
}

func orNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}
