package files

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// on makes a case of an editing module on {dir}/f with a text.
func on(module, name, text string, args mt.Args) mt.Case {
	args["path"] = "{dir}/f"
	c := mt.Case{Name: name, Module: module, Args: args}
	if text != "-" {
		c.Files = mt.Files{"f: " + text}
	}
	return c
}

func line(name, text string, args mt.Args) mt.Case  { return on("lineinfile", name, text, args) }
func block(name, text string, args mt.Args) mt.Case { return on("blockinfile", name, text, args) }
func repl(name, text string, args mt.Args) mt.Case  { return on("replace", name, text, args) }

const linkMode = "the mode is for the file that is edited: a link has none"

var lineinfileCases = []mt.Case{
	line("added at the end", "a\nb\n", mt.Args{"line": "c"}),
	line("there", "a\nb\n", mt.Args{"line": "a"}),
	line("last line without newline", "a\nb", mt.Args{"line": "c"}),
	line("last line without newline is it", "a\nb", mt.Args{"line": "b"}),
	line("empty file", "", mt.Args{"line": "c"}),
	line("missing file", "-", mt.Args{"line": "c"}),
	line("missing file created", "-", mt.Args{"line": "c", "create": true, "mode": "0600"}),
	line("replaced", "a=1\nb=2\na=3\n", mt.Args{"line": "a=9", "regexp": "^a="}),
	line("replaced first", "a=1\nb=2\na=3\n", mt.Args{"line": "a=9", "regexp": "^a=", "firstmatch": true}),
	line("regexp matches nothing", "a=1\n", mt.Args{"line": "b=9", "regexp": "^b="}),
	line("regexp matches nothing but the line is there", "a=1\nc=1\n", mt.Args{"line": "a=1", "regexp": "^b="}),
	line("replaced already", "a=9\n", mt.Args{"line": "a=9", "regex": "^a="}),
	line("search string", "x a.b y\n", mt.Args{"line": "z", "search_string": "a.b"}),
	line("search string missing", "x aXb y\n", mt.Args{"line": "z", "search_string": "a.b"}),
	line("backrefs", "port 80 # web\n", mt.Args{"line": `port \g<new>81 \2`, "regexp": `^port (?P<new>)(\d+) (#.*)$`, "backrefs": true}),
	line("backrefs numbered", "a = 1\nb = 2\n", mt.Args{"line": `\1 = 3`, "regexp": `^(b) = \d`, "backrefs": true}),
	line("backrefs without match", "a = 1\n", mt.Args{"line": `\1 = 3`, "regexp": `^(b) = \d`, "backrefs": true}),
	line("backrefs without regexp", "a = 1\n", mt.Args{"line": "x", "backrefs": true}),
	line("insertafter", "a\nb\nc\nb\nd\n", mt.Args{"line": "x", "insertafter": "^b"}),
	line("insertafter first", "a\nb\nc\nb\nd\n", mt.Args{"line": "x", "insertafter": "^b", "firstmatch": true}),
	line("insertafter last line without newline", "a\nb", mt.Args{"line": "x", "insertafter": "^b"}).
		Differing("the line becomes one of its own; Ansible 2.14 joined the two", "diff", "tree"),
	line("insertafter without match", "a\n", mt.Args{"line": "x", "insertafter": "^q"}),
	line("insertafter EOF", "a\n", mt.Args{"line": "x", "insertafter": "EOF"}),
	line("insertafter BOF", "a\n", mt.Args{"line": "x", "insertafter": "BOF"}),
	line("insertbefore", "a\nb\nc\nb\n", mt.Args{"line": "x", "insertbefore": "^b"}),
	line("insertbefore first", "a\nb\nc\nb\n", mt.Args{"line": "x", "insertbefore": "^b", "firstmatch": true}),
	line("insertbefore BOF", "a\n", mt.Args{"line": "x", "insertbefore": "BOF"}),
	line("insertbefore without match", "a\n", mt.Args{"line": "x", "insertbefore": "^q"}),
	line("insertbefore EOF is a pattern", "a\nEOF\n", mt.Args{"line": "x", "insertbefore": "EOF"}),
	line("both inserts", "a\n", mt.Args{"line": "x", "insertbefore": "a", "insertafter": "a"}),
	line("with crlf", "a\r\nb\r\n", mt.Args{"line": "a"}),
	line("line with newline", "a\n", mt.Args{"line": "b\n"}).Changing(),
	line("absent line", "a\nb\na\n", mt.Args{"line": "a", "state": "absent"}),
	line("absent regexp", "a1\nb\na2\n", mt.Args{"regexp": "^a", "state": "absent"}),
	line("absent search string", "a1\nb\na2\n", mt.Args{"search_string": "1", "state": "absent"}),
	line("absent nothing", "a\n", mt.Args{"regexp": "^q", "state": "absent"}),
	line("absent in a missing file", "-", mt.Args{"regexp": "^q", "state": "absent"}),
	line("absent without what", "a\n", mt.Args{"state": "absent"}),
	line("present without line", "a\n", mt.Args{"regexp": "a"}),
	line("backup", "a\n", mt.Args{"line": "b", "backup": true}),
	line("validate passes", "a\n", mt.Args{"line": "b", "validate": "grep -q b %s"}),
	line("validate refuses", "a\n", mt.Args{"line": "b", "validate": "sh -c 'echo bad >&2; exit 3' %s"}),
	line("mode with a change", "a\n", mt.Args{"line": "b", "mode": "0600"}),
	line("mode without a change", "a\n", mt.Args{"line": "a", "mode": "0600"}),
	line("bytes that are no utf-8", "caf\xe9\n", mt.Args{"line": "x", "regexp": "^caf.$"}),
	line("word characters are ascii", "é\n", mt.Args{"line": "x", "regexp": `^\w`}),
	line("empty regexp", "a\nb\n", mt.Args{"line": "x", "regexp": ""}),
	line("check mode", "a\n", mt.Args{"line": "b"}),
	{Name: "through a link", Module: "lineinfile", Files: mt.Files{"t 0640: a\n", "f -> t"}, Args: mt.Args{"path": "{dir}/f", "line": "b", "mode": "0600"},
		Differs: map[string]string{"diff": linkMode, "msg": linkMode, "tree": linkMode}},
	{Name: "a directory", Module: "lineinfile", Files: mt.Files{"f/"}, Args: mt.Args{"path": "{dir}/f", "line": "b"}},
	{Name: "in new directories", Module: "lineinfile", Args: mt.Args{"path": "{dir}/x/y/f", "line": "b", "create": true}},
}

