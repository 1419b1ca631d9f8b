package services

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type systemdArgs struct {
	Name         string `arg:"name" alias:"service,unit" doc:"The unit; without a suffix it is a service. An instance is written template@instance."`
	State        string `arg:"state" enum:"reloaded,restarted,started,stopped" doc:"What the unit is to do. started and stopped change nothing if it is so already, reloaded starts what is stopped."`
	Enabled      *bool  `arg:"enabled" doc:"Whether the unit starts with the system."`
	Masked       *bool  `arg:"masked" doc:"Whether the unit cannot be started at all; unmasked before anything else is done."`
	Force        bool   `arg:"force" doc:"Overwrite links that are in the way."`
	DaemonReload bool   `arg:"daemon_reload" alias:"daemon-reload" default:"false" doc:"Have systemd read its unit files again first. Not itself a change."`
	DaemonReexec bool   `arg:"daemon_reexec" alias:"daemon-reexec" default:"false" doc:"Have systemd start itself anew first. Not itself a change."`
	Scope        string `arg:"scope" default:"system" enum:"system,user,global" doc:"The system's manager, the user's own, or the settings of all users."`
	NoBlock      bool   `arg:"no_block" default:"false" doc:"Do not wait until the unit has started or stopped."`
}

type systemdResult struct {
	Name    *string     `json:"name" doc:"The unit, as it was given."`
	Changed bool        `json:"changed" doc:"Whether anything was changed."`
	Enabled *bool       `json:"enabled,omitempty" doc:"Whether the unit is enabled, if that was asked for."`
	State   string      `json:"state,omitempty" doc:"The state that was reached, if one was asked for."`
	Status  *value.Dict `json:"status" doc:"The unit's properties before the change, as systemctl show names them."`
}

// Invoked shows what was not given as Ansible's module does.
func (a *systemdArgs) Invoked(shown *value.Dict) {
	if !a.Force {
		shown.Set("force", nil)
	}
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.systemd_service",
		Aliases: []string{"ansible.builtin.systemd"},
		Summary: "Start, stop, enable and mask units of systemd",
		Example: `- name: The application, started with the system
  ansible.builtin.systemd_service:
    name: app.service
    state: started
    enabled: true
    daemon_reload: true

- name: A timer of the user's own
  ansible.builtin.systemd_service:
    name: backup.timer
    state: started
    scope: user
`,
		Notes: []string{
			"A unit that is as it should be costs one question to systemd.",
			"In a chroot and with SYSTEMD_OFFLINE=1 units are enabled and masked, but not started.",
		},
		RequiredBy: map[string][]string{"state": {"name"}, "enabled": {"name"}, "masked": {"name"}},
	}, systemd)
}

// unit is one run of the module.
type unit struct {
	systemdArgs
	c      *modules.Context
	r      systemdResult
	native bool // systemd knows the unit
	script bool // there is a SysV script of that name
}

func systemd(c *modules.Context, a systemdArgs) (systemdResult, error) {
	u := &unit{systemdArgs: a, c: c, r: systemdResult{Status: value.NewDict()}}
	if strings.ContainsAny(a.Name, "*?[") {
		i := strings.IndexAny(a.Name, "*?[")
		return u.r, modules.Fail("This module does not currently support using glob patterns, found '%s' in service name: %s", a.Name[i:i+1], a.Name)
	}
	if _, err := c.Find("systemctl"); err != nil {
		return u.r, err
	}
	if err := u.renew(); err != nil {
		return u.r, err
	}
	if a.Name == "" {
		return u.r, nil
	}
	u.r.Name = &a.Name
	for _, step := range []func() error{u.look, u.mask, u.enable, u.run} {
		if err := step(); err != nil {
			return systemdResult{}, err
		}
	}
	return u.r, nil
}

func (u *unit) systemctl(args ...string) (modules.Output, error) {
	argv := []string{"systemctl"}
	if u.Scope != "system" {
		argv = append(argv, "--"+u.Scope)
	}
	if u.NoBlock {
		argv = append(argv, "--no-block")
	}
	if u.Force {
		argv = append(argv, "--force")
	}
	var env []string
	if u.c.Getenv("XDG_RUNTIME_DIR") == "" {
		env = []string{"XDG_RUNTIME_DIR=/run/user/" + strconv.Itoa(os.Geteuid())}
	}
	return u.c.Exec(modules.Cmd{Argv: append(argv, args...), Env: env})
}

