package packages

import (
	"strings"

	"goplay/modules"
)

// candidate is what apt knows of a name.
type candidate struct {
	Installed, Candidate string   // "" for none
	Versions             []string // the newest first
}

// aptPolicy asks apt for names at once. A name that apt does not know is not in
// the answer; a virtual one has no versions.
func (j *aptJob) aptPolicy(list []string) (map[string]candidate, error) {
	argv := []string{"apt-cache", "policy"}
	if j.Release != "" {
		argv = append(argv, "-o", "APT::Default-Release="+j.Release)
	}
	out, err := run(j.c, modules.Cmd{Argv: append(append(argv, "--"), list...)}, "apt-cache policy failed")
	if err != nil {
		return nil, err
	}
	return parsePolicy(out.Stdout), nil
}

func parsePolicy(text string) map[string]candidate {
	found := map[string]candidate{}
	var name string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line != "" && line[0] != ' ' {
			name = strings.TrimSuffix(line, ":")
			found[name] = candidate{}
			continue
		}
		c := found[name]
		switch {
		case strings.HasPrefix(line, "  Installed: "):
			c.Installed = version(line[len("  Installed: "):])
		case strings.HasPrefix(line, "  Candidate: "):
			c.Candidate = version(line[len("  Candidate: "):])
		case strings.HasPrefix(line, " *** "), strings.HasPrefix(line, "     ") && len(line) > 5 && line[5] != ' ':
			v, _, _ := strings.Cut(line[5:], " ")
			c.Versions = append(c.Versions, v)
		}
		found[name] = c
	}
	return found
}

func version(text string) string {
	if text == "(none)" {
		return ""
	}
	return text
}

// providers lists the packages that provide a virtual one, by apt's lists.
func (j *aptJob) providers(name string) ([]string, error) {
	out, err := run(j.c, modules.Cmd{Argv: []string{"apt-cache", "showpkg", "--", name}}, "apt-cache showpkg failed")
	if err != nil {
		return nil, err
	}
	_, text, _ := strings.Cut(out.Stdout, "\nReverse Provides:")
	var list []string
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 && !seen[words[0]] {
			seen[words[0]] = true
			list = append(list, words[0])
		}
	}
	return list, nil
}

// expand puts the packages that a pattern matches in its place.
func (j *aptJob) expand(specs []string, installedOnly bool) ([]string, error) {
	var out []string
	for _, spec := range specs {
		name, _, _ := splitSpec(spec)
		if !isPattern(name) {
			out = append(out, spec)
			continue
		}
		matched := matching(name, j.status.Names())
		if !installedOnly || len(matched) == 0 {
			known, err := run(j.c, modules.Cmd{Argv: []string{"apt-cache", "pkgnames"}}, "apt-cache pkgnames failed")
			if err != nil {
				return nil, err
			}
			matched = matching(name, append(strings.Fields(known.Stdout), j.status.Names()...))
		}
		if len(matched) == 0 {
			return nil, modules.Fail("No package(s) matching '%s' available", name)
		}
		out = append(out, matched...)
	}
	return out, nil
}

// matching are the names that match, each once. Without a colon in the pattern
// packages of other architectures are left alone.
func matching(pattern string, known []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, name := range known {
		foreign := strings.Contains(name, ":")
		if !seen[name] && (!foreign || strings.Contains(pattern, ":")) && match(pattern, name) {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// splitSpec cuts name, operator and version: name=1.0, name>=1.0.
func splitSpec(spec string) (name, op, version string) {
	i := strings.IndexByte(spec, '=')
	if i < 0 {
		return spec, "", ""
	}
	if i > 0 && spec[i-1] == '>' {
		return spec[:i-1], ">=", spec[i+1:]
	}
	return spec[:i], "=", spec[i+1:]
}
