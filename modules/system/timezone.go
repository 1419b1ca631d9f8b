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

type timezoneResult struct {
	Msg string `json:"msg,omitempty" doc:"The commands that did it."`
}

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
	var steps []func() (string, error)
	if a.Name != nil {
		have := currentZone()
		before.Set("name", have)
		after.Set("name", *a.Name)
		if !validZone(*a.Name) {
			return timezoneResult{}, modules.Fail("Error message:\ngiven timezone \"%s\" is not available", *a.Name)
		}
		if have != *a.Name {
			steps = append(steps, func() (string, error) { return setZone(c, *a.Name) })
		}
	}
	if a.HWClock != nil {
		have := currentClock()
		before.Set("hwclock", have)
		after.Set("hwclock", *a.HWClock)
		if have != *a.HWClock {
			steps = append(steps, func() (string, error) { return setClock(c, *a.HWClock) })
		}
	}
	var r timezoneResult
	if len(steps) == 0 {
		return r, nil
	}
	err := c.Change(modules.Diff{Before: before, After: after}, func() error {
		for _, step := range steps {
			line, err := step()
			if err != nil {
				return err
			}
			if line != "" {
				r.Msg = strings.TrimPrefix(r.Msg+"\nexecuted `"+line+"`", "\n")
			}
		}
		return nil
	})
	return r, err
}

// run runs a command and returns it as a line.
func run(c *modules.Context, argv ...string) (string, error) {
	if path, err := c.Find(argv[0]); err == nil {
		argv[0] = path
	}
	_, err := c.Command(argv...)
	return strings.Join(argv, " "), err
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

func setZone(c *modules.Context, name string) (string, error) {
	if hasTimedate(c) {
		return run(c, "timedatectl", "set-timezone", name)
	}
	return "", linkZone(c, name)
}

// linkZone is for systems without a program for it.
func linkZone(c *modules.Context, name string) error {
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

func setClock(c *modules.Context, want string) (string, error) {
	if hasTimedate(c) {
		return run(c, "timedatectl", "set-local-rtc", map[string]string{"local": "yes", "UTC": "no"}[want])
	}
	return run(c, "hwclock", "--systohc", map[string]string{"local": "--localtime", "UTC": "--utc"}[want])
}
