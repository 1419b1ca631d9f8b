package lookups

import (
	"strings"

	"goplay/internal/pyre"
	"goplay/internal/value"
)

// section is a part of an INI file, its keys in order.
type section struct {
	keys   []string
	values map[string]string
}

// ini gives values of an INI or properties file.
func ini(c *Call) ([]any, error) {
	out := []any{}
	for _, term := range c.Terms {
		params, given := keyValues(value.Str(term))
		key := strings.Join(params, " ")
		get := func(name, def string) string {
			if v, ok := given[name]; ok {
				return v
			}
			return c.text(name, def)
		}
		if key == "" {
			return nil, failure("No key to lookup was provided as first term with in string inline options: %s", value.Str(term))
		}
		isRegex := truthWord(get("re", "False"))
		isProperties := get("type", "ini") == "properties"
		name := get("section", "global")
		if isProperties {
			name = "java_properties"
		}
		sections, err := c.readINI(get("file", "ansible.ini"), isProperties, truthWord(get("case_sensitive", "False")))
		if err != nil {
			return nil, err
		}
		if sections[name] == nil {
			return nil, value.Raise("AnsibleLookupError", "No section '%s' in %s", name, get("file", "ansible.ini"))
		}
		found, err := sections[name].find(key, isRegex, truthWord(get("case_sensitive", "False")))
		if err != nil {
			return nil, err
		}
		if found == nil && !isRegex {
			found = []any{get("default", "")}
		}
		out = append(out, found...)
	}
	return out, nil
}

func truthWord(s string) bool {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1", "y", "t":
		return true
	default:
		return false
	}
}

func (s *section) find(key string, isRegex, caseSensitive bool) ([]any, error) {
	if !isRegex {
		if !caseSensitive {
			key = strings.ToLower(key)
		}
		if v, ok := s.values[key]; ok {
			return []any{v}, nil
		}
		return nil, nil
	}
	re, err := pyre.Compile(key, 0)
	if err != nil {
		return nil, failure("ini: %v", err)
	}
	var out []any
	for _, k := range s.keys {
		if re.Match(k) != nil {
			out = append(out, s.values[k])
		}
	}
	return out, nil
}

func (c *Call) readINI(name string, properties, caseSensitive bool) (map[string]*section, error) {
	path, err := c.find("files", name)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, failure("could not locate file in lookup: %s", name)
	}
	data, err := c.read(path)
	if err != nil {
		return nil, err
	}
	sections := map[string]*section{}
	var at *section
	open := func(name string) {
		if sections[name] == nil {
			sections[name] = &section{values: map[string]string{}}
		}
		at = sections[name]
	}
	if properties {
		open("java_properties")
	}
	last := ""
	for i, line := range strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "":
			if last != "" {
				at.values[last] += "\n"
			}
		case trimmed[0] == '#' || trimmed[0] == ';':
		case last != "" && line[0] <= ' ':
			at.values[last] += "\n" + trimmed
		case trimmed[0] == '[' && strings.Contains(trimmed, "]"):
			open(trimmed[1:strings.Index(trimmed, "]")])
			last = ""
		case at == nil:
			return nil, failure("%s:%d: there is no section before %s", path, i+1, value.Repr(trimmed))
		default:
			cut := strings.IndexAny(trimmed, "=:")
			if cut < 0 {
				return nil, failure("%s:%d: neither = nor : in %s", path, i+1, value.Repr(trimmed))
			}
			last = strings.TrimSpace(trimmed[:cut])
			if !caseSensitive {
				last = strings.ToLower(last)
			}
			if _, ok := at.values[last]; !ok {
				at.keys = append(at.keys, last)
			}
			at.values[last] = strings.TrimSpace(trimmed[cut+1:])
		}
	}
	for _, s := range sections {
		for k, v := range s.values {
			s.values[k] = strings.TrimRight(v, "\n")
		}
	}
	return sections, nil
}
