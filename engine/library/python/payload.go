// Package python holds what a project's own Python needs to run where goplay
// has none: a small library of our own with the documented interface of
// Ansible's module_utils, and the way to send it along with a module. Nothing
// here runs Python.
package python

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// The library. all: is for files that begin with an underscore.
//
//go:embed all:target
var embedded embed.FS

// Sources are where a project keeps Python that its modules import.
type Sources struct {
	Utils       []string // folders of module_utils, nearest first
	Collections []string // folders that hold ansible_collections
}

// Payload is a module with all that it imports, as a zip that Python runs.
type Payload struct {
	Zip  []byte
	Hash string
}

// Missing is an import that neither the project nor goplay's library answers.
type Missing struct {
	Module string   // the module that is to be run
	File   string   // where the import stands
	Names  []string // what was looked for
}

func (m *Missing) Error() string {
	return fmt.Sprintf("Could not find imported module support code for %s.  Looked for (['%s'])", m.Module, strings.Join(m.Names, "', '"))
}

// Hint says what to do about it.
func (m *Missing) Hint() string {
	return fmt.Sprintf("%s imports it: put it into a module_utils folder of the project, or use a module that goplay has", m.File)
}

// Build puts a module's payload together. A *Missing error names what it
// imports and nobody has.
func Build(file string, s Sources) (*Payload, error) {
	name := moduleName(file, s)
	b := &builder{sources: s, files: map[string][]byte{}, module: name}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text = bytes.ReplaceAll(text, []byte("#<<INCLUDE_ANSIBLE_MODULE_COMMON>>"), []byte("from ansible.module_utils.basic import *"))
	if err := b.library(); err != nil {
		return nil, err
	}
	b.files["MODULE"] = []byte(name + "\n")
	b.add(strings.ReplaceAll(name, ".", "/")+".py", text)
	if err := b.follow(file, name, string(text), false); err != nil {
		return nil, err
	}
	data, err := b.zip()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return &Payload{Zip: data, Hash: hex.EncodeToString(sum[:16])}, nil
}

// moduleName is the full name that Python knows a module by.
func moduleName(file string, s Sources) string {
	stem := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	for _, root := range s.Collections {
		rel, err := filepath.Rel(root, strings.TrimSuffix(file, filepath.Ext(file)))
		if err == nil && strings.HasPrefix(rel, "ansible_collections"+string(filepath.Separator)) {
			return strings.ReplaceAll(filepath.ToSlash(rel), "/", ".")
		}
	}
	return "ansible.modules." + stem
}

type builder struct {
	sources Sources
	module  string
	files   map[string][]byte // by path in the zip
}

// library adds all of ours: it is small, and a module may import late.
func (b *builder) library() error {
	return fs.WalkDir(embedded, "target", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".py" {
			return err
		}
		data, err := embedded.ReadFile(name)
		b.files[strings.TrimPrefix(name, "target/")] = data
		return err
	})
}

// add takes a file, and makes packages of the folders that it is in.
func (b *builder) add(name string, data []byte) {
	b.files[name] = data
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if init := dir + "/__init__.py"; b.files[init] == nil {
			b.files[init] = []byte{}
		}
	}
}

// follow adds what a file imports, and what that imports in turn.
func (b *builder) follow(file, module, text string, isPackage bool) error {
	for _, i := range imports(text) {
		full, ok := absolute(i.module, module, isPackage)
		if !ok || !ours(full) {
			continue
		}
		if err := b.resolve(file, full, i); err != nil {
			return err
		}
	}
	return nil
}

// ours tells the imports that are looked for here; what else a module imports
// is a matter of the host's Python.
func ours(name string) bool {
	return name == "ansible.module_utils" || strings.HasPrefix(name, "ansible.module_utils.") || strings.HasPrefix(name, "ansible_collections.")
}

// absolute makes a relative import a full one.
func absolute(name, module string, isPackage bool) (string, bool) {
	dots := len(name) - len(strings.TrimLeft(name, "."))
	if dots == 0 {
		return name, true
	}
	parts := strings.Split(module, ".")
	if isPackage {
		dots--
	}
	if dots > len(parts) {
		return "", false
	}
	parts = parts[:len(parts)-dots]
	if rest := strings.TrimLeft(name, "."); rest != "" {
		parts = append(parts, rest)
	}
	return strings.Join(parts, "."), true
}

// resolve finds the file of an import: the name itself may be a module, or a
// name in one.
func (b *builder) resolve(file, full string, i imported) error {
	candidates := []string{full}
	if i.name != "" && i.name != "*" {
		candidates = []string{full + "." + i.name, full}
	}
	for _, name := range candidates {
		found, err := b.take(name)
		if err != nil || found {
			return err
		}
	}
	if i.optional {
		return nil
	}
	return &Missing{Module: b.module, File: file, Names: candidates}
}

// take adds the module or package of a name, if there is one.
func (b *builder) take(name string) (bool, error) {
	inZip := strings.ReplaceAll(name, ".", "/")
	for _, ending := range []string{"/__init__.py", ".py"} {
		if path := b.find(inZip + ending); path != "" {
			return true, b.project(inZip+ending, name, path)
		}
	}
	if b.files[inZip+"/__init__.py"] != nil || b.files[inZip+".py"] != nil {
		return true, nil
	}
	return name == "ansible.module_utils" || b.isFolder(inZip), nil
}

// project adds a file of the project's, the packages that it is in, and what
// they import.
func (b *builder) project(inZip, name, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if have, ok := b.files[inZip]; ok && bytes.Equal(have, text) {
		return nil
	}
	b.add(inZip, text)
	for dir := path.Dir(inZip); strings.Count(dir, "/") > 1; dir = path.Dir(dir) {
		if init := b.find(dir + "/__init__.py"); init != "" {
			if err := b.project(dir+"/__init__.py", strings.ReplaceAll(dir, "/", "."), init); err != nil {
				return err
			}
		}
	}
	return b.follow(file, name, string(text), strings.HasSuffix(inZip, "/__init__.py"))
}

// find is the project's file for a path in the zip; "" if it has none.
func (b *builder) find(inZip string) string {
	for _, file := range b.places(inZip) {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
	}
	return ""
}

// isFolder tells packages without an __init__.py.
func (b *builder) isFolder(inZip string) bool {
	for _, dir := range b.places(inZip) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

func (b *builder) places(inZip string) []string {
	var out []string
	if rest, ok := strings.CutPrefix(inZip, "ansible/module_utils/"); ok {
		for _, dir := range b.sources.Utils {
			out = append(out, filepath.Join(dir, rest))
		}
	} else {
		for _, root := range b.sources.Collections {
			out = append(out, filepath.Join(root, inZip))
		}
	}
	return out
}

// zip writes the files in order and without times: the same files give the same bytes.
func (b *builder) zip() ([]byte, error) {
	names := make([]string, 0, len(b.files))
	for name := range b.files {
		names = append(names, name)
	}
	sort.Strings(names)
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = f.Write(b.files[name])
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
