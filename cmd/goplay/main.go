// Command goplay runs Ansible's playbooks: `goplay -i hosts site.yaml`. Its
// other commands are named by their first argument; `goplay help` lists them.
package main

import (
	"fmt"
	"os"
)

// The exit codes are Ansible's.
const (
	exitOK          = 0
	exitFault       = 1 // what was written is wrong
	exitFailed      = 2 // tasks failed on some hosts
	exitUnreachable = 4 // some hosts could not be reached
	exitUnreadable  = 4 // a playbook cannot be understood
	exitInterrupted = 99
	exitUnexpected  = 250
)

// command is one of goplay's commands.
type command struct {
	name, summary string
	run           func(args []string) int
}

func commands() []command {
	return []command{
		{"play", "run playbooks (the default)", playCommand},
		{"run", "run one module on hosts", adhocCommand},
		{"pull", "fetch a repository of playbooks and play them on this host", pullCommand},
		{"inventory", "show an inventory", inventoryCommand},
		{"vault", "encrypt, decrypt and edit vault files", vaultCommand},
		{"doc", "document modules", docCommand},
		{"config", "list settings and where they come from", configCommand},
		{"completion", "print a completion script for bash, zsh or fish", completionCommand},
		{"agent", "serve calls on standard input and output (used on targets)", agentCommand},
		{"version", "print the version", versionCommand},
		{"help", "list the commands", helpCommand},
	}
}

func main() { leave(dispatch(os.Args[1:])) }

// dispatch finds the command that the first argument names. Without one the
// arguments are those of play.
func dispatch(args []string) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.run(args[1:])
			}
		}
		if args[0] == "__complete" {
			return completeCommand(args[1:])
		}
		if args[0] == "--version" {
			return versionCommand(nil)
		}
	}
	return playCommand(args)
}

func helpCommand([]string) int {
	fmt.Println("goplay runs Ansible's playbooks.\n\nusage: goplay [play] [options] PLAYBOOK...\n       goplay COMMAND ...\n\ncommands:")
	for _, c := range commands() {
		fmt.Printf("  %-12s %s\n", c.name, c.summary)
	}
	fmt.Println("\n`goplay COMMAND --help` lists a command's options.")
	return exitOK
}
