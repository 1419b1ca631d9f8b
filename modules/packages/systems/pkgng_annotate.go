package systems

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

var (
	annotationSpec = lazy.Regexp(`^([-+:])([^=]+)(?:=(.+))?`)
	commas         = lazy.Regexp(`\s*,\s*`)
)

// annotate brings about notes on packages.
func (j *pkgngJob) annotate(packages []string) error {
	notes := j.Annotation
	if len(notes) == 1 {
		notes = commas.Split(notes[0], -1)
	}
	var parsed [][]string
	for _, note := range notes {
		m := annotationSpec.FindStringSubmatch(strings.TrimSpace(note))
		if m == nil {
			return modules.Fail("failed to annotate %s, invalid annotate string: %s", packages[0], note)
		}
		parsed = append(parsed, m)
	}
	n := 0
	for _, name := range packages {
		for _, m := range parsed {
			changed, err := j.note(name, m[1], m[2], m[3])
			if err != nil {
				return err
			}
			if changed {
				n++
			}
		}
	}
	if n == 0 {
		j.say("changed no annotations")
	} else {
		j.say("added %d annotations.", n)
	}
	return nil
}

// note compares one annotation with what is there, and changes it.
func (j *pkgngJob) note(name, operation, tag, want string) (bool, error) {
	out, err := j.pkg("", "info", "-g", "-A", name)
	if err != nil {
		return false, err
	}
	have := parseAnnotation(out.Stdout, tag)
	switch {
	case operation == "+" && have != "" && have != want:
		return false, modules.Fail("failed to annotate %s, because %s is already set to %s, but should be set to %s", name, tag, have, want)
	case operation == ":" && have == "":
		return false, modules.Fail("could not change annotation to %s: tag %s does not exist", name, tag)
	case operation == "-" && have == "", operation != "-" && have == want:
		return false, nil
	}
	flag := map[string]string{"+": "-A", "-": "-D", ":": "-M"}[operation]
	if operation == "-" {
		want = ""
	}
	return true, j.change(func() error {
		out, err := j.pkg(want, "annotate", "-y", flag, name, tag)
		if err != nil || out.RC == 0 {
			return err
		}
		words := map[string]string{"+": "could not annotate " + name, "-": "could not delete annotation to " + name,
			":": "failed to annotate " + name + ", could not change annotation " + tag + " to " + want}[operation]
		// pkg may end with 1 although it has changed the note, and said so.
		if operation == ":" && strings.Contains("\n"+out.Stdout, ": Modified annotation tagged: "+tag) {
			return nil
		}
		return modules.Fail("%s: %s", words, out.Stdout).With("stderr", out.Stderr)
	})
}

// parseAnnotation reads a tag's value from lines such as "  owner : web".
func parseAnnotation(text, tag string) string {
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, ":")
		if f := strings.Fields(value); ok && strings.TrimSpace(name) == tag && len(f) > 0 {
			return f[0]
		}
	}
	return ""
}
