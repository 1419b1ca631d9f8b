package remote

import (
	"os/exec"
	"testing"
)

// BenchmarkStart is what a run pays on a host that keeps the agent; BenchmarkSSHTrue
// is what `ssh host true` takes beside it.
func BenchmarkStart(b *testing.B) {
	s, _ := start(b)
	for b.Loop() {
		p := NewPool(Options{SSHConfig: []string{s.Config}})
		if _, err := sh(b, p, Target{Host: "web"}, "true"); err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSSHTrue(b *testing.B) {
	s, _ := start(b)
	for b.Loop() {
		if out, err := exec.Command("ssh", "-F", s.Config, "web", "true").CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
