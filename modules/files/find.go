package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goplay/internal/lazy"
	"goplay/internal/pyre"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type findArgs struct {
	Paths         []string `arg:"paths,required" alias:"name,path" doc:"Folders to look in."`
	Patterns      []string `arg:"patterns" alias:"pattern" default:"" doc:"Names to find, as shell patterns, or Python regular expressions with use_regex; none means all."`
	Excludes      []string `arg:"excludes" alias:"exclude" doc:"Names to leave out, of the same kind as patterns."`
	UseRegex      bool     `arg:"use_regex" default:"false" doc:"Patterns are regular expressions."`
	Contains      *string  `arg:"contains" doc:"Regular expression that a line of the file has to match from its start."`
	ReadWholeFile bool     `arg:"read_whole_file" default:"false" doc:"Look for contains anywhere in the whole content instead of at the starts of lines."`
	FileType      string   `arg:"file_type" enum:"any,directory,file,link" default:"file" doc:"Kind of what to find."`
	Recurse       bool     `arg:"recurse" default:"false" doc:"Go into folders."`
	Depth         *int     `arg:"depth" doc:"How deep to go; 1 is what is in the paths themselves. Needs recurse."`
	Follow        bool     `arg:"follow" default:"false" doc:"Go into folders through links."`
	Hidden        bool     `arg:"hidden" default:"false" doc:"Find names that start with a dot too."`
	Age           *string  `arg:"age" doc:"At least this old, or with a minus at most: a number of s(econds), m, h, d or w."`
	AgeStamp      string   `arg:"age_stamp" enum:"atime,ctime,mtime" default:"mtime" doc:"The time that age is about."`
	Size          *string  `arg:"size" doc:"At least this big, or with a minus at most: a number of b(ytes), k, m, g or t."`
	GetChecksum   bool     `arg:"get_checksum" default:"false" doc:"Return the checksums of files."`
	ChecksumAlgo  string   `arg:"checksum_algorithm" alias:"checksum,checksum_algo" enum:"md5,sha1,sha224,sha256,sha384,sha512" default:"sha1" doc:"How checksums are made."`
	Mode          any      `arg:"mode" doc:"Mode that files have, in octal or symbols."`
	ExactMode     bool     `arg:"exact_mode" default:"true" doc:"The mode is exactly that; without it, at least one of its bits is set."`
	Limit         *int     `arg:"limit" doc:"Stop after so many have been found."`
}

type findResult struct {
	Files        []found     `json:"files" type:"list" doc:"What was found: path, mode, owner, size, times and so on, as the module stat names them."`
	Matched      int         `json:"matched" doc:"How many were found."`
	Examined     int         `json:"examined" doc:"How many were looked at."`
	SkippedPaths *value.Dict `json:"skipped_paths" doc:"Paths that could not be looked into, with the reason."`
	Msg          string      `json:"msg" doc:"Whether all paths could be looked into."`
}

type found struct {
	Path string `json:"path"`
	statNumbers
	GrName string `json:"gr_name"`
	PwName string `json:"pw_name"`
	statRights
	Checksum *string `json:"checksum,omitempty"`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.find",
		Summary: "List files by name, age, size, kind or content",
		Example: `- name: Logs that nobody reads any more
  ansible.builtin.find:
    paths: /var/log/app
    patterns: "*.log.gz"
    age: 4w
    recurse: true
  register: old

- name: Remove them
  ansible.builtin.file:
    path: "{{ item.path }}"
    state: absent
  loop: "{{ old.files }}"
`,
		Differs: []string{"What is found comes ordered by name; Ansible's order is that of the disk."},
	}, find)
}

// finder is one search.
type finder struct {
	findArgs
	c        *modules.Context
	include  []nameTest
	exclude  []nameTest
	contains *pyre.Regexp
	age      *int64 // seconds
	size     *int64 // bytes
	now      time.Time
	owners   map[int]string
	groups   map[int]string
	result   findResult
}

type nameTest func(name string) bool

func find(c *modules.Context, a findArgs) (findResult, error) {
	f := &finder{findArgs: a, c: c, now: time.Now(), owners: map[int]string{}, groups: map[int]string{}}
	f.result = findResult{Files: []found{}, SkippedPaths: value.NewDict(), Msg: "All paths examined"}
	if err := f.prepare(); err != nil {
		return findResult{}, err
	}
	for _, path := range a.Paths {
		path = c.Path(path)
		if !fsys.IsDir(path) {
			reason := "'" + path + "' is not a directory"
			f.skip(path, reason)
			c.Warn("Skipped '%s' path due to this access issue: %s\n", path, reason)
			continue
		}
		if err := f.search(path, 1, nil); err != nil {
			return findResult{}, err
		}
	}
	f.result.Matched = len(f.result.Files)
	return f.result, nil
}

func (f *finder) skip(path, reason string) {
	f.result.SkippedPaths.Set(path, reason)
	f.result.Msg = "Not all paths examined, check warnings for details"
}

