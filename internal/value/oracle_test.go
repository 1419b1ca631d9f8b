package value

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "ask python3 for the answers in testdata/*.tsv anew")

// question is a line of a table: its kind and operands, and Python's answer.
type question struct {
	file string
	line int
	text string
	want string
}

func questions(t *testing.T) []question {
	t.Helper()
	files, err := filepath.Glob("testdata/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	var qs []question
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
			at := strings.LastIndexByte(line, '\t')
			qs = append(qs, question{file, i + 1, line[:at], line[at+1:]})
		}
	}
	return qs
}

// TestPython holds every answer against the one that Python gave.
func TestPython(t *testing.T) {
	for _, q := range questions(t) {
		if got := answer(q.text); got != q.want {
			t.Errorf("%s:%d %s\n got %s\nwant %s", q.file, q.line, q.text, got, q.want)
		}
	}
}

// TestPythonConfirm asks python3 every question again; with -update it writes
// the answers down.
func TestPythonConfirm(t *testing.T) {
	python := findPython(t)
	qs := questions(t)
	var in bytes.Buffer
	for _, q := range qs {
		fmt.Fprintln(&in, q.text)
	}
	cmd := exec.Command(python, "-W", "ignore", "testdata/oracle.py")
	cmd.Env = append(os.Environ(), "TZ=UTC", "PYTHONIOENCODING=utf-8", "LC_ALL=C.UTF-8")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v", err)
	}
	answers := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(answers) != len(qs) {
		t.Fatalf("%d answers to %d questions", len(answers), len(qs))
	}
	if *update {
		writeAnswers(t, qs, answers)
		return
	}
	for i, q := range qs {
		if answers[i] != q.want {
			t.Errorf("%s:%d %s\nthe table has %s\npython3 says %s", q.file, q.line, q.text, q.want, answers[i])
		}
	}
}

// findPython is a python3 of the version that the tables hold the words of.
func findPython(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		version, err := exec.Command(name, "-c", "import sys; print(*sys.version_info[:2])").Output()
		if err == nil && strings.TrimSpace(string(version)) == "3 11" {
			return name
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("python3 3.11 is not installed: the tables cannot be confirmed")
	}
	t.Skip("python3 3.11 is not installed: the tables are not confirmed")
	return ""
}

