package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/inventory"
)

// inventoryFlags are the options of the command that shows an inventory.
type inventoryFlags struct {
	*flags
	list, graph, vars, yaml, toml, export bool
	host, output, dir                     string
}

func newInventoryFlags() *inventoryFlags {
	f := &inventoryFlags{flags: newFlags("goplay inventory", "goplay inventory --list | --host HOST | --graph [GROUP] [options]")}
	f.addInventory()
	f.addVault()
	f.set.BoolVar(&f.list, "list", false, "show all hosts and groups")
	f.set.StringVar(&f.host, "host", "", "show the variables of a host")
	f.set.BoolVar(&f.graph, "graph", false, "draw the groups")
	f.set.BoolVar(&f.vars, "vars", false, "with --graph: show variables, too")
	f.set.BoolVarP(&f.yaml, "yaml", "y", false, "write YAML")
	f.set.BoolVar(&f.toml, "toml", false, "write TOML")
	f.set.BoolVar(&f.export, "export", false, "with --list: leave variables where they were set")
	f.set.StringVar(&f.output, "output", "", "write to a file")
	f.set.StringVar(&f.dir, "playbook-dir", "", "folder whose group_vars and host_vars count, too")
	return f
}

// inventoryCommand shows an inventory as ansible-inventory does.
func inventoryCommand(args []string) int {
	f := newInventoryFlags()
	rest, code, done := f.parse(args)
	if done {
		return code
	}
	switch chosen := count(f.list, f.host != "", f.graph); {
	case chosen == 0:
		return f.fault(optionErrorf("No action selected, at least one of --host, --graph or --list needs to be specified."))
	case chosen > 1:
		return f.fault(optionErrorf("Conflicting options used, only one of --host, --graph or --list can be used at the same time."))
	}
	if len(rest) > 1 {
		return f.fault(optionErrorf("unrecognized arguments: %s", strings.Join(rest[1:], " ")))
	}
	s, err := f.open()
	if err != nil {
		return f.fault(err)
	}
	defer s.close()
	s.announce()
	if f.dir == "" {
		f.dir = s.config.String("PLAYBOOK_DIR")
	}
	named := f.dir != ""
	if f.dir, err = filepath.Abs(f.dir); err != nil { // without one it is the current folder
		return f.fault(err)
	}
	if info, err := os.Stat(f.dir); err != nil || !info.IsDir() {
		s.warn("Ignoring invalid path provided to plugin path: '" + f.dir + "' is not a directory")
	}
	s.inventory.SetPlaybookDir(f.dir)
	l := &inventory.Listing{Inventory: s.inventory, Export: f.export || s.config.Bool("INVENTORY_EXPORT"), Extra: s.extra, PlaybookDir: named, Limit: s.limit, LocalFacts: !s.config.Bool("INJECT_FACTS_AS_VARS")}
	switch {
	case f.yaml:
		l.Format = inventory.YAML
	case f.toml:
		l.Format = inventory.TOML
	}
	text, err := showInventory(l, f.host, f.graph, f.vars, rest)
	if errors.Is(err, inventory.ErrNoHost) || errors.Is(err, inventory.ErrNoGroup) {
		err = optionFault{err}
	}
	if err != nil {
		return f.fault(err)
	}
	if text == "" { // TOML of nothing
		return exitFault
	}
	if f.output != "" {
		err = os.WriteFile(f.output, []byte(text), 0o644)
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
