package fsys

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// Umask is the process's umask, read without setting it: other modules run
// in this process at the same time.
func Umask() uint32 {
	if f, err := os.Open("/proc/self/status"); err == nil {
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "Umask:"); ok {
				if n, err := strconv.ParseUint(strings.TrimSpace(text), 8, 32); err == nil {
					return uint32(n)
				}
			}
		}
	}
	return probeUmask()
}

// probeUmask asks what a new folder gets, for systems whose kernel does not say.
func probeUmask() uint32 {
	outer, err := os.MkdirTemp("", "umask")
	if err != nil {
		return 0o022
	}
	defer os.RemoveAll(outer)
	probe := outer + "/probe"
	if err := os.Mkdir(probe, 0o777); err != nil {
		return 0o022
	}
	st, err := Lstat(probe)
	if err != nil {
		return 0o022
	}
	return 0o777 &^ st.Mode
}
