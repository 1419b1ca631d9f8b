package host

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type timezoneArgs struct {
	Name    string `arg:"name" doc:"The time zone, such as Europe/Zurich."`
	Hwclock string `arg:"hwclock" alias:"rtc" enum:"local,UTC" doc:"What the machine's own clock keeps: local time or UTC. Linux only."`
}

type timezoneResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.timezone",
		Summary: "Set the time zone, and what the hardware clock keeps",
		OneOf:   [][]string{{"hwclock", "name"}},
		Differs: []string{"Where systemd does not answer, /etc/localtime and the distribution's file are written without its tool, which would write the same."},
		Example: `- name: Time zone
  community.general.timezone:
    name: Europe/Zurich
`,
	}, timezone)
}

// clock is a way to read and set zone and hardware clock.
type clock interface {
	zone() (string, error)
	setZone(string) error
	rtc() (string, error)
	setRTC(string) error
}

func timezone(c *modules.Context, a timezoneArgs) (timezoneResult, error) {
	k, err := clockOf(c)
	if err != nil {
		return timezoneResult{}, err
	}
	if a.Name != "" {
		if info, err := os.Stat(filepath.Join(zoneinfo, a.Name)); err != nil || !info.Mode().IsRegular() {
			return timezoneResult{}, modules.Fail("Error message:\ngiven timezone \"%s\" is not available", a.Name)
		}
	}
	if err := setClock(c, "hwclock", a.Hwclock, k.rtc, k.setRTC); err != nil {
		return timezoneResult{}, err
	}
	return timezoneResult{}, setClock(c, "name", a.Name, k.zone, k.setZone)
}

func setClock(c *modules.Context, option, want string, get func() (string, error), set func(string) error) error {
	if want == "" {
		return nil
	}
	have, err := get()
	if err != nil || have == want {
		return err
	}
	before, after := value.NewDict(), value.NewDict()
	before.Set(option, have)
	after.Set(option, want)
	return c.Change(modules.Diff{Before: before, After: after}, func() error {
		if err := set(want); err != nil {
			return err
		}
		if now, err := get(); err != nil || now != want {
			return modules.Fail("Error message:\nstill not desired state, though changes have made - planned: %s, after: %s", want, now)
		}
		return nil
	})
}

const zoneinfo = "/usr/share/zoneinfo"

func clockOf(c *modules.Context) (clock, error) {
	if runtime.GOOS == "darwin" {
		return macClock{c}, nil
	}
	if _, err := c.Find("timedatectl"); err == nil {
		out, err := c.Exec(modules.Cmd{Argv: []string{"timedatectl", "status"}})
		if err != nil {
			return nil, err
		}
		if out.RC == 0 {
			return &systemdClock{c: c, status: out.Stdout}, nil
		}
	}
	return fileClock{c}, nil
}

// systemdClock asks timedatectl, once before a change and once after it.
type systemdClock struct {
	c      *modules.Context
	status string
}

var (
	statusZone = regexp.MustCompile(`(?m)^\s*Time ?zone: (\S+)`)
	statusRTC  = regexp.MustCompile(`(?m)^\s*RTC in local TZ: (\S+)`)
)

func (k *systemdClock) field(re *regexp.Regexp) (string, error) {
	if v := captured(re, k.status); v != "" {
		return v, nil
	}
	return "", modules.Fail("timedatectl prints what cannot be read: %s", strings.TrimSpace(k.status))
}

func (k *systemdClock) zone() (string, error) { return k.field(statusZone) }

func (k *systemdClock) rtc() (string, error) {
	v, err := k.field(statusRTC)
	if v == "yes" {
		return "local", err
	}
	return "UTC", err
}

func (k *systemdClock) set(argv ...string) error {
	if _, err := k.c.Command(append([]string{"timedatectl"}, argv...)...); err != nil {
		return err
	}
	status, err := k.c.Command("timedatectl", "status")
	k.status = status
	return err
}

func (k *systemdClock) setZone(name string) error { return k.set("set-timezone", name) }

func (k *systemdClock) setRTC(v string) error {
	if v == "local" {
		return k.set("set-local-rtc", "yes")
	}
	return k.set("set-local-rtc", "no")
}

