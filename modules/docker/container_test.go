package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goplay/internal/value"
)

// recorded is what ansible-playbook did with community.docker 3.4: runs of
// docker_container on one container, one after the other.
type recorded struct {
	Name    string
	Differs string // why goplay's way is another one; Want is then goplay's
	Runs    []struct {
		Args object
		Want struct {
			Changed, Failed bool
			Msg             string
			Before, After   object
			Warnings        []string
		}
	}
}

// TestContainerAsRecorded replays what the real module was seen to do.
func TestContainerAsRecorded(t *testing.T) {
	t.Parallel()
	h := testHost(t)
	raw, err := os.ReadFile("testdata/container.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "env"), "# c\nA=file\nE=a=b\n\n  S =x \nexport Q=1\nX=\"quoted\"\nNOVAL\n")
	subnet := fmt.Sprintf("10.%d.%d.", 100+rand.IntN(100), rand.IntN(250))
	network1, network2, linked := unique("n1"), unique("n2"), unique("linked")
	cwd, _ := os.Getwd()
	text := strings.NewReplacer("LINKED", linked, "NETWORK1", network1, "NETWORK2", network2, "VOLUME", unique("v"), "ENVFILE", filepath.Join(dir, "env"),
		"NOFILE", filepath.Join(dir, "none"), "SUBNET.", subnet, "IMAGE", h.image, "OTHER", h.bare, "CWD", cwd).Replace(string(raw))
	for _, n := range []object{{"name": network1, "subnet": subnet + "0/25"}, {"name": network2, "subnet": subnet + "128/25"}} {
		if _, err := h.call(context.Background(), http.MethodPost, "/networks/create", nil,
			object{"Name": n["name"], "IPAM": object{"Config": []any{object{"Subnet": n["subnet"]}}}}); err != nil {
			t.Fatal(err)
		}
		defer h.call(context.Background(), http.MethodDelete, "/networks/"+n["name"].(string), nil, nil)
	}
	h.ok(t, "docker_container", object{"name": linked, "image": h.image})
	defer h.removeContainer(linked)
	var cases []recorded
	if err := json.Unmarshal([]byte(text), &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { h.replay(t, c) })
	}
}

func (h *host) replay(t *testing.T, c recorded) {
	name := unique("c")
	defer h.removeContainer(name)
	for i, run := range c.Runs {
		expect := func(v any) string {
			return strings.ReplaceAll(canonicalJSON(t, value.Of(plainJSON(v))), "CONTAINER", name)
		}
		a := object{"name": name}
		for k, v := range run.Args {
			a[k] = plainJSON(v)
		}
		r := h.run(t, "docker_container", a)
		w := run.Want
		if r.Changed != w.Changed && !w.Failed || r.Failed != w.Failed {
			t.Errorf("run %d %v: changed %v, failed %v (%s); want %v, %v (%s)", i+1, a, r.Changed, r.Failed, r.Msg, w.Changed, w.Failed, w.Msg)
			continue
		}
		if w.Failed {
			if !strings.Contains(r.Msg, w.Msg) {
				t.Errorf("run %d fails with\n%s\nwant\n%s", i+1, r.Msg, w.Msg)
			}
			continue
		}
		if len(r.Diff) != 1 {
			t.Fatalf("run %d: %d diffs", i+1, len(r.Diff))
		}
		for what, pair := range map[string][2]any{"before": {r.Diff[0].Before, w.Before}, "after": {r.Diff[0].After, w.After}} {
			got, want := canonicalJSON(t, pair[0]), expect(pair[1])
			if got != want {
				t.Errorf("run %d %v: diff %s is\n%s\nwant\n%s", i+1, a, what, got, want)
			}
		}
		if fmt.Sprint(r.Warnings) != fmt.Sprint(w.Warnings) && len(w.Warnings) > 0 {
			t.Errorf("run %d warns %q, want %q", i+1, r.Warnings, w.Warnings)
		}
	}
}

// plainJSON turns the whole numbers of encoding/json into integers.
func plainJSON(v any) any {
	data, _ := json.Marshal(v)
	out, _ := decode(strings.NewReader(string(data)))
	return out
}

var ids = regexp.MustCompile(`sha256:[0-9a-f]{64}|[0-9a-f]{64}|"[0-9a-f]{12}"`)

// canonicalJSON leaves out what is another in every run, and the order of dicts
// in lists, which are sets.
func canonicalJSON(t *testing.T, v any) string {
	t.Helper()
	sortDicts(v)
	text, err := value.EncodeJSON(v, value.JSONOptions{SortKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(ids.ReplaceAllString(text, "ID"), `"ID"`, "ID")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sortDicts(v any) {
	switch v := v.(type) {
	case *value.Dict:
		for _, item := range v.All() {
			sortDicts(item)
		}
	case *value.List:
		if len(v.Items) > 0 && value.TypeName(v.Items[0]) == "dict" {
			slices.SortFunc(v.Items, func(a, b any) int { return strings.Compare(dictText(a), dictText(b)) })
		}
	}
}

func dictText(v any) string {
	text, _ := value.EncodeJSON(v, value.JSONOptions{SortKeys: true})
	return text
}
