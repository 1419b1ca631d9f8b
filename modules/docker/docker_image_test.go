package docker

import (
	"archive/tar"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"goplay/modules"
)

// appContext is a folder to build testdata/app from. The program ends with a name
// of the test's own, which does not matter to it: layers that tests had in common
// would go with the image of the one that removes its own first, while another builds
// on them.
func appContext(t *testing.T, dockerfile string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	program, err := buildApp()
	if err != nil {
		t.Fatal(err)
	}
	own := append(slices.Clone(program), unique(t.Name())...)
	if err := os.WriteFile(filepath.Join(dir, "app"), own, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "Dockerfile"), dockerfile)
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

const scratch = "FROM scratch\nCOPY app /app\nENTRYPOINT [\"/app\"]\n"

// passes runs a task four times: check predicts, apply does, check finds
// nothing left to do, apply changes nothing.
func (h *host) passes(t *testing.T, module string, a object, how ...func(*modules.Call)) modules.Result {
	t.Helper()
	checking := append(slices.Clone(how), check)
	m, _ := modules.Lookup("community.docker." + module)
	predicted := h.ok(t, module, a, checking...)
	if predicted.Changed == m.NoCheck || predicted.Skipped != m.NoCheck {
		t.Errorf("%s %v: check predicts changed=%v, skipped=%v", module, a, predicted.Changed, predicted.Skipped)
	}
	done := h.ok(t, module, a, how...)
	if !done.Changed {
		t.Errorf("%s %v: apply changes nothing", module, a)
	}
	if again := h.ok(t, module, a, checking...); again.Changed || again.Skipped != m.NoCheck {
		t.Errorf("%s %v: check predicts changed=%v, skipped=%v after apply", module, a, again.Changed, again.Skipped)
	}
	if h.ok(t, module, a, how...).Changed {
		t.Errorf("%s %v: the second apply changes something", module, a)
	}
	return done
}

// gone removes a thing at the test's end.
func (h *host) gone(t *testing.T, module string, a object) {
	t.Cleanup(func() {
		a["state"] = "absent"
		h.run(t, module, a)
	})
}

