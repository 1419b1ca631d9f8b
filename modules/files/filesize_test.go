package files

import (
	"testing"

	mt "goplay/modules/modulestest"
)

func TestFilesize(t *testing.T) {
	of := func(name string, files mt.Files, args mt.Args) mt.Case {
		args["path"] = "{dir}/f"
		if args["blocksize"] == nil {
			args["blocksize"] = 512
		}
		return mt.Case{Name: name, Module: "community.general.filesize", Files: files, Args: args, Ignore: []string{"stderr"}}
	}
	there := mt.Files{"f 0600: 0123456789\n", "s: abcdefghijklmnopqrstuvwxyz\n"}
	var cases []mt.Case
	for _, size := range []string{"1kB", "2KiB", "3k", "1.5kB", "1.3K", "0.1kB", "7B", "1000", "3", "1.2", "0", "0.5M", "2.345KB", " 2 kB"} {
		cases = append(cases, of("size "+size, nil, mt.Args{"size": size}))
	}
	cases = append(cases,
		of("a number", nil, mt.Args{"size": 2}),
		of("a broken number", nil, mt.Args{"size": 2.5}),
		of("of blocks", nil, mt.Args{"size": 3, "blocksize": "1kB"}),
		of("of its blocks", nil, mt.Args{"size": "8kB", "blocksize": 4096}),
		of("of the file system's blocks", nil, mt.Args{"size": "4096B", "blocksize": 0}),
		of("grown", there, mt.Args{"size": "20B", "blocksize": 1}),
		of("grown by something", there, mt.Args{"size": "20B", "blocksize": 1, "source": "{dir}/s"}),
		of("grown by blocks", there, mt.Args{"size": "64B", "blocksize": 16}),
		of("grown by a hole", there, mt.Args{"size": "64B", "blocksize": 16, "sparse": true}),
		of("shrunk", there, mt.Args{"size": "4B", "blocksize": 1}),
		of("as it is", there, mt.Args{"size": "11B", "blocksize": 1}),
		of("as it is, with another mode", there, mt.Args{"size": "11B", "blocksize": 1, "mode": "0644"}),
		of("grown with another mode", there, mt.Args{"size": "22B", "blocksize": 1, "mode": "0644"}),
		of("forced", there, mt.Args{"size": "11B", "blocksize": 1, "force": true}).Changing(),
		of("sparse", nil, mt.Args{"size": "1MiB", "sparse": true}),
		of("through a link", mt.Files{"t: x\n", "f -> t"}, mt.Args{"size": "4B", "blocksize": 1}),
		of("checked", nil, mt.Args{"size": "4B", "mode": "0600"}).Checked(),
		of("checked growing", there, mt.Args{"size": "40B", "mode": "0644"}).Checked(),
		of("a folder", mt.Files{"f/"}, mt.Args{"size": "4B"}),
		of("no folder", nil, mt.Args{"size": "4B"}),
		of("no unit", nil, mt.Args{"size": "4X"}),
		of("no size", nil, mt.Args{"size": []any{1}}),
		of("no block", nil, mt.Args{"size": 4, "blocksize": "0"}),
		of("half a byte", nil, mt.Args{"size": "4.5B"}),
		of("half a block", nil, mt.Args{"size": 4, "blocksize": 1.5}),
		of("sparse by force", nil, mt.Args{"size": 4, "force": true, "sparse": true}),
		of("no source", nil, mt.Args{"size": 4, "source": "{dir}/lost"}).Ignoring("diff"),
	)
	for i := range cases {
		if cases[i].Name == "no folder" {
			cases[i].Args["path"] = "{dir}/lost/f"
		}
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases[:len(cases)-1])
}
