package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"goplay/engine/catalog"
	"goplay/engine/schema"
	"goplay/modules"
)

// docFlags are the options of the command that documents modules.
type docFlags struct {
	*flags
	list, asJSON, markdown bool
	schema                 string
}

func newDocFlags() *docFlags {
	f := &docFlags{flags: newFlags("goplay doc", "goplay doc [-l] [--json | --markdown] [MODULE...] | goplay doc --schema playbook|tasks")}
	f.set.BoolVarP(&f.list, "list", "l", false, "list all modules with a line each")
	f.set.BoolVarP(&f.asJSON, "json", "j", false, "print JSON")
	f.set.BoolVar(&f.markdown, "markdown", false, "print Markdown, as the module reference has it")
	f.set.StringVar(&f.schema, "schema", "", "print a JSON schema for editors: of a playbook, or of a file of tasks")
	return f
}

// docCommand documents modules from their specs.
func docCommand(args []string) int {
	f := newDocFlags()
	names, code, done := f.parse(args)
	if done {
		return code
	}
	if f.schema != "" {
		return f.printSchema(f.schema)
	}
	found, err := documented(names)
	if err != nil {
		return f.fault(err)
	}
	switch {
	case f.asJSON:
		return printJSON(found)
	case f.list || len(names) == 0 && !f.markdown:
		for _, m := range found {
			fmt.Printf("%-48s %s\n", m.Name, m.Summary)
		}
		return exitOK
	}
	if f.markdown && len(names) == 0 {
		fmt.Print("# Modules\n\nMade by `make reference`; `goplay doc MODULE` shows the same.\n\n")
	}
	for i, m := range found {
		if i > 0 {
			fmt.Println()
		}
		if f.markdown {
			fmt.Print(m.Markdown())
			continue
		}
		fmt.Print(m.Text())
	}
	return exitOK
}

// documented are the modules of those names, or all.
func documented(names []string) ([]*modules.Module, error) {
	if len(names) == 0 {
		return modules.All(), nil
	}
	var out []*modules.Module
	for _, name := range names {
		full, ok := lookup(name, nil)
		m, registered := modules.Lookup(full)
		if ok && registered {
			out = append(out, m)
			continue
		}
		if ok {
			return nil, fmt.Errorf("goplay has no module %s yet", full)
		}
		if near := modules.Near(name); near != "" {
			return nil, fmt.Errorf("there is no module %q; did you mean %s?", name, near)
		}
		return nil, fmt.Errorf("there is no module %q; `goplay doc -l` lists them", name)
	}
	return out, nil
}

func printJSON(found []*modules.Module) int {
	docs := map[string]modules.Doc{}
	for _, m := range found {
		docs[m.Name] = m.Doc()
	}
	return writeJSON(docs, "  ")
}

func writeJSON(v any, indent string) int {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", indent)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, "ERROR! "+strings.TrimSpace(err.Error()))
		return exitFault
	}
	return exitOK
}

// printSchema prints what an editor checks and completes a file with.
func (f *flags) printSchema(of string) int {
	switch of {
	case "playbook":
		return writeJSON(schema.Playbook(namedModules()), "")
	case "tasks":
		return writeJSON(schema.Tasks(namedModules()), "")
	}
	return f.fault(fmt.Errorf("--schema is of a playbook or of tasks, not of %q", of))
}

// namedModules are the modules by all the names that a task may call them.
func namedModules() map[string]*modules.Module {
	out := map[string]*modules.Module{}
	for _, name := range slices.Concat(modules.Names(), catalog.ShortNames()) {
		if full, ok := lookup(name, nil); ok {
			if m, registered := modules.Lookup(full); registered && !m.Internal {
				out[name] = m
			}
		}
	}
	return out
}
