package host

import (
	"testing"

	mt "goplay/modules/modulestest"
)

var blacklistCases = []mt.Case{
	{Name: "listed", Module: general + "kernel_blacklist", Files: mt.Files{"list: # none\nblacklist other"}, Args: mt.Args{"name": "nouveau", "blacklist_file": "{dir}/list"}},
	{Name: "listed already", Module: general + "kernel_blacklist", Files: mt.Files{"list: blacklist nouveau # why\n"}, Args: mt.Args{"name": "nouveau", "blacklist_file": "{dir}/list"}},
	{Name: "not listed", Module: general + "kernel_blacklist", Files: mt.Files{"list: # blacklist a\nblacklist a\nblacklist b\n"}, Args: mt.Args{"name": "a", "state": "absent", "blacklist_file": "{dir}/list"}},
}

func TestKernelBlacklist(t *testing.T) { mt.Conform(t, blacklistCases) }
