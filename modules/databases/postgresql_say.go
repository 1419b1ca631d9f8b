package databases

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

// libpqError says an error as libpq does, which is what users of Ansible's
// modules know and match on: the message, the place in the statement, details.
func libpqError(statement string, err error) string {
	var e *pq.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	out := e.Message + "\n"
	if at, err := strconv.Atoi(e.Position); err == nil && at > 0 {
		out += placeOf(statement, at)
	}
	for _, part := range [][2]string{{"DETAIL", e.Detail}, {"HINT", e.Hint}, {"CONTEXT", e.Where}} {
		if part[1] != "" {
			out += part[0] + ":  " + part[1] + "\n"
		}
	}
	return out
}

// placeOf shows the line of a statement that holds its at-th character.
func placeOf(statement string, at int) string {
	line := 1
	for text := range strings.Lines(statement) {
		runes := len([]rune(text))
		if at <= runes || !strings.HasSuffix(text, "\n") {
			head := fmt.Sprintf("LINE %d: ", line)
			return head + strings.TrimRight(text, "\n") + "\n" + strings.Repeat(" ", len(head)+min(at, runes+1)-1) + "^\n"
		}
		at, line = at-runes, line+1
	}
	return ""
}

// perform runs statements as one change, in a transaction of their own. They
// are tried where effects are only predicted too, and undone there.
func (s *server) perform(statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	return s.attempt(func() error { return s.execAll(statements) })
}

// performBare is perform for statements that no transaction takes.
func (s *server) performBare(statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	return s.c.Change(modules.Diff{}, func() error { return s.execAll(statements) })
}

func (s *server) execAll(statements []string) error {
	for _, statement := range statements {
		if err := s.exec(statement); err != nil {
			return modules.Fail("Cannot execute SQL '%s': %s", statement, libpqError(statement, err))
		}
	}
	return nil
}

// dotted quotes each part of a name such as schema.table; parts that are
// quoted already stay.
func dotted(name string) string {
	var out []string
	for name != "" {
		part, rest := name, ""
		if quoted := quotedPart.FindString(name); quoted != "" {
			part, rest = quoted, strings.TrimPrefix(name[len(quoted):], ".")
		} else {
			part, rest, _ = strings.Cut(name, ".")
			part = pq.QuoteIdentifier(part)
		}
		out, name = append(out, part), rest
	}
	return strings.Join(out, ".")
}

var quotedPart = lazy.Regexp(`^"(?:[^"]|"")+"`)

// risky are the shapes of texts that trust_input=false refuses.
var risky = []*regexp.Regexp{
	regexp.MustCompile(`['"].*--`),
	regexp.MustCompile(`(?i)(UNION|INTERSECT|EXCEPT).*SELECT`),
	regexp.MustCompile(`(?i);.*(SELECT|UPDATE|INSERT|DELETE|DROP|TRUNCATE|ALTER)`),
}

// vet refuses texts that look like an attack, where the task asks for that.
func (l postgresLogin) vet(texts ...string) error {
	if l.TrustInput {
		return nil
	}
	var found []string
	for _, text := range append(texts, l.SessionRole) {
		for _, shape := range risky {
			if shape.MatchString(text) {
				found = append(found, text)
				break
			}
		}
	}
	if len(found) > 0 {
		return modules.Fail("Passed input '%s' is potentially dangerous", strings.Join(found, ", "))
	}
	return nil
}

// use connects to a database, or says that it is the user's own.
func (l postgresLogin) use(c *modules.Context, database string) (*server, error) {
	if database == "" {
		c.Warn("Database name has not been passed, used default database to connect to.")
	}
	return l.connect(c, database)
}

// pgArray reads the text form of an array of texts, as the driver gives it.
func pgArray(text string) []string {
	var out pq.StringArray
	if err := out.Scan(text); err != nil || out == nil {
		return []string{}
	}
	return out
}

// numberOr makes a number of a text that is one.
func numberOr(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	return value.Of(text)
}
