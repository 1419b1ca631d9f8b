package files

import (
	"testing"

	mt "goplay/modules/modulestest"
)

// Times, inode numbers and the like differ between two copies of a file.
var statCases = []mt.Case{
	{Name: "file", Module: "stat", Files: mt.Files{"a 04751: text\n"}, Args: mt.Args{"path": "{dir}/a"}},
	{Name: "directory", Module: "stat", Files: mt.Files{"a/ 01777"}, Args: mt.Args{"path": "{dir}/a"}},
	{Name: "missing", Module: "stat", Args: mt.Args{"path": "{dir}/a"}},
	{Name: "below a file", Module: "stat", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a/b"}},
	{Name: "link", Module: "stat", Files: mt.Files{"a: text\n", "l -> a"}, Args: mt.Args{"path": "{dir}/l"}},
	{Name: "link followed", Module: "stat", Files: mt.Files{"a: text\n", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "follow": true}},
	{Name: "dangling link", Module: "stat", Files: mt.Files{"l -> a"}, Args: mt.Args{"path": "{dir}/l"}},
	{Name: "dangling link followed", Module: "stat", Files: mt.Files{"l -> a"}, Args: mt.Args{"path": "{dir}/l", "follow": true}},
	{Name: "sha256", Module: "stat", Files: mt.Files{"a: text\n"}, Args: mt.Args{"path": "{dir}/a", "checksum_algorithm": "sha256"}},
	{Name: "without checksum mime attributes", Module: "stat", Files: mt.Files{"a: text\n"}, Args: mt.Args{"path": "{dir}/a", "get_checksum": false, "get_mime": false, "get_attributes": false}},
	{Name: "md5", Module: "stat", Files: mt.Files{"a: text\n"}, Args: mt.Args{"path": "{dir}/a", "get_md5": true}},
	{Name: "empty file", Module: "stat", Files: mt.Files{"a: "}, Args: mt.Args{"dest": "{dir}/a"}},
	{Name: "device", Module: "stat", Args: mt.Args{"path": "/dev/null"}},
	{Name: "wrong algorithm", Module: "stat", Args: mt.Args{"path": "{dir}/a", "checksum_algorithm": "crc"}},
	{Name: "check mode", Module: "stat", Files: mt.Files{"a: text\n"}, Args: mt.Args{"path": "{dir}/a"}, Check: true},
}

func TestStat(t *testing.T)       { mt.Conform(t, statCases) }
func TestStatOracle(t *testing.T) { mt.Compare(t, statCases) }
