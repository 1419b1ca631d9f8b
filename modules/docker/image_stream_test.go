package docker

import (
	"archive/tar"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// zeros is as many bytes as are read.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestStreaming moves an image much larger than the memory it may take.
func TestStreaming(t *testing.T) {
	if testing.Short() {
		t.Skip("it moves 200 MB")
	}
	h := testHost(t)
	const size = 200 << 20
	name := unique("large")
	r, w := io.Pipe()
	go func() {
		out := tar.NewWriter(w)
		_ = out.WriteHeader(&tar.Header{Name: "large", Mode: 0o644, Size: size})
		_, _ = io.CopyN(out, zeros{}, size)
		w.CloseWithError(out.Close())
	}()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://docker/v"+h.ClientVersion()+"/images/create?"+url.Values{"fromSrc": {"-"}, "repo": {name}}.Encode(), r)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := h.plain.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	h.gone(t, "docker_image", object{"name": name})
	path := filepath.Join(t.TempDir(), "large.tar")

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	h.ok(t, "docker_image", object{"name": name, "source": "local", "archive_path": path})
	if info, err := os.Stat(path); err != nil || info.Size() < size {
		t.Fatalf("%v, %v", info, err)
	}
	h.ok(t, "docker_image", object{"name": name, "state": "absent"})
	if !h.ok(t, "docker_image", object{"name": name, "source": "load", "load_path": path}).Changed {
		t.Error("loading changes nothing")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 20<<20 {
		t.Errorf("moving %d MB took %d MB of memory", size>>20, grown>>20)
	}
}
