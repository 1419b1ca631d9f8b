package language

import (
	"cmp"
	"os"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type cpanmArgs struct {
	Name        string `arg:"name" alias:"pkg" doc:"The module; in mode new a distribution's file, an address or a git repository, too."`
	FromPath    string `arg:"from_path" type:"path" doc:"Folder or archive to install from."`
	NoTest      bool   `arg:"notest" default:"false" doc:"Run no tests."`
	LocalLib    string `arg:"locallib" type:"path" doc:"Folder to install below."`
	Mirror      string `arg:"mirror" doc:"Address of the CPAN mirror to use."`
	MirrorOnly  bool   `arg:"mirror_only" default:"false" doc:"Use the mirror's index in place of CPAN's database."`
	InstallDeps bool   `arg:"installdeps" default:"false" doc:"Install only what the module needs."`
	Version     string `arg:"version" doc:"Version of the module; in mode new with cpanm's operators."`
	Executable  string `arg:"executable" type:"path" doc:"The cpanm to run."`
	Mode        string `arg:"mode" default:"compatibility" enum:"compatibility,new" doc:"compatibility looks whether name is there; new looks for name_check, and knows all of cpanm's ways to name a module."`
	NameCheck   string `arg:"name_check" doc:"With mode new, the module that is there if nothing is to do."`
}

type cpanmResult struct {
	Changed bool    `json:"changed" doc:"Whether cpanm installed anything."`
	Name    *string `json:"name" doc:"The module."`
	Version string  `json:"version,omitempty" doc:"The version that was asked for."`
	Binary  string  `json:"binary" doc:"The cpanm that was run."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.cpanm",
		Summary: "Manage Perl's modules with cpanm",
		Example: `- name: A module of Perl
  community.general.cpanm:
    name: Dancer
    notest: true
`,
		Differs: []string{"A check is answered: it reports a change where cpanm would be run; Ansible skips the task."},
		OneOf:   [][]string{{"name", "from_path"}},
	}, cpanm)
}

func cpanm(c *modules.Context, a cpanmArgs) (cpanmResult, error) {
	r := cpanmResult{Name: given(a.Name), Version: a.Version}
	look, spec := a.Name, cmp.Or(a.FromPath, a.Name)
	switch {
	case a.Mode == "compatibility" && a.NameCheck != "":
		return r, modules.Fail("Parameter name_check can only be used with mode=new")
	case a.Mode == "new" && a.Name != "" && a.FromPath != "":
		return r, modules.Fail("Parameters 'name' and 'from_path' are mutually exclusive when 'mode=new'")
	case a.Mode == "new":
		look = a.NameCheck
	}
	var err error
	if r.Binary, err = c.Find(cmp.Or(a.Executable, "cpanm")); err != nil {
		return r, err
	}
	there, err := a.there(c, look)
	if err != nil || there {
		return r, err
	}
	if a.Mode == "new" {
		if spec, err = versioned(spec, a.Version); err != nil {
			return r, err
		}
	}
	return r, tool.Attempt(c, func() error { return a.install(c, spec, &r) }, func() error {
		r.Changed = true
		return nil
	})
}

// there asks Perl for a module, in a version at least as new as the wanted one.
func (a cpanmArgs) there(c *modules.Context, name string) (bool, error) {
	if name == "" || strings.HasSuffix(name, ".tar.gz") {
		return false, nil
	}
	use := "use " + name
	if a.Version != "" {
		use += " " + a.Version
	}
	cmd := modules.Cmd{Argv: []string{"perl", "-le", use + ";"}}
	if a.LocalLib != "" {
		cmd.Env = []string{"PERL5LIB=" + a.LocalLib + "/lib/perl5"}
	}
	out, err := c.Exec(cmd)
	return err == nil && out.RC == 0, err
}

// versioned writes what is to be installed with its version, as cpanm reads it.
func versioned(spec, version string) (string, error) {
	if version == "" {
		return spec, nil
	}
	operator := version[0] == '@' || version[0] == '~'
	info, err := os.Stat(spec)
	switch {
	case strings.HasSuffix(spec, ".tar.gz"):
		return "", modules.Fail("parameter 'version' must not be used when installing from a file")
	case err == nil && info.IsDir():
		return "", modules.Fail("parameter 'version' must not be used when installing from a directory")
	case strings.HasSuffix(spec, ".git") && version[0] == '~':
		return "", modules.Fail("operator '~' not allowed in version parameter when installing from git repository")
	case operator:
		return spec + version, nil
	case strings.HasSuffix(spec, ".git"):
		return spec + "@" + version, nil
	}
	return spec + "~" + version, nil
}

func (a cpanmArgs) install(c *modules.Context, spec string, r *cpanmResult) error {
	argv := append([]string{r.Binary}, tool.Flags(a.NoTest, "--notest")...)
	argv = append(argv, tool.Option("--local-lib", a.LocalLib)...)
	argv = append(argv, tool.Option("--mirror", a.Mirror)...)
	argv = append(argv, tool.Flags(a.MirrorOnly, "--mirror-only", a.InstallDeps, "--installdeps")...)
	out, err := tool.Run(c, modules.Cmd{Argv: append(argv, spec), Stream: true})
	r.Changed = err == nil && !strings.Contains(out.Stdout+out.Stderr, "is up to date")
	return err
}
