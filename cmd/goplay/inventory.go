package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/inventory"
)

// inventoryCommand shows an inventory as ansible-inventory does.
func inventoryCommand(args []string) int {
	f := newFlags("goplay inventory", "goplay inventory --list | --host HOST | --graph [GROUP] [options]")
	f.addInventory()
	f.addVault()
	var list, graph, vars, yaml, toml, export bool
	var host, output, dir string
	f.set.BoolVar(&list, "list", false, "show all hosts and groups")
	f.set.StringVar(&host, "host", "", "show the variables of a host")
	f.set.BoolVar(&graph, "graph", false, "draw the groups")
	f.set.BoolVar(&vars, "vars", false, "with --graph: show variables, too")
	f.set.BoolVarP(&yaml, "yaml", "y", false, "write YAML")
	f.set.BoolVar(&toml, "toml", false, "write TOML")
	f.set.BoolVar(&export, "export", false, "with --list: leave variables where they were set")
	f.set.StringVar(&output, "output", "", "write to a file")
	f.set.StringVar(&dir, "playbook-dir", "", "folder whose group_vars and host_vars count, too")
	rest, code, done := f.parse(args)
	if done {
		return code
	}
	switch chosen := count(list, host != "", graph); {
	case chosen == 0:
		return f.fault(optionErrorf("No action selected, at least one of --host, --graph or --list needs to be specified."))
	case chosen > 1:
		return f.fault(optionErrorf("Conflicting options used, only one of --host, --graph or --list can be used at the same time."))
	}
	s, err := f.open()
	if err != nil {
		return f.fault(err)
	}
	defer s.close()
	if dir == "" {
		dir = s.config.String("PLAYBOOK_DIR")
	}
	named := dir != ""
	if dir, err = filepath.Abs(dir); err != nil { // without one it is the current folder
		return f.fault(err)
	}
	s.inventory.SetPlaybookDir(dir)
	l := &inventory.Listing{Inventory: s.inventory, Export: export || s.config.Bool("INVENTORY_EXPORT"), Extra: s.extra, PlaybookDir: named, Limit: s.limit}
	switch {
	case yaml:
		l.Format = inventory.YAML
	case toml:
		l.Format = inventory.TOML
	}
	text, err := showInventory(l, host, graph, vars, rest)
	if errors.Is(err, inventory.ErrNoHost) || errors.Is(err, inventory.ErrNoGroup) {
		err = optionFault{err}
	}
	if err != nil {
		return f.fault(err)
	}
	if output != "" {
		err = os.WriteFile(output, []byte(text), 0o644)
	} else {
		fmt.Println(strings.TrimSuffix(text, "\n"))
	}
	if err != nil {
		return f.fault(err)
	}
	return exitOK
}

func showInventory(l *inventory.Listing, host string, graph, vars bool, rest []string) (string, error) {
	switch {
	case host != "":
		return l.Host(host)
	case graph && len(rest) > 0:
		return l.Graph(rest[0], vars)
	case graph:
		return l.Graph(inventory.All, vars)
	default:
		return l.List()
	}
}

func count(options ...bool) int {
	n := 0
	for _, set := range options {
		if set {
			n++
		}
	}
	return n
}
