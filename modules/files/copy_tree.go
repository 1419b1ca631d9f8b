package files

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

// treeEntry is one thing in a directory that is copied, its parents before it.
type treeEntry struct {
	Path     string `arg:"path,required" doc:"Path below the directory, with slashes."`
	Kind     string `arg:"kind,required" enum:"file,directory,link" doc:"What it is."`
	Checksum string `arg:"checksum" doc:"SHA-1 of a file."`
	Size     int64  `arg:"size" doc:"Size of a file in bytes."`
	Mode     string `arg:"mode" doc:"Its mode in octal, for mode=preserve."`
	Target   string `arg:"target" doc:"What a link leads to."`
	Content  string `arg:"content" doc:"Name under which a file is pulled."`
	Header   string `arg:"header" doc:"What a diff calls a file."`
}

// pull makes a source of a file that the controller has.
func (j *copyJob) pull(e treeEntry) source {
	return source{name: e.Header, checksum: e.Checksum, size: e.Size, mode: e.Mode,
		open: func() (io.ReadCloser, error) { return j.c.Content(e.Content) }}
}

// copyTree brings dest to hold what the entries say; what else is in it stays.
func (j *copyJob) copyTree(entries []treeEntry, from func(treeEntry) source) (copyResult, error) {
	root := filepath.Clean(j.Dest)
	if len(entries) == 0 && !j.onTarget {
		return copyResult{Dest: root + "/", Src: j.Src}, nil
	}
	j.quiet = true
	// Names are looked up once; who is not there is told of where something is to be theirs.
	if attrs, err := j.Attrs.Numeric(j.c); err == nil {
		j.Attrs = attrs
	}
	if err := j.makeDirs(root); err != nil {
		return copyResult{}, err
	}
	if len(entries) == 1 && entries[0].Kind == "file" && !j.onTarget {
		// The only file of a directory is shown as if it had been asked for.
		j.quiet, j.Dest = false, filepath.Join(root, entries[0].Path)
		return j.copyFile(from(entries[0]))
	}
	for _, e := range entries {
		if err := j.c.Err(); err != nil {
			return copyResult{}, err
		}
		path := filepath.Join(root, filepath.FromSlash(e.Path))
		if !filepath.IsLocal(filepath.FromSlash(e.Path)) {
			return copyResult{}, modules.Fail("the path %s leads out of the directory", e.Path)
		}
		if err := j.copyEntry(e, path, from); err != nil {
			return copyResult{}, err
		}
	}
	return copyResult{Dest: root + "/", Src: j.Src}, nil
}

func (j *copyJob) copyEntry(e treeEntry, path string, from func(treeEntry) source) error {
	switch e.Kind {
	case "directory":
		return j.copyDir(e, path)
	case "link":
		return j.copyLink(e.Target, path)
	}
	path = j.followed(path)
	if !j.Force && exists(path) {
		return nil
	}
	src := from(e)
	attrs := j.attrsFor(src)
	if j.same(src, path) {
		if j.onTarget {
			attrs.Mode = nil
		}
		return applyQuietly(j.c, attrs, path)
	}
	_, _, err := j.write(src, path, attrs)
	return err
}

// copyDir makes a directory, or gives one that is there the mode for
// directories, if there is one.
func (j *copyJob) copyDir(e treeEntry, path string) error {
	attrs := j.Attrs
	attrs.Mode = j.DirectoryMode
	if attrs.Mode == "preserve" {
		attrs.Mode = e.Mode
	}
	if fsys.IsDir(path) && j.onTarget {
		attrs.Mode = nil
	}
	if !fsys.IsDir(path) {
		err := j.c.Change(modules.Diff{}, func() error { return os.Mkdir(path, 0o777) })
		if err != nil {
			return modules.Fail("There was an issue creating %s as requested: %s", path, fsys.OSError(err))
		}
	}
	return applyQuietly(j.c, &attrs, path)
}

