package systems

import (
	"net/url"
	"path"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type flatpakArgs struct {
	Name       []string `arg:"name,required" doc:"Applications such as org.gnome.gedit, or addresses of .flatpakref files."`
	State      string   `arg:"state" default:"present" enum:"absent,present" doc:"Whether the applications are there."`
	Remote     string   `arg:"remote" default:"flathub" doc:"Remote to take applications from."`
	Method     string   `arg:"method" default:"system" enum:"system,user" doc:"Whether they are for everybody or for the user."`
	NoDeps     bool     `arg:"no_dependencies" default:"false" doc:"Leave out the runtimes that the applications need."`
	Executable string   `arg:"executable" type:"path" default:"flatpak" doc:"The flatpak to run."`
}

// flatpakResult is what the last command was and said.
type flatpakResult struct {
	Command string `json:"command,omitempty" doc:"The command that was run last."`
	RC      int    `json:"rc" doc:"Exit code of flatpak."`
	Stdout  string `json:"stdout" doc:"What flatpak printed."`
	Stderr  string `json:"stderr" doc:"What flatpak printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.flatpak",
		Summary: "Manage applications of Flatpak",
		Example: `- name: An editor
  community.general.flatpak:
    name: org.gnome.gedit
`,
	}, flatpak)
}

type flatpakJob struct {
	flatpakArgs
	c *modules.Context
	r flatpakResult
}

func flatpak(c *modules.Context, a flatpakArgs) (flatpakResult, error) {
	j := &flatpakJob{flatpakArgs: a, c: c}
	if _, err := c.Find(a.Executable); err != nil {
		return j.r, modules.Fail("Executable '%s' was not found on the system.", a.Executable)
	}
	list, err := j.r.ask(c, j.Executable, "list", "--"+j.Method)
	if err != nil {
		return j.r, err
	}
	var open []string
	for _, name := range a.Name {
		there := strings.Contains(strings.ToLower(list), strings.ToLower(applicationOf(name)))
		if there != (a.State == "present") {
			open = append(open, name)
		}
	}
	if len(open) == 0 {
		return j.r, nil
	}
	if a.State == "absent" {
		return j.r, j.uninstall(open)
	}
	return j.r, j.install(open)
}

// applicationOf is the name that an address of a .flatpakref stands for: what
// the file is called.
func applicationOf(name string) string {
	if !isAddress(name) {
		return name
	}
	if u, err := url.Parse(name); err == nil {
		name = u.Path
	}
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

func isAddress(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// ask runs flatpak for what it prints.
func (r *flatpakResult) ask(c *modules.Context, argv ...string) (string, error) {
	r.Command = strings.Join(argv, " ")
	out, err := tool.Run(c, modules.Cmd{Argv: argv})
	r.RC, r.Stdout, r.Stderr = out.RC, out.Stdout, out.Stderr
	return out.Stdout, err
}

// act runs flatpak for an effect.
func (r *flatpakResult) act(c *modules.Context, argv ...string) error {
	r.Command, r.RC = strings.Join(argv, " "), 0
	return c.Change(modules.Diff{}, func() error {
		out, err := tool.Run(c, modules.Cmd{Argv: argv, Stream: true})
		r.RC, r.Stdout, r.Stderr = out.RC, out.Stdout, out.Stderr
		return err
	})
}

// quiet is the option that keeps flatpak from asking.
func (j *flatpakJob) quiet() (string, error) {
	out, err := j.r.ask(j.c, j.Executable, "--version")
	f := strings.Fields(out)
	if len(f) > 1 && before(f[1], "1.1.3") {
		return "-y", err
	}
	return "--noninteractive", err
}

func (j *flatpakJob) install(list []string) error {
	quiet, err := j.quiet()
	if err != nil {
		return err
	}
	argv := append([]string{j.Executable, "install", "--" + j.Method, quiet}, tool.Flags(j.NoDeps, "--no-deps")...)
	var addresses, ids []string
	for _, name := range list {
		if isAddress(name) {
			addresses = append(addresses, name)
		} else {
			ids = append(ids, name)
		}
	}
	if len(addresses) > 0 {
		if err := j.r.act(j.c, append(argv[:len(argv):len(argv)], addresses...)...); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return j.r.act(j.c, append(append(argv[:len(argv):len(argv)], j.Remote), ids...)...)
}

func (j *flatpakJob) uninstall(list []string) error {
	var full []string
	for _, name := range list {
		id, err := j.installedAs(name)
		if err != nil {
			return err
		}
		full = append(full, id)
	}
	quiet, err := j.quiet()
	if err != nil {
		return err
	}
	return j.r.act(j.c, append([]string{j.Executable, "uninstall", quiet, "--" + j.Method}, full...)...)
}

// installedAs is the name that flatpak has for an application. Before 1.2 it
// has no columns to choose from.
func (j *flatpakJob) installedAs(name string) (string, error) {
	want := strings.ToLower(applicationOf(name))
	argv := []string{j.Executable, "list", "--" + j.Method, "--app"}
	out, err := j.c.Exec(modules.Cmd{Argv: append(argv, "--columns=application")})
	if err != nil {
		return "", err
	}
	old := out.RC != 0 && strings.Contains(out.Stderr, "Unknown option --columns=application")
	if old {
		if out.Stdout, err = j.r.ask(j.c, argv...); err != nil {
			return "", err
		}
	}
	for line := range strings.Lines(out.Stdout) {
		line = strings.TrimSpace(line)
		if strings.ToLower(line) == want || old && strings.Contains(strings.ToLower(line), want) {
			return strings.Fields(line)[0], nil
		}
	}
	return "", modules.Fail("Flatpak removal failed: Could not match any installed flatpaks to the name `%s`. "+
		"If you used a URL, try using the reverse DNS name of the flatpak", applicationOf(name))
}
