package packages

import (
	"os"
	"slices"
	"strings"
	"time"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type aptArgs struct {
	Package   []string `arg:"package" alias:"pkg,name" doc:"Packages, each a name, name:arch, name=version or name>=version; names and versions may hold shell patterns. A * with state latest upgrades everything."`
	State     string   `arg:"state" default:"present" enum:"absent,build-dep,fixed,latest,present" doc:"Whether the packages are there, are the newest, are gone, have what they need to be built, or are put right after a broken installation."`
	Deb       string   `arg:"deb" type:"path" doc:"A .deb file on the target, or its URL; several are separated by commas."`
	Upgrade   string   `arg:"upgrade" default:"no" enum:"dist,full,no,safe,yes" doc:"Upgrade the whole system: yes and safe remove nothing, full and dist may."`
	OnlyIfOld bool     `arg:"only_upgrade" default:"false" doc:"Upgrade packages that are there, install none."`

	UpdateCache   *bool `arg:"update_cache" alias:"update-cache" doc:"Fetch the lists of packages first, if they are older than cache_valid_time."`
	CacheValid    int   `arg:"cache_valid_time" default:"0" doc:"Age in seconds up to which the lists are good; giving it asks for update_cache."`
	UpdateRetries int   `arg:"update_cache_retries" default:"5" doc:"How often fetching the lists is tried."`
	UpdateDelay   int   `arg:"update_cache_retry_max_delay" default:"12" doc:"Longest wait between two tries in seconds; waits double from one second on."`

	Purge      bool  `arg:"purge" default:"false" doc:"Remove configuration too."`
	Autoremove bool  `arg:"autoremove" default:"false" doc:"Remove what was installed for others and is no longer needed."`
	Autoclean  bool  `arg:"autoclean" default:"false" doc:"Delete fetched packages that can no longer be downloaded."`
	Clean      bool  `arg:"clean" default:"false" doc:"Delete all fetched packages."`
	NoRemove   bool  `arg:"fail_on_autoremove" default:"false" doc:"Fail if anything would be removed."`
	Recommends *bool `arg:"install_recommends" alias:"install-recommends" doc:"Install what packages recommend; without it, as the system is configured."`

	Release         string `arg:"default_release" alias:"default-release" doc:"Release to prefer, such as bookworm-backports."`
	DpkgOptions     string `arg:"dpkg_options" default:"force-confdef,force-confold" doc:"Options for dpkg without their dashes, separated by commas."`
	Force           bool   `arg:"force" default:"false" doc:"Ignore unsigned sources, holds and downgrades (--force-yes). Dangerous."`
	Unauthenticated bool   `arg:"allow_unauthenticated" alias:"allow-unauthenticated" default:"false" doc:"Take packages whose source is not signed."`
	Downgrade       bool   `arg:"allow_downgrade" alias:"allow-downgrade,allow_downgrades,allow-downgrades" default:"false" doc:"Let a version that is asked for replace a newer one."`
	ChangeHeld      bool   `arg:"allow_change_held_packages" default:"false" doc:"Let packages change that are on hold."`
	ForceAptGet     bool   `arg:"force_apt_get" default:"false" doc:"Upgrade with apt-get even where aptitude is installed."`
	LockTimeout     int    `arg:"lock_timeout" default:"60" doc:"Seconds to wait while another program holds apt's lock."`
	PolicyRcD       *int   `arg:"policy_rc_d" doc:"Exit code of /usr/sbin/policy-rc.d during the work; 101 keeps packages from starting services."`
}

type aptResult struct {
	Changed         *bool   `json:"changed,omitempty" doc:"Whether anything was changed."`
	Msg             string  `json:"msg,omitempty" doc:"What an upgrade printed."`
	CacheUpdated    *bool   `json:"cache_updated,omitempty" doc:"Whether the lists were fetched."`
	CacheUpdateTime *int64  `json:"cache_update_time,omitempty" doc:"When the lists were last fetched, in seconds since 1970."`
	Stdout          *string `json:"stdout,omitempty" doc:"What apt printed."`
	Stderr          *string `json:"stderr,omitempty" doc:"What apt printed to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.apt",
		Summary: "Manage packages with apt",
		Example: `- name: Docker, the newest there is
  ansible.builtin.apt:
    name: docker.io
    state: latest
    update_cache: true
    cache_valid_time: 3600

- name: A version, and what must not be there
  ansible.builtin.apt:
    name: nginx=1.22.*
    install_recommends: false

- name: Everything up to date
  ansible.builtin.apt:
    upgrade: dist
    autoremove: true
`,
		Notes: []string{
			"With everything there and state present no program is started: dpkg's status is read.",
			"What apt would do is asked with --simulate first, so that a task that apt refuses changes nothing and a check shows the same diff.",
			"Fetching the lists is not itself a change if packages are given too; see cache_updated.",
		},
		Differs: []string{
			"python3-apt is neither needed nor installed.",
			"A .deb is installed by apt-get together with what it depends on, not by dpkg after apt-get.",
			"An installation that turns out to change nothing, such as that of a virtual package, is not reported as changed.",
		},
		Exclusive: [][]string{{"deb", "package", "upgrade"}},
	}, apt)
}

// aptJob is one run of the module.
type aptJob struct {
	aptArgs
	c      *modules.Context
	status *dpkgStatus
	r      aptResult
	before time.Time // when the lists were fetched last
}

func apt(c *modules.Context, a aptArgs) (aptResult, error) {
	j := &aptJob{aptArgs: a, c: c}
	if _, err := c.Find("apt-get"); err != nil {
		return j.r, err
	}
	if a.Clean {
		if done, err := j.clean(); done || err != nil {
			return j.r, err
		}
	}
	err := j.refresh()
	if err == nil {
		err = j.perform()
	}
	if err != nil {
		j.forgetCache()
		return j.r, err
	}
	if j.r.Changed == nil && !j.changes() {
		j.r.Changed = no()
	}
	return j.r, nil
}

// withLists is a failure that tells of the lists' state too, as those of an
// installation do that got as far as asking for the packages.
func (j *aptJob) withLists(f *modules.Failure) *modules.Failure {
	if j.r.CacheUpdated == nil {
		return f
	}
	return f.With("cache_updated", *j.r.CacheUpdated).With("cache_update_time", *j.r.CacheUpdateTime)
}

func (j *aptJob) alone() bool { return len(j.Package) == 0 && j.Upgrade == "no" && j.Deb == "" }

// perform does what is asked for beside the lists, one thing of these.
func (j *aptJob) perform() error {
	if (j.UpdateCache != nil && *j.UpdateCache || j.CacheValid != 0) && j.alone() {
		j.r.Changed = j.r.CacheUpdated
		return nil
	}
	switch {
	case j.Upgrade != "no":
		j.forgetCache()
		return j.upgrade(j.Upgrade)
	case j.Deb != "":
		j.forgetCache()
		return j.installDebs()
	}
	all := slices.Contains(j.Package, "*")
	wanted := tool.Names(slices.DeleteFunc(slices.Clone(j.Package), func(s string) bool { return s == "*" }))
	if all && j.State == "latest" {
		if len(wanted) > 0 {
			return modules.Fail("unable to install additional packages when upgrading all installed packages")
		}
		j.forgetCache()
		return j.upgrade("yes")
	}
	for _, name := range wanted {
		if strings.Count(name, "=") > 1 {
			return modules.Fail("invalid package spec: %s", name)
		}
	}
	if len(wanted) < len(j.Package) && !all && j.State != "absent" {
		return modules.Fail("No package matching '' is available")
	}
	if len(wanted) == 0 && (j.Autoclean || j.Autoremove) {
		j.forgetCache()
		return j.tidy()
	}
	if j.State == "absent" {
		j.forgetCache()
		return j.remove(wanted)
	}
	return j.install(wanted)
}

// forgetCache leaves the lists' state out of the results of what does not
// return it.
func (j *aptJob) forgetCache() { j.r.CacheUpdated, j.r.CacheUpdateTime = nil, nil }

// changes reports whether anything beside the lists was changed.
func (j *aptJob) changes() bool { return j.r.Stdout != nil }

// load reads what is installed.
func (j *aptJob) load() error {
	if j.status != nil {
		return nil
	}
	s, err := readDpkgStatus(dpkgDir)
	if err != nil {
		return modules.Fail("could not read dpkg's status: %w", err)
	}
	j.status = s
	return nil
}

// clean deletes the fetched packages; done says that nothing else is asked for.
func (j *aptJob) clean() (done bool, err error) {
	var out modules.Output
	err = j.c.Change(modules.Diff{}, func() error {
		out, err = j.c.Exec(modules.Cmd{Argv: []string{"apt-get", "clean"}})
		if err == nil && (out.RC != 0 || out.Stderr != "") {
			err = failure(out, []string{"apt-get", "clean"}, "apt-get clean failed")
		}
		return err
	})
	if err != nil || !j.alone() {
		return false, err
	}
	yes := true
	j.r.Changed, j.r.Stdout, j.r.Stderr = &yes, &out.Stdout, &out.Stderr
	return true, nil
}

const (
	aptStamp = "/var/lib/apt/periodic/update-success-stamp"
	aptLists = "/var/lib/apt/lists"
)

// listsFetched is when the lists were fetched last; the zero time if never.
func listsFetched() time.Time {
	for _, path := range []string{aptStamp, aptLists} {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime()
		}
	}
	return time.Unix(0, 0)
}
