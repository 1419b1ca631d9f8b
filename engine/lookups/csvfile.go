package lookups

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"goplay/internal/value"
)

// csvFile gives a column of the first row whose first column is the key.
func csvFile(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		params, given := keyValues(value.Str(term))
		if len(params) == 0 {
			return nil, failure("Search key is required but was not found")
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
		col, err := strconv.Atoi(get("col", "1"))
		if err != nil {
			return nil, failure("csvfile: col has to be a number, not %s", value.Repr(get("col", "1")))
		}
		keyCol, err := strconv.Atoi(get("keycol", "0"))
		if err != nil {
			return nil, failure("csvfile: keycol has to be a number, not %s", value.Repr(get("keycol", "0")))
		}
		found, ok, err := c.csvCell(get("file", "ansible.csv"), params[0], delimiter, keyCol, col)
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

func (c *Call) csvCell(name, key, delimiter string, keyCol, col int) (string, bool, error) {
	path, err := c.find("files", name)
	if err != nil {
		return "", false, err
	}
	if path == "" {
		return "", false, failure("could not locate file in lookup: %s", name)
	}
	data, err := c.read(path)
	if err != nil {
		return "", false, err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = []rune(delimiter + "\t")[0]
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return "", false, nil
		}
		if err != nil {
			return "", false, failure("csvfile: %v", err)
		}
		if keyCol >= len(row) || strings.TrimPrefix(row[keyCol], "\ufeff") != key {
			continue
		}
		if col < 0 || col >= len(row) {
			return "", false, failure("csvfile: list index out of range")
		}
		return row[col], true, nil
	}
}
