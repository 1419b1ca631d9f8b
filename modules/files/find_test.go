package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

var findFiles = mt.Files{"t/a.txt: one\ntwo\n", "t/b.log 0600: 0123456789", "t/.h: x", "t/d/c.txt: two\n", "t/d/e/f.txt: three", "t/l -> a.txt", "t/ld -> d"}

func finds(name string, args mt.Args) mt.Case {
	if args["paths"] == nil {
		args["paths"] = "{dir}/t"
	}
	return mt.Case{Name: name, Module: "find", Files: findFiles, Args: args, Unordered: []string{"files"}}
}

var findCases = []mt.Case{
	finds("plain", mt.Args{}),
	finds("pattern", mt.Args{"patterns": "*.txt"}),
	finds("patterns", mt.Args{"patterns": "*.txt,*.log"}),
	finds("pattern with a set", mt.Args{"pattern": []string{"[!a]*", "a.t?t"}}),
	finds("regex", mt.Args{"patterns": "^[ab]\\.", "use_regex": true}),
	finds("regex with commas in a list", mt.Args{"patterns": []string{"^.{1,2}\\.txt$"}, "use_regex": true}),
	finds("excludes", mt.Args{"patterns": "*", "excludes": "*.log"}),
	finds("recurse", mt.Args{"recurse": true}),
	finds("depth", mt.Args{"recurse": true, "depth": 2}),
	finds("directories", mt.Args{"file_type": "directory", "recurse": true}),
	finds("links", mt.Args{"file_type": "link"}),
	finds("any", mt.Args{"file_type": "any", "hidden": true}),
	finds("hidden", mt.Args{"hidden": true}),
	finds("follow", mt.Args{"follow": true, "recurse": true}),
	finds("contains", mt.Args{"contains": "tw.", "recurse": true}),
	finds("contains from the start of a line only", mt.Args{"contains": "wo", "recurse": true}),
	finds("contains in the whole file", mt.Args{"contains": "e\\nt", "read_whole_file": true}),
	finds("age", mt.Args{"age": "1d"}),
	finds("younger", mt.Args{"age": "-1d"}),
	finds("age in words", mt.Args{"age": "old"}),
	finds("size", mt.Args{"size": "10"}),
	finds("smaller", mt.Args{"size": "-9b"}),
	finds("kilobytes", mt.Args{"size": "1k"}),
	finds("size in words", mt.Args{"size": "big"}),
	finds("checksum", mt.Args{"get_checksum": true, "patterns": "a.txt"}),
	finds("missing path", mt.Args{"paths": []string{"{dir}/none", "{dir}/t"}}),
	finds("a file as path", mt.Args{"paths": "{dir}/t/a.txt"}),
}

func TestFind(t *testing.T)       { mt.Conform(t, findCases) }
func TestFindOracle(t *testing.T) { mt.Compare(t, findCases) }

// What 2.14 does not have yet: the documented rules of later versions.
func TestFindLater(t *testing.T) {
	for _, c := range []struct {
		args mt.Args
		want string
	}{
		{mt.Args{"mode": "0600"}, "b.log"},
		{mt.Args{"mode": "u=rw,go=r"}, "a.txt"},
		{mt.Args{"mode": "0044", "exact_mode": false}, "a.txt"},
		{mt.Args{"limit": 1}, "a.txt"},
	} {
		fc := finds("", c.args)
		dir := t.TempDir()
		fc.Files.Make(t, dir)
		r := fc.Run(t, dir, false)
		files, _ := r.Data.Get("files")
		if got := pathsOf(files); got != c.want {
			t.Errorf("%v found %s, want %s (%s)", c.args, got, c.want, r.Msg)
		}
	}
}

var slurpCases = []mt.Case{
	{Name: "text", Module: "slurp", Files: mt.Files{"a: text\n"}, Args: mt.Args{"src": "{dir}/a"}},
	{Name: "empty", Module: "slurp", Files: mt.Files{"a: "}, Args: mt.Args{"path": "{dir}/a"}},
	{Name: "missing", Module: "slurp", Args: mt.Args{"src": "{dir}/a"}},
	{Name: "directory", Module: "slurp", Files: mt.Files{"a/"}, Args: mt.Args{"src": "{dir}/a"}},
}

func TestSlurp(t *testing.T)       { mt.Conform(t, slurpCases) }
func TestSlurpOracle(t *testing.T) { mt.Compare(t, slurpCases) }

func assembled(name string, args mt.Args) mt.Case {
	args["src"], args["dest"] = "{dir}/s", "{dir}/d"
	return mt.Case{Name: name, Module: "assemble", Args: args,
		Files: mt.Files{"s/10: ten", "s/02: two\n", "s/.h: hidden\n", "s/x/y: no", "old 0600: old\n"}}
}

var assembleCases = []mt.Case{
	assembled("plain", mt.Args{}),
	assembled("delimiter", mt.Args{"delimiter": `# \n--`}),
	assembled("regexp", mt.Args{"regexp": "^0"}),
	assembled("ignore hidden", mt.Args{"ignore_hidden": true}),
	assembled("mode and owner", mt.Args{"mode": "0600", "owner": "daemon"}).AsRoot(),
	assembled("validate refuses", mt.Args{"validate": "false %s"}),
	{Name: "same", Module: "assemble", Files: mt.Files{"s/a: 1", "d 0600: 1"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d"}},
	{Name: "other with backup", Module: "assemble", Files: mt.Files{"s/a: 1", "d 0600: 2"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d", "backup": true}},
	{Name: "missing source", Module: "assemble", Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d"}},
	{Name: "source is a file", Module: "assemble", Files: mt.Files{"s: 1"}, Args: mt.Args{"src": "{dir}/s", "dest": "{dir}/d"}},
}

func TestAssemble(t *testing.T)       { mt.Conform(t, assembleCases) }
func TestAssembleOracle(t *testing.T) { mt.Compare(t, assembleCases) }

var tempfileCases = []mt.Case{
	mt.Case{Name: "file", Module: "tempfile", Args: mt.Args{"path": "{dir}", "suffix": ".x"}, Ignore: []string{"path"}, Differs: map[string]string{"tree": "its name is random"}}.Changing(),
	mt.Case{Name: "directory", Module: "tempfile", Args: mt.Args{"path": "{dir}", "state": "directory", "prefix": "p"}, Ignore: []string{"path"}, Differs: map[string]string{"tree": "its name is random"}}.Changing(),
	{Name: "no folder", Module: "tempfile", Args: mt.Args{"path": "{dir}/none"}, Ignore: []string{"msg"}},
}

func TestTempfile(t *testing.T)       { mt.Conform(t, tempfileCases) }
func TestTempfileOracle(t *testing.T) { mt.Compare(t, tempfileCases) }

func TestTempfileName(t *testing.T) {
	dir := t.TempDir()
	c := mt.Case{Module: "tempfile", Args: mt.Args{"path": "{dir}", "suffix": ".x"}}
	path := c.Run(t, dir, false).Data.GetString("path")
	if name := filepath.Base(path); !strings.HasPrefix(name, "ansible.") || !strings.HasSuffix(name, ".x") || len(name) != len("ansible.12345678.x") {
		t.Errorf("the file is called %s", name)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file has %v (%v)", info, err)
	}
}