var blockinfileCases = []mt.Case{
	block("added at the end", "a\n", mt.Args{"block": "x\ny"}),
	block("there", "a\n# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\nb\n", mt.Args{"block": "x\n"}),
	block("other text", "a\n# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\nb\n", mt.Args{"content": "y\n"}),
	block("removed", "a\n# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\nb\n", mt.Args{"state": "absent"}),
	block("removed by emptiness", "# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\n", mt.Args{"block": ""}),
	block("nothing to remove", "a\n", mt.Args{"state": "absent"}),
	block("missing file to remove from", "-", mt.Args{"state": "absent"}),
	block("missing file", "-", mt.Args{"block": "x"}),
	block("missing file created", "-", mt.Args{"block": "x", "create": true, "mode": "0600"}),
	block("missing file removed with create", "-", mt.Args{"state": "absent", "create": true}),
	block("marker", "a\n", mt.Args{"block": "x", "marker": "<!-- {mark} it -->", "marker_begin": "START", "marker_end": "STOP"}),
	block("insertafter", "a\nb\nc\n", mt.Args{"block": "x", "insertafter": "^b"}),
	block("insertbefore", "a\nb\nc\n", mt.Args{"block": "x", "insertbefore": "^b"}),
	block("insertbefore BOF", "a\n", mt.Args{"block": "x", "insertbefore": "BOF"}),
	block("insertafter EOF", "a", mt.Args{"block": "x", "insertafter": "EOF"}),
	block("insertafter without match", "a\n", mt.Args{"block": "x", "insertafter": "^q"}),
	block("insertafter multiline", "a\nb\nc\nd\n", mt.Args{"block": "x", "insertafter": `(?m)b\nc`}),
	block("insertbefore multiline", "a\nb\nc\nd\n", mt.Args{"block": "x", "insertbefore": `(?m)b\nc`}),
	block("last line without newline", "a", mt.Args{"block": "x"}),
	block("markers turned round", "# END ANSIBLE MANAGED BLOCK\nx\n# BEGIN ANSIBLE MANAGED BLOCK\nb\n", mt.Args{"block": "y"}),
	block("only one marker", "# BEGIN ANSIBLE MANAGED BLOCK\nx\n", mt.Args{"block": "y"}),
	block("backup", "a\n", mt.Args{"block": "y", "backup": true}),
	block("validate refuses", "a\n", mt.Args{"block": "y", "validate": "false %s"}),
	block("mode", "a\n", mt.Args{"block": "y", "mode": "0600"}),
	block("mode only", "a\n# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\n", mt.Args{"block": "x", "mode": "0600"}),
	{Name: "a directory", Module: "blockinfile", Files: mt.Files{"f/"}, Args: mt.Args{"path": "{dir}/f", "block": "b"}},
	{Name: "through a link", Module: "blockinfile", Files: mt.Files{"t 0640: a\n", "f -> t"}, Args: mt.Args{"path": "{dir}/f", "block": "b"}},
}

