package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var ignoreFiles = []string{
	"", "*", "*\n!a", "**/*.log", "b", "b/\n!b/c/keep.log", "b/*\n!b/c", "*\n!b/c/**", "/a\n./x y", "b/**/deep", "!a\na\n", "**\n!**/*.log",
	"\xef\xbb\xbfa\n  x y  \n#b\n\\#hash", "[ab]", "b/?", ".*", "Dockerfile\n.dockerignore\n", "*/c", "**/c/..", "b/c/../c/keep.log",
}

func contextFolder(t *testing.T, ignore string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"Dockerfile": "FROM scratch\nCOPY . /\n", "a": "1", "x y": "2", "#hash": "3", ".hidden": "4", "b/one": "5",
		"b/c/keep.log": "6", "b/c/deep/deep": "7", "b/c/deep/x.log": "8", "z.log": "9"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), text)
	}
	if ignore != "" {
		write(t, filepath.Join(dir, ".dockerignore"), ignore)
	}
	return dir
}

// TestIgnoredAsDocker builds with docker's own client and with goplay: what
// gets into the image must be the same.
func TestIgnoredAsDocker(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("NOT COMPARED: there is no docker command")
	}
	for _, ignore := range ignoreFiles {
		dir := contextFolder(t, ignore)
		write(t, filepath.Join(dir, "Dockerfile"), "FROM scratch\nCOPY . /\n")
		theirs, ours := unique("theirs"), unique("ours")
		h.gone(t, "docker_image", object{"name": theirs})
		h.gone(t, "docker_image", object{"name": ours})
		cmd := exec.Command(docker, "build", "-q", "-t", theirs, dir)
		cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0")
		for k, v := range h.env {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		out, err := cmd.CombinedOutput()
		r := h.run(t, "docker_image", object{"name": ours, "source": "build", "build": object{"path": dir}})
		if (err != nil) != r.Failed {
			t.Errorf("%q: docker: %v %s; goplay: failed %v %s", ignore, err, out, r.Failed, r.Msg)
		}
		if err != nil || r.Failed {
			continue
		}
		if a, b := h.imageFiles(t, theirs), h.imageFiles(t, ours); !reflect.DeepEqual(a, b) {
			t.Errorf("%q: docker has %q, goplay %q", ignore, a, b)
		}
	}
}

// imageFiles are the paths in an image's layers.
func (h *host) imageFiles(t *testing.T, image string) []string {
	t.Helper()
	all, err := h.ImageSave(context.Background(), []string{image})
	if err != nil && strings.Contains(err.Error(), "empty export") {
		return nil // an image without a layer
	}
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	var paths []string
	for r := tar.NewReader(all); ; {
		head, err := r.Next()
		if err != nil {
			break
		}
		data, _ := io.ReadAll(r)
		for layer := tar.NewReader(bytes.NewReader(data)); strings.HasSuffix(head.Name, "layer.tar") || strings.HasPrefix(head.Name, "blobs/"); {
			inner, err := layer.Next()
			if err != nil {
				break
			}
			paths = append(paths, inner.Name)
		}
	}
	slices.Sort(paths)
	return paths
}

// TestContextFails: a file that cannot be read ends the build with its name.
func TestContextFails(t *testing.T) {
	dir := contextFolder(t, "[")
	if _, err := openContext(dir, ""); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, ".dockerignore")) {
		t.Errorf("a broken pattern: %v", err)
	}
	gone := contextFolder(t, "")
	b, err := openContext(gone, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = os.RemoveAll(gone)
	if _, err := io.Copy(io.Discard, b.stream(context.Background())); err == nil || !strings.Contains(err.Error(), gone) {
		t.Errorf("a folder that went: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if b, err = openContext(contextFolder(t, ""), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, b.stream(ctx)); err == nil {
		t.Error("a cancelled build packs on")
	}
}
