package lookups

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/pyre"
	"goplay/internal/value"
)

// fileGlob gives the files that match. A pattern with a folder is looked for in
// the first such folder that there is, one without in the first where any match.
func fileGlob(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		dir, name := path.Split(homedir.Expand(value.Str(term)))
		folders, err := c.globFolders(dir)
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			found, err := globFiles(folder, name)
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

// globFolders are the folders that a pattern's folder may mean. Their paths are
// not shortened: the items show them.
func (c *Call) globFolders(dir string) ([]string, error) {
	if path.IsAbs(dir) {
		return []string{path.Clean(dir)}, nil
	}
	roots, err := c.roots()
	if err != nil {
		return nil, err
	}
	if trimmed := strings.TrimRight(dir, "/"); trimmed != "" {
		dir = "/" + trimmed
	}
	var folders []string
	for _, root := range roots {
		if first, _, _ := strings.Cut(strings.TrimPrefix(dir, "/"), "/"); first != "files" {
			folders = append(folders, root+"/files"+dir)
		}
		folders = append(folders, root+dir)
	}
	if dir == "" {
		return folders, nil
	}
	for _, folder := range folders {
		if _, err := os.Stat(folder); err == nil {
			return []string{folder}, nil
		}
	}
	return nil, nil
}

// globFiles are the files of a folder that match a name, in the order of their
// names. A pattern matches no name with a dot in front that it does not have.
func globFiles(folder, name string) ([]any, error) {
	matches, err := pyre.Compile(pyre.Fnmatch(name), 0)
	if err != nil {
		return nil, failure("fileglob %q: %v", folder+"/"+name, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil
	}
	var out []any
	for _, e := range entries {
		hidden := strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(name, ".")
		if hidden || matches.Match(e.Name()) == nil {
			continue
		}
		file := folder + "/" + e.Name()
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if !path.IsAbs(file) {
			if file, err = filepath.Abs(file); err != nil {
				return nil, err
			}
		}
		out = append(out, file)
	}
	return out, nil
}
