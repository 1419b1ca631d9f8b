package actions

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/engine"
	"goplay/internal/pyre"
	"goplay/modules"
)

func init() { register("ansible.builtin.assemble", assemble) }

// assemble joins fragments of the controller and has the text put in place as
// copy does; fragments of the target are its module's affair.
func assemble(ctx context.Context, s *engine.Step) (modules.Result, error) {
	remote, err := s.Bool("remote_src", true)
	if err != nil {
		return failed(err)
	}
	if s.Text("src") == "" || s.Text("dest") == "" {
		return failure("src and dest are required")
	}
	if remote {
		return through(ctx, s, nil)
	}
	dir, err := s.FindFile("files", s.Text("src"))
	if err != nil {
		return failed(err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return failure("Source (%s) is not a directory", dir)
	}
	text, err := joined(s, dir)
	if err != nil {
		return failed(err)
	}
	sum := sha1.Sum(text)
	set := map[string]any{"src": dir, "_content": dir, "_checksum": hex.EncodeToString(sum[:]), "_size": int64(len(text)),
		"_basename": filepath.Base(dir), "_header": dir,
		"remote_src": nil, "regexp": nil, "delimiter": nil, "ignore_hidden": nil, "decrypt": nil}
	return s.Run(ctx, modules.Call{Module: "ansible.builtin.copy", Args: argsWith(s, set), Content: bytesContent(text)})
}

// joined is the text of the fragments in the order of their names. A line that
// a fragment leaves open is ended before the next one, and before a delimiter;
// a newline follows the delimiter even where it ends in one, as with Ansible.
func joined(s *engine.Step, dir string) ([]byte, error) {
	names, err := fragments(s, dir)
	if err != nil {
		return nil, err
	}
	decrypt, err := s.Bool("decrypt", true)
	if err != nil {
		return nil, err
	}
	delimiter := escapes.Replace(s.Text("delimiter"))
	var out bytes.Buffer
	for i, name := range names {
		if i > 0 {
			endLine(&out)
			if delimiter != "" {
				out.WriteString(delimiter + "\n")
			}
		}
		if err := appendFile(&out, s, filepath.Join(dir, name), decrypt); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func appendFile(out *bytes.Buffer, s *engine.Step, path string, decrypt bool) error {
	r, err := s.Decrypted(path, decrypt)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(out, r)
	return err
}

func endLine(out *bytes.Buffer) {
	if b := out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		out.WriteByte('\n')
	}
}

// fragments are the names of the files in a folder that the task wants.
func fragments(s *engine.Step, dir string) ([]string, error) {
	visible, err := s.Bool("ignore_hidden", false)
	if err != nil {
		return nil, err
	}
	var wanted *pyre.Regexp
	if expr := s.Text("regexp"); expr != "" {
		if wanted, err = pyre.Compile(expr, 0); err != nil {
			return nil, modules.Fail("Invalid Regexp (%s) in \"%s\"", err, expr)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		info, err := os.Stat(filepath.Join(dir, name))
		hidden := visible && strings.HasPrefix(name, ".")
		if err != nil || !info.Mode().IsRegular() || hidden || wanted != nil && wanted.Search(name) == nil {
			continue
		}
		names = append(names, name)
	}
	return names, nil
}

// escapes are those that Python reads in a bytes literal.
var escapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\'`, "'", `\"`, `"`, `\a`, "\a", `\b`, "\b", `\f`, "\f", `\v`, "\v", "\\\n", "")
