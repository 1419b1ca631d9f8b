package fsys

import (
	"errors"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// flagLetters are the inode flags with their letters, in the order that lsattr
// prints them.
var flagLetters = []struct {
	bit    int
	letter byte
}{
	{0x1, 's'}, {0x2, 'u'}, {0x8, 'S'}, {0x10000, 'D'}, {0x10, 'i'}, {0x20, 'a'}, {0x40, 'd'}, {0x80, 'A'},
	{0x4, 'c'}, {0x200, 'B'}, {0x100, 'Z'}, {0x800, 'E'}, {0x4000, 'j'}, {0x1000, 'I'}, {0x8000, 't'},
	{0x20000, 'T'}, {0x80000, 'e'}, {0x800000, 'C'}, {0x2000000, 'x'}, {0x40000000, 'F'},
	{0x10000000, 'N'}, {0x20000000, 'P'}, {0x100000, 'V'}, {0x400, 'm'},
}

// settableFlags are those that chattr can change: the kernel's
// FS_FL_USER_MODIFIABLE without the extents flag, which no file system drops.
const settableFlags = 0x62b1c4ff &^ 0x80000

// getVersion is FS_IOC_GETVERSION, _IOR('v', 1, long).
const getVersion = 2<<30 | uint(unsafe.Sizeof(uintptr(0)))<<16 | 'v'<<8 | 1

// Flags reads a file's chattr flags as letters; "" where there are none or the
// file system keeps none.
func Flags(path string) string {
	bits, err := readFlags(path)
	if err != nil {
		return ""
	}
	var letters strings.Builder
	for _, f := range flagLetters {
		if bits&f.bit != 0 {
			letters.WriteByte(f.letter)
		}
	}
	return letters.String()
}

// Generation is a file's version number, false where the file system has none.
func Generation(path string) (int, bool) {
	n := 0
	err := withIoctl(path, func(fd int) (err error) {
		n, err = unix.IoctlGetInt(fd, getVersion)
		return err
	})
	return n, err == nil
}

func readFlags(path string) (bits int, err error) {
	err = withIoctl(path, func(fd int) error {
		n, err := unix.IoctlGetUint32(fd, unix.FS_IOC_GETFLAGS)
		bits = int(n)
		return err
	})
	return bits, err
}

func writeFlags(path string, bits int) error {
	return withIoctl(path, func(fd int) error {
		return unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, bits)
	})
}

// withIoctl opens files and folders only: opening a device or a pipe has effects.
func withIoctl(path string, do func(fd int) error) error {
	st, err := Lstat(path)
	if err != nil {
		return err
	}
	if !st.IsRegular() && !st.IsDir() {
		return unix.ENOTTY
	}
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	if err := do(fd); err != nil {
		return &os.PathError{Op: "ioctl", Path: path, Err: err}
	}
	return nil
}

func flagBits(letters string) (int, error) {
	bits := 0
next:
	for i := range len(letters) {
		for _, f := range flagLetters {
			if f.letter == letters[i] {
				bits |= f.bit
				continue next
			}
		}
		return 0, errors.New("no file attribute is called " + letters[i:i+1])
	}
	return bits, nil
}
