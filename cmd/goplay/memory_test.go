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
	const (
		size    = 512 << 20
		allowed = 96 << 20 // both need about 30 MB, whatever they do
	)
	h := newTarget(t)
	writeAt(t, filepath.Join(h.home, "site.yml"), "- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: {src: large, dest: '"+h.work+"/', mode: '0600'}\n")
	writeAt(t, filepath.Join(h.home, "large"), "")
	if err := os.Truncate(filepath.Join(h.home, "large"), size); err != nil {
		t.Fatal(err)
	}
	p := h.play(t, "site.yml")
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }()
	peaks := h.peaks(t, p.cmd.Process.Pid, done)
	if info, err := os.Stat(filepath.Join(h.work, "large")); err != nil || info.Size() != size || !p.cmd.ProcessState.Success() {
		t.Fatalf("%v, %v; on the screen is\n%s", info, err, p.text())
	}
	for _, who := range []string{"controller", "agent"} {
		t.Logf("%s: %d MB for %d MB", who, peaks[who]>>20, size>>20)
		if peaks[who] == 0 || peaks[who] > allowed {
			t.Errorf("%s needs %d MB to upload %d MB", who, peaks[who]>>20, size>>20)
		}
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
