package inventory

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

// tomlListing is flat: one table a group, one a host.
type tomlListing struct {
	*Listing
	seen map[*Host]bool
	out  *value.Dict
}

func (l *tomlListing) group(g *Group) error {
	d, children, hosts := value.NewDict(), value.NewList(), value.NewDict()
	for _, c := range g.Children() {
		if c.Name == Ungrouped && len(c.Hosts()) == 0 {
			continue
		}
		if g.Name != All {
			children.Append(c.Name)
		}
	}
	if children.Len() > 0 {
		d.Set("children", children)
	}
	l.out.Set(g.Name, d) // groups stand before those below them
	for _, c := range g.Children() {
		if err := l.group(c); err != nil {
			return err
		}
	}
	if g.Name != All {
		for _, h := range l.within(g.Hosts()) {
			vars, err := l.once(h, l.seen)
			if err != nil {
				return err
			}
			hosts.Set(h.Name, vars)
		}
	}
	if hosts.Len() > 0 {
		d.Set("hosts", hosts)
	}
	if l.Export {
		vars, err := l.groupVars(g)
		if err != nil {
			return err
		}
		if vars.Len() > 0 {
			d.Set("vars", vars)
		}
	}
	if d.Len() == 0 {
		l.out.Delete(g.Name)
	}
	return nil
}

var bareKey = lazy.Regexp(`^[A-Za-z0-9_-]+$`)

// tomlTable is a table with its full name.
type tomlTable struct {
	name string
	dict *value.Dict
}

// encodeTOML writes tables as Python's toml package does: level by level, and
// a table that only holds tables gets no heading.
func encodeTOML(d *value.Dict) (string, error) {
	var b strings.Builder
	for level := []tomlTable{{"", d}}; len(level) > 0; {
		var next []tomlTable
		for _, t := range level {
			lines, below, err := t.split()
			if err != nil {
				return "", err
			}
			next = append(next, below...)
			if t.name != "" && (lines != "" || len(below) == 0) {
				if b.Len() > 0 {
					b.WriteByte('\n')
				}
				b.WriteString("[" + t.name + "]\n")
			}
			b.WriteString(lines)
		}
		level = next
	}
	return b.String(), nil
}

// split takes a table apart into its lines and the tables below it.
func (t tomlTable) split() (lines string, below []tomlTable, err error) {
	for k, v := range t.dict.All() {
		name := tomlKey(value.Str(k))
		if sub, ok := v.(*value.Dict); ok {
			if t.name != "" {
				name = t.name + "." + name
			}
			below = append(below, tomlTable{name, sub})
			continue
		}
		if v == nil {
			continue // TOML has no null
		}
		text, err := tomlValue(v)
		if err != nil {
			return "", nil, err
		}
		lines += name + " = " + text + "\n"
	}
	return lines, below, nil
}

func tomlKey(k string) string {
	if bareKey.MatchString(k) {
		return k
	}
	return tomlString(k)
}

func tomlString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\t':
			b.WriteString(`\t`)
		case '\r':
			b.WriteString(`\r`)
		default:
			if r < ' ' {
				fmt.Fprintf(&b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}

func tomlValue(v any) (string, error) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case string:
		return tomlString(v), nil
	case *value.List:
		return tomlArray(v.Items)
	case value.Tuple:
		return tomlArray(v)
	case *value.Dict:
		var parts []string
		for k, item := range v.All() {
			text, err := tomlValue(item)
			if err != nil {
				return "", err
			}
			parts = append(parts, tomlKey(value.Str(k))+" = "+text)
		}
		return "{ " + strings.Join(parts, ", ") + " }", nil
	case time.Time:
		return v.Format(time.RFC3339), nil
	default:
		return value.Str(v), nil
	}
}

func tomlArray(items []any) (string, error) {
	var b strings.Builder
	b.WriteString("[ ")
	for _, item := range items {
		if item == nil {
			continue
		}
		text, err := tomlValue(item)
		if err != nil {
			return "", err
		}
		b.WriteString(text + ",")
		b.WriteByte(' ')
	}
	return strings.TrimSuffix(b.String(), " ") + "]", nil
}
