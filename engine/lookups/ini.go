package lookups

import (
	"maps"
	"slices"
	"strings"

	"goplay/internal/pyre"
	"goplay/internal/value"
)

// iniOptions are what a term itself may set.
var iniOptions = []string{"type", "file", "section", "re", "encoding", "default", "case_sensitive", "allow_no_value"}

// ini gives values of an INI or properties file.
func ini(c *Call) ([]any, error) {
	out := []any{}
	for _, term := range c.Terms {
		params, given := keyValues(value.Str(term))
		key := strings.Join(params, " ")
		if wrong := unknownOption(given, iniOptions); wrong != "" {
			return nil, value.Raise("AnsibleLookupError", "%s is not a valid option.", strings.TrimSpace(key+" "+wrong))
		}
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
		f := iniFile{
			properties: get("type", "ini") == "properties", caseSensitive: truthWord(get("case_sensitive", "False")),
			noValue: truthWord(get("allow_no_value", get("allow_none", "False"))),
		}
		name := get("section", "global")
		if f.properties {
			name = "java_properties"
		}
		sections, err := c.readINI(&f, get("file", "ansible.ini"), get("encoding", "utf-8"))
		if err != nil {
			return nil, err
		}
		if sections[name] == nil {
			return nil, value.Raise("AnsibleLookupError", "No section '%s' in %s", name, get("file", "ansible.ini"))
		}
		found, err := sections[name].find(key, isRegex, f.caseSensitive)
		if err != nil {
			return nil, err
		}
		if found == nil && !isRegex {
			found = []any{get("default", "")}
		}
		if !isRegex && found[0] == nil {
			continue // a key without a value is no answer
		}
		out = append(out, found...)
	}
	return out, nil
}

// unknownOption is one that a term sets and the lookup does not have.
func unknownOption(given map[string]string, known []string) string {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			return name
		}
	}
	return ""
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
		if re.Match(k) == nil {
			continue
		}
		if s.values[k] == nil {
			out = append(out, "")
			continue
		}
		out = append(out, s.values[k])
	}
	return out, nil
}
