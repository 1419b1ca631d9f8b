package files

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type fileArgs struct {
	Path    string  `arg:"path,required" alias:"dest,name" type:"path" doc:"The file, folder or link to manage."`
	State   string  `arg:"state" enum:"absent,directory,file,hard,link,touch" doc:"What path is to be: absent, a directory (with its parents), an existing file, a hard or symbolic link, or a file that is made if missing (touch). Without it, what is there keeps its kind."`
	Src     *string `arg:"src" type:"path" doc:"What a link leads to. For a symbolic link a relative path is relative to the link."`
	Recurse bool    `arg:"recurse" default:"false" doc:"Give the attributes to everything in the directory too."`
	Force   bool    `arg:"force" default:"false" doc:"Make a symbolic link even if its target is missing, or a file or empty directory is in its place."`
	Follow  bool    `arg:"follow" default:"true" doc:"Act on what a link leads to, not on the link."`

	ModificationTime       *string `arg:"modification_time" doc:"Time of last modification: preserve, now, or a time in modification_time_format. The default is preserve, for touch now."`
	ModificationTimeFormat string  `arg:"modification_time_format" default:"%Y%m%d%H%M.%S" doc:"Format of modification_time, as strptime takes it."`
	AccessTime             *string `arg:"access_time" doc:"Time of last access: preserve, now, or a time in access_time_format. The default is preserve, for touch now."`
	AccessTimeFormat       string  `arg:"access_time_format" default:"%Y%m%d%H%M.%S" doc:"Format of access_time, as strptime takes it."`
	Peek                   *bool   `arg:"_diff_peek,hidden" doc:"Only tell whether the file looks binary, as Ansible's own actions ask."`
	fsys.Attrs
}