func (f *finder) prepare() (err error) {
	if f.include, err = f.tests(f.Patterns); err != nil {
		return err
	}
	if f.exclude, err = f.tests(f.Excludes); err != nil {
		return err
	}
	if f.Contains != nil {
		if f.contains, err = pyre.Compile(*f.Contains, 0); err != nil {
			return modules.Fail("the regular expression %q is not valid: %w", *f.Contains, err)
		}
	}
	if f.age, err = amount(f.Age, "age", map[string]int64{"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}); err != nil {
		return err
	}
	f.size, err = amount(f.Size, "size", map[string]int64{"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40})
	return err
}

var quantity = lazy.Regexp(`^(-?\d+)([a-z])?$`)

// amount reads a number with a unit, nil when the option is not given.
func amount(text *string, option string, units map[string]int64) (*int64, error) {
	if text == nil {
		return nil, nil
	}
	m := quantity.FindStringSubmatch(strings.ToLower(*text))
	if m == nil || units[m[2]] == 0 {
		return nil, modules.Fail("failed to process %s", option).With(option, *text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return nil, modules.Fail("failed to process %s", option).With(option, *text)
	}
	n *= units[m[2]]
	return &n, nil
}

func (f *finder) tests(patterns []string) ([]nameTest, error) {
	var tests []nameTest
	for _, p := range patterns {
		if !f.UseRegex {
			p = pyre.Fnmatch(p)
		}
		re, err := pyre.Compile(p, 0)
		if err != nil {
			return nil, modules.Fail("the regular expression %q is not valid: %w", p, err)
		}
		tests = append(tests, func(name string) bool { return re.Match(name) != nil })
	}
	return tests, nil
}

// search looks at what is in a folder and then into its folders. above are the
// folders on the way, so that a circle of links ends.
func (f *finder) search(dir string, depth int, above []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.skip(dir, fsys.OSError(err))
		f.c.Warn("Skipped '%s' path due to this access issue: %s\n", dir, fsys.OSError(err))
		return nil
	}
	real := fsys.Resolve(dir)
	for _, seen := range above {
		if seen == real {
			return nil
		}
	}
	above = append(above, real)
	if f.Depth != nil && depth > *f.Depth {
		// Ansible counts what is just below its reach.
		f.result.Examined += len(entries)
		return f.c.Err()
	}
	for _, e := range entries {
		f.result.Examined++
		if err := f.examine(filepath.Join(dir, e.Name()), e); err != nil {
			return err
		}
		if f.full() {
			return nil
		}
	}
	if !f.Recurse {
		return f.c.Err()
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if !e.IsDir() && !(f.Follow && e.Type()&fs.ModeSymlink != 0 && fsys.IsDir(path)) {
			continue
		}
		if err := f.search(path, depth+1, above); err != nil || f.full() {
			return err
		}
	}
	return nil
}

func (f *finder) full() bool { return f.Limit != nil && len(f.result.Files) >= *f.Limit }

func (f *finder) examine(path string, e fs.DirEntry) error {
	if !f.Hidden && strings.HasPrefix(e.Name(), ".") || !f.named(e.Name()) {
		return nil
	}
	st, err := fsys.Lstat(path)
	if err != nil {
		f.skip(path, fsys.OSError(err))
		f.c.Warn("Skipped entry '%s' due to this access issue: %s\n", path, fsys.OSError(err))
		return nil
	}
	if !f.kind(st) || !f.old(st) || !f.moded(st) {
		return nil
	}
	if f.FileType == "file" || f.FileType == "any" {
		if !f.big(st) || st.IsRegular() && !f.holds(path) {
			return nil
		}
	}
	base := baseOf(st)
	item := found{Path: path, statNumbers: base.statNumbers, statRights: base.statRights, PwName: f.owner(st.UID), GrName: f.group(st.GID)}
	if f.GetChecksum && st.IsRegular() {
		sum, err := fsys.Checksum(f.c, path, f.ChecksumAlgo)
		if err != nil {
			return err
		}
		item.Checksum = &sum
	}
	f.result.Files = append(f.result.Files, item)
	return nil
}

func (f *finder) named(name string) bool {
	for _, test := range f.exclude {
		if test(name) {
			return false
		}
	}
	for _, test := range f.include {
		if test(name) {
			return true
		}
	}
	return len(f.include) == 0
}

func (f *finder) kind(st fsys.Stat) bool {
	switch f.FileType {
	case "directory":
		return st.IsDir()
	case "link":
		return st.IsLink()
	case "file":
		return st.IsRegular()
	}
	return true
}

func (f *finder) old(st fsys.Stat) bool {
	if f.age == nil {
		return true
	}
	at := map[string]unix.Timespec{"atime": st.Atime, "ctime": st.Ctime, "mtime": st.Mtime}[f.AgeStamp]
	age := f.now.Sub(time.Unix(at.Unix())).Seconds()
	if *f.age < 0 {
		return age <= float64(-*f.age)
	}
	return age >= float64(*f.age)
}

func (f *finder) big(st fsys.Stat) bool {
	switch {
	case f.size == nil:
		return true
	case *f.size < 0:
		return st.Size <= -*f.size
	}
	return st.Size >= *f.size
}

func (f *finder) moded(st fsys.Stat) bool {
	if f.Mode == nil {
		return true
	}
	want, err := fsys.ParseMode(f.Mode, fsys.Stat{Type: st.Type}, fsys.Umask)
	if err != nil {
		return false
	}
	if f.ExactMode {
		return st.Mode == want
	}
	return st.Mode&want != 0
}

// holds looks for contains in a file; one that cannot be read does not hold it.
func (f *finder) holds(path string) bool {
	if f.contains == nil {
		return true
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	if f.ReadWholeFile {
		return f.contains.Search(string(data)) != nil
	}
	for _, line := range splitLines(string(data)) {
		if f.contains.Match(line) != nil {
			return true
		}
	}
	return false
}

func (f *finder) owner(uid int) string {
	name, ok := f.owners[uid]
	if !ok {
		name = fsys.UserName(f.c, uid)
		f.owners[uid] = name
	}
	return name
}

func (f *finder) group(gid int) string {
	name, ok := f.groups[gid]
	if !ok {
		name = fsys.GroupName(f.c, gid)
		f.groups[gid] = name
	}
	return name
}
