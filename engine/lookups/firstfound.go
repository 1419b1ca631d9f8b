package lookups

import (
	"strings"

	"goplay/internal/value"
)

// firstFound gives the first file that is there, of names alone or of files
// in paths.
func firstFound(c *Call) ([]any, error) {
	names, skip, err := c.candidates(c.Terms) // options alone look for nothing
	if err != nil {
		return nil, err
	}
	folder := c.folder
	if folder == "" {
		folder = "files"
	}
	for _, name := range names {
		path, err := c.find(folder, name)
		if err != nil {
			return nil, err
		}
		if path != "" {
			return []any{path}, nil
		}
	}
	if skip {
		return []any{}, nil
	}
	return nil, value.Raise("AnsibleLookupError", "No file was found when using first_found.")
}

// candidates lists the names to look for, and whether finding none is fine.
func (c *Call) candidates(terms []any) (names []string, skip bool, err error) {
	for _, term := range terms {
		options := c.Options
		switch t := term.(type) {
		case *value.List:
			more, inner, err := c.candidates(t.Items)
			if err != nil {
				return nil, false, err
			}
			names, skip = append(names, more...), inner
			continue
		case *value.Dict:
			options = t
		case string, value.Markup:
		default:
			return nil, false, value.Raise("AnsibleLookupError", "Invalid term supplied, can handle string, mapping or list of strings but got: <class '%s'> for %s", value.TypeName(term), value.Str(term))
		}
		files, paths := splitOn(options, "files", ",;"), splitOn(options, "paths", ",:;")
		s, _ := options.Get("skip")
		skip = value.Truth(s)
		switch {
		case len(paths) > 0:
			for _, path := range paths {
				for _, name := range files {
					names = append(names, below(path, name))
				}
			}
		case len(files) > 0:
			names = append(names, files...)
		default:
			if _, isDict := term.(*value.Dict); !isDict {
				names = append(names, value.Str(term))
			}
		}
	}
	return names, skip, nil
}

// splitOn is a list of names, or text that holds several.
func splitOn(options *value.Dict, name, separators string) []string {
	v, _ := options.Get(name)
	var out []string
	switch v := v.(type) {
	case *value.List:
		for _, item := range v.Items {
			out = append(out, splitOn(value.DictOf(name, item), name, separators)...)
		}
	case string:
		for _, part := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