// renew has systemd read its files again or start anew.
func (u *unit) renew() error {
	for _, verb := range []string{"daemon-reload", "daemon-reexec"} {
		if verb == "daemon-reload" && !u.DaemonReload || verb == "daemon-reexec" && !u.DaemonReexec {
			continue
		}
		err := quietly(u.c, func() error {
			out, err := u.systemctl(verb)
			if err == nil && out.RC != 0 {
				err = modules.Fail("failure %d during %s: %s", out.RC, verb, out.Stderr)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// look finds out what there is of the unit.
func (u *unit) look() error {
	u.script = initScript(u.Name) != ""
	out, err := u.systemctl("show", u.Name)
	if err != nil {
		return err
	}
	if out.RC == 0 && !ignored(out) {
		u.r.Status = parseShow(out.Stdout)
		load := u.property("LoadState")
		u.native = load != "" && load != "not-found"
		if fault := u.property("LoadError"); u.native && load != "masked" && fault != "" {
			return modules.Fail("Error loading unit file '%s': %s", u.Name, fault)
		}
	} else if u.Scope == "user" && strings.HasPrefix(out.Stderr, "Failed to connect to bus") {
		return modules.Fail("%s", strings.TrimSpace(out.Stderr)).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	} else if err := u.lookOffline(); err != nil {
		return err
	}
	if u.script && !u.native {
		u.c.Warn("The service (%s) is actually an init script but the system is managed by systemd", u.Name)
	}
	return nil
}

// ignored reports that systemctl did nothing, as it does in a chroot.
func ignored(out modules.Output) bool {
	text := out.Stdout + out.Stderr
	return strings.Contains(text, "ignoring request") || strings.Contains(text, "ignoring command")
}

// lookOffline is for where systemd cannot be asked: unit files can be read still.
func (u *unit) lookOffline() error {
	out, err := u.systemctl("is-enabled", u.Name)
	if err != nil {
		return err
	}
	if _, known := enabledStates[strings.TrimSpace(out.Stdout)]; known {
		u.native = true
		return nil
	}
	if out, err = u.systemctl("list-unit-files", u.Name); err != nil {
		return err
	}
	if u.native = out.RC == 0; u.native {
		return nil
	}
	// Nothing is known of the unit: perhaps because there is no systemd to ask.
	if out, err = u.systemctl(); err != nil || out.RC == 0 {
		return err
	}
	path, err := u.c.Find("systemctl")
	if err != nil {
		return err
	}
	if u.Scope != "system" {
		path += " --" + u.Scope
	}
	return modules.Fail("%s", strings.TrimRight(out.Stderr, "\n")).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", path)
}

// enabledStates are systemctl's words, and whether its is-enabled takes them
// for enabled.
var enabledStates = map[string]bool{
	"enabled": true, "enabled-runtime": true, "static": true, "generated": true, "transient": true, "alias": true, "indirect": true,
	"linked": false, "linked-runtime": false, "masked": false, "masked-runtime": false, "disabled": false,
}

func (u *unit) property(name string) string { return u.r.Status.GetString(name) }

// parseShow reads systemctl show. A value that starts with a brace may go over
// several lines, until one ends with a brace.
func parseShow(text string) *value.Dict {
	d := value.NewDict()
	var key string
	var open []string
	for _, line := range strings.Split(text, "\n") {
		if open != nil {
			open = append(open, line)
			if strings.HasSuffix(strings.TrimRight(line, " "), "}") {
				d.Set(key, strings.TrimSpace(strings.Join(open, "\n")))
				open = nil
			}
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		if strings.HasPrefix(k, "Exec") && strings.HasPrefix(strings.TrimLeft(v, " "), "{") && !strings.HasSuffix(strings.TrimRight(v, " "), "}") {
			key, open = k, []string{v}
			continue
		}
		d.Set(k, strings.TrimSpace(v))
	}
	return d
}

// mask works on units that are not there yet, too.
func (u *unit) mask() error {
	if u.Masked == nil {
		return nil
	}
	now := u.property("UnitFileState")
	if now == "" {
		out, err := u.systemctl("is-enabled", u.Name)
		if err != nil {
			return err
		}
		now = strings.TrimSpace(out.Stdout)
	}
	if (now == "masked") == *u.Masked {
		return nil
	}
	u.r.Changed = true
	verb := "unmask"
	if *u.Masked {
		verb = "mask"
	}
	return u.c.Change(modules.Diff{}, func() error {
		out, err := u.systemctl(verb, u.Name)
		if err == nil && out.RC != 0 {
			if err = u.mustExist(); err == nil {
				u.c.Warn("%s could not be %sed: %s", u.Name, verb, strings.TrimSpace(out.Stderr))
			}
		}
		return err
	})
}

func (u *unit) mustExist() error {
	if u.native || u.script {
		return nil
	}
	return missing(u.Name, "host")
}

func (u *unit) enable() error {
	if u.Enabled == nil {
		return nil
	}
	if err := u.mustExist(); err != nil {
		return err
	}
	enabled, err := u.isEnabled()
	if err != nil {
		return err
	}
	u.r.Enabled = u.Enabled
	if enabled == *u.Enabled {
		return nil
	}
	u.r.Changed = true
	verb := "disable"
	if *u.Enabled {
		verb = "enable"
	}
	return u.c.Change(modules.Diff{}, func() error {
		out, err := u.systemctl(verb, u.Name)
		if err == nil && out.RC != 0 {
			err = modules.Fail("Unable to %s service %s: %s", verb, u.Name, out.Stdout+out.Stderr)
		}
		return err
	})
}

// isEnabled takes the answer from what show said, where that is enough.
func (u *unit) isEnabled() (bool, error) {
	now := u.property("UnitFileState")
	plain := []string{"enabled", "enabled-runtime", "static", "disabled", "masked", "transient"}
	if u.Scope != "global" && !u.script && slices.Contains(plain, now) {
		return enabledStates[now], nil
	}
	out, err := u.systemctl("is-enabled", u.Name, "-l")
	if err != nil {
		return false, err
	}
	said := strings.TrimSpace(out.Stdout)
	switch {
	case out.RC == 0:
		// One line says that there is no link under another name either.
		return said != "indirect" && said != "alias", nil
	case out.RC == 1 && u.Scope == "system" && u.script && !strings.HasSuffix(said, "disabled"):
		return startsAtBoot(u.Name, ""), nil
	}
	return false, nil
}

// run starts, stops, restarts or reloads.
func (u *unit) run() error {
	if u.State == "" {
		return nil
	}
	if err := u.mustExist(); err != nil {
		return err
	}
	u.r.State = u.State
	active, known := u.r.Status.Get("ActiveState")
	if !known {
		if inChroot() || u.c.Getenv("SYSTEMD_OFFLINE") == "1" {
			u.c.Warn("Target is a chroot or systemd is offline. This can lead to false positives or prevent the init system tools from working.")
			return nil
		}
		return modules.Fail("Service is in unknown state").With("status", u.r.Status)
	}
	verb, state := next(value.Str(active), u.State)
	u.r.State = state
	if verb == "" {
		return nil
	}
	u.r.Changed = true
	return u.c.Change(modules.Diff{}, func() error {
		out, err := u.systemctl(verb, u.Name)
		if err == nil && out.RC != 0 {
			err = modules.Fail("Unable to %s service %s: %s", verb, u.Name, out.Stderr)
		}
		return err
	})
}

// next says what leads from a unit's activity to a state, "" for nothing, and
// the state then.
func next(active, want string) (verb, state string) {
	running := active == "active" || active == "activating"
	switch {
	case want == "started" && !running:
		return "start", want
	case want == "stopped" && (running || active == "deactivating"):
		return "stop", want
	case want == "started", want == "stopped":
		return "", want
	case !running:
		return "start", "started"
	default:
		return strings.TrimSuffix(want, "ed"), "started"
	}
}

// inChroot compares this process's root with the first process's.
func inChroot() bool {
	if os.Getenv("debian_chroot") != "" {
		return true
	}
	mine, err := os.Stat("/")
	if err != nil {
		return false
	}
	first, err := os.Stat("/proc/1/root/.")
	return err == nil && !os.SameFile(mine, first)
}
