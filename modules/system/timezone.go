package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type timezoneArgs struct {
	Name    *string `arg:"name" doc:"The zone, such as Europe/Berlin."`
	HWClock *string `arg:"hwclock" alias:"rtc" enum:"local,UTC" doc:"What the hardware's clock shows."`
}

type timezoneResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.timezone",
		Aliases:   []string{"ansible.builtin.timezone"},
		Summary:   "The time zone of a host",
		KeepsDiff: true,
		OneOf:     [][]string{{"hwclock", "name"}},
		Example: `- name: Our time
  community.general.timezone:
    name: Europe/Berlin
`,
	}, timezone)
}

const zoneDir = "/usr/share/zoneinfo"

func timezone(c *modules.Context, a timezoneArgs) (timezoneResult, error) {
	before, after := value.NewDict(), value.NewDict()
	var steps []func() error
	if a.Name != nil {
		have := currentZone()
		before.Set("name", have)
		after.Set("name", *a.Name)
		if !validZone(*a.Name) {
			return timezoneResult{}, modules.Fail("Error message:\ngiven timezone \"%s\" is not available", *a.Name)
		}
		if have != *a.Name {
			steps = append(steps, func() error { return setZone(c, *a.Name) })
		}
	}
	if a.HWClock != nil {
		have := currentClock()
		before.Set("hwclock", have)
		after.Set("hwclock", *a.HWClock)
		if have != *a.HWClock {
			steps = append(steps, func() error { return setClock(c, *a.HWClock) })
		}
	}
	if len(steps) == 0 {
		return timezoneResult{}, nil
	}
	return timezoneResult{}, c.Change(modules.Diff{Before: before, After: after}, func() error {
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

func validZone(name string) bool {
	info, err := os.Stat(filepath.Join(zoneDir, filepath.Clean("/"+name)))
	return err == nil && !info.IsDir()
}

// currentZone is what the link of the local time leads to, or the name beside it.
func currentZone() string {
	if link, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(link, "zoneinfo/"); ok {
			return name
		}
	}
	data, err := os.ReadFile("/etc/timezone")
	if name := strings.TrimSpace(string(data)); err == nil && name != "" {
		return name
	}
	return "n/a"
}

func hasTimedate(c *modules.Context) bool {
	_, err := c.Find("timedatectl")
	return err == nil && fsys.IsDir("/run/systemd/system")
}

func setZone(c *modules.Context, name string) error {
	if hasTimedate(c) {
		_, err := c.Command("timedatectl", "set-timezone", name)
		return err
	}
	temp := fmt.Sprintf("/etc/.localtime.%d", os.Getpid())
	if err := os.Symlink(filepath.Join(zoneDir, name), temp); err != nil {
		return err
	}
	if err := os.Rename(temp, "/etc/localtime"); err != nil {
		_ = os.Remove(temp)
		return err
	}
	if !fsys.Exists("/etc/timezone") && !fsys.Exists("/etc/debian_version") && !fsys.Exists("/etc/alpine-release") {
		return nil
	}
	_, err := fsys.Update{Path: fsys.Resolve("/etc/timezone"), Data: []byte(name + "\n"), Mode: 0o644}.Apply(c)
	return err
}

// currentClock reads the third line of adjtime; without it the clock shows UTC.
func currentClock() string {
	data, _ := os.ReadFile("/etc/adjtime")
	lines := strings.Split(string(data), "\n")
	if len(lines) > 2 && strings.TrimSpace(lines[2]) == "LOCAL" {
		return "local"
	}
	return "UTC"
}

func setClock(c *modules.Context, want string) error {
	if hasTimedate(c) {
		_, err := c.Command("timedatectl", "set-local-rtc", map[string]string{"local": "yes", "UTC": "no"}[want])
		return err
	}
	_, err := c.Command("hwclock", "--systohc", map[string]string{"local": "--localtime", "UTC": "--utc"}[want])
	return err
}
