package system

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type sysctlArgs struct {
	Name         string `arg:"name,required" alias:"key" doc:"The setting, with dots or slashes between its parts."`
	Value        any    `arg:"value" alias:"val" doc:"Its value."`
	State        string `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be in the file."`
	Reload       bool   `arg:"reload" default:"true" doc:"Have the system read the file again when it changed."`
	SysctlSet    bool   `arg:"sysctl_set" default:"false" doc:"Also set the value in the running kernel when it differs there."`
	IgnoreErrors bool   `arg:"ignoreerrors" default:"false" doc:"Go on when the kernel does not know the setting."`
	File         string `arg:"sysctl_file" type:"path" default:"/etc/sysctl.conf" doc:"The file to keep it in."`
}

type nothing struct{}

func init() {
	modules.Register(modules.Spec{
		Name:       "ansible.posix.sysctl",
		Aliases:    []string{"ansible.builtin.sysctl"},
		Summary:    "Settings of the kernel, now and after a restart",
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"value"}}},
		Example: `- name: Packets are passed on
  ansible.posix.sysctl:
    name: net.ipv4.ip_forward
    value: 1
    sysctl_set: true
`,
	}, sysctl)
}

func sysctl(c *modules.Context, a sysctlArgs) (nothing, error) {
	a.Name = strings.TrimSpace(a.Name)
	want, err := a.wanted()
	if err != nil {
		return nothing{}, err
	}
	// The kernel comes first: what it refuses must not get into the file.
	have, known := a.running()
	if a.SysctlSet && a.State == "present" && !sameSetting(have, want) && (known || !a.IgnoreErrors) {
		if err := c.Change(modules.Diff{}, func() error { return a.set(c, want) }); err != nil {
			return nothing{}, err
		}
	}
	return nothing{}, a.keep(c, want)
}

// wanted is the value as the file has it: booleans are numbers.
func (a sysctlArgs) wanted() (string, error) {
	if a.Name == "" {
		return "", modules.Fail("name cannot be blank")
	}
	if b, ok := a.Value.(bool); ok {
		if b {
			return "1", nil
		}
		return "0", nil
	}
	if a.Value == nil {
		return "", nil
	}
	text := strings.TrimSpace(value.Str(a.Value))
	switch strings.ToLower(text) {
	case "yes", "on", "true":
		return "1", nil
	case "no", "off", "false":
		return "0", nil
	case "":
		if a.State == "present" {
			return "", modules.Fail("value cannot be blank")
		}
	}
	return text, nil
}

func (a sysctlArgs) path() string {
	name := a.Name
	if !strings.Contains(name, "/") {
		// A dot within a part of the name is written as a slash.
		name = strings.ReplaceAll(name, ".", "/")
	} else if strings.Contains(name, ".") {
		name = strings.NewReplacer(".", "/", "/", ".").Replace(name)
	}
	return filepath.Join("/proc/sys", name)
}

func (a sysctlArgs) running() (string, bool) {
	data, err := os.ReadFile(a.path())
	return strings.TrimSpace(string(data)), err == nil
}

func sameSetting(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

// keep writes the setting into its file, or takes it out, and reloads that.
func (a sysctlArgs) keep(c *modules.Context, want string) error {
	path := fsys.Resolve(a.File)
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return modules.Fail("Failed to open %s: %w", path, err)
	}
	next := editSysctl(string(data), a.Name, want, a.State == "present")
	if next == string(data) {
		return nil
	}
	if _, err := (fsys.Update{Path: path, Data: []byte(next), Mode: 0o644}).Apply(c); err != nil {
		return modules.Fail("Failed to write to file %s: %w", path, err)
	}
	if !a.Reload {
		return nil
	}
	return c.Change(modules.Diff{}, func() error { return a.reload(c, path) })
}

// editSysctl changes one setting of a file: the last line that has it is
// rewritten unless it says the same, others of the same name go.
func editSysctl(text, name, want string, present bool) string {
	var out []string
	at := -1
	for line := range strings.Lines(text) {
		key, val, ok := strings.Cut(line, "=")
		trimmed := strings.TrimSpace(key)
		if !ok || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";") || trimmed != name {
			out = append(out, line)
			continue
		}
		if !present {
			continue
		}
		if at >= 0 {
			out = slices.Delete(out, at, at+1)
		}
		if strings.TrimSpace(val) == want {
			out = append(out, line)
		} else {
			out = append(out, name+"="+want+"\n")
		}
		at = len(out) - 1
	}
	if present && at < 0 {
		if n := len(out); n > 0 && !strings.HasSuffix(out[n-1], "\n") {
			out[n-1] += "\n"
		}
		out = append(out, name+"="+want+"\n")
	}
	return strings.Join(out, "")
}

func (a sysctlArgs) reload(c *modules.Context, path string) error {
	argv := []string{"sysctl"}
	if a.IgnoreErrors {
		argv = append(argv, "-e")
	}
	out, err := c.Exec(modules.Cmd{Argv: append(argv, "-p", path)})
	if err != nil {
		return err
	}
	if out.RC != 0 && !a.IgnoreErrors {
		return modules.Fail("Failed to reload sysctl: %s%s", out.Stdout, out.Stderr)
	}
	return nil
}

func (a sysctlArgs) set(c *modules.Context, want string) error {
	argv := []string{"sysctl"}
	if a.IgnoreErrors {
		argv = append(argv, "-e")
	}
	out, err := c.Exec(modules.Cmd{Argv: append(argv, "-w", a.Name+"="+want)})
	if err != nil {
		return err
	}
	if (out.RC != 0 || strings.Contains(out.Stderr, "Invalid argument") || strings.Contains(out.Stderr, "Read-only")) && !a.IgnoreErrors {
		return modules.Fail("setting %s failed: %s%s", a.Name, out.Stdout, out.Stderr)
	}
	return nil
}
