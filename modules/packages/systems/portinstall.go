package systems

import (
	"fmt"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

type portinstallArgs struct {
	Name        string `arg:"name,required" alias:"pkg" doc:"Ports, separated by commas."`
	State       string `arg:"state" default:"present" enum:"present,absent" doc:"Whether the ports are there or are gone."`
	UsePackages bool   `arg:"use_packages" default:"true" doc:"Take finished packages where there are such."`
}

type portinstallResult struct {
	Msg string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.portinstall",
		Summary: "Install FreeBSD's ports with portinstall",
		Example: `- name: A port
  community.general.portinstall:
    name: misc/figlet
`,
		Notes:   []string{"portupgrade is installed with pkg where portinstall is missing."},
		Differs: []string{"A check predicts; Ansible skips the task."},
	}, portinstall)
}

type portJob struct {
	portinstallArgs
	c *modules.Context
}

func portinstall(c *modules.Context, a portinstallArgs) (portinstallResult, error) {
	j := &portJob{a, c}
	n := 0
	for _, name := range strings.Split(a.Name, ",") {
		name = strings.TrimSpace(name)
		there, err := j.there(name)
		if err != nil {
			return portinstallResult{}, err
		}
		if there == (a.State == "present") {
			continue
		}
		if a.State == "present" {
			err = j.install(name)
		} else {
			err = c.Change(modules.Diff{}, func() error { return j.remove(name) })
		}
		if err != nil {
			return portinstallResult{}, err
		}
		n++
	}
	switch {
	case n == 0:
		return portinstallResult{"package(s) already " + a.State}, nil
	case a.State == "present":
		return portinstallResult{fmt.Sprintf("present %d package(s)", n)}, nil
	}
	return portinstallResult{fmt.Sprintf("removed %d package(s)", n)}, nil
}

// has reports whether there is a program, which tells the old package tools
// from pkg.
func (j *portJob) has(program string) bool {
	_, err := j.c.Find(program)
	return err == nil
}

var digits = lazy.Regexp(`[0-9]`)

// there asks for a package, and then without the digits of its name: a port's
// package may lack the version that the port has in its name.
func (j *portJob) there(name string) (bool, error) {
	for _, candidate := range spellings(name) {
		argv := []string{"pkg", "info", candidate}
		if j.has("pkg_info") {
			found, err := j.glob(candidate)
			if err != nil {
				return false, err
			}
			argv = append([]string{"pkg_info", "-e"}, found...)
		}
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err != nil || out.RC == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

func spellings(name string) []string {
	if bare := digits.ReplaceAllString(name, ""); bare != name {
		return []string{name, bare}
	}
	return []string{name}
}

// glob are the installed packages of a name, with their versions.
func (j *portJob) glob(name string) ([]string, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"pkg_glob", name}})
	return strings.Fields(out.Stdout), err
}

func (j *portJob) install(name string) error {
	// ports_glob comes with portinstall, and may still be missing.
	known := j.has("ports_glob")
	if known {
		if err := j.unique(name); err != nil {
			return err
		}
	}
	return j.c.Change(modules.Diff{}, func() error {
		if err := j.bootstrap(); err != nil {
			return err
		}
		if !known {
			if err := j.unique(name); err != nil {
				return err
			}
		}
		argv := []string{"portinstall", "--batch"}
		if j.UsePackages {
			argv = append(argv, "--use-packages")
		}
		out, err := j.c.Exec(modules.Cmd{Argv: append(argv, name), Stream: true})
		if err != nil {
			return err
		}
		if there, err := j.there(name); err != nil || !there {
			return modules.Fail("failed to install %s: %s", name, out.Stdout)
		}
		return nil
	})
}

// unique refuses a name that is no port's, or several ports'.
func (j *portJob) unique(name string) error {
	switch n, err := j.matches(name); {
	case err != nil:
		return err
	case n == 0:
		return modules.Fail("no matches for package %s", name)
	case n > 1:
		return modules.Fail("%d matches found for package name %s", n, name)
	}
	return nil
}

// bootstrap gets portinstall where it is missing.
func (j *portJob) bootstrap() error {
	if j.has("portinstall") {
		return nil
	}
	if j.has("pkg") {
		if _, err := j.c.Exec(modules.Cmd{Argv: []string{"pkg", "install", "-y", "portupgrade"}, Stream: true}); err != nil {
			return err
		}
	}
	_, err := j.c.Find("portinstall")
	return err
}

// matches counts the ports of a name.
func (j *portJob) matches(name string) (int, error) {
	for _, candidate := range spellings(name) {
		out, err := j.c.Exec(modules.Cmd{Argv: []string{"ports_glob", candidate}})
		if n := strings.Count(out.Stdout, "\n"); err != nil || n > 0 {
			return n, err
		}
	}
	return 0, nil
}

func (j *portJob) remove(name string) error {
	said := ""
	for _, candidate := range spellings(name) {
		found, err := j.glob(candidate)
		if err != nil {
			return err
		}
		argv := []string{"pkg", "delete", "-y"}
		if j.has("pkg_delete") {
			argv = []string{"pkg_delete"}
		}
		out, err := j.c.Exec(modules.Cmd{Argv: append(argv, found...), Stream: true})
		if err != nil {
			return err
		}
		said = out.Stdout
		if there, err := j.there(name); err != nil || !there {
			return err
		}
	}
	return modules.Fail("failed to remove %s: %s", name, said)
}
