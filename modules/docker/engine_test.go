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

// testHost connects to an engine: one of our own, or the machine's where TestMain
// could not make a place for one. Without any the test is skipped, but under CI
// it fails.
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

// cleanUp takes back what startHost did; nil when no test wanted an engine.
var cleanUp func()

func testContext() *modules.Context { return &modules.Context{Context: context.Background()} }

func startHost() (*host, error) {
	h := &host{stop: func() {}}
	var err error
	if os.Getenv(private) != "" {
		if h.env, h.stop, err = startDaemon(os.Getenv(private)); err != nil {
			return nil, err
		}
	}
	if h.engine, err = (Connection{Address: Address{DockerHost: h.env["DOCKER_HOST"]}}).connect(testContext()); err != nil {
		h.stop()
		return nil, err
	}
	cleanUp = func() {
		h.removeImages()
		h.removeVolumes()
		h.stop()
	}
	return h, h.importImages()
}

// startDaemon starts an engine of our own in a folder, and returns what leads to it.
func startDaemon(dir string) (map[string]string, func(), error) {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	socket := filepath.Join(dir, "docker.sock")
	daemon := exec.Command("dockerd", "--data-root", dir+"/data", "--exec-root", dir+"/exec", "--pidfile", dir+"/pid", "-H", "unix://"+socket)
	daemon.Stdout, daemon.Stderr = log, log
	if err := daemon.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = daemon.Wait()
		close(ended)
	}()
	stop := func() {
		_ = daemon.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = daemon.Process.Kill()
			<-ended
		}
	}
	for range 600 {
		if probe(socket) == nil {
			return map[string]string{"DOCKER_HOST": "unix://" + socket}, stop, nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
			continue
		case <-ended:
		}
		break
	}
	said, _ := os.ReadFile(log.Name())
	stop()
	return nil, nil, fmt.Errorf("dockerd did not come up: %s", said)
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
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
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
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://docker/v"+h.ClientVersion()+"/images/create?"+q.Encode(), &layer)
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

// patience is how long one request or module may take on a busy machine, before
// the test says that it hangs and goes on.
const patience = 3 * time.Minute

// run runs a module in this process.
func (h *host) run(t *testing.T, module string, a object, with ...func(*modules.Call)) modules.Result {
	t.Helper()
	call := modules.Call{Module: "community.docker." + module, Args: args(a), Diff: true, Env: h.env}
	for _, w := range with {
		w(&call)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := modules.InProcess{}.Run(ctx, call)
	if err != nil {
		t.Fatalf("%s: %v", module, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %v was not done after %v: %s", module, a, patience, r.Msg)
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
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _ = h.call(ctx, http.MethodDelete, "/containers/"+name, url.Values{"force": {"1"}, "v": {"1"}}, nil)
}
