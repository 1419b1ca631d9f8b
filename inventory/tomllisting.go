package inventory

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

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
	place := l.out.Len()
	for _, c := range g.Children() {
		if err := l.group(c); err != nil {
			return err
		}
	}
	_ = place
	if g.Name != All {
		for _, h := range g.Hosts() {
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
	if d.Len() > 0 {
		l.out.Set(g.Name, d)
	}
	return nil
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// encodeTOML writes tables as Python's toml package does: what is no table
// first, then the tables, each under its full name.
func encodeTOML(d *value.Dict) (string, error) {
	var b strings.Builder
	if err := tomlTable(&b, "", d); err != nil {
		return "", err
	}
	return b.String(), nil
}

func tomlTable(b *strings.Builder, prefix string, d *value.Dict) error {
	type table struct {
		name string
		d    *value.Dict
	}
	var tables []table
	for k, v := range d.All() {
		name := tomlKey(value.Str(k))
		if sub, ok := v.(*value.Dict); ok {
			tables = append(tables, table{name, sub})
			continue
		}
		if v == nil {
			continue // TOML has no null
		}
		text, err := tomlValue(v)
		if err != nil {
			return err
		}
		b.WriteString(name + " = " + text + "\n")
	}
	for _, t := range tables {
		full := t.name
		if prefix != "" {
			full = prefix + "." + t.name
		}
		var inner strings.Builder
		if err := tomlTable(&inner, full, t.d); err != nil {
			return err
		}
		text := inner.String()
		if !strings.HasPrefix(text, "[") || strings.HasPrefix(text, "[[") {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			text = "[" + full + "]\n" + text
		} else if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return nil
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
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return value.Str(v), nil
		}
		return strings.Replace(value.Str(v), "e+", "e+", 1), nil
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
