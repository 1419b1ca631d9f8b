package lookups

import (
	"strconv"
	"strings"

	"goplay/engine/filters"
	"goplay/internal/pycsv"
	"goplay/internal/value"
)

// csvOptions are what a term itself may set.
var csvOptions = []string{"col", "default", "delimiter", "file", "encoding", "keycol"}

// csvFile gives a column of the first row whose first column is the key.
func csvFile(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		params, given := keyValues(value.Str(term))
		if len(params) == 0 {
			return nil, failure("Search key is required but was not found")
		}
		if wrong := unknownOption(given, csvOptions); wrong != "" {
			return nil, failure("%s is not a valid option", wrong)
		}
		get := func(name, def string) string {
			if v, ok := given[name]; ok {
				return v
			}
			return c.text(name, def)
		}
		delimiter := get("delimiter", "\t")
		if delimiter == "TAB" {
			delimiter = "\t"
		}
		keyCol, err := strconv.Atoi(get("keycol", "0"))
		if err != nil {
			return nil, failure("csvfile: keycol has to be a number, not %s", value.Repr(get("keycol", "0")))
		}
		text, err := c.csvText(get("file", "ansible.csv"), get("encoding", "utf-8"))
		if err != nil {
			return nil, err
		}
		found, ok, err := csvCell(text, strings.Join(params, " "), delimiter, keyCol, get("col", "1"))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, found)
		} else if def, has := c.Options.Get("default"); has && def != nil {
			out = append(out, def)
		} else if def, has := given["default"]; has {
			out = append(out, def)
		}
	}
	return out, nil
}

func (c *Call) csvText(name, encoding string) (string, error) {
	path, err := c.find("files", name)
	if err != nil {
		return "", err
	}
	if path == "" {
		return "", failure("csvfile: [Errno 2] No such file or directory: b'None'") // as Ansible says it, without the name
	}
	data, err := c.read(path)
	if err != nil {
		return "", err
	}
	return filters.Decode(data, encoding)
}

func csvCell(text, key, delimiter string, keyCol int, column string) (string, bool, error) {
	rows, err := pycsv.Reader{Delimiter: []rune(delimiter + "\t")[0]}.Rows(text)
	if err != nil {
		return "", false, failure("csvfile: %v", err)
	}
	for _, row := range rows {
		if keyCol >= len(row) || strings.TrimPrefix(row[keyCol], "\ufeff") != key {
			continue
		}
		col, err := strconv.Atoi(column)
		if err != nil {
			return "", false, failure("csvfile: col has to be a number, not %s", value.Repr(column))
		}
		if col < 0 || col >= len(row) {
			return "", false, failure("csvfile: list index out of range")
		}
		return row[col], true, nil
	}
	return "", false, nil
}
