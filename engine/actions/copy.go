package actions

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.builtin.copy", copyAction) }

// copyAction finds the source on the controller and hands its checksum to the
// target, which pulls the content only when it has something else.
func copyAction(ctx context.Context, s *engine.Step) (modules.Result, error) {
	remoteSrc, err := s.Bool("remote_src", false)
	if err != nil {
		return failed(err)
	}
	content, hasContent := s.Args.Get("content")
	hasContent = hasContent && content != nil
	src := s.Text("src")
	switch {
	case s.Text("dest") == "":
		return failure("dest is required")
	case !hasContent && src == "":
		return failure("src (or content) is required")
	case hasContent && src != "":
		return failure("src and content are mutually exclusive")
	case hasContent && strings.HasSuffix(s.Text("dest"), "/"):
		return failure("can not use content with a dir as dest")
	case hasContent:
		return copyContent(ctx, s, content)
	case remoteSrc:
		return through(ctx, s, nil)
	}
	path, err := s.FindFile("files", src)
	if err != nil {
		return failed(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return failure("read %s: %w", path, err)
	}
	if info.IsDir() {
		return copyTree(ctx, s, path, strings.HasSuffix(src, "/"))
	}
	return copyFile(ctx, s, path)
}

// secretMode is the mode of what is no file of its own: of the text in a task, and
// of what a vault held.
const secretMode = "0600"

// copyContent sends text that stands in the task; data becomes JSON. Its mode, for
// who wants that preserved, is the one of the file that Ansible makes of it.
func copyContent(ctx context.Context, s *engine.Step, content any) (modules.Result, error) {
	text, isText := content.(string)
	if !isText {
		var err error
		switch content.(type) {
		case *value.Dict, *value.List:
			text, err = value.EncodeJSON(content, value.JSONOptions{})
		default:
			text = value.Str(content)
		}
		if err != nil {
			return failure("write content as JSON: %w", err)
		}
	}
	sum := sha1.Sum([]byte(text))
	call := modules.Call{Module: s.Module, Args: argsWith(s, map[string]any{
		"content": nil, "_content": "content", "_checksum": hex.EncodeToString(sum[:]), "_size": int64(len(text)), "_mode": secretMode})}
	call.Content = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	return s.Run(ctx, call)
}

// argsWith are the step's options with some set, or taken out by nil.
func argsWith(s *engine.Step, set map[string]any) map[string]any {
	args := map[string]any{}
	for k, v := range s.Args.All() {
		args[value.Str(k)] = v
	}
	for k, v := range set {
		if v == nil {
			delete(args, k)
			continue
		}
		args[k] = v
	}
	return args
}

func copyFile(ctx context.Context, s *engine.Step, path string) (modules.Result, error) {
	decrypt, err := s.Bool("decrypt", true)
	if err != nil {
		return failed(err)
	}
	c, err := contentOf(s, path, decrypt)
	if err != nil {
		return failed(err)
	}
	call := modules.Call{Module: s.Module, Args: argsWith(s, map[string]any{
		"src": path, "_content": path, "_checksum": c.checksum, "_size": c.size, "_mode": c.mode,
		"_basename": filepath.Base(s.Text("src")), "_header": path})}
	call.Content = func(string) (io.ReadCloser, error) { return c.open() }
	call.Progress = progress(s, filepath.Base(path), c.size)
	r, err := s.Run(ctx, call)
	if r.Data != nil && err == nil {
		if have, ok := r.Data.Get("src"); ok && have == path {
			r.Data.Set("src", path)
		}
	}
	return r, err
}

func octal(m fs.FileMode) string { return fmt.Sprintf("0%03o", m.Perm()) }

func progress(s *engine.Step, name string, total int64) func(string, int64) {
	return func(_ string, done int64) {
		s.Report(engine.Progress{Host: s.Host.Name, Name: name, Done: done, Total: total})
	}
}

// content is a file of the controller as it is to be on the target.
type content struct {
	checksum string
	size     int64
	mode     string // for who wants it preserved
	open     func() (io.ReadCloser, error)
}

// contentOf reads a file once for its checksum, without keeping it; it is
// opened again when the target asks for it. What came out of a vault is for its
// owner alone, whatever the mode of the file that holds it.
func contentOf(s *engine.Step, path string, decrypt bool) (content, error) {
	open := func() (io.ReadCloser, error) { return s.Decrypted(path, decrypt) }
	r, err := open()
	if err != nil {
		return content{}, err
	}
	defer r.Close()
	h := sha1.New()
	size, err := io.Copy(h, r)
	if err != nil {
		return content{}, fmt.Errorf("read %s: %w", path, err)
	}
	mode := secretMode
	if f, plain := r.(*os.File); plain {
		info, err := f.Stat()
		if err != nil {
			return content{}, err
		}
		mode = octal(info.Mode())
	}
	return content{hex.EncodeToString(h.Sum(nil)), size, mode, open}, nil
}

// copyTree sends the list of what a directory holds; the target pulls what it
// has not got.
func copyTree(ctx context.Context, s *engine.Step, root string, contentsOnly bool) (modules.Result, error) {
	follow, err := s.Bool("local_follow", true)
	if err != nil {
		return failed(err)
	}
	decrypt, err := s.Bool("decrypt", true)
	if err != nil {
		return failed(err)
	}
	w := &treeWalk{step: s, root: root, follow: follow, decrypt: decrypt, contents: map[string]content{}}
	top, err := os.Stat(root)
	if err != nil {
		return failed(err)
	}
	if err := w.dir(root, "", []fs.FileInfo{top}); err != nil {
		return failed(err)
	}
	dest, base, src := s.Text("dest"), filepath.Base(root), root
	if contentsOnly {
		src += "/"
	} else {
		dest = filepath.Join(dest, base)
	}
	call := modules.Call{Module: s.Module, Args: argsWith(s, map[string]any{"src": src, "dest": dest, "_tree": value.NewList(w.entries...)})}
	call.Content = func(name string) (io.ReadCloser, error) {
		c, ok := w.contents[name]
		if !ok {
			return nil, fmt.Errorf("%s is no part of %s", name, root)
		}
		return c.open()
	}
	r, err := s.Run(ctx, call)
	if err == nil && r.Data != nil && !contentsOnly {
		if at, ok := r.Data.Get("dest"); ok && len(w.entries) != 1 {
			r.Data.Set("dest", strings.TrimSuffix(value.Str(at), base+"/"))
		}
	}
	return r, err
}

// treeWalk lists a directory of the controller.
type treeWalk struct {
	step            *engine.Step
	root            string
	follow, decrypt bool
	entries         []any
	contents        map[string]content
}

func (w *treeWalk) dir(path, rel string, above []fs.FileInfo) error {
	list, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b fs.DirEntry) int { return cmp.Compare(kindOrder(a), kindOrder(b)) })
	for _, d := range list {
		if err := w.entry(filepath.Join(path, d.Name()), joinRel(rel, d.Name()), above); err != nil {
			return err
		}
	}
	return nil
}

