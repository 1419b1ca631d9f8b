package remote

import (
	"strings"
	"testing"
)

func TestBadFolder(t *testing.T) {
	for said, want := range map[string]string{
		"/dev/shm/goplay-0 (4096 of 16000000 bytes)":       "/dev/shm/goplay-0 (4096 of 16000000 bytes) could be kept",
		"/my folder/goplay (16000000 of 16000000 bytes)":   "/my folder/goplay has the whole agent, which does not start there",
		"/dev/shm/goplay-0 (16000000 of 160000000 bytes)":  "/dev/shm/goplay-0 (16000000 of 160000000 bytes) could be kept",
		"/dev/shm/goplay-0 (of an answer of another kind)": "/dev/shm/goplay-0 (of an answer of another kind) could be kept",
	} {
		if got := badFolder(strings.Fields(said)); got != want {
			t.Errorf("%s\n got %s\nwant %s", said, got, want)
		}
	}
}
