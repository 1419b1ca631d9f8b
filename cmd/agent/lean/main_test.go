package main

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func TestSilent(t *testing.T) {
	const text = "package p\n\ntype args struct {\n\tName string `arg:\"name,required\" doc:\"The \\\"name\\\".\"`\n\tSize int `json:\"size\" doc:\"Its size.\" type:\"int\"`\n}\n\n" +
		"var s = modules.Spec{\n\tName: \"a.b.c\", Summary: \"Does\",\n\tExample: `- one\n  two\n`,\n\tNotes: []string{\n\t\t\"first\",\n\t\t\"second\" + \"third\",\n\t},\n\tDiffers: append(own, \"kept\"),\n}\n\nvar other = thing{Summary: \"kept too\"}\n"
	out, err := silent("p.go", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := string(out)
	if _, err := parser.ParseFile(token.NewFileSet(), "p.go", out, 0); err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	for _, gone := range []string{"The ", "Its size", "Does", "- one", "first", "third", "doc:"} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is there still:\n%s", gone, got)
		}
	}
	for _, kept := range []string{"`arg:\"name,required\"`", "`json:\"size\" type:\"int\"`", "a.b.c", "kept\")", "kept too"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is gone:\n%s", kept, got)
		}
	}
	if was, is := strings.Count(text, "\n"), strings.Count(got, "\n"); was != is {
		t.Errorf("%d lines of %d", is, was)
	}
}