var replaceCases = []mt.Case{
	repl("every match", "a1 a2\na3\n", mt.Args{"regexp": `a(\d)`, "replace": `b\1`}),
	repl("anchors at lines", "a\nab\na\n", mt.Args{"regexp": "^a$", "replace": "x"}),
	repl("nothing", "a\n", mt.Args{"regexp": "q", "replace": "x"}),
	repl("removed", "a\nb\n", mt.Args{"regexp": `^a\n`}),
	repl("same text", "a\n", mt.Args{"regexp": "a", "replace": "a"}),
	repl("after", "a\n[s]\na\n", mt.Args{"regexp": "a", "replace": "x", "after": `\[s\]`}),
	repl("before", "a\n[s]\na\n", mt.Args{"regexp": "a", "replace": "x", "before": `\[s\]`}),
	repl("after and before", "a\n[s]\na\n[t]\na\n", mt.Args{"regexp": "a", "replace": "x", "after": `\[s\]`, "before": `\[t\]`}),
	repl("after not there", "a\n", mt.Args{"regexp": "a", "replace": "x", "after": "q"}),
	repl("named group", "key=val\n", mt.Args{"regexp": `(?P<k>\w+)=(?P<v>\w+)`, "replace": `\g<v>=\g<k>`}).Changing(),
	repl("unicode words", "é1\n", mt.Args{"regexp": `\w+`, "replace": "x"}),
	repl("latin-1", "caf\xe9\n", mt.Args{"regexp": "é", "replace": "e", "encoding": "latin-1"}),
	repl("mode with a change", "a\n", mt.Args{"regexp": "a", "replace": "x", "mode": "0600"}),
	repl("mode without a change", "a\n", mt.Args{"regexp": "q", "replace": "x", "mode": "0600"}),
	repl("backup", "a\n", mt.Args{"regexp": "a", "replace": "x", "backup": true}),
	repl("validate refuses", "a\n", mt.Args{"regexp": "a", "replace": "x", "validate": "false %s"}),
	repl("missing file", "-", mt.Args{"regexp": "a", "replace": "x"}),
	{Name: "a directory", Module: "replace", Files: mt.Files{"f/"}, Args: mt.Args{"path": "{dir}/f", "regexp": "b"}},
	{Name: "through a link", Module: "replace", Files: mt.Files{"t 0640: a\n", "f -> t"}, Args: mt.Args{"path": "{dir}/f", "regexp": "a", "replace": "b"}},
}

func TestLineinfile(t *testing.T)        { mt.Conform(t, lineinfileCases) }
func TestLineinfileOracle(t *testing.T)  { mt.Compare(t, lineinfileCases) }
func TestBlockinfile(t *testing.T)       { mt.Conform(t, blockinfileCases) }
func TestBlockinfileOracle(t *testing.T) { mt.Compare(t, blockinfileCases) }
func TestReplace(t *testing.T)           { mt.Conform(t, replaceCases) }
func TestReplaceOracle(t *testing.T)     { mt.Compare(t, replaceCases) }

// Ansible 2.14 has no append_newline and prepend_newline; these are the rules
// that 2.16 documents.
func TestBlockPadding(t *testing.T) {
	for _, c := range []struct{ before, after string }{
		{"a\nb\n", "a\n\n#B\nx\n#E\n\nb\n"},
		{"a\n\nb\n", "a\n\n#B\nx\n#E\n\nb\n"},
		{"b\n", "#B\nx\n#E\n\nb\n"},
	} {
		a := blockinfileArgs{State: "present", Block: "x", Marker: "#{mark}", MarkerBegin: "B", MarkerEnd: "E",
			AppendNewline: true, PrependNewline: true, InsertBefore: new(string)}
		*a.InsertBefore = "^b"
		got, err := a.edit(c.before)
		if err != nil || got != c.after {
			t.Errorf("%q became %q, want %q (%v)", c.before, got, c.after, err)
		}
		if again, _ := a.edit(got); again != got {
			t.Errorf("%q became %q the second time", got, again)
		}
	}
}

func TestBadPatternIsAFailure(t *testing.T) {
	for _, c := range []mt.Case{
		line("lineinfile", "a\n", mt.Args{"line": "x", "regexp": "(a"}),
		repl("replace", "a\n", mt.Args{"regexp": "a", "replace": `\2`}),
	} {
		dir := t.TempDir()
		c.Files.Make(t, dir)
		if r := c.Run(t, dir, false); !r.Failed || !strings.Contains(r.Msg, "position") && !strings.Contains(r.Msg, "missing )") {
			t.Errorf("%s: failed=%v %q", c.Name, r.Failed, r.Msg)
		}
	}
}
