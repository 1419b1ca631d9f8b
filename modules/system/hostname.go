package system

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type hostnameArgs struct {
	Name string  `arg:"name,required" doc:"The name that the host is to have."`
	Use  *string `arg:"use" enum:"alpine,debian,freebsd,generic,macos,macosx,darwin,openbsd,openrc,redhat,sles,solaris,systemd" doc:"How the system keeps its name; it is found out without it."`
}

type hostnameResult struct {
	Name  string `json:"name" doc:"The host's name."`
	facts *value.Dict
}

// AnsibleFacts are the facts that hold the name.
func (r hostnameResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.hostname",
		Summary:   "Give a host its name",
		KeepsDiff: true,
		Example: `- name: The name from the inventory
  ansible.builtin.hostname:
    name: "{{ inventory_hostname_short }}"
`,
		Notes:   []string{"/etc/hosts is not changed."},
		Differs: []string{"Linux only: with systemd through hostnamectl, otherwise through the kernel and the system's own file."},
	}, hostname)
}

func hostname(c *modules.Context, a hostnameArgs) (hostnameResult, error) {
	if len(a.Name) > 64 {
		return hostnameResult{}, modules.Fail("name cannot be longer than 64 characters on systemd servers, try a shorter name")
	}
	if strings.TrimSpace(a.Name) == "" || strings.ContainsAny(a.Name, " \t\n/") {
		return hostnameResult{}, modules.Fail("%q is not a name that a host can have", a.Name)
	}
	how, err := a.strategy(c)
	if err != nil {
		return hostnameResult{}, err
	}
	running, err := os.Hostname()
	if err != nil {
		return hostnameResult{}, fmt.Errorf("read the host's name: %w", err)
	}
	kept, err := how.kept()
	if err != nil {
		return hostnameResult{}, err
	}
	if kept != a.Name || how.systemd && running != a.Name {
		before := kept
		if kept == a.Name || kept == "" {
			before = running
		}
		d := modules.Diff{Before: "hostname = " + before + "\n", After: "hostname = " + a.Name + "\n"}
		if err := c.Change(d, func() error { return how.set(c, a.Name, running) }); err != nil {
			return hostnameResult{}, err
		}
	}
	short, domain, _ := strings.Cut(a.Name, ".")
	return hostnameResult{Name: a.Name, facts: value.DictOf("ansible_hostname", short, "ansible_nodename", a.Name,
		"ansible_fqdn", a.Name, "ansible_domain", domain)}, nil
}

// nameKeeper is where and how a system keeps its name.
type nameKeeper struct {
	systemd  bool
	path     string
	variable string // the file has variables of a shell, and this is the name's
}

func (a hostnameArgs) strategy(c *modules.Context) (nameKeeper, error) {
	use := ""
	if a.Use != nil {
		use = *a.Use
	}
	if use == "" {
		use = detectKeeper(c)
	}
	switch use {
	case "systemd":
		return nameKeeper{systemd: true, path: "/etc/hostname"}, nil
	case "redhat":
		return nameKeeper{path: "/etc/sysconfig/network", variable: "HOSTNAME"}, nil
	case "openrc":
		return nameKeeper{path: "/etc/conf.d/hostname", variable: "hostname"}, nil
	case "sles":
		return nameKeeper{path: "/etc/HOSTNAME"}, nil
	case "debian", "alpine", "generic":
		return nameKeeper{path: "/etc/hostname"}, nil
	}
	return nameKeeper{}, modules.Fail("hostname module cannot be used on platform %s (use: %s)", "Linux", use)
}

func detectKeeper(c *modules.Context) string {
	if _, err := c.Find("hostnamectl"); err == nil && fsys.IsDir("/run/systemd/system") {
		return "systemd"
	}
	switch {
	case fsys.Exists("/etc/alpine-release"):
		return "alpine"
	case fsys.Exists("/etc/conf.d/hostname") && fsys.Exists("/sbin/openrc"):
		return "openrc"
	case fsys.Exists("/etc/sysconfig/network") && !fsys.Exists("/etc/hostname"):
		return "redhat"
	case fsys.Exists("/etc/HOSTNAME"):
		return "sles"
	}
	return "generic"
}

func (k nameKeeper) kept() (string, error) {
	data, err := os.ReadFile(k.path)
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	if k.variable == "" {
		return strings.TrimSpace(string(data)), nil
	}
	for line := range strings.Lines(string(data)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), k.variable+"="); ok {
			return strings.Trim(v, `"'`), nil
		}
	}
	return "", nil
}

func (k nameKeeper) set(c *modules.Context, name, running string) error {
	if k.systemd {
		for _, kind := range []string{"--transient", "--pretty", "--static"} {
			out, err := c.Exec(modules.Cmd{Argv: []string{"hostnamectl", kind, "set-hostname", name}})
			if err != nil {
				return err
			}
			if out.RC != 0 {
				return modules.Fail("Command failed rc=%d, out=%s, err=%s", out.RC, out.Stdout, out.Stderr)
			}
		}
		return nil
	}
	if running != name {
		// A container without the right to it gets its name at its next start.
		if err := setKernelName(name); err != nil && !errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("set the host's name: %w", err)
		}
	}
	next, err := k.render(name)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(k.path)
	if err == nil && bytes.Equal(have, next) {
		return nil
	}
	// Into a container the file is mounted: it cannot be replaced there.
	_, err = fsys.Update{Path: fsys.Resolve(k.path), Data: next, Mode: 0o644, Attrs: &fsys.Attrs{UnsafeWrites: true}}.Apply(c)
	return err
}

func (k nameKeeper) render(name string) ([]byte, error) {
	if k.variable == "" {
		return []byte(name + "\n"), nil
	}
	data, err := os.ReadFile(k.path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var b strings.Builder
	found := false
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(strings.TrimSpace(line), k.variable+"=") {
			line, found = fmt.Sprintf("%s=%q\n", k.variable, name), true
		}
		b.WriteString(line)
	}
	if !found {
		fmt.Fprintf(&b, "%s=%q\n", k.variable, name)
	}
	return []byte(b.String()), nil
}