func (j *copyJob) copyLink(target, path string) error {
	f := &fileJob{fileArgs: fileArgs{Path: path, State: "link", Src: &target, Force: true, Attrs: j.Attrs}, c: j.c}
	f.Attrs.Mode = nil
	f.mtime.keep, f.atime.keep = true, true
	return f.link()
}

// remoteTree copies a directory of the target, as cp -r does with the rule that
// a trailing slash means the contents.
func (j *copyJob) remoteTree() (copyResult, error) {
	entries, err := j.list(filepath.Clean(j.Src))
	if err != nil {
		return copyResult{}, modules.Fail("Source %s not readable: %w", j.Src, err)
	}
	base := ""
	if !strings.HasSuffix(j.Src, "/") {
		base = filepath.Base(j.Src)
	}
	shown := j.Dest
	if fsys.IsDir(j.Dest) {
		shown = strings.TrimRight(j.Dest, "/") + "/" + base
	}
	if !j.Force && exists(shown) {
		return copyResult{Dest: shown, Src: j.Src, Msg: "file already exists", Info: fsys.Describe(j.c, filepath.Clean(shown))}, nil
	}
	asked := j.Attrs
	if st, err := fsys.StatFollow(j.Src); err == nil && asked.Mode == "preserve" {
		asked.Mode = fsys.FormatMode(st.Mode)
	}
	j.Dest = filepath.Join(j.Dest, base)
	if err := j.makeDirs(j.Dest); err != nil {
		return copyResult{}, err
	}
	j.Attrs.Mode, j.DirectoryMode = "preserve", "preserve"
	r, err := j.copyTree(entries, func(e treeEntry) source {
		return source{name: e.Header, checksum: e.Checksum, size: e.Size, mode: e.Mode,
			open: func() (io.ReadCloser, error) { return os.Open(e.Header) }}
	})
	if err != nil {
		return r, err
	}
	err = applyQuietly(j.c, &asked, j.Dest)
	return copyResult{Dest: shown, Src: j.Src, Info: fsys.Describe(j.c, filepath.Clean(shown))}, err
}

func (j *copyJob) list(root string) ([]treeEntry, error) {
	var entries []treeEntry
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		e, err := j.entry(path, d)
		if err != nil || e.Kind == "" {
			return err
		}
		e.Path, e.Header = filepath.ToSlash(rel), path
		entries = append(entries, e)
		if d.Type()&fs.ModeSymlink != 0 && e.Kind == "directory" {
			if leadsBack(path) {
				// Copying it would never end. A prediction passes it over, as Ansible's does.
				return j.c.Change(modules.Diff{}, func() error {
					return modules.Fail("%s leads back to a folder that it is in", path)
				})
			}
			below, err := j.list(path + "/.")
			for i := range below {
				below[i].Path = e.Path + "/" + below[i].Path
			}
			entries = append(entries, below...)
			return err
		}
		return nil
	})
	return entries, err
}

// leadsBack reports whether a link leads to a folder that it is in itself.
func leadsBack(link string) bool {
	to, err1 := filepath.EvalSymlinks(link)
	at, err2 := filepath.EvalSymlinks(filepath.Dir(link))
	return err1 == nil && err2 == nil && strings.HasPrefix(at+"/", strings.TrimSuffix(to, "/")+"/")
}

// entry describes one path; sockets, pipes and devices have no kind.
func (j *copyJob) entry(path string, d fs.DirEntry) (e treeEntry, err error) {
	if d.Type()&fs.ModeSymlink != 0 && (j.LocalFollow == nil || !*j.LocalFollow) {
		e.Kind = "link"
		e.Target, err = os.Readlink(path)
		return e, err
	}
	st, err := fsys.StatFollow(path)
	if err != nil {
		return e, err
	}
	e.Mode, e.Size = fsys.FormatMode(st.Mode), st.Size
	switch {
	case st.IsDir():
		e.Kind = "directory"
	case st.IsRegular():
		e.Kind = "file"
		e.Checksum, err = fsys.Checksum(j.c, path, "sha1")
	}
	return e, err
}
