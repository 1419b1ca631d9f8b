package actions

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"goplay/engine"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type templateArgs struct {
	Src            string `arg:"src,required" doc:"The template, on the controller."`
	Dest           string `arg:"dest,required" type:"path" doc:"The file to write; a directory receives it under the template's name."`
	Force          bool   `arg:"force" default:"true" doc:"Replace a file whose content differs; without it only a missing file is made."`
	Follow         bool   `arg:"follow" default:"false" doc:"Write to what dest links to."`
	NewlineSeq     string `arg:"newline_sequence" default:"\\n" doc:"How lines end in the file: \\n, \\r or \\r\\n."`
	BlockStart     string `arg:"block_start_string" default:"{%" doc:"What begins a statement."`
	BlockEnd       string `arg:"block_end_string" default:"%}" doc:"What ends a statement."`
	VariableStart  string `arg:"variable_start_string" default:"{{" doc:"What begins an expression."`
	VariableEnd    string `arg:"variable_end_string" default:"}}" doc:"What ends an expression."`
	CommentStart   string `arg:"comment_start_string" doc:"What begins a comment."`
	CommentEnd     string `arg:"comment_end_string" doc:"What ends a comment."`
	TrimBlocks     bool   `arg:"trim_blocks" default:"true" doc:"Drop the line end after a statement."`
	LstripBlocks   bool   `arg:"lstrip_blocks" default:"false" doc:"Drop blanks before a statement."`
	OutputEncoding string `arg:"output_encoding" default:"utf-8" doc:"Encoding of the file, by the name that Python has for it."`
	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type templateResult struct {
	Dest     string `json:"dest" doc:"The file."`
	Checksum string `json:"checksum" doc:"SHA-1 of its content."`
	Backup   string `json:"backup_file" doc:"The copy that was kept of the previous file."`
	fsys.Info
}

func init() {
	modules.Describe[templateArgs, templateResult](modules.Spec{
		Name: "ansible.builtin.template", Summary: "Write a file from a Jinja2 template",
		Example: "- name: The site's configuration\n  ansible.builtin.template:\n    src: site.conf.j2\n    dest: /etc/nginx/sites-enabled/site.conf\n    mode: \"0644\"\n    validate: nginx -t -c %s\n",
	})
	register("ansible.builtin.template", templateAction)
}

// ownOptions are template's, not of the module that writes the file.
var ownOptions = []string{"newline_sequence", "block_start_string", "block_end_string", "variable_start_string",
	"variable_end_string", "comment_start_string", "comment_end_string", "trim_blocks", "lstrip_blocks", "output_encoding"}

func templateAction(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Text("src") == "" || s.Text("dest") == "" {
		return failure("src and dest are required")
	}
	if state := s.Arg("state"); state != nil {
		return failure("'state' cannot be specified on a template")
	}
	path, err := s.FindFile("templates", s.Text("src"))
	if err != nil {
		return failed(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return failure("could not find src=%s, %w", path, &engine.FileNotFound{Name: path})
	}
	text, err := rendered(ctx, s, path)
	if err != nil {
		return failed(template.Named(err))
	}
	content, err := encoded(text, s.Text("output_encoding"))
	if err != nil {
		r, _ := failure("Unexpected failure during module execution: %w", err)
		r.Data = value.DictOf("stdout", "")
		return r, nil
	}
	sum := sha1.Sum([]byte(content))
	set := map[string]any{"src": path, "_content": path, "_checksum": hex.EncodeToString(sum[:]), "_size": int64(len(content)),
		"_mode": octal(info.Mode()), "_basename": filepath.Base(path), "_header": path}
	for _, name := range ownOptions {
		set[name] = nil
	}
	return s.Run(ctx, modules.Call{Module: "ansible.builtin.copy", Args: argsWith(s, set), Content: bytesContent([]byte(content))})
}

// encoded is a text in an encoding. UTF-8 keeps what is none as it came.
func encoded(text, encoding string) (string, error) {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8", "utf_8":
		return text, nil
	}
	data, err := value.Encode(text, encoding, "strict")
	return string(data), err
}

// rendered is the text of a template file.
func rendered(ctx context.Context, s *engine.Step, path string) (string, error) {
	r, err := s.Decrypted(path, true)
	if err != nil {
		return "", err
	}
	defer r.Close()
	src, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	o, err := fileOptions(s.Text, s.Bool)
	if err != nil {
		return "", err
	}
	return renderedAs(ctx, s, path, string(src), o)
}

// renderedAs renders a template's text as it would be in its file.
func renderedAs(ctx context.Context, s *engine.Step, path, src string, o template.FileOptions) (string, error) {
	dir := filepath.Dir(path)
	o.SearchPath = []string{dir}
	for _, up := range s.SearchPath() {
		o.SearchPath = append(o.SearchPath, filepath.Join(up, "templates"), up)
	}
	scope := s.Scope.With(templateVars(ctx, s, path))
	return s.Template().Render(ctx, src, source.Pos{File: path, Line: 1, Col: 1}, scope, o)
}

// fileOptions are the options of a template, read by the given functions.
func fileOptions(text func(...string) string, on func(string, bool) (bool, error)) (template.FileOptions, error) {
	trim, err := on("trim_blocks", true)
	if err != nil {
		return template.FileOptions{}, err
	}
	lstrip, err := on("lstrip_blocks", false)
	if err != nil {
		return template.FileOptions{}, err
	}
	o := template.FileOptions{
		BlockStart: text("block_start_string"), BlockEnd: text("block_end_string"),
		VariableStart: text("variable_start_string"), VariableEnd: text("variable_end_string"),
		CommentStart: text("comment_start_string"), CommentEnd: text("comment_end_string"),
		KeepBlockNewline: !trim, LstripBlocks: lstrip,
	}
	switch seq := text("newline_sequence"); seq {
	case "", "\n", `\n`:
	case "\r", `\r`:
		o.NewlineSequence = "\r"
	case "\r\n", `\r\n`:
		o.NewlineSequence = "\r\n"
	default:
		return o, modules.Fail("newline_sequence needs to be one of: \n, \r or \r\n")
	}
	return o, nil
}

// templateVars are the variables that exist only while a template is rendered.
func templateVars(ctx context.Context, s *engine.Step, path string) vars.Layer {
	info, err := os.Stat(path)
	mtime, owner := time.Time{}, ""
	if err == nil {
		mtime = info.ModTime()
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			owner = userName(st.Uid)
		}
	}
	host, _ := os.Hostname()
	now := time.Now()
	return vars.Layer{
		"template_host": host, "template_path": s.Text("src"), "template_uid": owner,
		"template_mtime":    value.AsNaive(mtime),
		"template_fullpath": path, "template_destpath": s.Text("dest"),
		"template_run_date": value.AsNaive(now),
		"ansible_managed":   managedText(ctx, s, path, mtime, host, owner),
	}
}

// managedText is ansible_managed, its placeholders filled in.
func managedText(ctx context.Context, s *engine.Step, path string, mtime time.Time, host, owner string) string {
	text := "Ansible managed"
	if v, ok, err := s.Lookup(ctx, "ansible_managed"); err == nil && ok {
		text = value.Str(v)
	}
	text = strings.NewReplacer("{host}", host, "{uid}", owner, "{file}", path).Replace(text)
	if strings.Contains(text, "%") {
		if dated, err := value.Strftime(mtime, text); err == nil {
			text = dated
		}
	}
	return text
}

func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