// TestDeploy is the way of an image from its source to another machine.
func TestDeploy(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("deploy")
	dir := appContext(t, scratch, nil)
	tar := filepath.Join(t.TempDir(), "image.tar")
	h.gone(t, "docker_image", object{"name": name, "force_absent": true})
	h.passes(t, "docker_image", object{"name": name, "source": "build", "build": object{"path": dir}})
	build := object{"name": name, "source": "build", "force_source": true, "build": object{"path": dir, "platform": "linux/amd64"}}
	if r := h.ok(t, "docker_image", build); r.Changed || !strings.Contains(data(t, r, "stdout").(string), "Using cache") {
		t.Errorf("building the same again: changed %v", r.Changed)
	}
	h.passes(t, "docker_image", object{"name": name, "source": "local", "archive_path": tar})
	load := object{"name": name, "source": "load", "load_path": tar, "force_source": true}
	if h.ok(t, "docker_image", load).Changed || h.ok(t, "docker_image", load, check).Changed {
		t.Error("loading what is there is a change")
	}
	h.passes(t, "docker_image", object{"name": name, "state": "absent"})
	h.passes(t, "docker_image", load)

	write(t, filepath.Join(dir, "Dockerfile"), scratch+"LABEL changed=yes\n")
	if !h.ok(t, "docker_image", build).Changed {
		t.Error("a changed application is no change")
	}
	export := object{"name": name, "source": "local", "archive_path": tar}
	r := h.passes(t, "docker_image", export)
	if action := data(t, r, "actions"); !strings.Contains(textOf(action), "overwriting archive with image") {
		t.Errorf("actions: %v", textOf(action))
	}
	write(t, tar, "garbage")
	if r := h.ok(t, "docker_image", export); !strings.Contains(textOf(data(t, r, "actions")), "overwriting an unreadable archive file") {
		t.Errorf("actions: %v", textOf(data(t, r, "actions")))
	}
	if left, _ := filepath.Glob(tar + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestImageFailures(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	dir := appContext(t, scratch, map[string]string{"Bad": "FROM scratch\nARG V\nCOPY nothere /app\n"})
	garbage, other := filepath.Join(dir, "garbage.tar"), filepath.Join(dir, "other.tar")
	write(t, garbage, "foo")
	h.ok(t, "docker_image", object{"name": h.image, "source": "local", "archive_path": other})
	name := unique("none")
	for want, a := range map[string]object{
		"Error building " + name + ":latest - code: None, message: COPY failed: file not found in build context": {"source": "build", "build": object{"path": dir, "dockerfile": "Bad"}},
		"(in Step 3/3 : COPY nothere /app)":                                                                 {"source": "build", "build": object{"path": dir, "dockerfile": "Bad"}},
		"Cannot locate specified Dockerfile: Nope":                                                          {"source": "build", "build": object{"path": dir, "dockerfile": "Nope"}},
		"Requested build path " + dir + "/nope could not be found or you do not have access.":               {"source": "build", "build": object{"path": dir + "/nope"}},
		"Error writing image archive " + dir + "/no/x.tar - ":                                               {"name": h.image, "source": "local", "archive_path": dir + "/no/x.tar"},
		"The archive did not contain image '" + name + ":latest'. Instead, found '" + h.image + ":latest'.": {"source": "load", "load_path": other},
		"Error loading image " + name + ". Specified path " + dir + "/none.tar does not exist.":             {"source": "load", "load_path": dir + "/none.tar"},
		"Detected no loaded images. Archive potentially corrupt?":                                           {"source": "load", "load_path": garbage},
		"Cannot find the image " + name + ":latest locally.":                                                {"source": "local"},
		"Error pulling image localhost:1/foo:latest - 500 Server Error: Internal Server Error":              {"name": "localhost:1/foo", "source": "pull"},
		"state is present but all of the following are missing: source":                                     {},
		`"a b" is not a valid docker tag!`:                                                                  {"tag": "a b", "source": "local"},
		`platform "a b" is not os[/arch[/variant]]`:                                                         {"source": "build", "build": object{"path": dir, "platform": "a b"}},
	} {
		full := object{"name": name}
		for k, v := range a {
			full[k] = v
		}
		if r := h.run(t, "docker_image", full); !r.Failed || !strings.Contains(r.Msg, want) {
			t.Errorf("%v: failed %v with\n%s\nwant\n%s", a, r.Failed, r.Msg, want)
		}
	}
}

func TestImageTag(t *testing.T) {
	h := testHost(t)
	repo := unique("repo") + ":v1"
	h.gone(t, "docker_image", object{"name": repo})
	tag := object{"name": h.image, "source": "local", "repository": repo}
	h.passes(t, "docker_image", tag)
	tag["name"] = h.bare
	if h.ok(t, "docker_image", tag).Changed {
		t.Error("a name that another image has is taken from it without force_tag")
	}
	tag["force_tag"] = true
	if !h.ok(t, "docker_image", tag).Changed || h.ok(t, "docker_image", tag).Changed {
		t.Error("force_tag does not move the name once")
	}
	h.passes(t, "docker_image_tag", object{"name": h.image, "repository": []any{repo}, "existing_images": "overwrite"})
}

func TestImageInUse(t *testing.T) {
	h := testHost(t)
	name, container := unique("used"), unique("user")
	h.ok(t, "docker_image", object{"name": h.image, "source": "local", "repository": name + ":latest"})
	h.ok(t, "docker_container", object{"name": container, "image": name, "state": "present"})
	defer h.removeContainer(container)
	h.ok(t, "docker_image", object{"name": name, "state": "absent", "force_absent": true})
}

// TestBuildContext builds from a folder with everything that a folder may have.
func TestBuildContext(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	dir := appContext(t, "FROM scratch\nCOPY . /\nENTRYPOINT [\"/app\"]\n", map[string]string{
		".dockerignore": "# comment\nsecret\n**/*.log\n!keep/this.log\nDockerfile\nskipped\n!skipped/deep/one\n",
		"secret":        "s", "a.log": "l", "keep/this.log": "kept", "keep/other.log": "l",
		"skipped/two": "2", "skipped/deep/one": "one", "../outer.Dockerfile": "FROM scratch\nCOPY . /\nENTRYPOINT [\"/app\"]\nLABEL from=outside\n",
	})
	if err := os.Symlink("keep/this.log", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	name := unique("context")
	h.gone(t, "docker_image", object{"name": name, "force_absent": true})
	for _, file := range []string{"", "../outer.Dockerfile"} {
		build := object{"name": name, "source": "build", "force_source": true, "build": object{"path": dir, "dockerfile": file}}
		h.ok(t, "docker_image", build)
		if h.ok(t, "docker_image", build).Changed {
			t.Errorf("%q: building the same again is a change", file)
		}
		files := h.files(t, name)
		for path, want := range map[string]string{"keep/this.log": "kept", "skipped/deep/one": "one", "link": "-> keep/this.log",
			"secret": "", "a.log": "", "keep/other.log": "", "skipped/two": "", "Dockerfile": ""} {
			if files[path] != want {
				t.Errorf("%q: %s has %q, want %q", file, path, files[path], want)
			}
		}
		for path := range files {
			if strings.HasPrefix(path, ".dockerfile.") {
				t.Errorf("%s got into the image", path)
			}
		}
	}
	if r := h.ok(t, "docker_image", object{"name": name, "source": "local"}); data(t, r, "image.Config.Labels.from") != "outside" {
		t.Error("the Dockerfile outside was not used")
	}
}

// files are the contents of what an image has, by path.
func (h *host) files(t *testing.T, image string) map[string]string {
	t.Helper()
	name := unique("files")
	h.ok(t, "docker_container", object{"name": name, "image": image, "state": "present"})
	defer h.removeContainer(name)
	all, err := h.ContainerExport(context.Background(), name, client.ContainerExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	out := map[string]string{}
	for r := tar.NewReader(all); ; {
		head, err := r.Next()
		if err != nil {
			return out
		}
		text, _ := io.ReadAll(r)
		if head.Linkname != "" {
			text = []byte("-> " + head.Linkname)
		}
		out[head.Name] = string(text)
	}
}

// TestBuildKit builds what the classic builder cannot.
func TestBuildKit(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	name := unique("kit")
	dir := appContext(t, "FROM scratch\nCOPY --chmod=755 app /app\nENTRYPOINT [\"/app\"]\n", nil)
	h.gone(t, "docker_image", object{"name": name, "force_absent": true})
	var shown strings.Builder
	r := h.run(t, "docker_image", object{"name": name, "source": "build", "build": object{"path": dir}}, func(c *modules.Call) {
		c.Output = func(_ string, p []byte) { shown.Write(p) }
	})
	if r.Failed && strings.Contains(r.Msg, "BuildKit") {
		t.Skipf("NOT TESTED: this engine's BuildKit wants more than a plain build: %s", r.Msg)
	}
	if r.Failed || !strings.Contains(shown.String(), "COPY") {
		t.Fatalf("failed %v: %s\n%s", r.Failed, r.Msg, shown.String())
	}
}

func textOf(v any) string {
	text := dictText(v)
	return text
}

func TestReadArchiveRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x"), "no tar")
	if _, err := readArchive(filepath.Join(dir, "x")); err == nil || notThere(err) {
		t.Errorf("garbage: %v", err)
	}
	if _, err := readArchive(filepath.Join(dir, "none")); !notThere(err) {
		t.Errorf("nothing: %v", err)
	}
	images := []archivedImage{{ids: []string{"sha256:a", "sha256:b"}, tags: []string{"x:1"}}}
	if !holdsOnly(images, "sha256:b", "x:1") || holdsOnly(images, "sha256:c", "x:1") || holdsOnly(images, "sha256:a", "x:2") || holdsOnly(slices.Repeat(images, 2), "sha256:a", "x:1") {
		t.Error("holdsOnly is wrong")
	}
}
