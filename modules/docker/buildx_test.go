package docker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

// TestBuildx builds what the engine's API cannot with a program that stands in
// for buildx: it says how it was called, and the engine knows no such image.
func TestBuildx(t *testing.T) {
	h := testHost(t)
	config, dir := t.TempDir(), t.TempDir()
	plugins := filepath.Join(config, "cli-plugins")
	if err := os.Mkdir(plugins, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(plugins, buildxPlugin.program),
		"#!/bin/sh\nfor word; do echo \"$word\"; done\necho secret: $GOPLAY_BUILD_SECRET_1\necho host: $DOCKER_HOST >&2\n[ ! -e "+dir+"/fail ]\n")
	if err := os.Chmod(filepath.Join(plugins, buildxPlugin.program), 0o700); err != nil {
		t.Fatal(err)
	}
	ours := func(c *modules.Call) {
		c.Env = map[string]string{"DOCKER_CONFIG": config, "DOCKER_HOST": h.env["DOCKER_HOST"]}
	}
	name := unique("buildx")
	a := object{"name": name, "path": dir, "platform": []any{"linux/amd64", "linux/arm64"}, "args": object{"A": "1"}, "labels": object{"b": "2"},
		"secrets": []any{object{"id": "f", "type": "file", "src": dir + "/f,g"}, object{"id": "v", "type": "value", "value": "hidden"}, object{"id": "e", "type": "env", "env": "HOME"}},
		"outputs": []any{object{"type": "oci", "dest": dir + "/out.tar"}, object{"type": "image", "name": []any{"x/a", "x/b"}, "push": true}}}
	r := h.ok(t, "docker_image_build", a, ours)
	want := "build --progress plain --tag " + name + ":latest --build-arg A=1 --platform linux/amd64 --platform linux/arm64 --label b=2" +
		" --secret id=f,type=file,\"src=" + dir + "/f,g\" --secret id=v,type=env,env=GOPLAY_BUILD_SECRET_1 --secret id=e,type=env,env=HOME" +
		" --output type=oci,dest=" + dir + "/out.tar --output type=image,\"name=x/a,x/b\",push=true -- " + dir + " secret: ********" // it reached the plugin, and is not shown
	if got := strings.ReplaceAll(value.Str(data(t, r, "stdout")), "\n", " "); !r.Changed || got != want {
		t.Errorf("changed=%v\n got %s\nwant %s", r.Changed, got, want)
	}
	if r := h.ok(t, "docker_image_build", a, ours, check); !r.Changed || data(t, r, "stdout") != nil {
		t.Errorf("check mode: changed=%v, %v", r.Changed, data(t, r, "stdout"))
	}
	write(t, dir+"/fail", "")
	if r := h.run(t, "docker_image_build", a, ours); !r.Failed || r.Msg != "Building "+name+":latest failed" || r.Changed {
		t.Errorf("failed=%v: %s", r.Failed, r.Msg)
	}
	a["client_key"] = dir + "/mine.key"
	if r := h.run(t, "docker_image_build", a, ours); !r.Failed || !strings.Contains(r.Msg, "ca.pem, cert.pem and key.pem") {
		t.Errorf("failed=%v: %s", r.Failed, r.Msg)
	}
	if err := os.RemoveAll(plugins); err != nil {
		t.Fatal(err)
	}
	delete(a, "client_key")
	if _, err := findPlugin(testContext(), buildxPlugin); err == nil {
		return // this machine has one of its own
	}
	if r := h.run(t, "docker_image_build", a, ours); !r.Failed || !strings.Contains(r.Msg, "Docker's buildx plugin is not installed") {
		t.Errorf("failed=%v: %s", r.Failed, r.Msg)
	}
}
