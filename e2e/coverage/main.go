// Command coverage writes the table of what of each module's documented options
// goplay has, and how the module is tested. With -record it asks ansible-doc
// first what is documented; -differences prints where a schema differs without
// an explanation.
package main

import (
	"flag"
	"fmt"
	"os"

	_ "goplay/engine/actions"
	_ "goplay/modules/all"
)

func main() {
	asks := flag.Bool("record", false, "ask ansible-doc what it documents of our modules")
	differ := flag.Bool("differences", false, "print the differences that are not explained")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()
	if err := run(*root, *asks, *differ); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(root string, asks, differ bool) error {
	path := root + "/e2e/coverage/" + factsFile
	if asks {
		if err := record(path); err != nil {
			return err
		}
	}
	facts, err := readFacts(path)
	if err != nil {
		return err
	}
	if differ {
		for _, d := range unexplained(facts) {
			fmt.Println(d)
		}
		return nil
	}
	table, err := rows(root, facts)
	if err != nil {
		return err
	}
	fmt.Print(markdown(table, facts))
	return nil
}
