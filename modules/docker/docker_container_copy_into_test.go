package docker

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCopyInto(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name, dir := unique("copy"), t.TempDir()
	defer h.removeContainer(name)
	h.ok(t, "docker_container", object{"name": name, "image": h.image, "user": "7:8"})
	file := filepath.Join(dir, "file")
	write(t, file, "text\n")
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	read := func(path string) string {
		r := h.ok(t, "docker_container_exec", object{"container": name, "argv": []any{"/app", "read", path}, "strip_empty_ends": false})
		text, _ := data(t, r, "stdout").(string)
		return text
	}
	r := h.passes(t, "docker_container_copy_into", object{"container": name, "path": file, "container_path": "/tmp/f"})
	if d := r.Diff[0]; d.Before != "" || d.After != "text\n" || d.BeforeHeader != "/tmp/f" || d.AfterHeader != file {
		t.Errorf("diff: %+v", d)
	}
	if got := read("/tmp/f"); got != "text\n" {
		t.Errorf("the container reads %q", got)
	}
	h.passes(t, "docker_container_copy_into", object{"container": name, "path": file, "container_path": "/tmp/f", "mode": "0600"})
	h.passes(t, "docker_container_copy_into", object{"container": name, "path": file, "container_path": "/tmp/f", "owner_id": 0, "group_id": 0})
	h.passes(t, "docker_container_copy_into", object{"container": name, "content": "hi\n", "container_path": "tmp/g", "mode": int64(0o644)})
	r = h.passes(t, "docker_container_copy_into", object{"container": name, "content": "aG8K", "content_is_b64": true, "container_path": "/tmp/g", "mode": int64(0o644)})
	if d := r.Diff[0]; d.Before != "hi\n" || d.After != "ho\n" || d.AfterHeader != "dynamically generated" {
		t.Errorf("diff: %+v", d)
	}
	never := object{"container": name, "content": "hu\n", "container_path": "/tmp/g", "mode": int64(0o644), "force": false}
	if h.ok(t, "docker_container_copy_into", never).Changed || read("/tmp/g") != "ho\n" {
		t.Error("force false writes over a file")
	}
	always := object{"container": name, "content": "ho\n", "container_path": "/tmp/g", "mode": int64(0o644), "force": true}
	for range 2 {
		if !h.ok(t, "docker_container_copy_into", always).Changed {
			t.Error("force true does not always write")
		}
	}
	h.passes(t, "docker_container_copy_into", object{"container": name, "path": filepath.Join(dir, "link"), "local_follow": false, "container_path": "/tmp/l"})
	write(t, file, "through the link\n")
	r = h.passes(t, "docker_container_copy_into", object{"container": name, "path": filepath.Join(dir, "link"), "container_path": "/tmp/file"})
	r = h.ok(t, "docker_container_copy_into", object{"container": name, "content": "followed\n", "mode": int64(0o644), "container_path": "/tmp/l", "follow": true})
	if data(t, r, "container_path") != "/tmp/file" || read("/tmp/file") != "followed\n" {
		t.Errorf("following a link: %v, %q", data(t, r, "container_path"), read("/tmp/file"))
	}

	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	if err := os.WriteFile(file, big, 0o644); err != nil {
		t.Fatal(err)
	}
	h.passes(t, "docker_container_copy_into", object{"container": name, "path": file, "container_path": "/tmp/big"})
	big[len(big)-1] = 'x'
	if err := os.WriteFile(file, big, 0o644); err != nil {
		t.Fatal(err)
	}
	h.passes(t, "docker_container_copy_into", object{"container": name, "path": file, "container_path": "/tmp/big"})
}

func TestCopyIntoFailures(t *testing.T) {
	h := testHost(t)
	name, dir := unique("copy"), t.TempDir()
	defer h.removeContainer(name)
	h.ok(t, "docker_container", object{"name": name, "image": h.image, "user": "nobody", "state": "present"})
	write(t, filepath.Join(dir, "file"), base64.StdEncoding.EncodeToString([]byte("x")))
	for want, a := range map[string]object{
		"missing parameter(s) required by 'content': mode":               {"content": "x"},
		`Could not find container "` + name + `" or resource in it (404`: {"content": "x", "mode": int64(0o644), "container_path": "/no/dir/x", "owner_id": 0, "group_id": 0},
		"Cannot find local file " + dir + "/none":                        {"path": dir + "/none"},
		"Local file " + dir + " is not a regular file":                   {"path": dir},
		`Could not find container "` + name + `none"`:                    {"container": name + "none", "path": dir + "/file"},
		"Cannot find out the user of container " + name:                  {"path": dir + "/file"},
		"parameters are required together: owner_id, group_id":           {"path": dir + "/file", "owner_id": 1},
		"Cannot Base64 decode the content option":                        {"content": "!", "content_is_b64": true, "mode": int64(0o644)},
		`mode "rw" is not octal`:                                         {"path": dir + "/file", "mode": "rw"},
	} {
		full := object{"container": name, "container_path": "/x"}
		for k, v := range a {
			full[k] = v
		}
		if r := h.run(t, "docker_container_copy_into", full); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("%v: failed %v: %s; want %s", full, r.Failed, r.Msg, want)
		}
	}
}
