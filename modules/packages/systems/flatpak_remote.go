package systems

import (
	"slices"
	"strings"

	"goplay/modules"
)

type flatpakRemoteArgs struct {
	Name       string `arg:"name,required" doc:"Name of the remote."`
	State      string `arg:"state" default:"present" enum:"absent,present" doc:"Whether flatpak knows the remote."`
	URL        string `arg:"flatpakrepo_url" doc:"Address of the remote's .flatpakrepo file; needed for a new one."`
	Method     string `arg:"method" default:"system" enum:"system,user" doc:"Whether the remote is for everybody or for the user."`
	Enabled    bool   `arg:"enabled" default:"true" doc:"Whether the remote is used."`
	Executable string `arg:"executable" default:"flatpak" doc:"The flatpak to run."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.flatpak_remote",
		Summary: "Manage where Flatpak takes applications from",
		Example: `- name: Flathub
  community.general.flatpak_remote:
    name: flathub
    flatpakrepo_url: https://dl.flathub.org/repo/flathub.flatpakrepo
`,
		Notes: []string{"A remote that is there keeps its address."},
	}, flatpakRemote)
}

func flatpakRemote(c *modules.Context, a flatpakRemoteArgs) (flatpakResult, error) {
	var r flatpakResult
	if _, err := c.Find(a.Executable); err != nil {
		return r, modules.Fail("Executable '%s' was not found on the system.", a.Executable)
	}
	list, err := r.ask(c, a.Executable, "remote-list", "--show-disabled", "--"+a.Method)
	if err != nil {
		return r, err
	}
	there, enabled := remoteIn(list, a.Name)
	switch {
	case a.State == "absent" && there:
		return r, r.act(c, a.Executable, "remote-delete", "--"+a.Method, "--force", a.Name)
	case a.State == "absent":
		return r, nil
	case !there:
		if err := r.act(c, a.Executable, "remote-add", "--"+a.Method, a.Name, a.URL); err != nil {
			return r, err
		}
		enabled = true // as any new one
	}
	if a.Enabled == enabled {
		return r, nil
	}
	flag := map[bool]string{true: "--enable", false: "--disable"}[a.Enabled]
	return r, r.act(c, a.Executable, "remote-modify", flag, "--"+a.Method, a.Name)
}

// remoteIn looks for a line of a name and of notes such as "system,disabled".
func remoteIn(list, name string) (there, enabled bool) {
	for line := range strings.Lines(list) {
		f := strings.Fields(line)
		if len(f) > 0 && f[0] == name {
			return true, len(f) == 1 || !slices.Contains(strings.Split(f[1], ","), "disabled")
		}
	}
	return false, false
}
