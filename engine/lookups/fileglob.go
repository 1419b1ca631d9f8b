package lookups

import (
	"os"
	"path/filepath"
	"sort"

	"goplay/internal/homedir"
	"goplay/internal/value"
)

// fileGlob gives the files that match in the first folder where any do.
func fileGlob(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		pattern := homedir.Expand(value.Str(term))
		folders := []string{filepath.Dir(pattern)}
		if !filepath.IsAbs(pattern) {
			roots, err := c.roots()
			if err != nil {
				return nil, err
			}
			folders = nil
			for _, root := range roots {
				folders = append(folders, filepath.Join(root, "files", filepath.Dir(pattern)), filepath.Join(root, filepath.Dir(pattern)))
			}
		}
		for _, folder := range folders {
			found, err := globFiles(filepath.Join(folder, filepath.Base(pattern)))
			if err != nil {
				return nil, err
			}
			if len(found) > 0 {
				out = append(out, found...)
				break
			}
		}
	}
	return out, nil
}

func globFiles(pattern string) ([]any, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, failure("fileglob %q: %v", pattern, err)
	}
	sort.Strings(found)
	var out []any
	for _, path := range found {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		out = append(out, abs)
	}
	return out, nil
}
