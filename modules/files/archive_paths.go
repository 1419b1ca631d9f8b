package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

// settle finds out what is to be packed, and where to.
func (j *packJob) settle() error {
	globbed := false
	j.r.Expanded, globbed = expandPaths(j.Path)
	j.r.Excluded, _ = expandPaths(j.ExcludePath)
	for _, path := range j.r.Expanded {
		if !slices.Contains(j.r.Excluded, path) {
			j.paths = append(j.paths, path)
		}
	}
	slices.Sort(j.paths)
	j.paths = slices.Compact(j.paths)
	asked := strings.Join(j.Path, ", ")
	if len(j.paths) == 0 {
		return fsys.FailAt(j.c, asked, "Error, no source paths were found").
			With("expanded_paths", strings.Join(j.r.Expanded, ", ")).With("expanded_exclude_paths", strings.Join(j.r.Excluded, ", "))
	}
	j.root = commonRoot(j.paths)
	j.single = !j.ForceArchive && !globbed && len(j.paths) == 1 && !fsys.IsDir(fsys.Resolve(j.paths[0]))
	if j.Dest == "" && !j.single {
		return fsys.FailAt(j.c, asked, "Error, must specify \"dest\" when archiving multiple files or trees").With("dest", "None")
	}
	if j.Dest == "" {
		j.Dest = j.paths[0] + "." + j.Format
	}
	j.r.Dest, j.r.Root = j.Dest, j.root
	for _, path := range j.paths {
		if j.Remove && fsys.IsDir(path) && strings.HasPrefix(j.Dest, strings.TrimRight(path, "/")+"/") {
			return fsys.FailAt(j.c, strings.Join(j.paths, ", "), "Error, created archive can not be contained in source paths when remove=true")
		}
		if fsys.Exists(path) {
			j.sources = append(j.sources, path)
		} else {
			j.r.Missing = append(j.r.Missing, path)
		}
	}
	return j.collect()
}

// expandPaths puts what is there in place of patterns, and says whether there was one.
func expandPaths(patterns []string) (paths []string, globbed bool) {
	paths = []string{}
	for _, p := range patterns {
		if !strings.ContainsAny(p, "*?") {
			paths = append(paths, p)
			continue
		}
		globbed = true
		if found, err := filepath.Glob(p); err == nil {
			paths = append(paths, found...)
		}
	}
	return paths, globbed
}

// commonRoot is the folder that all paths are in, with a slash at its end. What
// is in a path that ends in a slash is at the top.
func commonRoot(paths []string) string {
	root := paths[0][:strings.LastIndexByte(paths[0], '/')+1]
	for _, p := range paths[1:] {
		for !strings.HasPrefix(p, root) {
			root = root[:strings.LastIndexByte(strings.TrimSuffix(root, "/"), '/')+1]
		}
	}
	return root
}

// collect lists all that goes into the archive: what is in the folders that are
// asked for, not those themselves, and folders before their contents.
func (j *packJob) collect() error {
	for _, top := range j.sources {
		st, err := os.Stat(top)
		if err == nil && st.IsDir() {
			err = j.collectFolder(top)
		} else if err = nil; !j.leftOut(top) || j.single {
			j.add(top)
		}
		if err != nil {
			return modules.Fail("read %s: %s", top, fsys.OSError(err))
		}
	}
	return nil
}

func (j *packJob) collectFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := strings.TrimRight(dir, "/") + "/" + e.Name()
		if path == j.Dest {
			continue
		}
		if !j.leftOut(path) {
			j.add(path)
		}
		if e.IsDir() {
			if err := j.collectFolder(path); err != nil {
				return err
			}
		}
	}
	return j.c.Err()
}

// add takes a path into the archive. Folders in a zip archive are not told of.
func (j *packJob) add(path string) {
	j.members = append(j.members, path)
	if j.Format != "zip" || !fsys.IsDir(path) {
		j.r.Archived = append(j.r.Archived, path)
	}
}

// leftOut matches the whole name in a tar archive, and the whole path for a zip archive.
func (j *packJob) leftOut(path string) bool {
	name := path
	if j.Format != "zip" {
		name = strings.TrimPrefix(j.name(path), "/")
	}
	return slices.ContainsFunc(j.ExclusionPatterns, func(p string) bool { return matchesGlob(p, name) })
}

func (j *packJob) name(path string) string { return strings.TrimPrefix(path, j.root) }
