package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// host is the engine that all tests of this package use: the machine's own,
// or a private one.
type host struct {
	*engine
	env   map[string]string
	image string // runs testdata/app, and carries variables, labels and a port
	bare  string // the same without any of that
	stop  func()
}

var theHost = sync.OnceValues(startHost)

// testHost connects to an engine, starting one where none answers and that can
// be done. Without any the test is skipped, but under CI it fails.
func testHost(t *testing.T) *host {
	t.Helper()
	h, err := theHost()
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	return h
}

func TestMain(m *testing.M) {
	code := m.Run()
	if cleanUp != nil {
		cleanUp()
	}
	os.Exit(code)
}

// cleanUp takes back what startHost did; nil when no test wanted an engine.
var cleanUp func()

func testContext() *modules.Context { return &modules.Context{Context: context.Background()} }

func startHost() (*host, error) {
	h := &host{stop: func() {}}
	var err error
	if h.engine, err = (Connection{}).connect(testContext()); err != nil {
		why := err
		if h.env, h.stop, err = startDaemon(); err != nil {
			return nil, fmt.Errorf("%w; and starting an engine: %w", why, err)
		}
		if h.engine, err = (Connection{Address: Address{DockerHost: h.env["DOCKER_HOST"]}}).connect(testContext()); err != nil {
			return nil, err
		}
	}
	cleanUp = func() {
		h.removeImages()
		h.removeVolumes()
		h.stop()
	}
	return h, h.importImages()
}

func startDaemon() (map[string]string, func(), error) {
	path, err := exec.LookPath("dockerd")
	if err != nil || os.Getuid() != 0 {
		return nil, nil, fmt.Errorf("it needs root and dockerd")
	}
	dir, err := os.MkdirTemp("", "dockerd")
	if err != nil {
		return nil, nil, err
	}
	socket := filepath.Join(dir, "docker.sock")
	daemon := exec.Command(path, "--data-root", dir+"/data", "--exec-root", dir+"/exec", "--pidfile", dir+"/pid", "-H", "unix://"+socket)
	if err := daemon.Start(); err != nil {
		return nil, nil, err
	}
	stop := func() {
		_ = daemon.Process.Signal(os.Interrupt)
		_ = daemon.Wait()
		_ = os.RemoveAll(dir)
	}
	for range 300 {
		if probe(socket) == nil {
			return map[string]string{"DOCKER_HOST": "unix://" + socket}, stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return nil, nil, fmt.Errorf("dockerd did not come up")
}

// mark is in the name of everything that this run makes in an engine that
// others may be using.
var mark = fmt.Sprintf("goplaytest%d", os.Getpid())

func unique(name string) string { return fmt.Sprintf("%s-%s-%x", mark, name, rand.Uint32()) }

func (h *host) importImages() error {
	program, err := buildApp()
	if err != nil {
		return err
	}
	h.image, h.bare = unique("app")+"/app", unique("bare")
	for name, changes := range map[string][]string{
		h.image: {`ENTRYPOINT ["/app"]`, `CMD ["serve"]`, "ENV IMG=yes", "ENV PATH=/", "LABEL from=image", "EXPOSE 9000"},
		h.bare:  nil,
	} {
		q := url.Values{"fromSrc": {"-"}, "repo": {name}, "changes": changes}
		var layer bytes.Buffer
		w := tar.NewWriter(&layer)
		for _, dir := range []string{"tmp/", "etc/"} {
			_ = w.WriteHeader(&tar.Header{Name: dir, Typeflag: tar.TypeDir, Mode: 0o1777})
		}
		_ = w.WriteHeader(&tar.Header{Name: "app", Mode: 0o755, Size: int64(len(program))})
		_, _ = w.Write(program)
		_ = w.Close()
		req, _ := http.NewRequest(http.MethodPost, "http://docker/v"+h.ClientVersion()+"/images/create?"+q.Encode(), &layer)
		resp, err := h.plain.Do(req)
		if err != nil {
			return err
		}
		said, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || strings.Contains(string(said), "error") {
			return fmt.Errorf("import test image: %s", said)
		}
	}
	return nil
}

var buildApp = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "app")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, "app"), "./testdata/app")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build testdata/app: %w: %s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "app"))
})

func (h *host) removeImages() {
	for _, name := range []string{h.image, h.bare} {
		_, _ = h.call(context.Background(), http.MethodDelete, "/images/"+name, url.Values{"force": {"1"}}, nil)
	}
}

// removeVolumes removes the named volumes that containers have left.
func (h *host) removeVolumes() {
	all, _ := h.get(context.Background(), "/volumes", nil)
	for _, v := range objects(all["Volumes"]) {
		if name := textAt(v, "Name"); strings.HasPrefix(name, mark) {
			_, _ = h.call(context.Background(), http.MethodDelete, "/volumes/"+name, nil, nil)
		}
	}
}

// args makes a call's arguments of what JSON or a Go literal has.
func args(o object) map[string]any {
	out := map[string]any{}
	for k, v := range o {
		out[k] = value.Of(v)
	}
	return out
}

// run runs a module in this process.
func (h *host) run(t *testing.T, module string, a object, with ...func(*modules.Call)) modules.Result {
	t.Helper()
	call := modules.Call{Module: "community.docker." + module, Args: args(a), Diff: true, Env: h.env}
	for _, w := range with {
		w(&call)
	}
	r, err := modules.InProcess{}.Run(context.Background(), call)
	if err != nil {
		t.Fatalf("%s: %v", module, err)
	}
	return r
}

func check(c *modules.Call) { c.Check = true }

// ok runs a module that must not fail.
func (h *host) ok(t *testing.T, module string, a object, with ...func(*modules.Call)) modules.Result {
	t.Helper()
	r := h.run(t, module, a, with...)
	if r.Failed {
		t.Fatalf("%s %v: %s", module, a, r.Msg)
	}
	return r
}

// data is a return value.
func data(t *testing.T, r modules.Result, path string) any {
	t.Helper()
	var v any = r.Data
	for _, name := range strings.Split(path, ".") {
		d, ok := v.(*value.Dict)
		if !ok {
			return nil
		}
		v, _ = d.Get(name)
	}
	return v
}

func (h *host) removeContainer(name string) {
	_, _ = h.call(context.Background(), http.MethodDelete, "/containers/"+name, url.Values{"force": {"1"}, "v": {"1"}}, nil)
}
