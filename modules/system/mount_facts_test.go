package system

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules/modulestest/tooltest"
)

// mountsOf are the facts for some options.
func mountsOf(t *testing.T, bench *tooltest.Bench, args map[string]any) (points *value.Dict, all *value.List, warnings []string) {
	t.Helper()
	r := bench.Run("ansible.builtin.mount_facts", args, true)
	if r.Failed {
		t.Fatal(r.Msg)
	}
	p, _ := r.Facts.Get("mount_points")
	a, _ := r.Facts.Get("aggregate_mounts")
	return p.(*value.Dict), a.(*value.List), r.Warnings
}

func TestMountFacts(t *testing.T) {
	bench := tooltest.New(t)
	bench.Tool("list", `echo '/dev/x on / type ext4 (rw,noatime)'; echo '/dev/y on /Volumes/a b (apfs, local)'`)
	table := filepath.Join(t.TempDir(), "fstab")
	text := "# comment\n/dev/x / ext4 defaults 0 1\nserver:/a\\040b /mnt/a\\040b nfs ro\n/dev/z / xfs rw 0 0\nUUID=nowhere /u ext4 rw 0 2\n"
	if err := os.WriteFile(table, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	points, all, warnings := mountsOf(t, bench, map[string]any{"sources": []any{table, "/none", table}})
	root, _ := points.Get("/")
	if points.Len() != 3 || all.Len() != 0 || len(warnings) != 1 || !strings.Contains(warnings[0], "repeat mounts") {
		t.Errorf("%d points, %d mounts, %v", points.Len(), all.Len(), warnings)
	}
	if got := value.Repr(root); !strings.Contains(got, "'passno': 1") || !strings.Contains(got, "'source_data': '/dev/x / ext4 defaults 0 1'") || !strings.Contains(got, "'uuid': None") || !strings.Contains(got, "'size_total': ") {
		t.Errorf("/ is %s", got)
	}
	if u, _ := points.Get("/u"); u.(*value.Dict).GetString("uuid") != "nowhere" {
		t.Errorf("/u is %s", value.Repr(u))
	}
	points, all, warnings = mountsOf(t, bench, map[string]any{"sources": []any{table}, "devices": []any{"[!/]*"}, "include_aggregate_mounts": true})
	if _, ok := points.Get("/mnt/a b"); !ok || all.Len() != 2 || len(warnings) != 0 {
		t.Errorf("devices: %s", value.Repr(points))
	}
	points, _, _ = mountsOf(t, bench, map[string]any{"sources": []any{"mount"}, "mount_binary": filepath.Join(bench.Dir, "list"), "fstypes": []any{"ap*"}})
	if mac, _ := points.Get("/Volumes/a b"); points.Len() != 1 || mac.(*value.Dict).GetString("options") != "local" {
		t.Errorf("by the program: %s", value.Repr(points))
	}
	for _, args := range []map[string]any{{"timeout": -1.0}, {"mount_binary": int64(3)}, {"sources": []any{""}}} {
		if r := bench.Run("ansible.builtin.mount_facts", args, false); !r.Failed {
			t.Errorf("%v was taken", args)
		}
	}
	if points, _, _ := mountsOf(t, bench, map[string]any{"timeout": 5.0, "on_timeout": "ignore"}); points.Len() == 0 {
		t.Error("this host has no mounts")
	}
}
