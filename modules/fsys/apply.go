package fsys

import (
	"errors"
	"io/fs"
	"strconv"

	"golang.org/x/sys/unix"

	"goplay/internal/value"
	"goplay/modules"
)

// Plan is what has to be done to a file to give it its attributes. Before and
// After hold what differs, named as Ansible's diffs name it.
type Plan struct {
	Before, After *value.Dict
	steps         []func() error
}

// Empty reports that the file is as it should be.
func (p *Plan) Empty() bool { return len(p.steps) == 0 }

// Do carries the plan out. It is an effect: call it inside Context.Change.
func (p *Plan) Do() error {
	for _, step := range p.steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) add(name string, before, after any, step func() error) {
	p.Before.Set(name, before)
	p.After.Set(name, after)
	p.steps = append(p.steps, step)
}

// Plan compares a path itself, not what a link leads to, with the options.
// For a path that is not there the plan is empty: a user who is not there
// either may be made before it is.
func (a *Attrs) Plan(c *modules.Context, path string) (*Plan, error) {
	st, err := Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newPlan(), nil
	}
	if err != nil {
		return nil, err
	}
	return a.planFor(c, path, st)
}

// Numeric returns the options with the owner and group looked up, for use on
// many files.
func (a *Attrs) Numeric(c *modules.Context) (Attrs, error) {
	n := *a
	if a.Owner != "" {
		uid, err := UID(c, a.Owner)
		if err != nil {
			return n, err
		}
		n.Owner = strconv.Itoa(uid)
	}
	if a.Group != "" {
		gid, err := GID(c, a.Group)
		if err != nil {
			return n, err
		}
		n.Group = strconv.Itoa(gid)
	}
	return n, nil
}

func newPlan() *Plan { return &Plan{Before: value.NewDict(), After: value.NewDict()} }

func (a *Attrs) planFor(c *modules.Context, path string, st Stat) (*Plan, error) {
	p := newPlan()
	if err := a.planContext(c, p, path, st); err != nil {
		return nil, err
	}
	chowns, err := a.planOwner(c, p, path, st)
	if err != nil {
		return nil, err
	}
	if err := a.planMode(c, p, path, st, chowns); err != nil {
		return nil, err
	}
	return p, a.planFlags(p, path, st)
}

// Apply gives a path the attributes that the options ask for, through
// Context.Change with a diff of what differs.
func (a *Attrs) Apply(c *modules.Context, path string) error {
	return a.apply(c, path, func(p *Plan) modules.Diff {
		return modules.Diff{Before: p.Before, After: p.After,
			BeforeHeader: path + " (file attributes)", AfterHeader: path + " (file attributes)"}
	})
}

// ApplyInto is Apply for modules that show one diff of all they do: what
// differs is added to before and after, dicts of their own.
func (a *Attrs) ApplyInto(c *modules.Context, path string, before, after *value.Dict) error {
	return a.apply(c, path, func(p *Plan) modules.Diff {
		before.Update(p.Before)
		after.Update(p.After)
		return modules.Diff{}
	})
}

func (a *Attrs) apply(c *modules.Context, path string, diff func(*Plan) modules.Diff) error {
	p, err := a.Plan(c, path)
	if err != nil || p.Empty() {
		return err
	}
	return c.Change(diff(p), p.Do)
}

func (a *Attrs) planOwner(c *modules.Context, p *Plan, path string, st Stat) (bool, error) {
	uid, gid := -1, -1
	if a.Owner != "" {
		want, err := UID(c, a.Owner)
		if err != nil {
			return false, pathFailure(c, err, path)
		}
		if want != st.UID {
			uid = want
			p.add("owner", int64(st.UID), int64(want), func() error { return chown(path, want, -1, "chown failed") })
		}
	}
	if a.Group != "" {
		want, err := GID(c, a.Group)
		if err != nil {
			return false, pathFailure(c, err, path)
		}
		if want != st.GID {
			gid = want
			p.add("group", int64(st.GID), int64(want), func() error { return chown(path, -1, want, "chgrp failed") })
		}
	}
	return uid >= 0 || gid >= 0, nil
}

func pathFailure(c *modules.Context, err error, path string) error {
	var f *modules.Failure
	if errors.As(err, &f) {
		return Describe(c, path).addTo(f.With("path", path))
	}
	return err
}

func chown(path string, uid, gid int, words string) error {
	if err := retry(func() error { return unix.Lchown(path, uid, gid) }); err != nil {
		return modules.Fail("%s", words).With("path", path).With("details", err.Error())
	}
	return nil
}

// planMode also sets a mode that is right already when the owner changes:
// the kernel takes setuid and setgid away then. A link has no mode of its own.
func (a *Attrs) planMode(c *modules.Context, p *Plan, path string, st Stat, chowns bool) error {
	if !a.hasMode() {
		return nil
	}
	mode, err := ParseMode(a.Mode, st, Umask)
	if err != nil {
		return pathFailure(c, err, path)
	}
	if st.IsLink() {
		return nil
	}
	set := func() error { return chmod(path, mode) }
	if mode != st.Mode {
		p.add("mode", FormatMode(st.Mode), FormatMode(mode), set)
	} else if chowns && mode&0o6000 != 0 {
		p.steps = append(p.steps, set)
	}
	return nil
}

func (a *Attrs) hasMode() bool { return a.Mode != nil && a.Mode != "" }

func chmod(path string, mode uint32) error {
	if err := retry(func() error { return unix.Chmod(path, mode) }); err != nil {
		return modules.Fail("chmod failed").With("path", path).With("details", err.Error())
	}
	return nil
}
