package host

import (
	"os"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type localeGenArgs struct {
	Name  []string `arg:"name,required" doc:"The locales with their encodings, such as de_CH.UTF-8."`
	State string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether they are to be there."`
}

type localeGenResult struct {
	Name      []string `json:"name" doc:"The locales."`
	Mechanism string   `json:"mechanism" doc:"How locales are chosen there: glibc's /etc/locale.gen, or ubuntu_legacy's supported.d."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.locale_gen",
		Summary: "Make and remove locales",
		Notes:   []string{"Needs Debian's package locales, or what corresponds to it."},
		Example: `- name: German and English
  community.general.locale_gen:
    name: [de_CH.UTF-8, en_US.UTF-8]
`,
	}, localeGen)
}

const (
	localeFile      = "/etc/locale.gen"
	supportedFile   = "/usr/share/i18n/SUPPORTED"
	supportedFolder = "/var/lib/locales/supported.d"
)

func localeGen(c *modules.Context, a localeGenArgs) (localeGenResult, error) {
	r := localeGenResult{Name: a.Name, Mechanism: "glibc"}
	lists := []string{localeFile, supportedFile}
	if _, err := os.Stat(supportedFolder); err == nil {
		r.Mechanism, lists = "ubuntu_legacy", []string{supportedFile}
	} else if _, err := os.Stat(localeFile); err != nil {
		return r, modules.Fail("/etc/locale.gen and /var/lib/locales/supported.d/local are missing. Is the package \"locales\" installed?")
	}
	if err := available(a.Name, lists); err != nil {
		return r, err
	}
	out, err := c.Command("locale", "-a")
	if err != nil {
		return r, err
	}
	wrong := unsettled(a.Name, strings.Fields(out), a.State == "present")
	if len(wrong) == 0 {
		return r, nil
	}
	if r.Mechanism == "ubuntu_legacy" {
		return r, a.changeUbuntu(c, wrong)
	}
	text, err := readIfThere(localeFile)
	if err != nil {
		return r, err
	}
	return r, generate(c, localeFile, switchLocales(text, wrong, a.State == "present"), "locale-gen")
}

// available refuses locales that the system has no definition of.
func available(names, lists []string) error {
	known := map[string]bool{}
	for _, path := range lists {
		text, err := readIfThere(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(text) {
			if name, _ := localeOf(line); name != "" {
				known[name] = true
			}
		}
	}
	var missing []string
	for _, name := range names {
		if !known[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return modules.Fail("The following locales you've entered are not available on your system: %s", strings.Join(missing, ", "))
	}
	return nil
}

// localeOf reads a line of locale.gen or SUPPORTED, commented out or not.
func localeOf(line string) (name, charset string) {
	f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "#"))
	if len(f) != 2 || strings.HasPrefix(f[0], "#") {
		return "", ""
	}
	return f[0], f[1]
}

// unsettled are the names that are not as they should be, given what locale -a
// prints.
func unsettled(names, installed []string, want bool) []string {
	have := map[string]bool{}
	for _, name := range installed {
		have[localeKey(name)] = true
	}
	var wrong []string
	for _, name := range names {
		if have[localeKey(name)] != want {
			wrong = append(wrong, name)
		}
	}
	return wrong
}

// localeKey makes de_CH.UTF-8 and de_CH.utf8 the same.
func localeKey(name string) string {
	base, charset, _ := strings.Cut(name, ".")
	charset, modifier, _ := strings.Cut(charset, "@")
	return base + "." + strings.ReplaceAll(strings.ToLower(charset), "-", "") + "@" + modifier
}

// switchLocales puts comment signs before locales in the text of locale.gen, or
// takes them off. One that is not listed is added as SUPPORTED has it.
func switchLocales(text string, names []string, on bool) string {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		name, charset := localeOf(line)
		if !wanted[name] || name == "" {
			out.WriteString(line)
			continue
		}
		if !on {
			out.WriteString("# ")
		}
		out.WriteString(name + " " + charset + "\n")
		delete(wanted, name)
	}
	if on {
		for _, name := range names {
			if wanted[name] {
				out.WriteString(name + " " + charsetOf(name) + "\n")
			}
		}
	}
	return out.String()
}

func charsetOf(name string) string {
	text, err := readIfThere(supportedFile)
	if err == nil {
		for line := range strings.Lines(text) {
			if have, charset := localeOf(line); have == name {
				return charset
			}
		}
	}
	_, charset, _ := strings.Cut(name, ".")
	return charset
}

// changeUbuntu is for old Ubuntus, whose locale-gen takes names and keeps them
// itself.
func (a localeGenArgs) changeUbuntu(c *modules.Context, names []string) error {
	if a.State == "present" {
		return c.Change(modules.Diff{}, func() error { _, err := c.Command(append([]string{"locale-gen"}, names...)...); return err })
	}
	local := supportedFolder + "/local"
	text, err := readIfThere(local)
	if err != nil {
		return err
	}
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if name, _ := localeOf(line); len(unsettled([]string{name}, names, false)) == 0 {
			kept.WriteString(line)
		}
	}
	return generate(c, local, kept.String(), "locale-gen", "--purge")
}

// generate writes a list and has the locales made that it asks for. Ansible's
// module shows no diff of the list.
func generate(c *modules.Context, path, list string, argv ...string) error {
	return c.Change(modules.Diff{}, func() error {
		if _, err := (fsys.Update{Path: path, Data: []byte(list), HideAttrs: true}).Apply(c); err != nil {
			return err
		}
		_, err := c.Command(argv...)
		return err
	})
}
