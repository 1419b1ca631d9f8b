package packages

import (
	"os"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type dnfArgs struct {
	Name           []string `arg:"name" alias:"pkg" default:"" doc:"Packages: names, name-version, name >= version, groups as @group, files or URLs of .rpm. A * with state latest updates everything."`
	State          string   `arg:"state" enum:"absent,present,installed,removed,latest" doc:"Whether the packages are there, are the newest, or are gone. present, or with autoremove absent, by default."`
	List           string   `arg:"list" doc:"Only list: installed, updates, available, repos, or packages by a pattern."`
	Enablerepo     []string `arg:"enablerepo" default:"" doc:"Sources to use besides those that are enabled."`
	Disablerepo    []string `arg:"disablerepo" default:"" doc:"Sources not to use."`
	Exclude        []string `arg:"exclude" default:"" doc:"Packages to leave alone."`
	ConfFile       string   `arg:"conf_file" doc:"Configuration file of the manager."`
	DisableGPG     bool     `arg:"disable_gpg_check" default:"false" doc:"Do not check signatures."`
	InstallRoot    string   `arg:"installroot" default:"/" doc:"Root of the system to work on."`
	ReleaseVer     string   `arg:"releasever" doc:"Release to take packages of."`
	Autoremove     bool     `arg:"autoremove" default:"false" doc:"Remove what was installed for others and is no longer needed."`
	UpdateCache    bool     `arg:"update_cache" alias:"expire-cache" default:"false" doc:"Fetch the lists first."`
	UpdateOnly     bool     `arg:"update_only" default:"false" doc:"With latest: update what is there, install nothing."`
	Security       bool     `arg:"security" default:"false" doc:"With latest: only updates for security."`
	Bugfix         bool     `arg:"bugfix" default:"false" doc:"With latest: only updates that mend faults."`
	EnablePlugin   []string `arg:"enable_plugin" default:"" doc:"Plugins to use for this."`
	DisablePlugin  []string `arg:"disable_plugin" default:"" doc:"Plugins not to use for this."`
	DisableExclude string   `arg:"disable_excludes" doc:"Ignore the configuration's excludes: all, main or a source."`
	ValidateCerts  bool     `arg:"validate_certs" default:"true" doc:"Check the certificates of servers of packages."`
	SSLVerify      bool     `arg:"sslverify" default:"true" doc:"Check the certificates of sources."`
	AllowDowngrade bool     `arg:"allow_downgrade" default:"false" doc:"Let an older version that is asked for replace a newer one."`
	AllowErasing   bool     `arg:"allowerasing" default:"false" doc:"Remove installed packages that are in the way."`
	NoBest         *bool    `arg:"nobest" doc:"Do not insist on the newest version."`
	Best           *bool    `arg:"best" doc:"Insist on the newest version."`
	WeakDeps       bool     `arg:"install_weak_deps" default:"true" doc:"Install what packages recommend."`
	SkipBroken     bool     `arg:"skip_broken" default:"false" doc:"Leave out what cannot be installed."`
	CacheOnly      bool     `arg:"cacheonly" default:"false" doc:"Use only what was fetched before."`
	DownloadOnly   bool     `arg:"download_only" default:"false" doc:"Fetch packages, install none."`
	DownloadDir    string   `arg:"download_dir" doc:"Where to put fetched packages."`
	LockTimeout    int      `arg:"lock_timeout" default:"30" doc:"Seconds to wait while another program holds the lock."`
	InstallRepoq   bool     `arg:"install_repoquery" default:"true" doc:"Has no meaning here."`
	UseBackend     string   `arg:"use_backend" default:"auto" enum:"auto,dnf,dnf4,dnf5,yum,yum4" doc:"Program to use; auto takes the newest of dnf5, dnf and yum."`
}

type dnfResult struct {
	Changed *bool  `json:"changed,omitempty" doc:"Whether anything was changed."`
	Msg     string `json:"msg" doc:"Nothing to do, if it was so."`
	RC      *int   `json:"rc,omitempty" doc:"Exit code of the manager, 0; not with list."`
	Results []any  `json:"results" doc:"What was installed and removed; with list the packages or sources, as dicts."`
}

func init() {
	for name, aliases := range map[string][]string{"dnf": {"ansible.builtin.yum"}, "dnf5": nil} {
		modules.Register(modules.Spec{
			Name:    "ansible.builtin." + name,
			Aliases: aliases,
			Summary: "Manage packages with dnf or yum",
			Example: "- name: A web server\n  ansible.builtin." + name + `:
    name:
      - nginx
      - "@Development tools"
    state: present
`,
			Notes: []string{
				"Packages that are there are found with one rpm -q; the manager is only started for the rest.",
				"A check asks the manager with --assumeno.",
			},
			Differs:   []string{"The manager's program is used, not its Python library."},
			Exclusive: [][]string{{"name", "list"}, {"best", "nobest"}},
		}, dnf)
	}
}

type dnfJob struct {
	dnfArgs
	c       *modules.Context
	r       dnfResult
	program string
	best    bool // the newest is insisted on, whatever the configuration says

	marked             bool     // packages come or go
	failures           []string // what cannot be done of what is asked for
	installs, removals []any    // what the transactions do
}

func dnf(c *modules.Context, a dnfArgs) (dnfResult, error) {
	j := &dnfJob{dnfArgs: a, c: c, r: dnfResult{Results: []any{}}}
	for _, list := range []*[]string{&j.Name, &j.Enablerepo, &j.Disablerepo, &j.Exclude} {
		*list = commasLast(*list)
	}
	for _, name := range j.Name {
		if strings.Contains(name, " ") && !strings.ContainsAny(name, "@<>=") {
			return j.r, modules.Fail("It appears that a space separated string of packages was passed in as an argument. To operate on several packages, " +
				"pass a comma separated string of packages or a list of packages.")
		}
	}
	switch {
	case a.State == "" && a.Autoremove, a.State == "removed":
		j.State = "absent"
	case a.State == "", a.State == "installed":
		j.State = "present"
	}
	if a.Autoremove && j.State != "absent" {
		return j.r, modules.Fail("Autoremove should be used alone or with state=absent").With("results", []any{})
	}
	if err := j.find(); err != nil {
		return j.r, err
	}
	if a.ConfFile != "" {
		if f, err := os.Open(a.ConfFile); err != nil {
			return j.r, modules.Fail("cannot read configuration file").With("conf_file", a.ConfFile).With("results", []any{})
		} else {
			_ = f.Close()
		}
	}
	if a.List != "" {
		return j.r, j.list()
	}
	j.r.RC = new(int)
	if j.UpdateCache {
		if err := j.refresh(); err != nil || len(j.Name) == 0 {
			j.r.Changed, j.r.Msg = no(), "Cache updated"
			return j.r, err
		}
	}
	if !j.DownloadOnly && os.Geteuid() != 0 {
		return j.r, modules.Fail("This command has to be run under the root user.").With("results", []any{})
	}
	dir, err := os.MkdirTemp("", "goplay-dnf-") // what is an address is fetched to it
	if err != nil {
		return dnfResult{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	jobs, err := j.plan(dir)
	if err == nil {
		err = j.transact(jobs)
	}
	if err != nil {
		return dnfResult{}, err
	}
	if len(j.installs)+len(j.removals) == 0 && !j.marked {
		j.r.Changed, j.r.Msg = no(), "Nothing to do"
	} else {
		j.r.Msg = c.Tense("", "Check mode: No changes made, but would have if not in check mode")
	}
	j.r.Results = append(append(j.r.Results, j.installs...), j.removals...)
	return j.r, nil
}

// commasLast lists the names of a list. Those that are several in one text come
// after the others.
func commasLast(list []string) []string {
	var names, several []string
	for _, name := range list {
		if strings.Contains(name, ",") {
			several = append(several, strings.Split(name, ",")...)
		} else {
			names = append(names, name)
		}
	}
	return tool.Names(append(names, several...))
}

func (j *dnfJob) find() error {
	candidates := []string{"dnf5", "dnf", "yum"}
	switch j.UseBackend {
	case "dnf4", "dnf", "yum4":
		candidates = []string{"dnf-3", "dnf", "yum"}
	case "dnf5", "yum":
		candidates = []string{j.UseBackend}
	}
	for _, name := range candidates {
		if _, err := j.c.Find(name); err == nil {
			j.program = name
			return nil
		}
	}
	return modules.Fail("Could not detect which major revision of dnf is in use, which is required to determine module backend.")
}

// argv is the program with the options that are the same for all verbs.
func (j *dnfJob) argv(args ...string) []string {
	argv := []string{j.program, "-q", "-y"}
	each := func(flag string, list []string) {
		for _, v := range tool.Names(list) {
			argv = append(argv, flag+v)
		}
	}
	each("--enablerepo=", j.Enablerepo)
	each("--disablerepo=", j.Disablerepo)
	each("--exclude=", j.Exclude)
	each("--enableplugin=", j.EnablePlugin)
	each("--disableplugin=", j.DisablePlugin)
	each("--config=", []string{j.ConfFile})
	each("--releasever=", []string{j.ReleaseVer})
	if j.DownloadOnly {
		each("--destdir=", []string{j.DownloadDir})
	}
	each("--disableexcludes=", []string{j.DisableExclude})
	if j.InstallRoot != "/" {
		argv = append(argv, "--installroot="+j.InstallRoot)
	}
	if j.program != "yum" {
		argv = append(argv, tool.Flags(j.AllowErasing, "--allowerasing", j.NoBest != nil && *j.NoBest || j.Best != nil && !*j.Best, "--nobest",
			j.Best != nil && *j.Best || j.best && (j.NoBest == nil || !*j.NoBest) && j.Best == nil, "--best", !j.WeakDeps, "--setopt=install_weak_deps=False")...)
	}
	if !j.DisableGPG {
		argv = append(argv, "--setopt=gpgcheck=1", "--setopt=localpkg_gpgcheck=1")
	}
	argv = append(argv, "--setopt=clean_requirements_on_remove="+map[bool]string{true: "1", false: "0"}[j.Autoremove])
	argv = append(argv, tool.Flags(j.DisableGPG, "--nogpgcheck", !j.SSLVerify || !j.ValidateCerts && j.fetches(), "--setopt=sslverify=0", j.SkipBroken, "--skip-broken",
		j.CacheOnly, "--cacheonly", j.DownloadOnly, "--downloadonly")...)
	argv = append(argv, tool.Flags(j.Security, "--security", j.Bugfix, "--bugfix")...)
	return append(argv, args...)
}

// fetches reports whether a package is named by its address, which is what
// validate_certs is about.
func (j *dnfJob) fetches() bool {
	return slices.ContainsFunc(j.Name, func(name string) bool { return strings.Contains(name, "://") })
}

func (j *dnfJob) refresh() error {
	return j.c.Change(modules.Diff{}, func() error {
		_, err := run(j.c, modules.Cmd{Argv: j.argv("makecache"), Stream: true}, "Failed to update cache")
		return err
	})
}
