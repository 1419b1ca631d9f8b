package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/pycsv"
	"goplay/internal/value"
)

func fromCSV(c *jinja.Call) (any, error) {
	a, err := bind(c, "data dialect? fieldnames? delimiter? skipinitialspace? strict?")
	if err != nil {
		return nil, err
	}
	dialect := a.text("dialect", "excel")
	comma := ","
	switch dialect {
	case "excel", "unix":
	case "excel-tab":
		comma = "\t"
	default:
		return nil, filterError("Dialect '%s' is not supported by your version of python.", dialect)
	}
	r := pycsv.Reader{
		Delimiter: []rune(a.text("delimiter", comma) + comma)[0],
		SkipSpace: a.truth("skipinitialspace", false),
		Strict:    a.truth("strict", false),
	}
	var names []any
	if given := a.get("fieldnames"); given != nil {
		if names, err = value.Items(given); err != nil {
			return nil, err
		}
	}
	records, err := r.Rows(value.Str(a.get("data")))
	if err != nil {
		return nil, filterError("Unable to process file: %v", err)
	}
	rows := value.NewList()
	for _, record := range records {
		switch {
		case names == nil:
			names = value.Strings(record).Items
		case len(record) > 0:
			rows.Append(csvRow(names, record))
		}
	}
	return rows, nil
}

// csvRow puts what is too much under None, and None where there is too little.
func csvRow(names []any, record []string) *value.Dict {
	row := value.NewDict()
	for i, name := range names {
		if i < len(record) {
			row.Set(name, record[i])
		} else {
			row.Set(name, nil)
		}
	}
	if len(record) > len(names) {
		row.Set(nil, value.Strings(record[len(names):]))
	}
	return row
}

// fromINI reads sections of keys; keys keep their case.
func fromINI(c *jinja.Call) (any, error) {
	a, err := bind(c, "obj")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("obj"))
	if !ok {
		return nil, filterError("from_ini requires a str, got %s", class(a.get("obj")))
	}
	out := value.NewDict()
	var section *value.Dict
	last := ""
	for i, line := range strings.Split(s, "\n") {
		text := strings.TrimSpace(line)
		switch {
		case text == "" || text[0] == '#' || text[0] == ';':
		case last != "" && (line[0] == ' ' || line[0] == '\t'):
			section.Set(last, section.GetString(last)+"\n"+text)
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			section, last = value.NewDict(), ""
			out.Set(text[1:len(text)-1], section)
		case section == nil:
			return nil, filterError("from_ini failed to parse given string: File contains no section headers.\nfile: '<string>', line: %d\n%s", i+1, value.Repr(line+"\n"))
		default:
			cut := strings.IndexAny(text, "=:")
			if cut < 0 {
				return nil, filterError("from_ini failed to parse given string: Source contains parsing errors: '<string>'\n\t[line %2d]: %s", i+1, value.Repr(line))
			}
			last = strings.TrimSpace(text[:cut])
			section.Set(last, strings.TrimSpace(text[cut+1:]))
		}
	}
	return out, nil
}

func toINI(c *jinja.Call) (any, error) {
	a, err := bind(c, "obj")
	if err != nil {
		return nil, err
	}
	d, ok, err := value.AsDict(a.get("obj"))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, filterError("to_ini requires a dict, got %s", class(a.get("obj")))
	}
	if d.Len() == 0 {
		return nil, filterError("to_ini received an empty dict. An empty dict cannot be converted.")
	}
	var b strings.Builder
	for name, v := range d.All() {
		section, ok := v.(*value.Dict)
		if !ok {
			return nil, filterError("to_ini failed to parse given dict: the section %s is no dict", value.Repr(name))
		}
		b.WriteString("[" + value.Str(name) + "]\n")
		for k, item := range section.All() {
			b.WriteString(value.Str(k) + " = " + strings.ReplaceAll(value.Str(item), "\n", "\n\t") + "\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
