package systems

import (
	"fmt"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type homebrewTapArgs struct {
	Name  []string `arg:"name,required" alias:"tap" doc:"Taps, as user/repository."`
	URL   string   `arg:"url" doc:"Address of the repository, if it is not GitHub's; for one tap."`
	State string   `arg:"state" default:"present" enum:"present,absent" doc:"Whether Homebrew knows the taps."`
	Path  string   `arg:"path" type:"path" default:"/usr/local/bin:/opt/homebrew/bin:/home/linuxbrew/.linuxbrew/bin" doc:"Folders to look for brew in, separated by colons."`
}

type homebrewTapResult struct {
	Msg string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.homebrew_tap",
		Summary: "Manage where Homebrew takes formulae from",
		Example: `- name: A tap
  community.general.homebrew_tap:
    name: homebrew/services
`,
		Differs: []string{"A check counts all taps; Ansible's ends at the first that it would change."},
	}, homebrewTap)
}

var validTap = lazy.Regexp(`^([\w-]+)/(homebrew-)?([\w-]+)$`)

func homebrewTap(c *modules.Context, a homebrewTapArgs) (homebrewTapResult, error) {
	b, err := findBrew(c, a.Path)
	if err != nil {
		return homebrewTapResult{}, err
	}
	if a.URL != "" && a.State == "present" && len(a.Name) > 1 {
		return homebrewTapResult{}, modules.Fail("List of multiple taps may not be provided with 'url' option.")
	}
	changed, same := 0, 0
	msg := ""
	done := map[string]string{"present": "added", "absent": "removed"}[a.State]
	for _, tap := range a.Name {
		did, said, err := a.settle(b, tap)
		if err != nil {
			if a.URL != "" && a.State == "present" {
				return homebrewTapResult{}, err
			}
			return homebrewTapResult{}, modules.Fail("%s: %d, unchanged: %d, error: %w", done, changed, same, err)
		}
		if msg = said; did {
			changed++
		} else {
			same++
		}
	}
	if a.URL == "" || a.State == "absent" {
		msg = fmt.Sprintf("%s: %d, unchanged: %d", done, changed, same)
	}
	return homebrewTapResult{msg}, nil
}

func (a homebrewTapArgs) settle(b *brew, tap string) (changed bool, msg string, err error) {
	if !validTap.MatchString(tap) {
		return false, "", modules.Fail("not a valid tap: %s", tap)
	}
	verb := map[string]string{"present": "tap", "absent": "untap"}[a.State]
	there, err := tapped(b, tap)
	if err != nil || there == (a.State == "present") {
		return false, "already " + verb + "ped: " + tap, err
	}
	return true, "successfully " + verb + "ped: " + tap, b.c.Change(modules.Diff{}, func() error {
		args := append([]string{verb, tap}, tool.Flags(a.URL != "" && verb == "tap", a.URL)...)
		out, err := b.run(nil, args...)
		if err != nil {
			return err
		}
		good := out.RC == 0
		if verb == "untap" {
			there, err = tapped(b, tap)
			good = err == nil && !there
		}
		if !good {
			return modules.Fail("failed to %s: %s due to %s", verb, tap, out.Stderr)
		}
		return nil
	})
}

func tapped(b *brew, tap string) (bool, error) {
	out, err := b.run(nil, "tap")
	want := strings.ReplaceAll(strings.ToLower(tap), "homebrew-", "")
	return slices.Contains(strings.Fields(strings.ToLower(out.Stdout)), want), err
}
