package system

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/modules"
	"goplay/modules/fsys"
)

type modprobeArgs struct {
	Name       string `arg:"name,required" doc:"The kernel's module."`
	State      string `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be loaded."`
	Params     string `arg:"params" default:"" doc:"Parameters, with spaces between."`
	Persistent string `arg:"persistent" enum:"disabled,absent,present" default:"disabled" doc:"Whether it is loaded when the system starts, through a file in /etc/modules-load.d; disabled leaves that alone."`
}

type modprobeResult struct {
	Name   string `json:"name" doc:"The kernel's module."`
	Params string `json:"params" doc:"Its parameters."`
	State  string `json:"state" doc:"Whether it is to be loaded."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.modprobe",
		Aliases: []string{"ansible.builtin.modprobe"},
		Summary: "Load and unload modules of the kernel",
		Example: `- name: Bridges are filtered, after a restart too
  community.general.modprobe:
    name: br_netfilter
    persistent: present
`,
	}, modprobe)
}

func modprobe(c *modules.Context, a modprobeArgs) (modprobeResult, error) {
	if _, err := c.Find("modprobe"); err != nil {
		return modprobeResult{}, err
	}
	if loaded := a.loaded(); loaded != (a.State == "present") {
		argv := append([]string{"modprobe", a.Name}, strings.Fields(a.Params)...)
		if loaded {
			argv = []string{"modprobe", "-r", a.Name}
		}
		err := c.Change(modules.Diff{}, func() error {
			out, err := c.Exec(modules.Cmd{Argv: argv})
			if err == nil && out.RC != 0 {
				return modules.Fail("%s", out.Stderr).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).
					With("name", a.Name).With("params", a.Params).With("state", a.State)
			}
			return err
		})
		if err != nil {
			return modprobeResult{}, err
		}
	}
	return modprobeResult{a.Name, a.Params, a.State}, a.persist(c)
}

// loaded also knows what is built into the kernel.
func (a modprobeArgs) loaded() bool {
	name := strings.ReplaceAll(a.Name, "-", "_")
	data, _ := os.ReadFile("/proc/modules")
	for line := range strings.Lines(string(data)) {
		if first, _, _ := strings.Cut(line, " "); first == name {
			return true
		}
	}
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return false
	}
	builtin, _ := os.ReadFile(filepath.Join("/lib/modules", unix.ByteSliceToString(u.Release[:]), "modules.builtin"))
	for line := range strings.Lines(string(builtin)) {
		if strings.ReplaceAll(filepath.Base(strings.TrimSpace(line)), "-", "_") == name+".ko" {
			return true
		}
	}
	return false
}

// Where modules and their parameters are kept for the next start.
const (
	loadDir   = "/etc/modules-load.d"
	optionDir = "/etc/modprobe.d"
)

func (a modprobeArgs) persist(c *modules.Context) error {
	if a.Persistent == "disabled" {
		return nil
	}
	options := ""
	if a.Persistent == "present" {
		for _, p := range strings.Fields(a.Params) {
			options += "options " + a.Name + " " + p + "\n"
		}
		if !namesModule(loadDir, func(line string) bool { return line == a.Name }) {
			if err := writeConf(c, loadDir, a.Name, a.Name+"\n"); err != nil {
				return err
			}
		}
		data, _ := os.ReadFile(filepath.Join(optionDir, a.Name+".conf"))
		if options == string(data) {
			return nil
		}
		if options != "" {
			return writeConf(c, optionDir, a.Name, options)
		}
	}
	if a.Persistent == "absent" {
		if err := commentOut(c, loadDir, func(line string) bool { return line == a.Name }); err != nil {
			return err
		}
	}
	return commentOut(c, optionDir, func(line string) bool {
		f := strings.Fields(line)
		return len(f) > 1 && f[0] == "options" && f[1] == a.Name
	})
}

func confFiles(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.conf"))
	return files
}

func namesModule(dir string, is func(string) bool) bool {
	for _, path := range confFiles(dir) {
		data, _ := os.ReadFile(path)
		for line := range strings.Lines(string(data)) {
			if is(strings.TrimSpace(line)) {
				return true
			}
		}
	}
	return false
}

func writeConf(c *modules.Context, dir, name, text string) error {
	path := filepath.Join(dir, name+".conf")
	have, _ := os.ReadFile(path)
	if string(have) == text {
		return nil
	}
	_, err := fsys.Update{Path: path, Data: []byte(text), Mode: 0o644, Diff: fsys.TextDiff(path, have, []byte(text))}.Apply(c)
	return err
}

// commentOut makes comments of the lines of a folder's files that a test takes.
func commentOut(c *modules.Context, dir string, is func(string) bool) error {
	for _, path := range confFiles(dir) {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var b strings.Builder
		for line := range strings.Lines(string(data)) {
			if is(strings.TrimSpace(line)) {
				line = "#" + line
			}
			b.WriteString(line)
		}
		if b.String() == string(data) {
			continue
		}
		if _, err := (fsys.Update{Path: path, Data: []byte(b.String()), Diff: fsys.TextDiff(path, data, []byte(b.String()))}).Apply(c); err != nil {
			return err
		}
	}
	return nil
}
