package sshconfig

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// maxIncludes is how deep files may include others, as in OpenSSH.
const maxIncludes = 16

// Load adds what files say for the host, the first file first. A file that is
// not there says nothing. Relative names in an Include are looked up in
// ~/.ssh, and in /etc/ssh for a file there.
func (c *Config) Load(files ...string) error {
	again := false
	for _, final := range []bool{false, true} {
		if final && !again {
			break
		}
		for _, file := range files {
			r := reader{c: c, dir: filepath.Join(c.home, ".ssh"), final: final}
			if filepath.Dir(file) == "/etc/ssh" {
				r.dir = "/etc/ssh"
			}
			if err := r.file(file, true, 0); err != nil {
				return err
			}
			again = again || r.wantsFinal
		}
	}
	return nil
}

// reader reads one of the user's files with all that it includes.
type reader struct {
	c          *Config
	dir        string
	final      bool // the second pass, that only Match final makes
	wantsFinal bool
}

func (r *reader) file(path string, active bool, depth int) error {
	if depth > maxIncludes {
		return &Fault{path, 0, "too many files include each other"}
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	outer := active
	for i, line := range strings.Split(string(data), "\n") {
		name, rest := keyword(line)
		if name == "" {
			continue
		}
		args, err := words(rest)
		if err == nil && len(args) == 0 {
			err = errors.New("missing argument")
		}
		switch {
		case err != nil:
		case name == "host":
			active = outer && matchList(args, r.c.host)
		case name == "match":
			var matched bool
			matched, err = r.match(args)
			active = outer && matched
		case name == "include":
			err = r.include(args, active, depth)
		case !active:
		case unsplit[name]:
			r.c.Set(name, strings.TrimSpace(rest))
		case gathered[name] && name != "sendenv" && name != "setenv":
			r.c.Set(name, args[0])
		default:
			r.c.Set(name, strings.Join(args, " "))
		}
		if fault := (*Fault)(nil); err != nil && !errors.As(err, &fault) {
			return &Fault{path, i + 1, name + ": " + err.Error()}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) include(patterns []string, active bool, depth int) error {
	for _, p := range patterns {
		p = r.c.Path(p)
		if !filepath.IsAbs(p) {
			p = filepath.Join(r.dir, p)
		}
		files, err := filepath.Glob(p)
		if err != nil {
			return err
		}
		sort.Strings(files)
		for _, f := range files {
			if err := r.file(f, active, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyword takes a line apart: `Name value`, `Name=value`, `Name = value`.
func keyword(line string) (name, rest string) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return "", ""
	}
	end := strings.IndexAny(line, " \t=")
	if end < 0 {
		return strings.ToLower(line), ""
	}
	rest = strings.TrimLeft(line[end:], " \t")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "="), " \t")
	return strings.ToLower(line[:end]), rest
}

// words splits a value at blanks; double quotes hold words together and a # ends it.
func words(s string) ([]string, error) {
	var out []string
	for {
		s = strings.TrimLeft(s, " \t\r\f")
		if s == "" || s[0] == '#' {
			return out, nil
		}
		if s[0] == '"' {
			word, rest, ok := strings.Cut(s[1:], `"`)
			if !ok {
				return nil, errors.New("a quote is not closed")
			}
			out, s = append(out, word), rest
			continue
		}
		end := strings.IndexAny(s, " \t\r\f")
		if end < 0 {
			end = len(s)
		}
		out, s = append(out, s[:end]), s[end:]
	}
}