// fileClock is for systems without a systemd that answers, containers and
// images among them.
type fileClock struct{ c *modules.Context }

// rtcFiles are where distributions say UTC=yes or UTC=no.
var rtcFiles = []string{"/etc/default/rcS", "/etc/conf.d/hwclock", "/etc/sysconfig/clock"}

func (fileClock) zone() (string, error) {
	named, err := readIfThere("/etc/timezone")
	if err != nil {
		return "", err
	}
	named = strings.TrimSpace(named)
	target, err := os.Readlink("/etc/localtime")
	if err != nil {
		return zoneOfCopy(named), nil
	}
	_, zone, ok := strings.Cut(target, "/zoneinfo/")
	switch {
	case !ok:
		return "n/a", nil
	case named != "" && named != zone:
		// Both have to say the same; what the link says is in effect.
		return zone + " (/etc/timezone: " + named + ")", nil
	}
	return zone, nil
}

// zoneOfCopy is the zone where /etc/localtime is no link: the name that is
// written down, if the content is that zone's.
func zoneOfCopy(named string) string {
	local, err := os.ReadFile("/etc/localtime")
	if err != nil || named == "" {
		return "n/a"
	}
	zone, err := os.ReadFile(filepath.Join(zoneinfo, named))
	if err != nil || !bytes.Equal(local, zone) {
		return "n/a"
	}
	return named
}

func (k fileClock) setZone(name string) error {
	tmp := fmt.Sprintf("/etc/.localtime.%d", os.Getpid())
	if err := os.Symlink(filepath.Join(zoneinfo, name), tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, "/etc/localtime"); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	for path, key := range map[string]string{"/etc/sysconfig/clock": "ZONE", "/etc/conf.d/clock": "TIMEZONE"} {
		text, err := readIfThere(path)
		if err != nil || text == "" {
			continue
		}
		if err := rewrite(k.c, path, setAssignment(text, key, `"`+name+`"`)); err != nil {
			return err
		}
	}
	if _, err := os.Stat("/etc/redhat-release"); err == nil {
		return nil
	}
	return rewrite(k.c, "/etc/timezone", name+"\n")
}

func (fileClock) rtc() (string, error) {
	for _, path := range rtcFiles {
		text, err := readIfThere(path)
		if err != nil {
			return "", err
		}
		switch strings.Trim(assigned(text, "UTC"), `"'`) {
		case "no", "false":
			return "local", nil
		}
	}
	adjtime, err := readIfThere("/etc/adjtime")
	if lines := strings.Split(adjtime, "\n"); len(lines) > 2 && strings.TrimSpace(lines[2]) == "LOCAL" {
		return "local", err
	}
	return "UTC", err
}

func (k fileClock) setRTC(v string) error {
	option, utc := "--utc", "yes"
	if v == "local" {
		option, utc = "--localtime", "no"
	}
	for _, path := range rtcFiles {
		text, err := readIfThere(path)
		if err != nil || text == "" {
			continue
		}
		if err := rewrite(k.c, path, setAssignment(text, "UTC", utc)); err != nil {
			return err
		}
	}
	_, err := k.c.Command("hwclock", "--systohc", option)
	return err
}

// assigned is the value of KEY=value in a shell-like file, "" without one.
func assigned(text, key string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			return v
		}
	}
	return ""
}

// setAssignment makes the first KEY= line say v, and others of that key go.
func setAssignment(text, key, v string) string {
	var out strings.Builder
	done := false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), key+"=") {
			out.WriteString(line)
		} else if !done {
			out.WriteString(key + "=" + v + "\n")
			done = true
		}
	}
	if !done {
		return out.String() + key + "=" + v + "\n"
	}
	return out.String()
}

// macClock is macOS.
type macClock struct{ c *modules.Context }

func (k macClock) zone() (string, error) {
	out, err := k.c.Command("systemsetup", "-gettimezone")
	_, name, _ := strings.Cut(strings.TrimSpace(out), ": ")
	return name, err
}

func (k macClock) setZone(name string) error {
	_, err := k.c.Command("systemsetup", "-settimezone", name)
	return err
}

func (macClock) rtc() (string, error) {
	return "", modules.Fail("hwclock is not supported on target platform")
}

func (k macClock) setRTC(string) error { _, err := k.rtc(); return err }
