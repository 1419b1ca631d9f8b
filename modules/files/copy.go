package files

import (
	"cmp"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

// copyArgs holds what users write and what the controller's half finds out.
// The controller's half passes, for a file or rendered template:
//
//	_content   the name under which the target pulls the content
//	_checksum  its SHA-1
//	_size      its size in bytes
//	_mode      the source's mode, "0644", for mode=preserve
//	_basename  the name it gets when dest is a directory
//	_header    what diffs call it
//
// and for a directory _tree, the list of what is in it; dest is then the
// directory that receives it (the source's own name is added to dest already
// unless the user's src ended in a slash).
type copyArgs struct {
	Src           string  `arg:"src" type:"path" doc:"The file or directory to copy: on the controller, or with remote_src on the target. A directory that ends in / gives its contents only."`
	Content       *string `arg:"content" doc:"Text that becomes the file's content, instead of src."`
	Dest          string  `arg:"dest,required" type:"path" doc:"Where to copy to. An existing directory, or a path that ends in /, receives the file under its own name."`
	Force         bool    `arg:"force" default:"true" doc:"Replace a file whose content differs; without it only a missing file is made."`
	RemoteSrc     bool    `arg:"remote_src" default:"false" doc:"src is on the target."`
	DirectoryMode any     `arg:"directory_mode" doc:"Mode of directories that are made."`
	Follow        bool    `arg:"follow" default:"false" doc:"Write to what dest links to instead of replacing the link."`
	LocalFollow   *bool   `arg:"local_follow" doc:"Copy what links in the source lead to, not the links: true unless remote_src copies a folder on the target."`
	Checksum      string  `arg:"checksum" doc:"SHA-1 that the source has to have."`
	Decrypt       bool    `arg:"decrypt" default:"true" doc:"Decrypt a source that is an Ansible vault file."`

	ContentName string      `arg:"_content,internal" doc:"Name of the content at the controller."`
	SourceSum   string      `arg:"_checksum,internal" doc:"SHA-1 of the content at the controller."`
	SourceSize  int64       `arg:"_size,internal" doc:"Size of the content at the controller."`
	SourceMode  string      `arg:"_mode,internal" doc:"Mode of the source at the controller."`
	Basename    string      `arg:"_basename,internal" doc:"Name of the source."`
	Header      string      `arg:"_header,internal" doc:"What a diff calls the source."`
	Tree        []treeEntry `arg:"_tree,internal" doc:"What is in a directory at the controller."`

	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type copyResult struct {
	Dest       string `json:"dest,omitempty" doc:"Where it was copied to."`
	Src        string `json:"src,omitempty" doc:"What was copied."`
	Path       string `json:"path,omitempty" doc:"The file, when only attributes were looked at."`
	MD5Sum     string `json:"md5sum,omitempty" doc:"MD5 of the content, when it was written."`
	Checksum   string `json:"checksum,omitempty" doc:"SHA-1 of the content."`
	BackupFile string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Msg        string `json:"msg,omitempty" doc:"Why nothing was done."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.copy",
		Summary:   "Copy files and directories to the target",
		Exclusive: [][]string{{"src", "content"}},
		Example: `- name: A configuration that is checked before it is used
  ansible.builtin.copy:
    src: nginx.conf
    dest: /etc/nginx/nginx.conf
    owner: root
    mode: "0644"
    backup: true
    validate: nginx -t -c %s

- name: A text
  ansible.builtin.copy:
    content: "maintained by goplay\n"
    dest: /etc/motd
`,
		Notes: []string{"A content is sent only when its checksum differs from that of the file on the target."},
		Differs: []string{
			"A directory is copied in one call, and files in it that are the same are not sent.",
			"The file has its owner and mode before it appears under its name.",
		},
	}, copyModule)
}

// copyJob is one run of the module.
type copyJob struct {
	copyArgs
	c *modules.Context
	// onTarget says that the source is there too: Ansible shows no diffs then, nor
	// for directories, and new files take the mode of what they are copies of.
	onTarget bool
	quiet    bool
}

// source is a content to be put somewhere.
type source struct {
	name     string // what results and diffs call it
	checksum string
	size     int64
	mode     string // for preserve; "" when not known
	open     func() (io.ReadCloser, error)
}

func copyModule(c *modules.Context, a copyArgs) (copyResult, error) {
	j := &copyJob{copyArgs: a, c: c}
	if !strings.Contains(j.Dest, "/") {
		j.Dest = "./" + j.Dest
	}
	switch {
	case j.RemoteSrc && j.Src != "":
		return j.remote()
	case j.Tree != nil:
		return j.copyTree(j.Tree, j.pull)
	}
	src, err := j.controllerSource()
	if err != nil {
		return copyResult{}, err
	}
	return j.copyFile(src)
}

func (j *copyJob) controllerSource() (source, error) {
	s := source{name: j.Header, checksum: j.SourceSum, size: j.SourceSize, mode: j.SourceMode}
	switch {
	case j.ContentName != "":
		s.open = func() (io.ReadCloser, error) { return j.c.Content(j.ContentName) }
	case j.Content != nil:
		s.checksum, s.size = fsys.SHA1([]byte(*j.Content)), int64(len(*j.Content))
		s.open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(*j.Content)), nil }
	default:
		return s, modules.Fail("src (or content) is required")
	}
	return s, j.expect(s.checksum)
}

// expect compares with the checksum that the user asked for.
func (j *copyJob) expect(have string) error {
	if j.Checksum == "" || j.Checksum == have {
		return nil
	}
	return modules.Fail("Copied file does not match the expected checksum. Transfer failed.").
		With("checksum", have).With("expected_checksum", j.Checksum)
}

func (j *copyJob) copyFile(src source) (copyResult, error) {
	dest, err := j.destination()
	if err != nil {
		return j.fallen(src, j.Basename == "" && fsys.IsDir(j.Dest)), err
	}
	r := copyResult{Dest: dest, Src: j.Src, Checksum: src.checksum}
	if !j.Force && exists(dest) {
		return j.kept(dest), nil
	}
	attrs := j.attrsFor(src)
	if j.same(src, dest) {
		return j.unchanged(attrs, r)
	}
	r.BackupFile, r.MD5Sum, err = j.write(src, dest, attrs)
	if err != nil {
		return j.fallen(src, false), err
	}
	if j.onTarget && r.MD5Sum == "" {
		r.MD5Sum, _ = fsys.Checksum(j.c, j.Src, "md5")
	}
	r.Info = fsys.Describe(j.c, dest)
	return r, nil
}

// fallen is what a failure shows of a content: its checksum, where the
// controller had it and knew that it could go there.
func (j *copyJob) fallen(src source, misplaced bool) copyResult {
	if j.onTarget || misplaced {
		return copyResult{}
	}
	return copyResult{Checksum: src.checksum}
}

// kept is the result for a file that is not to be replaced.
func (j *copyJob) kept(dest string) copyResult {
	r := copyResult{Dest: dest, Src: j.Src}
	if j.onTarget {
		r.Msg = "file already exists"
		r.Info = fsys.Describe(j.c, dest)
	}
	return r
}

func (j *copyJob) attrsFor(src source) *fsys.Attrs {
	attrs := j.Attrs
	if attrs.Mode == "preserve" {
		attrs.Mode = src.mode
	}
	return &attrs
}

// same reports that dest has the content already. A link is not a file that has
// it, unless it is followed.
func (j *copyJob) same(src source, dest string) bool {
	st, err := fsys.Lstat(dest)
	if err != nil || !st.IsRegular() || src.size > 0 && st.Size != src.size {
		return false
	}
	have, err := fsys.Checksum(j.c, dest, "sha1")
	return err == nil && have == src.checksum
}

// unchanged looks at the attributes only, as the module file does.
func (j *copyJob) unchanged(attrs *fsys.Attrs, r copyResult) (copyResult, error) {
	f := &fileJob{fileArgs: fileArgs{Path: r.Dest, State: "file", Attrs: *attrs}, c: j.c}
	f.mtime.keep, f.atime.keep = true, true
	if err := f.existing(); err != nil {
		return j.fallen(source{checksum: r.Checksum}, false), err
	}
	if j.onTarget {
		r.MD5Sum, _ = fsys.Checksum(j.c, j.Src, "md5")
	} else {
		j.c.KeepDiff(modules.Diff{Before: f.before, After: f.after})
		r.Path, r.Src = r.Dest, ""
	}
	r.Info = fsys.Describe(j.c, r.Dest)
	return r, nil
}

func (j *copyJob) write(src source, dest string, attrs *fsys.Attrs) (backup, md5sum string, err error) {
	open, diff, err := j.diff(src, dest)
	if err != nil {
		return "", "", err
	}
	var sums *summed
	u := fsys.Update{
		Path: dest, Attrs: attrs, Backup: j.Backup.Backup, Validate: j.Validate.Validate, Diff: diff, HideAttrs: true, Planned: !j.onTarget,
		Open: func() (io.ReadCloser, error) {
			in, err := open()
			if err != nil {
				return nil, err
			}
			sums = sum(in, src.checksum)
			return sums, nil
		},
	}
	done, err := u.Apply(j.c)
	if err != nil {
		err = cmp.Or(j.checkPlace(dest), err)
	}
	var refused *fsys.ValidationError
	if errors.As(err, &refused) {
		err = modules.Fail("failed to validate").With("exit_status", refused.RC).With("stdout", refused.Stdout).With("stderr", refused.Stderr)
	}
	if sums != nil {
		md5sum = hex.EncodeToString(sums.md5.Sum(nil))
	}
	return done.Backup, md5sum, err
}

// diff makes the diff of a content, if one is wanted. What it had to read for
// that is not read again: the returned open gives it.
func (j *copyJob) diff(src source, dest string) (open func() (io.ReadCloser, error), d modules.Diff, err error) {
	if !j.c.WantsDiff() || j.onTarget || j.quiet {
		return src.open, d, nil
	}
	before, binary, large := fsys.ReadForDiff(j.c, dest)
	switch {
	case binary:
		d.DstBinary = true
	case large:
		d.DstLarger = j.c.MaxDiff()
	default:
		d.Before = before
		if exists(dest) {
			d.BeforeHeader = j.shown(dest)
		}
	}
	if j.c.TooLargeForDiff(src.size) {
		d.SrcLarger = j.c.MaxDiff()
		return src.open, d, nil
	}
	in, err := src.open()
	if err != nil {
		return nil, d, err
	}
	data, err := io.ReadAll(in)
	if closed := in.Close(); err == nil {
		err = closed
	}
	fsys.FillDiff(j.c, &d, data)
	if !d.SrcBinary && d.SrcLarger == 0 {
		d.AfterHeader = src.name
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(data))), nil }, d, err
}

// shown is a destination as the user wrote it, where a link was followed.
func (j *copyJob) shown(dest string) string {
	if j.Follow && fsys.Resolve(j.Dest) == dest {
		return j.Dest
	}
	return dest
}

// remote copies what is on the target already.
func (j *copyJob) remote() (copyResult, error) {
	j.onTarget = true
	st, err := fsys.StatFollow(j.Src)
	if err != nil {
		return copyResult{}, modules.Fail("Source %s not found", j.Src)
	}
	if st.IsDir() {
		return j.remoteTree()
	}
	if !st.IsRegular() {
		return copyResult{}, modules.Fail("Cannot copy invalid source '%s': not a file", j.Src)
	}
	checksum, err := fsys.Checksum(j.c, j.Src, "sha1")
	if err != nil {
		return copyResult{}, modules.Fail("Source %s not readable", j.Src)
	}
	if err := j.expect(checksum); err != nil {
		return copyResult{}, err
	}
	if j.Basename == "" {
		j.Basename = filepath.Base(j.Src)
	}
	return j.copyFile(source{name: j.Src, checksum: checksum, size: st.Size, mode: fsys.FormatMode(st.Mode),
		open: func() (io.ReadCloser, error) { return os.Open(j.Src) }})
}

// sum makes a content fail at its end unless it has the checksum that was
// announced ("" takes any), so that a damaged one never gets its place.
func sum(in io.ReadCloser, want string) *summed {
	s := &summed{ReadCloser: in, want: want, sha1: sha1.New(), md5: md5.New()}
	s.tee = io.TeeReader(in, io.MultiWriter(s.sha1, s.md5))
	return s
}
