// Package hosttest runs modules on a throw-away Debian host, a container of its
// own, for tests that change the system. The test's own binary is the agent
// there; call Main from TestMain. Without Docker or an image the tests skip.
package hosttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/engine/agent"
	"goplay/internal/value"
	"goplay/modules"
)

const serving = "GOPLAY_TEST_AGENT"

// Main runs a package's tests, or serves as the agent when it is the copy of
// the test binary on a host.
func Main(m *testing.M) {
	if os.Getenv(serving) != "" {
		if err := agent.Serve(context.Background(), os.Stdin, os.Stdout, modules.InProcess{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Host is a container that is removed when its test ends.
type Host struct {
	t      *testing.T
	Name   string
	client modules.Runner
}

// Start brings a host up and connects to it.
func Start(t *testing.T, boot bool) *Host {
	t.Helper()
	h := Bring(t, Kind{Boot: boot})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	docker(t, "cp", self, h.Name+":/usr/local/sbin/goplay-test-agent")
	h.connect()
	return h
}

// Kind says what kind of host is wanted.
type Kind struct {
	Boot     bool     // systemd has to run there
	Flags    []string // of docker run, where the kernel has to allow more
	Packages []string // of the release's archive that are installed there
}

// Bring brings a host up. It has no network. GOPLAY_HOST_IMAGE names its image;
// the default is the lab's newest. GOPLAY_HOST_FLAGS are more of docker run's
// flags, such as --cap-add NET_ADMIN, for all hosts.
func Bring(t *testing.T, kind Kind) *Host {
	t.Helper()
	image := imageWith(t, kind.Packages)
	args := []string{"run", "-d", "--label", "goplay.test", "--network", "none"}
	args = append(append(args, strings.Fields(os.Getenv("GOPLAY_HOST_FLAGS"))...), kind.Flags...)
	if kind.Boot {
		args = append(args, "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
			"--cgroupns=private", "--tmpfs", "/run", "--tmpfs", "/run/lock", image, "/lib/systemd/systemd")
	} else {
		args = append(args, "--init", image, "sleep", "3600")
	}
	h := &Host{t: t}
	id := docker(t, args...)
	h.Name = strings.TrimSpace(id)[:12]
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "-f", "-v", h.Name).Run() })
	if kind.Boot {
		h.Sh("i=0; while [ ! -S /run/dbus/system_bus_socket ]; do i=$((i+1)); [ $i -lt 300 ]; sleep 0.1; done")
	}
	return h
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// connect starts the agent on the host.
func (h *Host) connect() {
	cmd := exec.Command("docker", "exec", "-i", "-e", serving+"=1", h.Name, "goplay-test-agent")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	client, err := agent.NewClient(out, in)
	if err != nil {
		h.t.Fatal(err)
	}
	h.client = client
	h.t.Cleanup(func() {
		_ = client.Close()
		_ = in.Close()
		_ = cmd.Wait()
	})
}

// Sh runs a script on the host and returns its output; a bad end fails the test.
func (h *Host) Sh(script string) string {
	h.t.Helper()
	cmd := exec.Command("docker", "exec", "-i", h.Name, "sh", "-e")
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("on the host: %v\n%s\n%s", err, script, out)
	}
	return string(out)
}

// Args are a module's options.
type Args map[string]any

// Run runs a module on the host.
func (h *Host) Run(t *testing.T, module string, args Args, check bool) modules.Result {
	t.Helper()
	if !strings.Contains(module, ".") {
		module = "ansible.builtin." + module
	}
	converted := map[string]any{}
	for k, v := range args {
		converted[k] = value.Of(v)
	}
	r, err := h.client.Run(context.Background(), modules.Call{Module: module, Args: converted, Check: check, Diff: true, MaxDiff: 104448,
		Content: func(name string) (io.ReadCloser, error) { return nil, fmt.Errorf("no content %q", name) }})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Step is one use of a module; steps of a case build on each other.
type Step struct {
	Name   string
	Before string // a script that is run on the host first
	Module string
	Args   Args
	Always bool // the module changes something every time
	// Compare names return values that have to be Ansible's, besides changed and failed.
	Compare []string
	Differs string // why changed or failed is not as Ansible's
	// Unforeseen says that only the system itself can tell that it fails.
	Unforeseen bool
}

// Story is steps on one host.
type Story struct {
	Boot    bool   // systemd has to run
	Prepare string // a script that is run on the host before the steps
	Steps   []Step
	Alone   string // why Ansible is not asked
}

// Conform holds the steps to the contract in four passes (check, apply, check,
// apply), and their results to those that Ansible gave.
func (story Story) Conform(t *testing.T) {
	h := Start(t, story.Boot)
	h.Sh(story.Prepare)
	answers := story.answers(t)
	for _, s := range story.Steps {
		t.Run(s.Name, func(t *testing.T) {
			if s.Before != "" {
				h.Sh(s.Before)
			}
			predicted := h.Run(t, s.Module, s.Args, true)
			done := h.Run(t, s.Module, s.Args, false)
			if s.Unforeseen && done.Failed {
				predicted = done
			}
			if predicted.Failed != done.Failed || predicted.Changed != done.Changed && !predicted.Skipped {
				t.Errorf("check: changed=%v failed=%v %s; apply: changed=%v failed=%v %s",
					predicted.Changed, predicted.Failed, predicted.Msg, done.Changed, done.Failed, done.Msg)
			}
			if want, ok := answers[s.Name]; ok {
				s.compare(t, done, want)
			}
			if done.Failed || s.Always {
				return
			}
			for _, check := range []bool{true, false} {
				if again := h.Run(t, s.Module, s.Args, check); again.Changed || again.Failed {
					t.Errorf("again, check=%v: changed=%v failed=%v %s %v", check, again.Changed, again.Failed, again.Msg, again.Data)
				}
			}
		})
	}
}

func (s Step) compare(t *testing.T, got modules.Result, want map[string]any) {
	changed, _ := want["changed"].(bool)
	failed, _ := want["failed"].(bool)
	if s.Differs == "" && (got.Changed != changed || got.Failed != failed) {
		t.Errorf("changed=%v failed=%v (%s), Ansible: changed=%v failed=%v (%v)", got.Changed, got.Failed, got.Msg, changed, failed, want["msg"])
	}
	for _, name := range s.Compare {
		var have any = got.Msg
		if name != "msg" {
			have, _ = got.Data.Get(name)
		}
		g, err := value.EncodeJSON(value.Of(have), value.JSONOptions{SortKeys: true})
		if err != nil {
			t.Fatal(err)
		}
		w, err := json.Marshal(want[name])
		if err != nil {
			t.Fatal(err)
		}
		if compact(g) != compact(string(w)) {
			t.Errorf("%s: %s, Ansible: %s", name, g, w)
		}
	}
}

func compact(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	data, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return string(data)
}

// answers reads what Ansible gave, and asks it on a host of its own when ORACLE
// is set.
func (story Story) answers(t *testing.T) map[string]map[string]any {
	path := filepath.Join("testdata", "oracle", strings.ReplaceAll(t.Name(), "/", "_")+".json")
	answers := map[string]map[string]any{}
	if story.Alone != "" {
		return answers
	}
	if os.Getenv("ORACLE") == "" {
		data, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(data, &answers)
		}
		if err != nil {
			t.Logf("no answers of Ansible are kept: %v", err)
		}
		return answers
	}
	h := Start(t, story.Boot)
	h.Sh(story.Prepare)
	for i, result := range h.ansible(t, story.Steps) {
		answers[story.Steps[i].Name] = result
	}
	data, err := json.MarshalIndent(answers, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	return answers
}

// ansible runs the steps with ansible-playbook over Docker.
func (h *Host) ansible(t *testing.T, steps []Step) []map[string]any {
	var tasks []map[string]any
	for _, s := range steps {
		module := s.Module
		if !strings.Contains(module, ".") {
			module = "ansible.builtin." + module
		}
		script := "true"
		if s.Before != "" {
			script = s.Before
		}
		tasks = append(tasks, map[string]any{"ansible.builtin.raw": script},
			map[string]any{module: s.Args, "ignore_errors": true})
	}
	book, err := json.Marshal([]any{map[string]any{"hosts": "all", "gather_facts": false, "tasks": tasks}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "play.json")
	if err := os.WriteFile(path, book, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("ansible-playbook", "-D", "-i", h.Name+",", "-c", "community.docker.docker", path)
	cmd.Env = append(os.Environ(), "ANSIBLE_STDOUT_CALLBACK=ansible.posix.json", "ANSIBLE_NOCOLOR=1", "ANSIBLE_PIPELINING=1")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // failed tasks are ignored; what is wrong shows in the output
	var out struct {
		Plays []struct {
			Tasks []struct {
				Hosts map[string]map[string]any `json:"hosts"`
			} `json:"tasks"`
		} `json:"plays"`
	}
	text := stdout.Bytes()
	if at := bytes.IndexByte(text, '{'); at > 0 {
		text = text[at:]
	}
	if err := json.Unmarshal(text, &out); err != nil || len(out.Plays) != 1 || len(out.Plays[0].Tasks) != len(tasks) {
		t.Fatalf("ansible-playbook: %v\n%s\n%s", err, stdout.String(), stderr.String())
	}
	var results []map[string]any
	for i := 1; i < len(tasks); i += 2 {
		r := out.Plays[0].Tasks[i].Hosts[h.Name]
		delete(r, "invocation")
		results = append(results, r)
	}
	return results
}
