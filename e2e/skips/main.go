// Command skips reads what `go test -json` writes and prints what go test would
// print, and every test that was skipped. It fails if a test failed, or was
// skipped without being in the list: in CI nothing is left out in silence.
package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// allowed has a line for each skip that is in order: package, test, why.
//
//go:embed allowed
var allowed string

func main() {
	f := filter{out: os.Stdout, outputs: map[string][]string{}}
	if err := f.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "skips:", err)
		os.Exit(1)
	}
	if !f.report() {
		os.Exit(1)
	}
}

type event struct {
	Action, Package, Test, Output string
}

type filter struct {
	out     io.Writer
	outputs map[string][]string // of tests that still run
	skipped []string
	failed  bool
}

func (f *filter) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(f.out, lines.Text()) // what go itself has to say
			continue
		}
		f.event(e)
	}
	return lines.Err()
}

func (f *filter) event(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if e.Test == "" {
			f.line(e.Output)
			return
		}
		f.outputs[key] = append(f.outputs[key], e.Output)
	case "pass":
		delete(f.outputs, key)
	case "fail", "build-fail":
		f.failed = true
		fmt.Fprint(f.out, strings.Join(f.outputs[key], ""))
		delete(f.outputs, key)
	case "skip":
		if e.Test != "" && !ofFuzzing(e.Test) {
			f.skipped = append(f.skipped, key+" "+reason(f.outputs[key]))
		}
		delete(f.outputs, key)
	}
}

// line prints what a package says, less what says nothing.
func (f *filter) line(text string) {
	if text != "PASS\n" && !strings.Contains(text, "[no test files]") {
		fmt.Fprint(f.out, text)
	}
}

// reason is what t.Skip was given.
func reason(output []string) string {
	for _, line := range output {
		if _, said, found := strings.Cut(line, ".go:"); found {
			_, said, _ = strings.Cut(said, ": ")
			return strings.TrimSpace(said)
		}
	}
	return ""
}

// report lists the skips and tells whether all is well.
func (f *filter) report() bool {
	well := !f.failed
	for _, s := range f.skipped {
		if inOrder(s) {
			fmt.Fprintln(f.out, "skipped:", s)
			continue
		}
		fmt.Fprintln(f.out, "SKIPPED, which is a failure here:", s)
		well = false
	}
	return well
}

// ofFuzzing tells whether a test is one input of a fuzz test, which passes over
// those that it has no question about. When all of it is skipped, that has the
// name of the fuzz test.
func ofFuzzing(test string) bool {
	name, _, input := strings.Cut(test, "/")
	return input && strings.HasPrefix(name, "Fuzz")
}

// inOrder tells whether the list has a skip's package and test.
func inOrder(skip string) bool {
	return slices.ContainsFunc(strings.Split(allowed, "\n"), func(line string) bool {
		words := strings.Fields(line)
		return len(words) > 2 && !strings.HasPrefix(line, "#") && slices.Equal(words[:2], strings.Fields(skip)[:2])
	})
}
