package main

import (
	"embed"
	"fmt"
	"os"
	"strings"
)

// completions are the scripts by shell. They know nothing of goplay's options:
// they ask __complete.
//
//go:embed completion
var completions embed.FS

var shells = []string{"bash", "zsh", "fish"}

// completionCommand prints a script that completes goplay's command line.
func completionCommand(args []string) int {
	f := newCompletionFlags()
	rest, code, done := f.parse(args)
	if done {
		return code
	}
	shell := "bash"
	if len(rest) > 0 {
		shell = rest[0]
	}
	script, err := completions.ReadFile("completion/" + shell)
	if err != nil {
		fmt.Fprintf(os.Stderr, "ERROR! no completion for %q: there is %s\n", shell, strings.Join(shells, ", "))
		return exitFailed
	}
	_, _ = os.Stdout.Write(script)
	return exitOK
}

func newCompletionFlags() *flags {
	return newFlags("goplay completion", "goplay completion bash|zsh|fish")
}

// completeCommand answers the shells' scripts. Its argument is the line up to
// the cursor, and for a shell that parts words elsewhere what it takes for the
// last one. The first lines that it prints say whether the shell shall add names
// of files or folders, which part of the word stands before such a name, what
// of the name is written, and what of the word that shell does not see; every
// further line is a suggestion and what it is about.
func completeCommand(args []string) int {
	if len(args) == 0 {
		return exitFailed
	}
	words, word := wordsOf(args[0])
	begun := ""
	if len(args) > 1 {
		seen := args[1] // where a quote is open without that and its quoting
		if !strings.HasSuffix(word, seen) {
			_, seen = wordsOf(seen)
		}
		if strings.HasSuffix(word, seen) {
			begun = strings.TrimSuffix(word, seen)
		}
	}
	o := complete(words, word)
	kind := o.paths
	if kind == "" {
		kind = "none"
	}
	fmt.Printf("%s\n%s\n%s\n%s\n", kind, word[:len(word)-len(o.value)], o.value, begun)
	for _, s := range o.words {
		if strings.HasPrefix(s.word, word) && !strings.ContainsAny(s.word, "\t\n") {
			fmt.Printf("%s\t%s\n", s.word, strings.Join(strings.Fields(s.about), " "))
		}
	}
	return exitOK
}

// wordsOf splits a line that is still being written as a shell would: what is
// open at its end is the word at the cursor.
func wordsOf(line string) (words []string, word string) {
	var b strings.Builder
	var quote byte
	open := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, open = c, true
		case c == '\\' && quote != '\'' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
			open = true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			if open {
				words = append(words, b.String())
				b.Reset()
			}
			open = false
		default:
			b.WriteByte(c)
			open = true
		}
	}
	return words, b.String()
}