type fileResult struct {
	AppearsBinary *bool   `json:"appears_binary,omitempty" doc:"Whether the file has a zero byte at its start; when asked with _diff_peek."`
	Path          string  `json:"path,omitempty" doc:"The path that was managed, unless the state is touch, link or hard."`
	Dest          string  `json:"dest,omitempty" doc:"The path that was managed, when the state is touch, link or hard."`
	Src           *string `json:"src,omitempty" doc:"What the link leads to."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.file",
		Summary:   "Manage files, directories, links and their attributes",
		KeepsDiff: true,
		Example: `- name: A directory for the application, with its parents
  ansible.builtin.file:
    path: /srv/app/releases
    state: directory
    owner: app
    mode: u=rwx,g=rx,o=

- name: The current release
  ansible.builtin.file:
    path: /srv/app/current
    src: releases/42
    state: link
`,
		Differs: []string{
			"A mode asked for a symbolic link itself is never reported as a change in check mode: links have no mode on Linux.",
			"attributes compares flags as a set, so +i on a file that has it is no change.",
		},
	}, file)
}

// fileJob is one run of the module: every state adds to the same diff.
type fileJob struct {
	fileArgs
	c             *modules.Context
	before, after *value.Dict
	mtime, atime  stamp
}

func file(c *modules.Context, a fileArgs) (fileResult, error) {
	if a.Peek != nil {
		return peek(c, a.Path), nil
	}
	j := &fileJob{fileArgs: a, c: c}
	if err := j.settleState(); err != nil {
		return fileResult{}, err
	}
	if err := j.parseTimes(); err != nil {
		return fileResult{}, err
	}
	j.cautions()
	states := map[string]func() error{
		"absent": j.absent, "directory": j.directory, "file": j.existing,
		"hard": j.hard, "link": j.link, "touch": j.touch,
	}
	if err := states[j.State](); err != nil {
		return fileResult{}, err
	}
	if j.before != nil {
		c.AddDiff(modules.Diff{Before: j.before, After: j.after})
	}
	return j.result(), nil
}

// cautions tells of owners and groups that are not there, and may be by the
// time that the task is run for real.
func (j *fileJob) cautions() {
	if j.State == "absent" {
		return
	}
	j.c.Caution(func() string {
		n, err := fsys.UID(j.c, j.Owner)
		return stranger("user", "uid", j.Owner, err == nil && fsys.UserName(j.c, n) != "")
	})
	j.c.Caution(func() string {
		n, err := fsys.GID(j.c, j.Group)
		return stranger("group", "gid", j.Group, err == nil && fsys.GroupName(j.c, n) != "")
	})
}

// stranger is the caution about an account that is not known.
func stranger(kind, id, who string, known bool) string {
	if who == "" || known {
		return ""
	}
	if _, err := strconv.Atoi(who); err == nil {
		who = "with " + id + " " + who
	}
	return "failed to look up " + kind + " " + who + ". Create " + kind + " up to this point in real play"
}

// peek tells a text from other data. What cannot be read passes for a text.
func peek(c *modules.Context, path string) fileResult {
	start := make([]byte, 8192)
	n := 0
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		n, _ = io.ReadFull(f, start)
	}
	binary := bytes.IndexByte(start[:n], 0) >= 0
	return fileResult{AppearsBinary: &binary, Path: path, Info: fsys.Describe(c, path)}
}

func (j *fileJob) result() fileResult {
	r := fileResult{Info: fsys.Describe(j.c, j.Path)}
	switch j.State {
	case "touch":
		r.Dest = j.Path
	case "link", "hard":
		r.Dest, r.Src = j.Path, j.Src
	default:
		r.Path = j.Path
	}
	if j.State == "absent" && !fsys.Exists(j.Path) {
		r.Info = fsys.Info{State: "absent"}
	}
	return r
}

// settleState finds what is meant where the options leave it open.
func (j *fileJob) settleState() error {
	if j.State != "link" && j.State != "absent" && j.Src != nil && *j.Src != "" && fsys.IsDir(j.Path) {
		j.Path = filepath.Join(j.Path, filepath.Base(*j.Src))
	}
	if j.State == "" {
		j.State = fsys.State(j.Path)
		switch {
		case j.State == "absent" && j.Recurse:
			j.State = "directory"
		case j.State == "absent":
			j.State = "file"
		}
	}
	if j.Recurse && j.State != "directory" {
		return fsys.FailAt(j.c, j.Path, "recurse option requires state to be 'directory'")
	}
	if j.Src != nil && *j.Src != "" && j.State != "link" && j.State != "hard" {
		return fsys.FailAt(j.c, j.Path, "src option requires state to be 'link' or 'hard'")
	}
	return nil
}

// startDiff begins the diff that everything which follows adds to.
func (j *fileJob) startDiff(state, previous string) {
	j.before, j.after = value.DictOf("path", j.Path), value.DictOf("path", j.Path)
	if state != previous {
		j.before.Set("state", previous)
		j.after.Set("state", state)
	}
}

// silently is for effects that the one diff already shows.
func (j *fileJob) silently(do func() error) error { return j.c.Change(modules.Diff{}, do) }

func (j *fileJob) absent() error {
	previous := fsys.State(j.Path)
	if previous == "absent" {
		return nil
	}
	j.startDiff("absent", previous)
	if previous == "directory" && j.c.WantsDiff() {
		j.before.Set("path_content", contentsOf(j.Path))
	}
	return j.silently(func() error {
		if previous == "directory" {
			if st, err := fsys.Lstat(filepath.Clean(j.Path)); err == nil && st.IsLink() {
				return modules.Fail("rmtree failed: [Errno 20] Not a directory: '%s'", j.Path)
			}
			if err := os.RemoveAll(j.Path); err != nil {
				return modules.Fail("rmtree failed: %s", fsys.OSError(err))
			}
			return nil
		}
		if err := os.Remove(j.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fsys.FailAt(j.c, j.Path, "unlinking failed: %s ", fsys.OSError(err))
		}
		return nil
	})
}

// contentsOf lists what goes with a directory.
func contentsOf(root string) *value.Dict {
	dirs, files := value.NewList(), value.NewList()
	walk(root, func(path string, isDir bool) {
		if isDir {
			dirs.Append(path)
		} else {
			files.Append(path)
		}
	})
	return value.DictOf("directories", dirs, "files", files)
}

// walk visits a folder's entries before those of its folders, as Python's
// os.walk orders them; what cannot be read is passed over.
func walk(dir string, visit func(path string, isDir bool)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		visit(path, e.IsDir() || e.Type()&fs.ModeSymlink != 0 && fsys.IsDir(path))
	}
	for _, e := range entries {
		if e.IsDir() {
			walk(filepath.Join(dir, e.Name()), visit)
		}
	}
}

// existing gives attributes to a file that has to be there.
func (j *fileJob) existing() error {
	previous := fsys.State(j.Path)
	if previous == "link" && j.Follow {
		j.Path = fsys.Resolve(j.Path)
		previous = fsys.State(j.Path)
	}
	if previous != "file" && previous != "hard" {
		return fsys.FailAt(j.c, j.Path, "file (%s) is %s, cannot continue", j.Path, previous).With("state", previous)
	}
	j.startDiff("file", previous)
	return j.dress(j.Path)
}

func (j *fileJob) touch() error {
	previous := fsys.State(j.Path)
	if previous == "absent" {
		err := j.silently(func() error { return j.create() })
		if err != nil || !fsys.Exists(j.Path) {
			return err
		}
	}
	path := j.followed()
	if previous == "link" && path != j.Path && !fsys.Exists(path) {
		return fsys.FailAt(j.c, path, "Error while updating modification or access time: [Errno 2] No such file or directory: b'%s'", path)
	}
	j.startDiff("touch", previous)
	err := j.dress(path)
	if err != nil && previous == "absent" {
		_ = os.Remove(j.Path)
	}
	return err
}

func (j *fileJob) create() error {
	f, err := os.OpenFile(j.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fsys.FailAt(j.c, j.Path, "Error, could not touch target: %s", fsys.OSError(err))
	}
	return f.Close()
}

// followed is the path that attributes go to.
func (j *fileJob) followed() string {
	if st, err := fsys.Lstat(j.Path); err == nil && st.IsLink() && j.Follow {
		return fsys.Resolve(j.Path)
	}
	return j.Path
}

// dress gives a path its attributes and times, shown in the one diff.
func (j *fileJob) dress(path string) error {
	if err := j.ApplyInto(j.c, path, j.before, j.after); err != nil {
		return err
	}
	return j.setTimes(path, j.before, j.after)
}
