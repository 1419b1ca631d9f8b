package main

import (
	"fmt"
	"os"

	"goplay/internal/config"
)

// configFlags are the options of the command that lists settings.
type configFlags struct {
	*flags
	changed bool
}

func newConfigFlags() *configFlags {
	f := &configFlags{flags: newFlags("goplay config", "goplay config dump [--only-changed]")}
	f.set.BoolVar(&f.changed, "only-changed", false, "leave out what has its default")
	f.alias("changed-only", "only-changed")
	return f
}

// configCommand lists settings and where their values come from.
func configCommand(args []string) int {
	f := newConfigFlags()
	rest, code, done := f.parse(args)
	if done {
		return code
	}
	if len(rest) != 1 || rest[0] != "dump" {
		fmt.Fprintln(os.Stderr, "ERROR! usage: goplay config dump [--only-changed]")
		return exitFailed
	}
	env, err := config.OS()
	if err != nil {
		return f.fault(err)
	}
	c, err := config.Load(env)
	if err != nil {
		return f.fault(err)
	}
	fmt.Print(c.Dump(f.changed))
	return exitOK
}
