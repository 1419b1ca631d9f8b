package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/modules"
	"goplay/modules/fsys"
)

type statArgs struct {
	Path              string `arg:"path,required" alias:"dest,name" type:"path" doc:"The file to look at."`
	Follow            bool   `arg:"follow" default:"false" doc:"Look at what a link leads to."`
	GetMD5            bool   `arg:"get_md5" default:"false" doc:"Return the content's MD5 too; for old playbooks."`
	GetChecksum       bool   `arg:"get_checksum" default:"true" doc:"Return the content's checksum."`
	GetMime           bool   `arg:"get_mime" alias:"mime,mime_type,mime-type" default:"true" doc:"Return what the program file says of the content."`
	GetAttributes     bool   `arg:"get_attributes" alias:"attr,attributes" default:"true" doc:"Return the flags that chattr sets."`
	ChecksumAlgorithm string `arg:"checksum_algorithm" alias:"checksum,checksum_algo" enum:"md5,sha1,sha224,sha256,sha384,sha512" default:"sha1" doc:"How the checksum is made."`
}

type statResult struct {
	Stat any `json:"stat" type:"dict" doc:"What the system says of the path: exists, and if it does path, mode, size, times, owner, kind, permissions, checksum, mimetype and so on."`
}

// statAbsent is the stat of a path that is not there.
type statAbsent struct {
	Exists bool `json:"exists"`
}

// statFields are the parts of a stat that is there.
type statFields struct {
	Exists bool   `json:"exists"`
	Path   string `json:"path"`
	statBase
	Blocks     int64   `json:"blocks"`
	BlockSize  int64   `json:"block_size"`
	DeviceType uint64  `json:"device_type"`
	Readable   bool    `json:"readable"`
	Writeable  bool    `json:"writeable"`
	Executable bool    `json:"executable"`
	LnkSource  *string `json:"lnk_source,omitempty"`
	LnkTarget  *string `json:"lnk_target,omitempty"`
	PwName     *string `json:"pw_name,omitempty"`
	GrName     *string `json:"gr_name,omitempty"`
	MD5        *string `json:"md5,omitempty"`
	Checksum   *string `json:"checksum,omitempty"`
	Mimetype   *string `json:"mimetype,omitempty"`
	Charset    *string `json:"charset,omitempty"`
	*statFlags
}

// statBase is what find returns of a file too, with the names of its owners between
// the two.
type statBase struct {
	statNumbers
	statRights
}

type statNumbers struct {
	Mode   string  `json:"mode"`
	IsDir  bool    `json:"isdir"`
	IsChr  bool    `json:"ischr"`
	IsBlk  bool    `json:"isblk"`
	IsReg  bool    `json:"isreg"`
	IsFifo bool    `json:"isfifo"`
	IsLnk  bool    `json:"islnk"`
	IsSock bool    `json:"issock"`
	UID    int     `json:"uid"`
	GID    int     `json:"gid"`
	Size   int64   `json:"size"`
	Inode  uint64  `json:"inode"`
	Dev    uint64  `json:"dev"`
	Nlink  uint64  `json:"nlink"`
	Atime  float64 `json:"atime"`
	Mtime  float64 `json:"mtime"`
	Ctime  float64 `json:"ctime"`
}

type statRights struct {
	Wusr  bool `json:"wusr"`
	Rusr  bool `json:"rusr"`
	Xusr  bool `json:"xusr"`
	Wgrp  bool `json:"wgrp"`
	Rgrp  bool `json:"rgrp"`
	Xgrp  bool `json:"xgrp"`
	Woth  bool `json:"woth"`
	Roth  bool `json:"roth"`
	Xoth  bool `json:"xoth"`
	IsUID bool `json:"isuid"`
	IsGID bool `json:"isgid"`
}

type statFlags struct {
	Version    *string  `json:"version"`
	Attributes []string `json:"attributes"`
	AttrFlags  string   `json:"attr_flags"`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.stat",
		Summary: "Look at a file's kind, owner, mode, times and checksum",
		Example: `- name: Is the application installed?
  ansible.builtin.stat:
    path: /srv/app/bin/app
  register: app

- name: Install it
  ansible.builtin.command: /root/install-app
  when: not app.stat.exists
`,
		Notes: []string{"mimetype and charset need the program file on the target; they are unknown without it."},
	}, stat)
}

func stat(c *modules.Context, a statArgs) (statResult, error) {
	look := fsys.Lstat
	if a.Follow {
		look = fsys.StatFollow
	}
	st, err := look(a.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return statResult{Stat: statAbsent{}}, nil
	}
	if err != nil {
		return statResult{}, statFailure(err)
	}
	f := describeStat(a.Path, st)
	names(c, &f, st)
	if st.IsLink() {
		source := fsys.Resolve(a.Path)
		f.LnkSource = &source
		if target, err := os.Readlink(a.Path); err == nil {
			f.LnkTarget = &target
		}
	}
	if err := checksums(c, a, &f); err != nil {
		return statResult{}, err
	}
	if a.GetMime {
		f.Mimetype, f.Charset = mimeOf(c, a.Path)
	}
	if a.GetAttributes {
		f.statFlags = flagsOf(a.Path)
	}
	return statResult{Stat: f}, nil
}

