package config

import (
	"fmt"
	"strings"

	"goplay/internal/value"
)

// parseINI reads ansible.cfg as Python's ConfigParser does: section.key to
// text. Keys are lower case; a comment starts with # or ; on a line of its own
// or with a ; after a blank; an indented line continues the one above.
func parseINI(text string) (map[string]string, error) {
	r := iniReader{values: map[string]string{}, sections: map[string]bool{}}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		if err := r.line(number, strings.TrimRight(line, "\r\n")); err != nil {
			return nil, err
		}
	}
	return r.result(), nil
}

type iniReader struct {
	values   map[string]string
	sections map[string]bool
	order    []string
	section  string
	key      string // of the option that may be continued
	indent   int
	blanks   int // empty lines since
}

func (r *iniReader) line(number int, line string) error {
	text := uncomment(line)
	if strings.TrimSpace(text) == "" {
		if text == line {
			r.blanks++ // only a line that holds no comment is part of a value
		}
		return nil
	}
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	text = strings.TrimSpace(text)
	if r.key != "" && indent > r.indent {
		r.values[r.key] += strings.Repeat("\n", r.blanks+1) + text
		r.blanks = 0
		return nil
	}
	r.indent, r.blanks, r.key = indent, 0, ""
	if text[0] == '[' {
		if end := strings.LastIndexByte(text, ']'); end > 1 {
			return r.head(number, text[1:end])
		}
	}
	if r.section == "" {
		return fmt.Errorf("File contains no section headers.\nfile: '<string>', line: %d\n%s", number, value.Repr(line+"\n"))
	}
	return r.option(number, line, text)
}

func (r *iniReader) head(number int, name string) error {
	if r.sections[name] && name != "DEFAULT" {
		return fmt.Errorf("While reading from '<string>' [line %2d]: section '%s' already exists", number, name)
	}
	r.sections[name], r.section = true, name
	r.order = append(r.order, name)
	return nil
}

func (r *iniReader) option(number int, line, text string) error {
	at := strings.IndexAny(text, "=:")
	if at < 0 {
		return fmt.Errorf("Source contains parsing errors: '<string>'\n\t[line %2d]: %s", number, value.Repr(line+"\n"))
	}
	name := strings.ToLower(strings.TrimSpace(text[:at]))
	key := r.section + "." + name
	if _, ok := r.values[key]; ok {
		return fmt.Errorf("While reading from '<string>' [line %2d]: option '%s' in section '%s' already exists", number, name, r.section)
	}
	r.values[key], r.key = strings.TrimSpace(text[at+1:]), key
	return nil
}

// uncomment cuts a line at what starts a comment.
func uncomment(line string) string {
	if t := strings.TrimSpace(line); t != "" && (t[0] == '#' || t[0] == ';') {
		return ""
	}
	for i := 1; i < len(line); i++ {
		if line[i] == ';' && (line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// result gives every section what [DEFAULT] says.
func (r *iniReader) result() map[string]string {
	out := map[string]string{}
	for key, v := range r.values {
		if name, ok := strings.CutPrefix(key, "DEFAULT."); ok {
			for _, s := range r.order {
				out[s+"."+name] = v
			}
		}
	}
	for key, v := range r.values {
		out[key] = v
	}
	return out
}
