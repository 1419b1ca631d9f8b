package lookups

import (
	"errors"
	"io/fs"
	"strings"

	"goplay/internal/value"
)

const pySpace = " \t\n\r\f\v"

func file(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		path, err := c.findTerm("files", term)
		if err != nil {
			return nil, err
		}
		if path == "" {
			c.warn("Unable to find '%s' in expected paths (use -vvvvv to see paths)", value.Str(term))
			return nil, failure("could not locate file in lookup: %s", value.Str(term))
		}
		data, err := c.read(path)
		var unread *fs.PathError
		if errors.As(err, &unread) {
			return nil, failure("could not locate file in lookup: %s", value.Str(term))
		}
		if err != nil {
			return nil, err
		}
		text := string(data)
		if c.truth("lstrip", false) {
			text = strings.TrimLeft(text, pySpace)
		}
		if c.truth("rstrip", true) {
			text = strings.TrimRight(text, pySpace)
		}
		out = append(out, text)
	}
	return out, nil
}

// unvault is file whose content keeps its white space.
func unvault(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		path, err := c.findTerm("files", term)
		if err != nil {
			return nil, err
		}
		if path == "" {
			return nil, value.Raise("AnsibleParserError", "Unable to find file matching \"%s\" ", value.Str(term))
		}
		data, err := c.read(path)
		if err != nil {
			return nil, err
		}
		out = append(out, string(data))
	}
	return out, nil
}
