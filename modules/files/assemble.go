package files

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/pyre"
	"goplay/modules"
	"goplay/modules/fsys"
)

// assembleArgs: with remote_src=false the controller's half joins the fragments
// and hands the text to the target's half of copy.
type assembleArgs struct {
	Src          string `arg:"src,required" type:"path" doc:"Folder with the fragments, joined in the order of their names."`
	Dest         string `arg:"dest,required" type:"path" doc:"The file to make."`
	Delimiter    string `arg:"delimiter" doc:"Text between fragments; \\n and the like are understood."`
	Regexp       string `arg:"regexp" doc:"Only fragments whose names match this Python regular expression."`
	IgnoreHidden bool   `arg:"ignore_hidden" default:"false" doc:"Leave out fragments whose names start with a dot."`
	RemoteSrc    bool   `arg:"remote_src" default:"true" doc:"The fragments are on the target; false for the controller."`
	Decrypt      bool   `arg:"decrypt" default:"true" doc:"Decrypt fragments of the controller that are vault files."`
	fsys.Attrs
	fsys.Backup
	fsys.Validate
}

type assembleResult struct {
	Dest       string  `json:"dest" doc:"The file that was made."`
	Src        string  `json:"src" doc:"The folder with the fragments."`
	Checksum   string  `json:"checksum" doc:"SHA-1 of the text."`
	MD5Sum     string  `json:"md5sum" doc:"MD5 of the text."`
	BackupFile *string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Msg        string  `json:"msg" doc:"OK."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.assemble",
		Summary: "Join the files of a folder to one",
		Example: `- name: One configuration out of fragments
  ansible.builtin.assemble:
    src: /etc/app/conf.d
    dest: /etc/app/app.conf
    delimiter: "### next ###"
`,
	}, assemble)
}

func assemble(c *modules.Context, a assembleArgs) (assembleResult, error) {
	if !exists(a.Src) {
		return assembleResult{}, modules.Fail("Source (%s) does not exist", a.Src)
	}
	if !fsys.IsDir(a.Src) {
		return assembleResult{}, modules.Fail("Source (%s) is not a directory", a.Src)
	}
	text, err := a.join()
	if err != nil {
		return assembleResult{}, err
	}
	sum := md5.Sum(text)
	r := assembleResult{Dest: a.Dest, Src: a.Src, Checksum: fsys.SHA1(text), MD5Sum: hex.EncodeToString(sum[:]), Msg: "OK"}
	old, err := os.ReadFile(a.Dest)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return assembleResult{}, modules.Fail("Unable to read the contents of %s: %s", a.Dest, fsys.OSError(err))
	}
	if err == nil && bytes.Equal(old, text) {
		err = applyQuietly(c, &a.Attrs, a.Dest)
	} else {
		var done fsys.Updated
		done, err = fsys.Update{Path: a.Dest, Data: text, Attrs: &a.Attrs, Backup: a.Backup.Backup,
			Validate: a.Validate.Validate, HideAttrs: true}.Apply(c)
		if done.Backup != "" {
			r.BackupFile = &done.Backup
		}
	}
	if err != nil {
		return assembleResult{}, err
	}
	r.Info = fsys.Describe(c, a.Dest)
	return r, nil
}

// join puts the fragments together. A newline stands between two fragments in
// any case, and after the delimiter.
func (a assembleArgs) join() ([]byte, error) {
	entries, err := os.ReadDir(a.Src)
	if err != nil {
		return nil, modules.Fail("read %s: %s", a.Src, fsys.OSError(err))
	}
	var wanted *pyre.Regexp
	if a.Regexp != "" {
		if wanted, err = pyre.Compile(a.Regexp, 0); err != nil {
			return nil, modules.Fail("Invalid Regexp (%s) in \"%s\"", err, a.Regexp)
		}
	}
	var out bytes.Buffer
	first := true
	for _, e := range entries {
		path := filepath.Join(a.Src, e.Name())
		st, err := fsys.StatFollow(path)
		if err != nil || !st.IsRegular() || wanted != nil && wanted.Search(e.Name()) == nil ||
			a.IgnoreHidden && strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if !first {
			newline(&out)
			if a.Delimiter != "" {
				out.WriteString(unescape(a.Delimiter))
				newline(&out)
			}
		}
		out.Write(data)
		first = false
	}
	return out.Bytes(), nil
}

// newline ends a line that is open.
func newline(out *bytes.Buffer) {
	if b := out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		out.WriteByte('\n')
	}
}

var escapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\'`, "'", `\"`, `"`, `\a`, "\a", `\b`, "\b", `\f`, "\f", `\v`, "\v", "\\\n", "")

// unescape reads the escapes that Python reads in a bytes literal.
func unescape(text string) string { return escapes.Replace(text) }
