package main

import (
	"fmt"
	"os"

	"goplay/internal/config"
)

// configCommand lists settings and where their values come from.
func configCommand(args []string) int {
	f := newFlags("goplay config", "goplay config dump [--only-changed]")
	var changed bool
	f.set.BoolVar(&changed, "only-changed", false, "leave out what has its default")
	f.alias("changed-only", "only-changed")
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
	fmt.Print(c.Dump(changed))
	return exitOK
}
