package docker

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/moby/moby/client"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_container_copy_into",
		Summary: "copy a file into a container",
		Example: `- name: Copy a configuration file
  community.docker.docker_container_copy_into:
    container: app
    path: /srv/app/config.json
    container_path: /etc/app/config.json
`,
		Notes:      []string{"Owner and group are those of the container's user when they are not given."},
		Exclusive:  [][]string{{"path", "content"}},
		OneOf:      [][]string{{"path", "content"}},
		Together:   [][]string{{"owner_id", "group_id"}},
		RequiredBy: map[string][]string{"content": {"mode"}},
	}, runCopyInto)
}

type copyIntoArgs struct {
	Container     string  `arg:"container,required" doc:"The container's name or ID."`
	Path          string  `arg:"path" type:"path" doc:"File on the target to copy."`
	Content       *string `arg:"content" doc:"What the file is to have."`
	ContentIsB64  bool    `arg:"content_is_b64" default:"false" doc:"content is in base64."`
	ContainerPath string  `arg:"container_path,required" doc:"Where to put it in the container."`
	Follow        bool    `arg:"follow" default:"false" doc:"Follow a link that container_path is."`
	LocalFollow   bool    `arg:"local_follow" default:"true" doc:"Follow a link that path is."`
	OwnerID       *int    `arg:"owner_id" doc:"Uid of the file."`
	GroupID       *int    `arg:"group_id" doc:"Gid of the file."`
	Mode          any     `arg:"mode" doc:"Mode of the file, as \"0644\"; that of path when not given."`
	Force         *bool   `arg:"force" doc:"true always copies, false never when there is a file; when not given, files are compared."`
	Connection
}

type copyIntoResult struct {
	ContainerPath string `json:"container_path,omitempty" doc:"Where the file is, with links followed."`
}

// copyInto puts one file into one container.
type copyInto struct {
	c    *modules.Context
	e    *engine
	args *copyIntoArgs
	head *tar.Header
	open func() (io.ReadCloser, error)
}

func runCopyInto(c *modules.Context, a copyIntoArgs) (copyIntoResult, error) {
	to := path.Clean("/" + a.ContainerPath)
	out := copyIntoResult{ContainerPath: to}
	t := &copyInto{c: c, args: &a}
	if err := t.source(); err != nil {
		return copyIntoResult{}, err
	}
	var err error
	if t.e, err = a.connect(c); err != nil {
		return copyIntoResult{}, err
	}
	defer t.e.Close()
	container, err := t.e.container(c, a.Container)
	if err != nil {
		return copyIntoResult{}, err
	}
	if container == nil {
		return copyIntoResult{}, modules.Fail(`Could not find container "%s"`, a.Container)
	}
	if err := t.owner(container); err != nil {
		return copyIntoResult{}, err
	}
	if a.Follow {
		out.ContainerPath = t.followed(to)
	}
	if err := t.put(out.ContainerPath); err != nil {
		return copyIntoResult{}, err
	}
	return out, nil
}

// source finds out what is copied: its size, its mode and how to read it.
func (t *copyInto) source() error {
	t.head = &tar.Header{Typeflag: tar.TypeReg}
	if t.args.Mode != nil {
		mode, err := readMode(t.args.Mode)
		if err != nil {
			return err
		}
		t.head.Mode = mode
	}
	if t.args.Content != nil {
		data := []byte(*t.args.Content)
		if t.args.ContentIsB64 {
			var err error
			if data, err = base64.StdEncoding.DecodeString(*t.args.Content); err != nil {
				return modules.Fail("Cannot Base64 decode the content option: %w", err)
			}
		}
		t.head.Size = int64(len(data))
		t.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		return nil
	}
	from := t.c.Abs(t.args.Path)
	stat := os.Lstat
	if t.args.LocalFollow {
		stat = os.Stat
	}
	info, err := stat(from)
	if notThere(err) {
		return modules.Fail("Cannot find local file %s", from)
	}
	if err != nil {
		return modules.Fail("Cannot read local file %s: %w", from, err)
	}
	if t.args.Mode == nil {
		t.head.Mode = int64(info.Mode().Perm())
	}
	switch {
	case info.Mode()&os.ModeSymlink != 0:
		t.head.Typeflag = tar.TypeSymlink
		if t.head.Linkname, err = os.Readlink(from); err != nil {
			return modules.Fail("Cannot read local link %s: %w", from, err)
		}
		t.open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
		return nil
	case !info.Mode().IsRegular():
		return modules.Fail("Local file %s is not a regular file", from)
	}
	t.head.Size = info.Size()
	t.open = func() (io.ReadCloser, error) { return os.Open(from) }
	return nil
}

// readMode takes 0644 as YAML reads it, a number, and "0644", an octal text.
func readMode(v any) (int64, error) {
	if n, ok := v.(int64); ok {
		return n, nil
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(value.Str(v), "0o"), 8, 64)
	if err != nil {
		return 0, modules.Fail("mode %q is not octal", value.Str(v))
	}
	return n, nil
}

