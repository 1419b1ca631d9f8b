package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestProcessScale: five times as many items or hosts take about five times the
// work, not twenty-five times. The work is the processor's time, which other
// tests beside this one do not add to.
func TestProcessScale(t *testing.T) {
	home := t.TempDir()
	writeAt(t, filepath.Join(home, "items.yml"), `- hosts: localhost
  gather_facts: false
  tasks:
    - debug: {msg: "{{ item }} {{ r.msg|default('first') }}"}
      loop: "{{ range(n|int)|list }}"
      register: r
    - set_fact: {last: "{{ item }}"}
      loop: "{{ range(n|int)|list }}"
    - assert: {that: [r.results|length == n|int, last == n|int - 1]}
`)
	writeAt(t, filepath.Join(home, "hosts.yml"), `- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ groups.all|length }} {{ groups['g' ~ v % 20]|length }} {{ group_names }}"}
    - set_fact: {a: "{{ v + 1 }}"}
    - assert: {that: 'hostvars[groups.all[0]].a == "1"'}
`)
	few, many := inventoryOf(t, home, 200), inventoryOf(t, home, 1000)
	for name, c := range map[string]struct{ few, many []string }{
		"items": {[]string{"items.yml", "-e", "n=2000"}, []string{"items.yml", "-e", "n=10000"}},
		"hosts": {[]string{"hosts.yml", "-i", few}, []string{"hosts.yml", "-i", many}},
	} {
		t.Run(name, func(t *testing.T) {
			one, five := work(t, home, c.few), work(t, home, c.many)
			if ratio := float64(five) / float64(one); ratio > 14 {
				t.Errorf("five times as many take %v instead of %v: %.0f times the work", five, one, ratio)
			}
		})
	}
}

// inventoryOf is a file with n hosts in twenty groups.
func inventoryOf(t *testing.T, home string, n int) string {
	t.Helper()
	var hosts, groups strings.Builder
	for g := range 20 {
		fmt.Fprintf(&groups, "[g%d]\n", g)
		for i := g; i < n; i += 20 {
			fmt.Fprintf(&hosts, "h%04d ansible_connection=local v=%d\n", i, i)
			fmt.Fprintf(&groups, "h%04d\n", i)
		}
	}
	file := fmt.Sprintf("hosts%d", n)
	writeAt(t, filepath.Join(home, file), hosts.String()+groups.String())
	return file
}

// work is the processor time of a run.
func work(t *testing.T, home string, args []string) time.Duration {
	t.Helper()
	cmd := exec.Command("goplay", args...)
	cmd.Dir, cmd.Env = home, append(os.Environ(), "HOME="+home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out[max(0, len(out)-2000):])
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