// kindOrder puts a folder's own files before those of the folders in it, as
// Ansible does: what fails first is what is reported.
func kindOrder(d fs.DirEntry) int {
	if d.IsDir() {
		return 1
	}
	return 0
}

func joinRel(rel, name string) string {
	if rel == "" {
		return name
	}
	return rel + "/" + name
}

func (w *treeWalk) entry(path, rel string, above []fs.FileInfo) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		to, err := os.Stat(path)
		// A link that leads nowhere, or back up, stays one.
		if !w.follow || err != nil || isOneOf(to, above) {
			return w.link(path, rel)
		}
		info = to
	}
	if info.IsDir() {
		w.entries = append(w.entries, value.DictOf("path", rel, "kind", "directory", "mode", octal(info.Mode())))
		return w.dir(path, rel, append(above, info))
	}
	c, err := contentOf(w.step, path, w.decrypt)
	if err != nil {
		return err
	}
	w.contents[rel] = c
	w.entries = append(w.entries, value.DictOf("path", rel, "kind", "file", "checksum", c.checksum, "size", c.size,
		"mode", c.mode, "content", rel, "header", path))
	return nil
}

func isOneOf(info fs.FileInfo, above []fs.FileInfo) bool {
	return slices.ContainsFunc(above, func(up fs.FileInfo) bool { return os.SameFile(up, info) })
}

func (w *treeWalk) link(path, rel string) error {
	to, err := os.Readlink(path)
	if err != nil {
		return err
	}
	w.entries = append(w.entries, value.DictOf("path", rel, "kind", "link", "target", to))
	return nil
}

// bytesContent serves rendered text.
func bytesContent(data []byte) func(string) (io.ReadCloser, error) {
	return func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}