// owner is the container's user unless the task says otherwise. A user by
// name is looked up by the container itself.
func (t *copyInto) owner(container object) error {
	if t.args.OwnerID != nil && t.args.GroupID != nil {
		t.head.Uid, t.head.Gid = *t.args.OwnerID, *t.args.GroupID
		return nil
	}
	name, group, hasGroup := strings.Cut(textAt(container, "Config.User"), ":")
	uid, err := strconv.Atoi(name)
	gid, gerr := strconv.Atoi(group)
	switch {
	case name == "":
		return nil
	case err == nil && hasGroup && gerr == nil:
		t.head.Uid, t.head.Gid = uid, gid
		return nil
	}
	exec := execArgs{Container: t.args.Container}
	out := execResult{}
	made, err := t.e.ExecCreate(t.c, t.args.Container, client.ExecCreateOptions{Cmd: []string{"/bin/sh", "-c", "id -u && id -g"}, AttachStdout: true, AttachStderr: true})
	if err == nil {
		err = exec.attend(t.c, t.e, made.ID, &out)
	}
	if err != nil {
		return modules.Fail("Cannot find out the user of container %s: %w. Give owner_id and group_id", t.args.Container, daemonError(err))
	}
	found := strings.Fields(*out.Stdout)
	if *out.RC != 0 || len(found) != 2 {
		return modules.Fail("Cannot find out the user of container %s: id said %q. Give owner_id and group_id", t.args.Container, *out.Stdout+*out.Stderr)
	}
	t.head.Uid, _ = strconv.Atoi(found[0])
	t.head.Gid, _ = strconv.Atoi(found[1])
	return nil
}

// followed is where links in the container lead; as far as it can be seen.
func (t *copyInto) followed(to string) string {
	for range 40 {
		st, err := t.e.ContainerStatPath(t.c, t.args.Container, client.ContainerStatPathOptions{Path: to})
		if err != nil || st.Stat.LinkTarget == "" {
			return to
		}
		next := st.Stat.LinkTarget
		if !path.IsAbs(next) {
			next = path.Join(path.Dir(to), next)
		}
		if next == to {
			return to
		}
		to = next
	}
	return to
}

func (t *copyInto) put(to string) error {
	before, same, err := t.compare(to)
	if err != nil || same && (t.args.Force == nil || !*t.args.Force) || before != absentText && t.args.Force != nil && !*t.args.Force {
		return err
	}
	from := t.args.Path
	if t.args.Content != nil {
		from = "dynamically generated"
	}
	d := modules.Diff{Before: strings.TrimPrefix(before, absentText), BeforeHeader: to, After: t.text(), AfterHeader: from}
	return t.c.Change(d, func() error { return t.send(to) })
}

// absentText stands for a file that is not there, which is not an empty one.
const absentText = "\x00absent"

const mostShown = 1 << 20

// compare looks at what is in the container: its text for the diff, and
// whether it is what it should be.
func (t *copyInto) compare(to string) (before string, same bool, err error) {
	have, err := t.e.CopyFromContainer(t.c, t.args.Container, client.CopyFromContainerOptions{SourcePath: to})
	if missing(err) {
		return absentText, false, nil
	}
	if err != nil {
		return "", false, modules.Fail(`An unexpected Docker error occurred for container "%s": %w`, t.args.Container, daemonError(err))
	}
	defer have.Content.Close()
	r := tar.NewReader(have.Content)
	h, err := r.Next()
	switch {
	case err != nil:
		return "", false, modules.Fail("read %s of container %s: %w", to, t.args.Container, err)
	case h.Typeflag == tar.TypeDir:
		return "(directory)", false, nil
	case h.Typeflag == tar.TypeSymlink:
		return h.Linkname, t.head.Typeflag == tar.TypeSymlink && h.Linkname == t.head.Linkname, nil
	case h.Typeflag != tar.TypeReg:
		return "(special file)", false, nil
	}
	same = t.head.Typeflag == tar.TypeReg && h.Size == t.head.Size && h.Mode&0o7777 == t.head.Mode && h.Uid == t.head.Uid && h.Gid == t.head.Gid
	if h.Size > mostShown {
		if !same {
			return "(large file)", false, nil
		}
		same, err = t.equal(r)
		return "(large file)", same, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return "", false, modules.Fail("read %s of container %s: %w", to, t.args.Container, err)
	}
	if same {
		same, err = t.equal(bytes.NewReader(data))
	}
	return textual(data), same, err
}

// equal compares the file with what is read, without holding either in memory.
func (t *copyInto) equal(have io.Reader) (bool, error) {
	want, err := t.open()
	if err != nil {
		return false, err
	}
	defer want.Close()
	a, b := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(want, a)
		m, err2 := io.ReadFull(have, b)
		if n != m || !bytes.Equal(a[:n], b[:m]) {
			return false, nil
		}
		if err != nil || err2 != nil {
			return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), nil
		}
	}
}

func (t *copyInto) text() string {
	if !t.c.WantsDiff() || t.head.Size > mostShown {
		return "(large file)"
	}
	f, err := t.open()
	if err != nil {
		return ""
	}
	defer f.Close()
	data, _ := io.ReadAll(f)
	return textual(data)
}

func textual(data []byte) string {
	if bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data) {
		return "(binary file)"
	}
	return string(data)
}

// send streams the file into the container.
func (t *copyInto) send(to string) error {
	from, err := t.open()
	if err != nil {
		return modules.Fail("Cannot read local file %s: %w", t.args.Path, err)
	}
	defer from.Close()
	r, w := io.Pipe()
	defer r.Close()
	head := *t.head
	head.Name = path.Base(to)
	go func() {
		out := tar.NewWriter(w)
		err := out.WriteHeader(&head)
		if err == nil {
			_, err = io.CopyN(out, from, head.Size)
		}
		w.CloseWithError(errors.Join(err, out.Close()))
	}()
	_, err = t.e.CopyToContainer(t.c, t.args.Container, client.CopyToContainerOptions{DestinationPath: path.Dir(to), Content: r, AllowOverwriteDirWithFile: true})
	switch {
	case missing(err):
		return modules.Fail(`Could not find container "%s" or resource in it (%w)`, t.args.Container, daemonError(err))
	case err != nil:
		return modules.Fail(`An unexpected Docker error occurred for container "%s": %w`, t.args.Container, daemonError(err))
	}
	return nil
}
