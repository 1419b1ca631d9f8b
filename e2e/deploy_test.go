//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const deployPlaybook = "../playbooks/deploy.yaml"

// deployment is the deploy of a copy of examples/deploy to one host by one
// program.
type deployment struct {
	program, host string
	args          []string
	app           string
}

func newDeployment(t *testing.T, program, host, name string) *deployment {
	t.Helper()
	d := &deployment{program: program, host: host, app: filepath.Join(t.TempDir(), "app")}
	if err := os.CopyFS(d.app, os.DirFS("../examples/deploy")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(d.app, "web")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.app, "go.mod"), []byte("module web\n\ngo 1.24\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), name+".tar")
	d.args = []string{"-l", host, deployPlaybook,
		"-e", "app_name=" + name, "-e", "app_path=" + d.app, "-e", "app_archive=" + archive}
	forget := func() { _ = exec.Command("docker", "image", "rm", "-f", name).Run() }
	forget()
	t.Cleanup(forget)
	// The archive has the same path on the host, where its folder has to be.
	onHost(t, host, "mkdir -p -m 777 "+filepath.Dir(archive))
	return d
}

func (d *deployment) run(t *testing.T, args ...string) *run {
	t.Helper()
	r := command(t, d.program, append(d.args, args...)...).start(t).end(t)
	t.Logf("%s %s: %.1f s", filepath.Base(d.program), strings.Join(args, " "), r.took.Seconds())
	return r
}

// change makes another application of it, with another page.
func (d *deployment) change(t *testing.T) {
	t.Helper()
	file := filepath.Join(d.app, "main.go")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(strings.Replace(string(text), "<h1>", "<h1>The new ", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *deployment) page(t *testing.T) string {
	t.Helper()
	answer, err := http.Get("http://" + address(t, d.host) + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the page: %s, %v\n%s", answer.Status, err, text)
	}
	return string(text)
}

func (d *deployment) serves(t *testing.T, want ...string) {
	t.Helper()
	page := d.page(t)
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("the page has no %q:\n%s", w, page)
		}
	}
}

func (d *deployment) sign(t *testing.T, entry string) {
	t.Helper()
	answer, err := http.PostForm("http://"+address(t, d.host)+"/", url.Values{"entry": {entry}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("sign: %s", answer.Status)
	}
}

// screen is what a run of the deploy shows: the tasks' outcomes in order.
func screen(outcomes, counts string) string {
	tasks := []string{
		"Gathering Facts",
		"Install docker",
		"Add our user to the docker group, so we don't need sudo/become",
		"Reset ssh connection to allow the user/group change to take effect",
		"Compile the application",
		"Build container image locally",
		"Export container image locally",
		"Upload image to server",
		"Import container image on server",
		"Ensure .secret-key file exists",
		"Read secret key back from file",
		"Ensure .env file exists",
		"Ensure db.sqlite3 file exists outside container",
		"Run container",
		"Run migration inside container",
	}
	var lines []string
	for i, o := range strings.Fields(outcomes) {
		line := tasks[i] + ":"
		if o != "-" {
			line += " " + o
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, counts), "\n")
}

// stages are the runs of the deploy, as both programs have to show them.
var (
	// The group docker comes with the package, which a check does not install.
	checkedBefore = screen("ok changed fatal", "ok=2 changed=1 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0")
	first         = screen("ok changed changed - ok changed changed changed changed changed ok changed changed changed changed", "ok=14 changed=11 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
	second        = screen("ok ok ok - ok ok ok ok ok ok ok ok ok changed ok", "ok=14 changed=1 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
	changedApp    = screen("ok ok ok - ok changed changed changed changed ok ok ok ok changed ok", "ok=14 changed=5 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
	// A fresh server gets what this machine has made already.
	wiped = screen("ok changed changed - ok ok ok changed changed changed ok changed changed changed changed", "ok=14 changed=9 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
	// Nothing is known of an image that a check does not build.
	checkedAfter = screen("ok ok ok - skipping changed ok ok ok ok ok ok ok changed skipping", "ok=12 changed=2 unreachable=0 failed=0 skipped=2 rescued=0 ignored=0")
	// ansible-playbook says "changed" of every image that it would load; goplay
	// looks into the archive.
	checkedAfterByAnsible = screen("ok ok ok - skipping changed ok ok changed ok ok ok ok changed skipping", "ok=12 changed=3 unreachable=0 failed=0 skipped=2 rescued=0 ignored=0")
)

func TestDeploy(t *testing.T) {
	d := newDeployment(t, goplay, staging, "e2e-goplay")
	const state = "ls -A /home/elspeth | grep -v '^.cache$'; command -v docker || true" // the agent may be there already
	before := onHost(t, staging, state)

	d.run(t, "--check").want(t, 2).wantStatuses(t, checkedBefore)
	if got := onHost(t, staging, state); got != before {
		t.Errorf("a check has changed the host: %s, before it: %s", got, before)
	}

	d.run(t, "-v").want(t, 0).wantStatuses(t, first)
	d.serves(t, "<title>Guest book on "+staging)
	d.sign(t, "I was here")

	d.run(t).want(t, 0).wantStatuses(t, second)
	d.serves(t, "I was here")

	container := onHost(t, staging, "docker ps -q --no-trunc")
	d.run(t, "--check", "--diff").want(t, 0).wantStatuses(t, checkedAfter)
	if got := onHost(t, staging, "docker ps -q --no-trunc"); got != container {
		t.Errorf("a check has made another container: %s, before it: %s", got, container)
	}

	d.change(t)
	d.run(t).want(t, 0).wantStatuses(t, changedApp)
	d.serves(t, "<h1>The new Guest book", "I was here")

	up := lab("up", staging)
	if out, err := up.CombinedOutput(); err != nil {
		t.Fatalf("lab up: %v\n%s", err, out)
	}
	onHost(t, staging, "mkdir -p -m 777 "+filepath.Dir(d.args[len(d.args)-1][len("app_archive="):]))
	d.run(t).want(t, 0).wantStatuses(t, wiped)
	d.serves(t, "<h1>The new Guest book")
}

// TestDeployByAnsible holds the same list to ansible-playbook.
func TestDeployByAnsible(t *testing.T) {
	ansible, err := exec.LookPath("ansible-playbook")
	if err != nil {
		t.Skip("ansible-playbook is not installed")
	}
	d := newDeployment(t, ansible, twin, "e2e-ansible")
	d.run(t, "--check").want(t, 2).wantStatuses(t, checkedBefore)
	d.run(t).want(t, 0).wantStatuses(t, first)
	d.run(t).want(t, 0).wantStatuses(t, second)
	d.run(t, "--check").want(t, 0).wantStatuses(t, checkedAfterByAnsible)
	d.change(t)
	d.run(t).want(t, 0).wantStatuses(t, changedApp)
	d.serves(t, "<h1>The new Guest book")
}
