package fsys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"goplay/modules"
)

// Update is the next content of a file. Whoever makes one has found that it
// differs from what is there.
type Update struct {
	Path     string // a link here is replaced; Resolve it first to keep it
	Name     string // what diffs of attributes call it, where not Path
	Data     []byte // the content, unless Open is set
	Open     func() (io.ReadCloser, error)
	Mode     uint32 // of a file that is not there yet; 0 is 0666 less the umask
	Attrs    *Attrs // nil asks for nothing
	Backup   bool
	Validate string
	Check    func(path string) error // looks at the finished file before it is used
	Diff     modules.Diff
	// HideAttrs leaves the attributes out of the diffs, as copy does.
	HideAttrs bool
	// LateAttrs tells of attributes only when the file has been written: a check
	// says nothing of those of a file that is not there yet.
	LateAttrs bool
	// Planned says that what the attributes name may be made before the file is, also
	// for one that is there: check mode does not ask for it.
	Planned bool
}

// Apply writes the file beside its place, checks it, gives it its attributes
// and renames it, so that nobody sees a half-written file or one with the
// wrong mode. What it replaces hands on its mode, owner and extended
// attributes.
func (u Update) Apply(c *modules.Context) (Updated, error) {
	attrs := u.Attrs
	if attrs == nil {
		attrs = &Attrs{}
	}
	var done Updated
	old, err := StatFollow(u.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return done, err
	}
	plan, err := attrs.planFor(c, u.Path, u.next(old))
	if err != nil && old.Type != 0 && !u.Planned {
		return done, err
	}
	if err != nil {
		// A user who is not there yet may be made before the file is.
		plan = newPlan()
	}
	err = c.Change(u.Diff, func() (err error) {
		if u.Backup && old.Type != 0 {
			if done.Backup, err = MakeBackup(c, u.Path); err != nil {
				return err
			}
		}
		if err := u.write(c, attrs, old); err != nil {
			return err
		}
		if err := u.finish(c, attrs); err != nil {
			return err
		}
		if u.LateAttrs && !plan.Empty() {
			done.Attrs = true
			if d := u.attrsDiff(plan); d != (modules.Diff{}) {
				c.AddDiff(d)
			}
		}
		return nil
	})
	if err == nil && !plan.Empty() && !u.LateAttrs {
		done.Attrs = true
		err = c.Change(u.attrsDiff(plan), func() error { return nil })
	}
	return done, err
}

// Updated is what Update.Apply did beside the content.
type Updated struct {
	Backup string // path of the copy that was kept, "" when none was
	Attrs  bool   // attributes are others than they were or would have been
}

// next is what the new file will be before the options are applied.
func (u Update) next(old Stat) Stat {
	if old.Type != 0 {
		return old
	}
	st := Stat{Mode: u.Mode, Type: unix.S_IFREG, UID: os.Geteuid(), GID: os.Getegid()}
	if st.Mode == 0 {
		st.Mode = 0o666 &^ Umask()
	}
	return st
}

func (u Update) attrsDiff(p *Plan) modules.Diff {
	if u.HideAttrs || p.Before.Len() == 0 {
		return modules.Diff{}
	}
	header := u.Path + " (file attributes)"
	if u.Name != "" {
		header = u.Name + " (file attributes)"
	}
	return modules.Diff{Before: p.Before, After: p.After, BeforeHeader: header, AfterHeader: header}
}

// finish sets what was not set before the rename: flags and contexts, and
// everything where the file had to be written in place.
func (u Update) finish(c *modules.Context, attrs *Attrs) error {
	p, err := attrs.Plan(c, u.Path)
	if err != nil {
		return err
	}
	return p.Do()
}

func (u Update) write(c *modules.Context, attrs *Attrs, old Stat) error {
	removeLeftovers(u.Path)
	t, err := CreateTemp(u.Path)
	if err != nil {
		if attrs.UnsafeWrites && errors.Is(err, fs.ErrPermission) {
			return u.writeInPlace(c)
		}
		return tempFailure(err, u.Path)
	}
	defer t.Discard()
	if err := u.fill(c, t); err != nil {
		return err
	}
	if err := u.dress(c, t, attrs, old); err != nil {
		return u.named(err, t.Name())
	}
	if err := RunValidate(c, u.Validate, t.Name()); err != nil {
		return err
	}
	if u.Check != nil {
		if err := u.Check(t.Name()); err != nil {
			return err
		}
	}
	return u.place(c, t, attrs)
}

// named is a failure at the temporary file, told of the file that it was to be.
func (u Update) named(err error, temp string) error {
	var f *modules.Failure
	if errors.As(err, &f) && f.Data != nil {
		if at, ok := f.Data.Get("path"); ok && at == temp {
			f.Data.Set("path", u.Path)
		}
	}
	return err
}

func tempFailure(err error, path string) error {
	if errors.Is(err, fs.ErrPermission) {
		return modules.Fail("The destination directory (%s) is not writable by the current user. Error was: %w", filepath.Dir(path), err)
	}
	return modules.Fail("Could not write %s: %w", path, err)
}

func (u Update) fill(c *modules.Context, w io.Writer) error {
	if u.Open == nil {
		_, err := w.Write(u.Data)
		return err
	}
	in, err := u.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(w, Reader(c, in))
	if closed := in.Close(); err == nil {
		err = closed
	}
	return err
}

// dress gives the temporary file its owner and mode before anybody can find it
// under its own name. Links to files take the mode of the file.
func (u Update) dress(c *modules.Context, t *Temp, attrs *Attrs, old Stat) error {
	next := u.next(old)
	if old.Type != 0 {
		if err := t.inherit(u.Path, old); err != nil {
			return err
		}
	} else if err := chmod(t.Name(), next.Mode); err != nil {
		return err
	}
	early := Attrs{Mode: attrs.Mode, Owner: attrs.Owner, Group: attrs.Group}
	p, err := early.Plan(c, t.Name())
	if err != nil {
		return err
	}
	return p.Do()
}

// place renames; where the system refuses that for a file that is mounted or
// busy, unsafe writes go into the file itself.
func (u Update) place(c *modules.Context, t *Temp, attrs *Attrs) error {
	err := t.Place(u.Path)
	if err == nil {
		return nil
	}
	refused := errors.Is(err, unix.EBUSY) || errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.ETXTBSY)
	if refused && attrs.UnsafeWrites {
		return copyInPlace(c, t.Name(), u.Path)
	}
	return modules.Fail("Could not replace file: %s to %s: %w", t.Name(), u.Path, err)
}

func copyInPlace(c *modules.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return modules.Fail("Could not write data to file (%s) from (%s): %w", to, from, err)
	}
	_, err = io.Copy(out, Reader(c, in))
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// writeInPlace is for a folder where no file can be made: the content waits
// elsewhere until it is whole and checked.
func (u Update) writeInPlace(c *modules.Context) error {
	dir, err := os.MkdirTemp("", "goplay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	part := filepath.Join(dir, filepath.Base(u.Path))
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = u.fill(c, f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = RunValidate(c, u.Validate, part)
	}
	if err == nil && u.Check != nil {
		err = u.Check(part)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", u.Path, err)
	}
	return copyInPlace(c, part, u.Path)
}
