package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// completionCommand prints a script that completes goplay's command line.
func completionCommand(args []string) int {
	shell := "bash"
	if len(args) > 0 {
		shell = args[0]
	}
	var names, options []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	playFlags().set.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			options = append(options, "--"+f.Name)
		}
	})
	words := strings.Join(append(names, options...), " ")
	switch shell {
	case "bash":
		fmt.Printf("complete -o default -W '%s' goplay\n", words)
	case "zsh":
		fmt.Printf("#compdef goplay\n_goplay() { _alternative 'words:word:(%s)' 'files:file:_files' }\ncompdef _goplay goplay\n", words)
	case "fish":
		fmt.Printf("complete -c goplay -n __fish_use_subcommand -a '%s'\n", strings.Join(names, " "))
		for _, o := range options {
			fmt.Printf("complete -c goplay -l %s\n", strings.TrimPrefix(o, "--"))
		}
	default:
		fmt.Fprintf(os.Stderr, "ERROR! no completion for %q: there is bash, zsh and fish\n", shell)
		return exitFailed
	}
	return exitOK
}
