// Command bench measures goplay beside ansible-playbook on a host of the lab:
// `make bench`. It prints a table in Markdown, with the floor where there is
// one: what a single `ssh host sh` needs for the same work.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const host = "staging.example.com"

func main() {
	goplay := flag.String("goplay", "bin/goplay", "the program to measure")
	inventory := flag.String("inventory", "", "the lab's inventory")
	sshConfig := flag.String("ssh-config", "", "the lab's ssh_config")
	flag.Parse()
	if err := measure(*goplay, *inventory, *sshConfig); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(goplay, inventory, sshConfig string) error {
	dir, err := os.MkdirTemp("", "goplay-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	goplay, err = filepath.Abs(goplay)
	if err != nil {
		return err
	}
	b := &bench{dir: dir, inventory: inventory, ssh: []string{"ssh", "-F", sshConfig, host},
		runners: []runner{
			{"goplay", goplay, nil},
			{"ansible-playbook", "ansible-playbook", nil},
			{"with pipelining", "ansible-playbook", []string{"ANSIBLE_PIPELINING=1"}},
		}}
	cases, err := b.cases()
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, load %s, %s\n\n", time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), load(), version("ansible-playbook"))
	fmt.Println("| | floor | goplay | ansible-playbook | with pipelining | ratio | with pipelining |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|")
	for _, c := range cases {
		if err := b.row(c); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// runner is a program that runs playbooks.
type runner struct {
	name, path string
	env        []string
}

func (r runner) command(b *bench, t test) []string {
	return []string{r.path, "-i", b.inventory, t.playbook}
}

type bench struct {
	dir, inventory string
	ssh            []string
	runners        []runner
}

// test is one row of the table.
type test struct {
	name     string
	playbook string
	floor    []string // the command that needs least, with its input
	input    string
	reset    string // on the host, before each run
	runs     int    // of goplay and of the floor; the median counts
}

// row measures one test with everybody in turn.
func (b *bench) row(t test) error {
	if t.reset == "" { // what is measured is a run that has nothing to do
		if _, err := timed(b.runners[0].command(b, t), "", nil); err != nil {
			return err
		}
	}
	floor := "–"
	if t.floor != nil {
		d, err := b.median(t, t.runs, func() (time.Duration, error) { return timed(t.floor, t.input, nil) })
		if err != nil {
			return err
		}
		floor = seconds(d)
	}
	var took []time.Duration
	for _, r := range b.runners {
		runs := 1
		if r.name == "goplay" {
			runs = t.runs
		}
		d, err := b.median(t, runs, func() (time.Duration, error) { return timed(r.command(b, t), "", r.env) })
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	fmt.Printf("| %s | %s | %s | %s | %s | %s | %s |\n", t.name, floor, seconds(took[0]), seconds(took[1]), seconds(took[2]),
		ratio(took[1], took[0]), ratio(took[2], took[0]))
	return nil
}

func (b *bench) median(t test, runs int, once func() (time.Duration, error)) (time.Duration, error) {
	var all []time.Duration
	for range runs {
		if t.reset != "" {
			if _, err := timed(append(slices.Clone(b.ssh), t.reset), "", nil); err != nil {
				return 0, err
			}
		}
		d, err := once()
		if err != nil {
			return 0, err
		}
		all = append(all, d)
	}
	slices.SortFunc(all, cmp.Compare)
	return all[len(all)/2], nil
}

// timed runs a command with a file as its input.
func timed(args []string, input string, env []string) (time.Duration, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), append([]string{"ANSIBLE_LOCALHOST_WARNING=0", "ANSIBLE_HOST_KEY_CHECKING=True"}, env...)...)
	if input != "" {
		f, err := os.Open(input)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		cmd.Stdin = f
	}
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return took, nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio(slow, fast time.Duration) string {
	return fmt.Sprintf("%.1f ×", slow.Seconds()/fast.Seconds())
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[0]
}

func version(program string) string {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return program + ": " + err.Error()
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
