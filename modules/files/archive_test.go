package files

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

const packedBytes = "the bytes of an archive are its packer's"

func packs(name string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "community.general.archive", Args: args, Ignore: []string{"size"}, Unordered: []string{"archived", "expanded_paths"},
		Files: mt.Files{"s/a: one\n", "s/b.log: two\n", "s/d/c: three\n", "x: alone\n"}}.Differing(packedBytes, "tree")
}

var archiveCases = []mt.Case{
	packs("folder", mt.Args{"path": "{dir}/s", "dest": "{dir}/o.tgz"}),
	packs("folder without dest", mt.Args{"path": "{dir}/s"}),
	packs("several", mt.Args{"path": []string{"{dir}/s/a", "{dir}/x"}, "dest": "{dir}/o.tar", "format": "tar"}),
	packs("pattern", mt.Args{"path": "{dir}/s/*", "dest": "{dir}/o.tgz", "mode": "0600"}),
	packs("one file", mt.Args{"path": "{dir}/x"}),
	packs("one file as archive", mt.Args{"path": "{dir}/x", "dest": "{dir}/o.tgz", "force_archive": true}),
	packs("zip", mt.Args{"path": "{dir}/s", "dest": "{dir}/o.zip", "format": "zip"}),
	packs("bz2", mt.Args{"path": "{dir}/s", "dest": "{dir}/o", "format": "bz2"}),
	packs("xz", mt.Args{"path": "{dir}/s", "dest": "{dir}/o", "format": "xz"}),
	packs("exclude path", mt.Args{"path": "{dir}/s/*", "dest": "{dir}/o.tgz", "exclude_path": []string{"{dir}/s/b.log"}}),
	packs("exclusion patterns", mt.Args{"path": "{dir}/s", "dest": "{dir}/o.tgz", "exclusion_patterns": []string{"*.log"}}),
	packs("missing", mt.Args{"path": []string{"{dir}/none", "{dir}/x"}, "dest": "{dir}/o.tgz"}),
	packs("removed", mt.Args{"path": "{dir}/s", "dest": "{dir}/o.tgz", "remove": true}).Changing(),
}

func TestArchive(t *testing.T)       { mt.Conform(t, archiveCases) }
func TestArchiveOracle(t *testing.T) { mt.Compare(t, archiveCases) }

// TestArchiveRoundTrip unpacks what was packed.
func TestArchiveRoundTrip(t *testing.T) {
	for _, format := range []string{"tar", "gz", "bz2", "xz", "zip"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			c := packs("", mt.Args{"path": "{dir}/s", "dest": "{dir}/o", "format": format})
			c.Files.Make(t, dir)
			if r := c.Run(t, dir, false); r.Failed {
				t.Fatal(r.Msg)
			}
			back := mt.Case{Module: "unarchive", Files: mt.Files{"back/"}, Args: mt.Args{"src": "{dir}/o", "dest": "{dir}/back", "remote_src": true}}
			back.Files.Make(t, dir)
			if r := back.Run(t, dir, false); r.Failed {
				t.Fatal(r.Msg)
			}
			if got, want := mt.Tree(t, dir+"/back/s", false), mt.Tree(t, dir+"/s", false); strings.ReplaceAll(string(got), "0755", "") != strings.ReplaceAll(string(want), "0755", "") {
				t.Errorf("unpacked:\n%s\npacked:\n%s", got, want)
			}
		})
	}
}
