package files

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func TestReadCSV(t *testing.T) {
	csv := func(name, text string, args mt.Args) mt.Case {
		args["path"] = "{dir}/f.csv"
		return mt.Case{Name: name, Module: "community.general.read_csv", Files: mt.Files{"f.csv: " + text}, Args: args}
	}
	cases := []mt.Case{
		csv("odd rows", "a,b\n1,2,3,4\n5\n\n\"x \"\"y\"\"\nz\",q\"r\"\n\"x\"y,2\n,", mt.Args{}),
		csv("keyed", "name,uid\r\njoe,1\r\nann,2\r\n", mt.Args{"key": "name"}),
		csv("key twice", "name,uid\njoe,1\njoe,2\n", mt.Args{"key": "name"}),
		csv("the last one", "name,uid\njoe,1\njoe,2\n", mt.Args{"key": "name", "unique": false}),
		csv("named", "joe; \"1;2\"\n", mt.Args{"fieldnames": "name,uid", "delimiter": ";", "skipinitialspace": true}),
		csv("tabs", "a\tb\n1, 2\t 3\n", mt.Args{"dialect": "excel-tab"}),
		csv("no such key", "a,b\n", mt.Args{"key": "none"}),
		csv("strict", "a\n\"x\"y\n", mt.Args{"strict": true}),
		csv("strict to the end", "a\n\"x", mt.Args{"strict": true}),
		csv("no such dialect", "a\n", mt.Args{"dialect": "none"}),
	}
	missing := csv("no file", "", mt.Args{})
	missing.Files = nil
	cases = append(cases, missing)
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
	mt.Compare(t, cases)
}
