package system

import (
	"os"
	"regexp"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type localeGenArgs struct {
	Names []string `arg:"name,required" doc:"The locales, such as de_DE.UTF-8."`
	State string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether they are to be there."`
}

type localeGenResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.locale_gen",
		Aliases: []string{"ansible.builtin.locale_gen"},
		Summary: "Make and remove locales",
		Example: `- name: German
  community.general.locale_gen:
    name: de_DE.UTF-8
`,
		Differs: []string{"On Ubuntu too a locale is chosen in /etc/locale.gen where that file is."},
	}, localeGen)
}

const localeFile = "/etc/locale.gen"

func localeGen(c *modules.Context, a localeGenArgs) (localeGenResult, error) {
	if _, err := c.Find("locale-gen"); err != nil {
		return localeGenResult{}, modules.Fail("/etc/locale.gen and /var/lib/locales/supported.d/local are missing. Is the package \"locales\" installed?")
	}
	data, err := os.ReadFile(localeFile)
	if err != nil {
		return localeGenResult{}, modules.Fail("/etc/locale.gen and /var/lib/locales/supported.d/local are missing. Is the package \"locales\" installed?")
	}
	out, err := c.Command("locale", "-a")
	if err != nil {
		return localeGenResult{}, err
	}
	var todo []string
	for _, name := range a.Names {
		if hasLocale(out, name) != (a.State == "present") {
			todo = append(todo, name)
		}
	}
	if len(todo) == 0 {
		return localeGenResult{}, nil
	}
	text := string(data)
	for _, name := range todo {
		next, ok := switchLocale(text, name, a.State == "present")
		if !ok {
			return localeGenResult{}, modules.Fail("The locale you've entered is not available on your system: %s", name)
		}
		text = next
	}
	return localeGenResult{}, c.Change(modules.Diff{}, func() error {
		if text != string(data) {
			if _, err := (fsys.Update{Path: fsys.Resolve(localeFile), Data: []byte(text)}).Apply(c); err != nil {
				return err
			}
		}
		_, err := c.Command("locale-gen")
		return err
	})
}

// hasLocale compares names as locale -a writes them: de_DE.utf8.
func hasLocale(listed, name string) bool {
	want := normalLocale(name)
	for line := range strings.Lines(listed) {
		if normalLocale(strings.TrimSpace(line)) == want {
			return true
		}
	}
	return false
}

func normalLocale(name string) string {
	lang, rest, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	charset, modifier, has := strings.Cut(rest, "@")
	charset = strings.ToLower(strings.ReplaceAll(charset, "-", ""))
	if has {
		return lang + "." + charset + "@" + modifier
	}
	return lang + "." + charset
}

// switchLocale takes the comment sign off a locale's line, or puts it there;
// false where the file does not have the locale.
func switchLocale(text, name string, on bool) (string, bool) {
	line := regexp.MustCompile(`^(#\s*)?(` + regexp.QuoteMeta(name) + `(\s.*)?)$`)
	var b strings.Builder
	found := false
	for l := range strings.Lines(text) {
		m := line.FindStringSubmatch(strings.TrimRight(l, "\n"))
		if m != nil {
			found = true
			l = m[2] + "\n"
			if !on {
				l = "# " + l
			}
		}
		b.WriteString(l)
	}
	return b.String(), found
}
