// Lean writes the modules' sources once more without what they say to readers,
// for go build -overlay: the agent tells nobody what a module or an option is
// for, and those sentences do not compress. It prints the overlay's name.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lean SOURCES FOLDER")
		os.Exit(2)
	}
	name, err := overlay(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
	fmt.Println(name)
}

// overlay writes what differs of the sources below root into a folder, and the list of it.
func overlay(root, folder string) (string, error) {
	replace := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		short, err := silent(path, text)
		if err != nil || bytes.Equal(short, text) {
			return err
		}
		full, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		to := filepath.Join(folder, fmt.Sprintf("%d.go", len(replace)))
		replace[full] = to
		return os.WriteFile(to, short, 0o600)
	})
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "overlay.json")
	return name, os.WriteFile(name, list, 0o600)
}

// said are the fields of a modules.Spec that are for readers.
var said = map[string]bool{"Summary": true, "Example": true, "Notes": true, "Differs": true}

var docTag = regexp.MustCompile(` ?doc:"(?:\\.|[^"\\])*"`)

// edit is what stands instead of a part of a file.
type edit struct {
	from, to int
	text     string
}

// silent is a file without its docs. Every line stays where it is.
func silent(path string, text []byte) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var edits []edit
	add := func(n ast.Node, instead func(old string) string) {
		from, to := set.Position(n.Pos()).Offset, set.Position(n.End()).Offset
		edits = append(edits, edit{from, to, instead(string(text[from:to]))})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if n.Tag != nil && strings.HasPrefix(n.Tag.Value, "`") {
				add(n.Tag, func(tag string) string { return docTag.ReplaceAllString(tag, "") })
			}
		case *ast.CompositeLit:
			if !isSpec(n.Type) {
				return true
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && said[fmt.Sprint(kv.Key)] && literal(kv.Value) {
					add(kv.Value, unsaid)
				}
			}
		}
		return true
	})
	sort.Slice(edits, func(i, j int) bool { return edits[i].from > edits[j].from })
	out := text
	for _, e := range edits {
		out = append(append(append([]byte{}, out[:e.from]...), e.text...), out[e.to:]...)
	}
	return out, nil
}

func isSpec(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.SelectorExpr:
		return t.Sel.Name == "Spec"
	case *ast.Ident:
		return t.Name == "Spec"
	}
	return false
}

// literal reports whether a value is written out: without it nothing that the
// file declares or imports is left unused.
func literal(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return literal(e.X) && literal(e.Y)
	case *ast.CompositeLit:
		for _, item := range e.Elts {
			if !literal(item) {
				return false
			}
		}
		return true
	}
	return false
}

// unsaid is nothing, of the kind and over the lines of a value.
func unsaid(old string) string {
	lines := strings.Repeat("\n", strings.Count(old, "\n"))
	if strings.HasPrefix(old, "[]string{") {
		return "[]string{" + lines + "}"
	}
	if lines == "" {
		return `""`
	}
	return `"" +` + lines + `""`
}
