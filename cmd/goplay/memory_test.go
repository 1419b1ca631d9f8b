package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestProcessMemory: what controller and agent need at most does not depend on
// the size of what is uploaded.
func TestProcessMemory(t *testing.T) {
	const allowed = 64 << 20 // more than for the small one
	h := newTarget(t)
	writeAt(t, filepath.Join(h.home, "site.yml"), "- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: {src: '{{ file }}', dest: '"+h.work+"/', mode: '0600'}\n")
	peak := map[string]map[string]int{}
	for _, c := range []struct {
		name string
		size int64
	}{{"small", 1 << 20}, {"large", 1 << 30}} {
		path := filepath.Join(h.home, c.name)
		writeAt(t, path, "")
		if err := os.Truncate(path, c.size); err != nil {
			t.Fatal(err)
		}
		p := h.play(t, "site.yml", "-e", "file="+c.name)
		done := make(chan struct{})
		go func() { _ = p.cmd.Wait(); close(done) }()
		peak[c.name] = h.peaks(t, p.cmd.Process.Pid, done)
		if info, err := os.Stat(filepath.Join(h.work, c.name)); err != nil || info.Size() != c.size || !p.cmd.ProcessState.Success() {
			t.Fatalf("%v, %v; on the screen is\n%s", info, err, p.text())
		}
		os.Remove(filepath.Join(h.work, c.name))
	}
	for who, large := range peak["large"] {
		small := peak["small"][who]
		t.Logf("%s: %d MB for 1 MB, %d MB for 1 GB", who, small>>20, large>>20)
		if small == 0 || large > small+allowed {
			t.Errorf("%s needs %d MB for 1 GB, %d MB for 1 MB", who, large>>20, small>>20)
		}
	}
	if len(peak["large"]) != 2 {
		t.Errorf("measured was %v", peak)
	}
}

// peaks are the most that controller and agent had in memory until done, in bytes.
func (h *target) peaks(t *testing.T, controller int, done <-chan struct{}) map[string]int {
	t.Helper()
	most := map[string]int{}
	note := func(who string, pid int) {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // it may have ended
		if _, rest, found := bytes.Cut(status, []byte("VmHWM:")); found {
			kilobytes, _ := strconv.Atoi(strings.Fields(string(rest))[0])
			most[who] = max(most[who], kilobytes<<10)
		}
	}
	for {
		select {
		case <-done:
			return most
		case <-time.After(100 * time.Millisecond):
		}
		note("controller", controller)
		pids, lines := h.running(t)
		for i, pid := range pids {
			if strings.HasSuffix(lines[i], " agent ") {
				note("agent", pid)
			}
		}
	}
}
