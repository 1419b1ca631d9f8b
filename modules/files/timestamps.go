package files

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// stamp is a time that a file is to get: kept as it is, now, or set.
type stamp struct {
	keep bool
	now  bool
	at   time.Time
}

func (j *fileJob) parseTimes() (err error) {
	if j.mtime, err = j.parseStamp(j.ModificationTime, j.ModificationTimeFormat); err == nil {
		j.atime, err = j.parseStamp(j.AccessTime, j.AccessTimeFormat)
	}
	return err
}

func (j *fileJob) parseStamp(text *string, format string) (stamp, error) {
	switch {
	case text == nil:
		return stamp{keep: j.State != "touch", now: j.State == "touch"}, nil
	case *text == "preserve":
		return stamp{keep: true}, nil
	case *text == "now":
		return stamp{now: true}, nil
	}
	at, err := strptime(*text, format)
	if err != nil {
		return stamp{}, modules.Fail("Error while obtaining timestamp for time %s using format %s: %w", *text, format, err)
	}
	return stamp{at: at}, nil
}

// next is the time to set, given the one that is there.
func (s stamp) next(have unix.Timespec, now time.Time) unix.Timespec {
	switch {
	case s.keep:
		return have
	case s.now:
		return unix.NsecToTimespec(now.UnixNano())
	}
	return unix.NsecToTimespec(s.at.UnixNano())
}

// setTimes sets the times that differ. When both are now, the kernel's own now
// is used: that needs write permission only, not ownership.
func (j *fileJob) setTimes(path string, before, after *value.Dict) error {
	if j.mtime.keep && j.atime.keep {
		return nil
	}
	st, err := fsys.StatFollow(path)
	if err != nil {
		if !fsys.Exists(path) {
			return nil
		}
		return fsys.FailAt(j.c, j.Path, "Error while updating modification or access time: %s", fsys.OSError(err))
	}
	now := time.Now()
	mtime, atime := j.mtime.next(st.Mtime, now), j.atime.next(st.Atime, now)
	if mtime == st.Mtime && atime == st.Atime {
		return nil
	}
	note := func(name string, have, want unix.Timespec) {
		if have != want {
			before.Set(name, seconds(have))
			after.Set(name, seconds(want))
		}
	}
	note("mtime", st.Mtime, mtime)
	note("atime", st.Atime, atime)
	return j.silently(func() error {
		var times []unix.Timespec
		if !j.mtime.now || !j.atime.now {
			times = []unix.Timespec{atime, mtime}
		}
		if err := unix.UtimesNanoAt(unix.AT_FDCWD, path, times, 0); err != nil {
			err = &os.PathError{Op: "utimes", Path: path, Err: err}
			return fsys.FailAt(j.c, j.Path, "Error while updating modification or access time: %s", fsys.OSError(err))
		}
		return nil
	})
}

// seconds is a time as Python's stat gives it.
func seconds(t unix.Timespec) float64 { return float64(t.Sec) + float64(t.Nsec)/1e9 }
