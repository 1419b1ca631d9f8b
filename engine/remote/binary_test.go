package remote

import (
	"bytes"
	"compress/gzip"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// TestPackings sends a program that is kept in each packing to hosts with each
// set of decompressors: what arrives is always the program.
func TestPackings(t *testing.T) {
	program := []byte(strings.Repeat("an agent, more or less. ", 40000))
	kept := map[string][]byte{"": program}
	for packing, argv := range map[string][]string{"gz": {"gzip", "-9nc"}, "xz": {"xz", "-c", "--lzma2=preset=9e,dict=16MiB"}} {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Stdin = bytes.NewReader(program)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", argv, err)
		}
		kept[packing] = out
		if n, err := unpackedSize(out, packing); err != nil || n != int64(len(program)) {
			t.Errorf("%s: unpacked it is %d bytes, %v; want %d", packing, n, err, len(program))
		}
		if n, err := unpackedSize(out[:len(out)/2], packing); err == nil && n == int64(len(program)) {
			t.Errorf("half of a %s file tells its whole size", packing)
		}
	}
	for _, c := range []struct{ kept, host, sent string }{
		{"xz", "xz gz", "xz"}, {"xz", "gz", "gz"}, {"xz", "", ""}, {"gz", "xz gz", "gz"}, {"gz", "", ""}, {"", "xz gz", "gz"}, {"", "xz", ""},
	} {
		b := &Binary{packing: c.kept, open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(kept[c.kept])), nil }}
		sent := b.packingFor(strings.Fields(c.host))
		if sent != c.sent {
			t.Errorf("kept as %q, for a host with %q: sent as %q, want %q", c.kept, c.host, sent, c.sent)
		}
		var got bytes.Buffer
		if err := b.copyTo(&got, sent); err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		var plain io.Reader = &got
		var err error
		if sent == "gz" {
			plain, err = gzip.NewReader(&got)
		} else if sent == "xz" {
			plain, err = unpacked(&got, "xz")
		}
		if err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(plain); err != nil || !bytes.Equal(all, program) {
			t.Errorf("%v: %d bytes arrive, %v", c, len(all), err)
		}
	}
}