func writeAnswers(t *testing.T, qs []question, answers []string) {
	t.Helper()
	files := map[string]*strings.Builder{}
	for i, q := range qs {
		if files[q.file] == nil {
			files[q.file] = &strings.Builder{}
		}
		fmt.Fprintf(files[q.file], "%s\t%s\n", q.text, answers[i])
	}
	for file, b := range files {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// answer is what this package says to a question.
func answer(q string) string {
	fields := strings.Split(q, "\t")
	s, err := ask(fields[0], fields[1:])
	if err != nil {
		e := err.(*Exception)
		switch {
		case e.Type == "SyntaxError" || e.Type == "RecursionError":
			return e.Type
		case strings.HasPrefix(e.Msg, "malformed node"):
			return "ValueError: malformed node"
		}
		s = e.Type + ": " + e.Msg
	}
	return strings.ReplaceAll(s, "\n", `\n`)
}

func shown(v any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return show(v), nil
}

func show(v any) string {
	s, ok := v.(*Set)
	if !ok || s.Len() == 0 {
		return Repr(v)
	}
	var items []string
	for _, item := range s.Items() {
		items = append(items, Repr(item))
	}
	sort.Strings(items)
	return "{" + strings.Join(items, ", ") + "}"
}

// ask answers one question; operands that do not parse fail it.
func ask(kind string, f []string) (string, error) {
	switch kind {
	case "compare", "binary":
		return askBinary(kind, f[0], operand(f[1]), operand(f[2]))
	case "method":
		return askMethod(operand(f[0]), f[1], f[2:])
	case "literal":
		return shown(ParseLiteral(operand(f[0]).(string)))
	}
	a := operand(f[0])
	switch kind {
	case "repr":
		return Repr(a), nil
	case "str":
		return show(Str(a)), nil
	case "truth":
		return show(Truth(a)), nil
	case "type":
		return TypeName(a), nil
	case "len":
		n, err := Len(a)
		return shown(int64(n), err)
	case "list":
		items, err := Items(a)
		return shown(NewList(items...), err)
	case "neg":
		return shown(Neg(a))
	case "hash":
		return shown(true, Hashable(a))
	case "item":
		return shown(Item(a, subscript(f[1])))
	case "percent":
		return shown(Mod(a, operand(f[1])))
	case "spec":
		return shown(FormatSpec(a, operand(f[1]).(string)))
	case "format":
		return askMethod(a, "format", f[1:])
	case "loads":
		return shown(DecodeJSON([]byte(a.(string))))
	case "dumps":
		return shown(EncodeJSON(a, jsonOptions(f[1:])))
	case "strptime":
		return shown(Strptime(a.(string), operand(f[1]).(string)))
	}
	return "", Raise("NotImplementedError", "%s", kind)
}

func askBinary(kind, op string, a, b any) (string, error) {
	if kind == "compare" {
		return shown(Compare(op, a, b))
	}
	if op == "in" {
		return shown(Contains(b, a))
	}
	f := map[string]func(a, b any) (any, error){
		"+": Add, "-": Sub, "*": Mul, "/": TrueDiv, "//": FloorDiv, "%": Mod, "**": Pow, "|": Or, "&": And, "^": Xor,
	}[op]
	return shown(f(a, b))
}

func askMethod(obj any, name string, f []string) (string, error) {
	attr, ok := Attr(obj, name)
	if !ok {
		return "", Raise("AttributeError", "'%s' object has no attribute '%s'", typePath(obj), name)
	}
	if f[0] == "" {
		return show(attr), nil
	}
	var kwargs *Dict
	if len(f) > 1 && f[1] != "" {
		kwargs = operand(f[1]).(*Dict)
	}
	v, err := attr.(Callable).Call(operand(f[0]).(Tuple), kwargs)
	s, err := shown(v, err)
	switch obj.(type) {
	case *List, *Dict, *Set:
		if name != "format" {
			s += " | " + show(obj)
		}
	}
	return s, err
}

func jsonOptions(f []string) JSONOptions {
	var o JSONOptions
	if len(f) == 0 || f[0] == "" {
		return o
	}
	d := operand(f[0]).(*Dict)
	o.Indent, _ = d.Get("indent")
	o.SortKeys = sortKeys(d)
	ascii, ok := d.Get("ensure_ascii")
	o.Unicode = ok && !Truth(ascii)
	if seps, ok := d.Get("separators"); ok {
		o.Separators = [2]string{seps.(Tuple)[0].(string), seps.(Tuple)[1].(string)}
	}
	return o
}

func subscript(text string) any {
	if !strings.Contains(text, ":") || strings.IndexByte(`'"({`, text[0]) >= 0 {
		return operand(text)
	}
	var parts [3]any
	for i, p := range strings.Split(text, ":") {
		if p != "" {
			parts[i] = operand(p)
		}
	}
	return Slice{parts[0], parts[1], parts[2]}
}

// operand reads a literal, or a call of one of the types that have none.
func operand(text string) any {
	switch text {
	case "inf":
		return math.Inf(1)
	case "-inf":
		return math.Inf(-1)
	case "nan":
		return math.NaN()
	case "timezone.utc":
		return Zone{}
	}
	if name, args, ok := strings.Cut(text, "("); ok && name != "" && strings.HasSuffix(args, ")") {
		if make := makers[name]; make != nil {
			return make(strings.TrimSuffix(args, ")"))
		}
	}
	v, err := ParseLiteral(text)
	if err != nil {
		panic(fmt.Sprintf("operand %s: %v", text, err))
	}
	return v
}

var makers map[string]func(args string) any

func init() {
	makers = map[string]func(string) any{
		"range":     makeRange,
		"date":      func(s string) any { n := ints(s, 3); return Date{n[0], n[1], n[2]} },
		"time":      makeClock,
		"datetime":  makeDatetime,
		"timedelta": makeTimedelta,
		"timezone":  func(s string) any { return Zone{Offset: int(operand(s).(Timedelta) / Second)} },
	}
}

func ints(s string, n int) []int {
	out := make([]int, n)
	for i, p := range strings.Split(s, ",") {
		out[i] = int(operand(strings.TrimSpace(p)).(int64))
	}
	return out
}

func makeRange(s string) any {
	n := ints(s, 3)
	start, stop, step := n[0], n[1], n[2]
	switch strings.Count(s, ",") {
	case 0:
		start, stop, step = 0, start, 1
	case 1:
		step = 1
	}
	r, err := NewRange(int64(start), int64(stop), int64(step))
	if err != nil {
		panic(err)
	}
	return r
}

func makeClock(s string) any {
	n := ints(s, 4)
	return Clock{Micros: int64(n[0]*3600+n[1]*60+n[2])*1000000 + int64(n[3])}
}

func makeDatetime(s string) any {
	loc := Naive
	if before, zone, ok := strings.Cut(s, ", tzinfo="); ok {
		loc, s = operand(zone).(Zone).location(), before
	}
	n := ints(s, 7)
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6]*1000, loc)
}

func makeTimedelta(s string) any {
	n := ints(s, 3)
	return Timedelta(n[0])*Day + Timedelta(n[1])*Second + Timedelta(n[2])
}

func sortKeys(d *Dict) bool {
	v, _ := d.Get("sort_keys")
	return Truth(v)
}
