package files

import (
	"archive/tar"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

// opener makes a plain stream of a packed one.
type opener func(io.Reader) (io.Reader, func(), error)

// compressions are known by their first bytes. Those without an opener need a
// program of the target. Ansible's handlers tell gzip from all others only.
var compressions = []struct {
	magic, handler, program string
	open                    opener
}{
	{"\x1f\x8b", "TgzArchive", "", openGzip},
	{"BZh", "TarArchive", "", openBzip2},
	{"\xfd7zXZ\x00", "TarArchive", "xz", nil},
	{"\x28\xb5\x2f\xfd", "TarArchive", "zstd", nil},
	{"LZIP", "TarArchive", "lzip", nil},
	{"\x5d\x00\x00", "TarArchive", "xz", nil},
}

func openGzip(in io.Reader) (io.Reader, func(), error) {
	r, err := gzip.NewReader(in)
	return r, func() {}, err
}

func openBzip2(in io.Reader) (io.Reader, func(), error) { return bzip2.NewReader(in), func() {}, nil }

// decompress gives the plain archive; done ends what was started for it.
func decompress(c *modules.Context, start string, in io.Reader) (handler string, out io.Reader, done func(), err error) {
	for _, k := range compressions {
		if !strings.HasPrefix(start, k.magic) {
			continue
		}
		if k.open == nil {
			out, done, err = through(c, k.program, in)
		} else {
			out, done, err = k.open(in)
		}
		return k.handler, out, done, err
	}
	return "TarArchive", in, func() {}, nil
}

// through pipes an archive through a program of the target.
func through(c *modules.Context, program string, in io.Reader) (io.Reader, func(), error) {
	path, err := c.Find(program)
	if err != nil {
		return nil, nil, err
	}
	r, w := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.CloseWithError(c.Pipe(in, w, path, "-dc"))
	}()
	return r, func() {
		_ = r.Close()
		<-ended
	}, nil
}

// tarMembers goes through a tar archive.
func tarMembers(in io.Reader, name string, o tarOptions) members {
	return func(visit func(member, io.Reader) error) error {
		r := tar.NewReader(in)
		any := false
		var seen []string
		for {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil && !any {
				return notAnArchive(name, err)
			}
			if err != nil {
				return modules.Fail("read the archive %s: %w", name, err)
			}
			any = true
			if len(o.include) > 0 {
				seen = append(seen, plainName(h.Name))
			}
			m, ok := tarMember(h, o)
			if !ok {
				continue
			}
			if err := visit(m, r); err != nil {
				return err
			}
		}
		if missing := o.missing(seen); missing != "" {
			return notAnArchive(name, fmt.Errorf("tar: %s: Not found in archive", missing))
		}
		if !any {
			return notAnArchive(name, errors.New("found no files in archive. Empty archive files are not supported."))
		}
		return nil
	}
}

// tarMember describes an entry; false leaves it out: what is not selected, and
// devices and pipes.
func tarMember(h *tar.Header, o tarOptions) (member, bool) {
	name := strings.TrimLeft(h.Name, "/")
	if !o.selects(name) {
		return member{}, false
	}
	stripped, ok := o.rename(name)
	if !ok {
		return member{}, false
	}
	m := member{raw: stripped, path: path.Clean(stripped), mode: uint32(h.Mode) & 0o7777, size: h.Size, mtime: h.ModTime,
		uid: h.Uid, gid: h.Gid, target: h.Linkname}
	if !o.numericOwner {
		m.uid, m.gid = o.owner(h.Uname, h.Uid), o.group(h.Gname, h.Gid)
	}
	switch h.Typeflag {
	case tar.TypeDir:
		m.kind, m.size = 'd', 0
	case tar.TypeSymlink:
		m.kind = 'l'
	case tar.TypeLink:
		m.kind = 'h'
		if m.target, ok = o.rename(strings.TrimLeft(h.Linkname, "/")); !ok {
			return member{}, false
		}
	case tar.TypeReg:
		m.kind = 'f'
	default:
		return member{}, false
	}
	return m, true
}

// accounts caches what names of an archive mean here: tar goes by names first.
type accounts struct {
	c            *modules.Context
	users, group map[string]int
}

func (a *accounts) find(cache map[string]int, name string, number int, look func(*modules.Context, string) (int, error)) int {
	if name == "" {
		return number
	}
	id, ok := cache[name]
	if !ok {
		var err error
		if id, err = look(a.c, name); err != nil {
			id = -1
		}
		cache[name] = id
	}
	if id < 0 {
		return number
	}
	return id
}

func (o tarOptions) owner(name string, uid int) int {
	return o.accounts.find(o.accounts.users, name, uid, fsys.UID)
}

func (o tarOptions) group(name string, gid int) int {
	return o.accounts.find(o.accounts.group, name, gid, fsys.GID)
}
