package host

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
)

type modprobeArgs struct {
	Name       string `arg:"name,required" doc:"The kernel module."`
	Params     string `arg:"params" default:"" doc:"Parameters to load it with, such as numdummies=2, separated by spaces."`
	Persistent string `arg:"persistent" enum:"disabled,absent,present" default:"disabled" doc:"Whether it is to be loaded at every start: present writes files in /etc/modules-load.d and /etc/modprobe.d, absent comments their lines out, disabled leaves them alone."`
	State      string `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be loaded now."`
}

type modprobeResult struct {
	Name   string `json:"name" doc:"The kernel module."`
	Params string `json:"params" doc:"The parameters that were asked for."`
	State  string `json:"state" doc:"Whether it was asked to be loaded."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.modprobe",
		Summary: "Load and unload kernel modules, now and at every start",
		Differs: []string{
			"Files of persistent modules are left alone in check mode, and are shown as diffs.",
			"Parameters that stand several to an options line are found too.",
		},
		Example: `- name: Bridged traffic passes the packet filter, after the next start too
  community.general.modprobe:
    name: br_netfilter
    persistent: present
`,
	}, modprobe)
}

func modprobe(c *modules.Context, a modprobeArgs) (modprobeResult, error) {
	r := modprobeResult{Name: a.Name, Params: a.Params, State: a.State}
	if _, err := c.Find("modprobe"); err != nil {
		return r, err
	}
	loaded, err := moduleLoaded(a.Name)
	if err != nil {
		return r, err
	}
	if loaded != (a.State == "present") {
		if err := a.load(c); err != nil {
			return r, err
		}
	}
	k := keptModule{name: a.Name, loadDir: "/etc/modules-load.d", optionsDir: "/etc/modprobe.d"}
	switch a.Persistent {
	case "present":
		return r, k.keep(c, strings.Fields(a.Params))
	case "absent":
		return r, k.forget(c)
	}
	return r, nil
}

// load asks modprobe first whether it would succeed, so that a check fails
// where the real thing would.
func (a modprobeArgs) load(c *modules.Context) error {
	argv := []string{"modprobe"}
	if a.State == "absent" {
		argv = append(argv, "-r", a.Name)
	} else {
		params, err := shlex.Split(a.Params)
		if err != nil {
			return modules.Fail("params: %w", err)
		}
		argv = append(append(argv, a.Name), params...)
	}
	if err := a.tool(c, slices.Insert(slices.Clone(argv), 1, "-n")); err != nil {
		return err
	}
	return c.Change(modules.Diff{}, func() error { return a.tool(c, argv) })
}

func (a modprobeArgs) tool(c *modules.Context, argv []string) error {
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		return modules.Fail("%s", out.Stderr).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).
			With("name", a.Name).With("params", a.Params).With("state", a.State)
	}
	return err
}

// moduleLoaded tells whether the running kernel has a module, loaded or built in.
func moduleLoaded(name string) (bool, error) {
	text, err := os.ReadFile("/proc/modules")
	if err != nil {
		return false, err
	}
	if lists(string(text), name) {
		return true, nil
	}
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		return false, err
	}
	builtin, err := readIfThere(filepath.Join("/lib/modules", unix.ByteSliceToString(uts.Release[:]), "modules.builtin"))
	return builtIn(builtin, name), err
}

// lists looks for a module in the text of /proc/modules.
func lists(text, name string) bool {
	want := strings.ReplaceAll(name, "-", "_")
	for line := range strings.Lines(text) {
		if have, _, _ := strings.Cut(line, " "); have == want {
			return true
		}
	}
	return false
}

// builtIn looks for a module in the text of a kernel's modules.builtin, whose
// file names may have either dash.
func builtIn(text, name string) bool {
	want := strings.ReplaceAll(name, "-", "_")
	for line := range strings.Lines(text) {
		file := strings.TrimSuffix(filepath.Base(strings.TrimSpace(line)), ".ko")
		if strings.ReplaceAll(file, "-", "_") == want {
			return true
		}
	}
	return false
}

// keptModule is a module as the files for the next start have it.
type keptModule struct {
	name                string
	loadDir, optionsDir string
}

// names says whether a line of modules-load.d loads the module.
func (k keptModule) names(line string) bool { return uncommented(line) == k.name }

// params are what a line of modprobe.d sets for the module.
func (k keptModule) params(line string) []string {
	f := strings.Fields(uncommented(line))
	if len(f) < 3 || f[0] != "options" || f[1] != k.name {
		return nil
	}
	return f[2:]
}

func (k keptModule) sets(line string) bool { return len(k.params(line)) > 0 }

// uncommented is a line without its comment and the space around it.
func uncommented(line string) string {
	if at := strings.IndexAny(line, "#;"); at >= 0 {
		line = line[:at]
	}
	return strings.TrimSpace(line)
}

func (k keptModule) keep(c *modules.Context, params []string) error {
	loads, err := matching(k.loadDir, k.names)
	if err != nil {
		return err
	}
	if len(loads) == 0 {
		if err := rewrite(c, filepath.Join(k.loadDir, k.name+".conf"), k.name+"\n"); err != nil {
			return err
		}
	}
	lines, err := matching(k.optionsDir, k.sets)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, line := range lines {
		for _, p := range k.params(line) {
			have[p] = true
		}
	}
	if sameSet(have, params) {
		return nil
	}
	own := filepath.Join(k.optionsDir, k.name+".conf")
	if err := commentOut(c, k.optionsDir, k.sets, own); err != nil || len(params) == 0 {
		return err
	}
	var text strings.Builder
	for _, p := range params {
		fmt.Fprintf(&text, "options %s %s\n", k.name, p)
	}
	return rewrite(c, own, text.String())
}

func (k keptModule) forget(c *modules.Context) error {
	if err := commentOut(c, k.loadDir, k.names, ""); err != nil {
		return err
	}
	return commentOut(c, k.optionsDir, k.sets, "")
}

func sameSet(have map[string]bool, want []string) bool {
	wanted := map[string]bool{}
	for _, w := range want {
		if !have[w] {
			return false
		}
		wanted[w] = true
	}
	return len(have) == len(wanted)
}

// matching are the lines of a folder's files that is picks.
func matching(dir string, is func(string) bool) ([]string, error) {
	paths, err := filesIn(dir)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if is(line) {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}

// commentOut puts a # before the lines that is picks, in all files of a folder
// but one that is about to be written anew.
func commentOut(c *modules.Context, dir string, is func(string) bool, but string) error {
	paths, err := filesIn(dir)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if path == but {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var out strings.Builder
		for line := range strings.Lines(string(text)) {
			if is(line) {
				out.WriteString("#")
			}
			out.WriteString(line)
		}
		if err := rewrite(c, path, out.String()); err != nil {
			return err
		}
	}
	return nil
}

// rewrite gives a file a text, if it has another one.
func rewrite(c *modules.Context, path, text string) error {
	e, err := fsys.OpenEdit(path, nil)
	if err != nil {
		return err
	}
	_, err = e.Save(c, []byte(text))
	return err
}
