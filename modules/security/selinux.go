package security

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type selinuxArgs struct {
	State             string `arg:"state,required" enum:"enforcing,permissive,disabled" doc:"What SELinux does with what its policy forbids."`
	Policy            string `arg:"policy" doc:"Name of the policy, such as targeted; needed unless state is disabled."`
	ConfigFile        string `arg:"configfile" alias:"conf,file" default:"/etc/selinux/config" doc:"SELinux's configuration file."`
	UpdateKernelParam bool   `arg:"update_kernel_param" default:"false" doc:"Switch SELinux on the kernel's command line too, with grubby."`
}

type selinuxResult struct {
	Msg            string `json:"msg" doc:"What was done."`
	ConfigFile     string `json:"configfile" doc:"The configuration file."`
	Policy         string `json:"policy" doc:"Name of the policy."`
	State          string `json:"state" doc:"What SELinux is to do."`
	RebootRequired bool   `json:"reboot_required" doc:"Whether all is in effect only after the next start."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.posix.selinux",
		Summary: "Set SELinux's state and policy, now and for the next start",
		Example: `- name: SELinux enforces its policy
  ansible.posix.selinux:
    policy: targeted
    state: enforcing
`,
	}, modules.Bare(selinux))
}

func selinux(c *modules.Context, a selinuxArgs) (selinuxResult, error) {
	r := selinuxResult{ConfigFile: a.ConfigFile, State: a.State, Policy: a.Policy}
	text, err := os.ReadFile(a.ConfigFile)
	if errors.Is(err, fs.ErrNotExist) {
		return r, modules.Fail("Unable to find file %s", a.ConfigFile).With("details", "Please install SELinux-policy package, if this package is not installed previously.")
	}
	if err != nil {
		return r, err
	}
	state, policy := selinuxConfig(string(text), "SELINUX"), selinuxConfig(string(text), "SELINUXTYPE")
	if r.Policy == "" {
		if a.State != "disabled" {
			return r, modules.Fail("Policy is required if state is not 'disabled'")
		}
		r.Policy = policy
	}
	var msgs []string
	next := string(text)
	if r.Policy != policy {
		if !fsys.IsDir(filepath.Join("/etc/selinux", r.Policy)) {
			return r, modules.Fail("Policy %s does not exist in /etc/selinux/", r.Policy)
		}
		next = setSELinuxConfig(next, "SELINUXTYPE", r.Policy)
		msgs = append(msgs, fmt.Sprintf("SELinux policy configuration in '%s' changed from '%s' to '%s'", a.ConfigFile, policy, r.Policy))
	}
	msg, err := r.setRunning(c)
	if err != nil {
		return r, err
	}
	if a.State != state {
		next = setSELinuxConfig(next, "SELINUX", a.State)
		msg = append(msg, fmt.Sprintf("Config SELinux state changed from '%s' to '%s'", state, a.State))
	}
	if err := rewrite(c, a.ConfigFile, text, next); err != nil {
		return r, err
	}
	if a.UpdateKernelParam {
		kernel, err := setKernelParam(c, a.State != "disabled")
		if err != nil {
			return r, err
		}
		msg = append(msg, kernel...)
	}
	r.Msg = strings.Join(append(msgs, msg...), ", ")
	return r, nil
}

func rewrite(c *modules.Context, path string, text []byte, next string) error {
	e := fsys.Edit{Path: path, Old: text, Exists: true}
	_, err := e.Save(c, []byte(next))
	return err
}

// selinuxConfig is the value of a key in SELinux's configuration file.
func selinuxConfig(text, key string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(line, key+"="); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// setSELinuxConfig sets a key, in its line or in a new one at the end.
func setSELinuxConfig(text, key, v string) string {
	var out strings.Builder
	found := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, key+"=") {
			line, found = key+"="+v+"\n", true
		}
		out.WriteString(line)
	}
	if !found {
		if text != "" && !strings.HasSuffix(text, "\n") {
			out.WriteString("\n")
		}
		out.WriteString(key + "=" + v + "\n")
	}
	return out.String()
}

// setRunning changes what the kernel does now, as far as that is possible
// without a new start.
func (r *selinuxResult) setRunning(c *modules.Context) ([]string, error) {
	running := "disabled"
	if selinuxEnabled(c) {
		out, err := c.Command("getenforce")
		if err != nil {
			return nil, err
		}
		running = strings.ToLower(strings.TrimSpace(out))
	}
	switch {
	case running == r.State:
		return nil, nil
	case running == "disabled":
		c.Warn("Reboot is required to set SELinux state to '%s'", r.State)
		r.RebootRequired = true
		return nil, nil
	case r.State == "disabled":
		r.RebootRequired = true
		if running == "permissive" {
			c.Warn("SELinux state change will take effect next reboot")
			return nil, nil
		}
		c.Warn("SELinux state temporarily changed from '%s' to 'permissive'. State change will take effect next reboot.", running)
		return nil, c.Change(modules.Diff{}, runs(c, "setenforce", "0"))
	}
	to := "0"
	if r.State == "enforcing" {
		to = "1"
	}
	return []string{fmt.Sprintf("SELinux state changed from '%s' to '%s'", running, r.State)}, c.Change(modules.Diff{}, runs(c, "setenforce", to))
}

// setKernelParam adds and removes selinux=0 for all kernels.
func setKernelParam(c *modules.Context, enabled bool) ([]string, error) {
	if _, err := c.Find("grubby"); err != nil {
		return nil, modules.Fail("'grubby' command not found on host").
			With("details", "In order to update the kernel command line enabled/disabled setting, the grubby package needs to be present on the system.")
	}
	out, err := c.Command("grubby", "--info=ALL")
	if err != nil {
		return nil, err
	}
	off, on := kernelsOff(out)
	if enabled && !off || !enabled && !on {
		return nil, nil
	}
	argv, words := []string{"grubby", "--update-kernel=ALL", "--args", "selinux=0"}, "Kernel SELinux state changed from 'enabled' to 'disabled'"
	if enabled {
		argv, words = []string{"grubby", "--update-kernel=ALL", "--remove-args", "selinux=0"}, "Kernel SELinux state changed from 'disabled' to 'enabled'"
	}
	return []string{words}, c.Change(modules.Diff{}, runs(c, argv...))
}

// kernelsOff tells from what grubby prints whether any kernel is started with
// SELinux off, and whether any is started with it on.
func kernelsOff(text string) (off, on bool) {
	for line := range strings.Lines(text) {
		v, ok := strings.CutPrefix(strings.TrimSpace(line), "args=")
		if !ok {
			continue
		}
		found := false
		for arg := range strings.FieldsSeq(strings.Trim(v, `"`)) {
			found = found || arg == "selinux=0"
		}
		off, on = off || found, on || !found
	}
	return off, on
}
