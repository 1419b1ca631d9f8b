package files

import (
	"os"
	"path/filepath"
	"strconv"

	"goplay/modules/fsys"
)

// itemize says in rsync's manner how a member of a zip archive differs from what
// is at its place; nothing if it does not, or if that is newer and is to be kept.
func (u *unpacker) itemize(m member, st fsys.Stat, there bool) string {
	kind := map[byte]string{'f': "f", 'd': "d", 'l': "L"}[m.kind]
	if u.junk { // it is looked for where the archive has it
		var err error
		st, err = fsys.Lstat(filepath.Join(u.Dest, m.raw))
		there = err == nil
	}
	switch {
	case !there:
		return ">" + kind + "++++++.?? " + m.raw + "\n"
	case m.kind == 'd' != st.IsDir(), m.kind == 'f' != st.IsRegular():
		return "c" + kind + "++++++.?? " + m.raw + "\n"
	}
	flags := []byte("." + kind + ".......??")
	mark := func(at int, what byte, differs bool) {
		if differs {
			flags[at] = what
		}
	}
	if m.kind == 'f' {
		older := m.mtime.Unix() > int64(st.Mtime.Sec)
		same := m.mtime.Unix() == int64(st.Mtime.Sec) && st.Mtime.Nsec == 0
		if u.KeepNewer && !older && !same {
			return ""
		}
		mark(4, 't', !same)
		mark(3, 's', st.Size != m.size)
		mark(2, 'c', !sameCRC(filepath.Join(u.Dest, m.path), *m.crc))
	}
	mark(5, 'p', m.kind != 'l' && st.Mode != u.wantedMode(m, st))
	mark(6, 'o', st.UID != wantedID(u.numeric.Owner, os.Geteuid()))
	mark(6, 'g', st.GID != wantedID(u.numeric.Group, os.Getegid()))
	if string(flags) == "."+kind+".......??" {
		return ""
	}
	return string(flags) + " " + m.raw + "\n"
}

// wantedMode is the mode that the task asks for, or else the archive's.
func (u *unpacker) wantedMode(m member, st fsys.Stat) uint32 {
	if u.Mode == nil {
		return u.modeOf(m)
	}
	mode, err := fsys.ParseMode(u.Mode, st, fsys.Umask)
	if err != nil {
		return st.Mode // what is wrong with it is told when it is set
	}
	return mode
}

// wantedID is the number of who is asked for, or else who unpacks.
func wantedID(number string, own int) int {
	if id, err := strconv.Atoi(number); err == nil {
		return id
	}
	return own
}