// statFailure is what strerror says, as Ansible's stat has it.
func statFailure(err error) error {
	text := fsys.OSError(err)
	if _, rest, ok := strings.Cut(text, "] "); ok {
		text, _, _ = strings.Cut(rest, ": b'")
	}
	return modules.Fail("%s", text)
}

func describeStat(path string, st fsys.Stat) statFields {
	may := func(how uint32) bool { return unix.Access(path, how) == nil }
	return statFields{
		Exists: true, Path: path, statBase: baseOf(st),
		Blocks: st.Blocks, BlockSize: st.Blksize, DeviceType: st.Rdev,
		Readable: may(unix.R_OK), Writeable: may(unix.W_OK), Executable: may(unix.X_OK),
	}
}

func baseOf(st fsys.Stat) statBase {
	bit := func(b uint32) bool { return st.Mode&b != 0 }
	return statBase{statNumbers{
		Mode:  fmt.Sprintf("%04o", st.Mode),
		IsDir: st.IsDir(), IsChr: st.Type == unix.S_IFCHR, IsBlk: st.Type == unix.S_IFBLK, IsReg: st.IsRegular(),
		IsFifo: st.Type == unix.S_IFIFO, IsLnk: st.IsLink(), IsSock: st.Type == unix.S_IFSOCK,
		UID: st.UID, GID: st.GID, Size: st.Size, Inode: st.Ino, Dev: st.Dev, Nlink: st.Nlink,
		Atime: seconds(st.Atime), Mtime: seconds(st.Mtime), Ctime: seconds(st.Ctime),
	}, statRights{
		Rusr: bit(0o400), Wusr: bit(0o200), Xusr: bit(0o100), Rgrp: bit(0o40), Wgrp: bit(0o20), Xgrp: bit(0o10),
		Roth: bit(4), Woth: bit(2), Xoth: bit(1), IsUID: bit(unix.S_ISUID), IsGID: bit(unix.S_ISGID),
	}}
}

func names(c *modules.Context, f *statFields, st fsys.Stat) {
	if name := fsys.UserName(c, st.UID); name != "" {
		f.PwName = &name
	}
	if name := fsys.GroupName(c, st.GID); name != "" {
		f.GrName = &name
	}
}

func checksums(c *modules.Context, a statArgs, f *statFields) error {
	if !f.IsReg || !f.Readable {
		return nil
	}
	if a.GetMD5 {
		sum, err := fsys.Checksum(c, a.Path, "md5")
		if err != nil {
			return err
		}
		f.MD5 = &sum
	}
	if a.GetChecksum {
		sum, err := fsys.Checksum(c, a.Path, a.ChecksumAlgorithm)
		if err != nil {
			return err
		}
		f.Checksum = &sum
	}
	return nil
}

func mimeOf(c *modules.Context, path string) (mimetype, charset *string) {
	unknown := "unknown"
	if _, err := c.Find("file"); err != nil {
		return &unknown, &unknown
	}
	out, err := c.Command("file", "--mime-type", "--mime-encoding", path)
	if err != nil {
		return &unknown, &unknown
	}
	kind, set, ok := strings.Cut(out[strings.LastIndexByte(out, ':')+1:], ";")
	_, set, eq := strings.Cut(set, "=")
	if !ok || !eq {
		return &unknown, &unknown
	}
	kind, set = strings.TrimSpace(kind), strings.TrimSpace(set)
	return &kind, &set
}

// attributeNames are the words for chattr's letters.
var attributeNames = map[rune]string{
	'A': "noatime", 'a': "append", 'c': "compressed", 'C': "nocow", 'd': "nodump", 'D': "dirsync",
	'e': "extents", 'E': "encrypted", 'h': "blocksize", 'i': "immutable", 'I': "indexed", 'j': "journalled",
	'N': "inline", 's': "zero", 'S': "synchronous", 't': "notail", 'T': "blockroot", 'u': "undelete",
	'X': "compressedraw", 'Z': "compresseddirty",
}

// flagsOf are a file's flags and version. Where the file system keeps no version,
// as an overlay, lsattr fails, and Ansible's module says nothing of the flags.
func flagsOf(path string) *statFlags {
	f := &statFlags{Attributes: []string{}}
	n, ok := fsys.Generation(path)
	if !ok {
		return f
	}
	version := strconv.Itoa(n)
	f.Version, f.AttrFlags = &version, fsys.Flags(path)
	for _, letter := range f.AttrFlags {
		if word := attributeNames[letter]; word != "" {
			f.Attributes = append(f.Attributes, word)
		}
	}
	return f
}
