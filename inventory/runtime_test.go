package inventory

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

func vars(pairs ...any) *tree.Node {
	return tree.FromValue(source.Pos{}, value.DictOf(pairs...))
}

func TestAddHostAndGroupBy(t *testing.T) {
	inv, _ := load(t, "a,b,")
	steps := []struct {
		do   func() (bool, error)
		want bool
	}{
		{func() (bool, error) { return inv.AddHost("c", []string{"g"}, vars("x", int64(1))) }, true},
		{func() (bool, error) { return inv.AddHost("c", []string{"g"}, vars("x", int64(1))) }, false},
		{func() (bool, error) { return inv.AddHost("c", nil, vars("x", int64(2))) }, true},
		{func() (bool, error) { return inv.GroupBy("a", "os_x", []string{"p"}) }, true},
		{func() (bool, error) { return inv.GroupBy("a", "os_x", []string{"p"}) }, false},
		{func() (bool, error) { return inv.GroupBy("b", "os_x", nil) }, true},
	}
	for i, s := range steps {
		if got, err := s.do(); got != s.want || err != nil {
			t.Errorf("step %d: changed %v, %v; want %v", i, got, err, s.want)
		}
	}
	graph, err := (&Listing{Inventory: inv}).Graph(All, false)
	if err != nil {
		t.Fatal(err)
	}
	want := "@all:\n  |--@ungrouped:\n  |--@g:\n  |  |--c\n  |--@p:\n  |  |--@os_x:\n  |  |  |--a\n  |  |  |--b"
	if graph != want {
		t.Errorf("got\n%s\nwant\n%s", graph, want)
	}
	if got := inv.GroupNames("a"); !reflect.DeepEqual(got, []string{"os_x", "p"}) {
		t.Errorf("groups of a: %q", got)
	}
	if hosts, err := inv.Select("p", ""); err != nil || len(hosts) != 2 {
		t.Errorf("p has %d hosts, %v", len(hosts), err)
	}
	if _, err := inv.GroupBy("a", "p", []string{"os_x"}); err == nil {
		t.Error("a loop of groups was made")
	}
}

func TestConcurrentChanges(t *testing.T) {
	inv, _ := load(t, "a,")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				name := fmt.Sprintf("h%d-%d", i, j)
				if _, err := inv.AddHost(name, []string{"g"}, vars("n", int64(j))); err != nil {
					t.Error(err)
				}
				if hosts, err := inv.Select("g", ""); err != nil || len(hosts) == 0 {
					t.Errorf("%d hosts, %v", len(hosts), err)
				}
				if _, err := inv.Layers(name); err != nil {
					t.Error(err)
				}
				if all := inv.Members()[0].Hosts; !slices.Contains(all, name) {
					t.Errorf("%s is not in all", name)
				}
			}
		})
	}
	wg.Wait()
	members := inv.Members()
	if got := members[len(members)-1]; got.Group != "g" || len(got.Hosts) != 400 {
		t.Errorf("%s has %d hosts, want 400 in g", got.Group, len(got.Hosts))
	}
}

func TestImplicitLocalhost(t *testing.T) {
	inv, _ := load(t, "a,")
	if h := inv.Host("127.0.0.1"); h == nil || !h.Implicit || h.Vars.Get("ansible_connection").String() != "local" {
		t.Errorf("got %+v", h)
	}
	if inv.Host("localhost") != inv.Host("127.0.0.1") {
		t.Error("two implicit hosts")
	}
	if hosts, err := inv.Select("all", ""); err != nil || len(hosts) != 1 {
		t.Errorf("all matches %d hosts, %v", len(hosts), err)
	}
	if inv.Host("nope") != nil {
		t.Error("a host out of nothing")
	}
}

func TestStart(t *testing.T) {
	empty, warnings := load(t)
	if hosts, err := empty.Start("all", "", false); err != nil || len(hosts) != 0 {
		t.Errorf("%d hosts, %v", len(hosts), err)
	}
	want := []string{unparsed, "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'"}
	if !reflect.DeepEqual(*warnings, want) {
		t.Errorf("warned %q, want %q", *warnings, want)
	}
	inv, warnings := load(t, "a,b,")
	if _, err := inv.Start("nope", "", false); err != ErrNoHosts {
		t.Errorf("got %v, want %v", err, ErrNoHosts)
	}
	if want := []string{"Could not match supplied host pattern, ignoring: nope"}; !reflect.DeepEqual(*warnings, want) {
		t.Errorf("warned %q, want %q", *warnings, want)
	}
	if _, err := inv.Start("a", "b", false); err != ErrNoHosts {
		t.Errorf("got %v, want %v", err, ErrNoHosts)
	}
}

func TestOrder(t *testing.T) {
	inv, _ := load(t, "c,a,b,")
	hosts, err := inv.Select("all", "")
	if err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string]string{
		"": "c a b", "inventory": "c a b", "reverse_inventory": "b a c", "sorted": "a b c", "reverse_sorted": "c b a",
	} {
		ordered, err := inv.Order(hosts, order)
		if got := strings.Join(names(ordered), " "); got != want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", order, got, err, want)
		}
	}
	if shuffled, err := inv.Order(hosts, "shuffle"); err != nil || len(shuffled) != 3 {
		t.Errorf("shuffle: %q, %v", names(shuffled), err)
	}
	if _, err := inv.Order(hosts, "x"); err == nil {
		t.Error("order x is accepted")
	}
}

// TestLayers has the same variable in every place; what ansible-inventory says
// with --playbook-dir is asked for each time the strongest place goes.
func TestLayers(t *testing.T) {
	dir := write(t, map[string]string{
		"inv/hosts":            "h1 v=host\n[g]\nh1\n[g:vars]\nv=group\n[all:vars]\nv=all\n",
		"inv/group_vars/all":   "v: inv-all\nia: 1\n",
		"play/group_vars/all":  "v: play-all\npa: 1\n",
		"inv/group_vars/g.yml": "v: inv-g\nig: 1\n",
		"play/group_vars/g":    "v: play-g\npg: 1\n",
		"inv/host_vars/h1":     "v: inv-h\nih: 1\n",
		"play/host_vars/h1":    "v: play-h\nph: 1\n",
	})
	hosts := filepath.Join(dir, "inv/hosts")
	inv, _ := load(t, hosts)
	inv.SetPlaybookDir(filepath.Join(dir, "play"))
	layers, err := inv.Layers("h1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range layers {
		got = append(got, l.Get("v").String())
	}
	want := "all group inv-all play-all inv-g play-g host inv-h play-h"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %s", got, want)
	}
	list, err := (&Listing{Inventory: inv}).List()
	if err != nil {
		t.Fatal(err)
	}
	if out, _ := oracle(t, "ansible-inventory", "--list", "-i", hosts, "--playbook-dir", filepath.Join(dir, "play")); strings.TrimSpace(out) != strings.TrimSpace(list) {
		t.Error(firstDifference(list, out))
	}
}

func TestVarsFileFaults(t *testing.T) {
	dir := write(t, map[string]string{"hosts": "h1\n", "host_vars/h1.yml": "- a\n"})
	inv, _ := load(t, filepath.Join(dir, "hosts"))
	_, err := inv.Layers("h1")
	if want := filepath.Join(dir, "host_vars/h1.yml") + ":1:1: variables have to be a mapping, this is list"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
