package lookups

import (
	"path/filepath"
	"strings"

	"goplay/engine/filters"
	"goplay/internal/value"
)

// section is a part of an INI file, its keys in order. A value is text, or nil
// for a key that stands alone.
type section struct {
	name   string
	keys   []string
	values map[string]any
}

// iniFile reads an INI or properties file as Python's configparser does.
type iniFile struct {
	properties, caseSensitive, noValue bool

	name     string // for messages: without its folder
	sections map[string]*section
	at       *section
	last     string // the key that an indented line goes on with
}

func (c *Call) readINI(f *iniFile, name, encoding string) (map[string]*section, error) {
	path, err := c.find("files", name)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, value.Raise("AnsibleParserError", "Invalid filename: 'None'") // as Ansible says it, without the name
	}
	data, err := c.read(path)
	if err != nil {
		return nil, err
	}
	text, err := filters.Decode(data, encoding)
	if err != nil {
		return nil, err
	}
	f.name, f.sections = filepath.Base(path), map[string]*section{}
	if f.properties {
		f.open("java_properties")
	}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if err := f.line(i+1, line); err != nil {
			return nil, err
		}
	}
	for _, s := range f.sections {
		for k, v := range s.values {
			if text, ok := v.(string); ok {
				s.values[k] = strings.TrimRight(text, "\n")
			}
		}
	}
	return f.sections, nil
}

func (f *iniFile) open(name string) {
	if f.sections[name] == nil {
		f.sections[name] = &section{name: name, values: map[string]any{}}
	}
	f.at, f.last = f.sections[name], ""
}

func (f *iniFile) line(number int, line string) error {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		f.goOn("\n")
	case trimmed[0] == '#' || trimmed[0] == ';':
	case f.last != "" && line[0] <= ' ':
		f.goOn("\n" + trimmed)
	case trimmed[0] == '[' && strings.Contains(trimmed, "]"):
		f.open(trimmed[1:strings.Index(trimmed, "]")])
	case f.at == nil:
		return failure("%s:%d: there is no section before %s", f.name, number, value.Repr(trimmed))
	default:
		return f.pair(number, line, trimmed)
	}
	return nil
}

// goOn adds to the value that was begun.
func (f *iniFile) goOn(text string) {
	if f.last == "" {
		return
	}
	if begun, ok := f.at.values[f.last].(string); ok {
		f.at.values[f.last] = begun + text
	}
}

func (f *iniFile) pair(number int, line, trimmed string) error {
	key, val := trimmed, any(nil)
	if cut := strings.IndexAny(trimmed, "=:"); cut >= 0 {
		key, val = strings.TrimSpace(trimmed[:cut]), strings.TrimSpace(trimmed[cut+1:])
	} else if !f.noValue {
		return value.Raise("configparser.ParsingError", "Source contains parsing errors: '<???>'\n\t[line %2d]: %s", number, value.Repr(line+"\n"))
	}
	if !f.caseSensitive {
		key = strings.ToLower(key)
	}
	if _, twice := f.at.values[key]; twice {
		return value.Raise("AnsibleLookupError", "Duplicate option in '%s': While reading from '<???>' [line %2d]: option '%s' in section '%s' already exists",
			f.name, number, key, f.at.name)
	}
	f.at.keys = append(f.at.keys, key)
	f.at.values[key], f.last = val, key
	return nil
}
