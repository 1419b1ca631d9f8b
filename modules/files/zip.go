package files

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"goplay/modules"
	"goplay/modules/fsys"
)

// openZip goes through a zip archive, whose table is at its end: what comes as
// a stream is put in a file first.
func openZip(in io.Reader, o tarOptions) (members, func(), error) {
	f, err := os.CreateTemp("", "goplay-zip-")
	if err != nil {
		return nil, nil, err
	}
	done := func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	size, err := io.Copy(f, in)
	if err != nil {
		done()
		return nil, nil, err
	}
	r, err := zip.NewReader(f, size)
	if err != nil {
		done()
		return nil, nil, modules.Fail("Unable to list files in the archive: %w", err)
	}
	return func(visit func(member, io.Reader) error) error { return zipMembers(r, o, visit) }, done, nil
}

func zipMembers(r *zip.Reader, o tarOptions, visit func(member, io.Reader) error) error {
	for _, entry := range r.File {
		if !zipSelects(o, entry.Name) {
			continue
		}
		m, err := zipMember(entry)
		if err != nil {
			return err
		}
		if o.junk {
			m.path = path.Base(m.path)
		}
		content, err := entry.Open()
		if err != nil {
			return modules.Fail("read %s in the archive: %w", entry.Name, err)
		}
		err = visit(m, content)
		_ = content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// zipSelects: unzip's patterns match whole names.
func zipSelects(o tarOptions, name string) bool {
	for _, p := range o.exclude {
		if matchesGlob(p, name) {
			return false
		}
	}
	for _, p := range o.include {
		if matchesGlob(p, name) {
			return true
		}
	}
	return len(o.include) == 0
}

func zipMember(e *zip.File) (member, error) {
	mode := e.Mode()
	m := member{raw: e.Name, path: path.Clean(strings.TrimLeft(e.Name, "/")), kind: 'f', size: int64(e.UncompressedSize64),
		mtime: zipTime(e), uid: -1, gid: -1, mode: uint32(mode.Perm()), crc: &e.CRC32}
	if m.mode == 0 || e.CreatorVersion>>8 != 3 {
		m.mode = 0o666 &^ fsys.Umask()
		if mode.IsDir() {
			m.mode = 0o777 &^ fsys.Umask()
		}
	}
	switch {
	case mode.IsDir():
		m.kind = 'd'
	case mode&fs.ModeSymlink != 0:
		m.kind = 'l'
		in, err := e.Open()
		if err != nil {
			return m, err
		}
		defer in.Close()
		target, err := io.ReadAll(io.LimitReader(in, 4096))
		m.target = string(target)
		return m, err
	}
	return m, nil
}

// zipTime is local time unless the entry says more.
func zipTime(e *zip.File) time.Time {
	t := e.Modified
	if t.Location() == time.UTC {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
	}
	return t
}
