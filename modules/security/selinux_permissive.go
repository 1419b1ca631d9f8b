package security

import (
	"slices"
	"strings"

	"goplay/modules"
)

type selinuxPermissiveArgs struct {
	Domain     string `arg:"domain,required" alias:"name" doc:"Domain of processes, such as httpd_t."`
	Permissive bool   `arg:"permissive,required" doc:"Whether what it may not do is only noted down."`
	NoReload   bool   `arg:"no_reload" default:"false" doc:"Do not load the policy anew after the change."`
	Store      string `arg:"store" default:"" doc:"Store of the policy; the one in use without a name."`
}

type selinuxPermissiveResult struct {
	Domain     string `json:"domain" doc:"The domain."`
	Permissive bool   `json:"permissive" doc:"What it was to be."`
	Store      string `json:"store" doc:"The store that was named."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.selinux_permissive",
		Summary: "Let SELinux only note what a domain may not do",
		Differs: []string{"Works through semanage."},
		Example: `- name: What nginx would be denied goes to the log
  community.general.selinux_permissive:
    name: httpd_t
    permissive: true
`,
	}, modules.Bare(selinuxPermissive))
}

func selinuxPermissive(c *modules.Context, a selinuxPermissiveArgs) (selinuxPermissiveResult, error) {
	r := selinuxPermissiveResult{a.Domain, a.Permissive, a.Store}
	store := []string{}
	if a.Store != "" {
		store = []string{"-S", a.Store}
	}
	argv := append([]string{"semanage", "permissive"}, store...)
	out, err := c.Exec(modules.Cmd{Argv: append(argv[:len(argv):len(argv)], "-l", "-n")})
	if err != nil {
		return r, err
	}
	if out.RC != 0 {
		return r, semanageFailure(out).With("domain", a.Domain)
	}
	if slices.Contains(strings.Fields(out.Stdout), a.Domain) == a.Permissive {
		return r, nil
	}
	if a.NoReload {
		argv = append(argv, "-N")
	}
	verb := "-d"
	if a.Permissive {
		verb = "-a"
	}
	return r, c.Change(modules.Diff{}, func() error {
		out, err := c.Exec(modules.Cmd{Argv: append(argv, verb, a.Domain)})
		if err == nil && out.RC != 0 {
			err = semanageFailure(out).With("domain", a.Domain)
		}
		return err
	})
}

// semanageFailure says what semanage says, without the name that it begins with.
func semanageFailure(out modules.Output) *modules.Failure {
	said := strings.TrimSpace(out.Stderr)
	for _, name := range []string{"ValueError: ", "semanage: "} {
		if _, after, ok := strings.Cut(said, name); ok {
			said = after
		}
	}
	return modules.Fail("%s", said)
}
