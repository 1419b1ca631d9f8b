package systems

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type zypperRepositoryArgs struct {
	Name            string `arg:"name" doc:"Alias of the repository; not with a .repo file."`
	Repo            string `arg:"repo" doc:"Address of the repository, or of a .repo file; * with runrefresh is all of them."`
	State           string `arg:"state" default:"present" enum:"absent,present" doc:"Whether zypper knows the repository."`
	Description     string `arg:"description" doc:"What the repository is."`
	DisableGPGCheck bool   `arg:"disable_gpg_check" default:"false" doc:"Do not check signatures of the repository's packages."`
	Autorefresh     bool   `arg:"autorefresh" alias:"refresh" default:"true" doc:"Fetch the repository's lists whenever they are used."`
	Priority        *int   `arg:"priority" doc:"Priority of the repository, the smallest first."`
	Overwrite       bool   `arg:"overwrite_multiple" default:"false" doc:"Replace several repositories that have the name and the address between them."`
	AutoImportKeys  bool   `arg:"auto_import_keys" default:"false" doc:"Trust the key of a repository that is new or changed, and fetch its lists."`
	RunRefresh      bool   `arg:"runrefresh" default:"false" doc:"Fetch the repository's lists."`
	Enabled         bool   `arg:"enabled" default:"true" doc:"Whether the repository is used."`
}

type zypperRepositoryResult struct {
	Changed    bool        `json:"changed" doc:"Whether a repository was added, changed or removed."`
	Repodata   *value.Dict `json:"repodata,omitempty" type:"dict" doc:"The repository as it was to be."`
	State      string      `json:"state,omitempty" doc:"The state that was asked for."`
	RunRefresh bool        `json:"runrefresh,omitempty" doc:"Whether the lists of all repositories were fetched."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.zypper_repository",
		Summary: "Add and remove repositories of zypper",
		Example: `- name: A repository
  community.general.zypper_repository:
    name: nvidia
    repo: https://download.nvidia.com/opensuse/leap/15.5
    priority: 90
`,
		Differs: []string{
			"A check predicts; Ansible skips the task.",
			"runrefresh fetches nothing where the task only checks.",
		},
	}, zypperRepository)
}

type repositoryJob struct {
	zypperRepositoryArgs
	c       *modules.Context
	want    *value.Dict // url, alias, name, priority, enabled, gpgcheck, autorefresh
	changed bool
}

func zypperRepository(c *modules.Context, a zypperRepositoryArgs) (zypperRepositoryResult, error) {
	j := &repositoryJob{zypperRepositoryArgs: a, c: c, want: value.NewDict()}
	if _, err := c.Find("zypper"); err != nil {
		return zypperRepositoryResult{}, err
	}
	if a.Repo == "*" || a.Name == "*" {
		if !a.RunRefresh {
			return zypperRepositoryResult{}, modules.Fail("repo=* can only be used with the runrefresh option.")
		}
		return zypperRepositoryResult{RunRefresh: true}, j.refresh("")
	}
	if err := j.valid(); err != nil {
		return zypperRepositoryResult{}, err
	}
	j.describe()
	if j.fromFile() {
		if err := j.readFile(); err != nil {
			return zypperRepositoryResult{}, err
		}
	}
	if err := j.settle(); err != nil {
		return zypperRepositoryResult{}, err
	}
	return zypperRepositoryResult{Changed: j.changed, Repodata: j.want, State: a.State}, nil
}

func (j *repositoryJob) fromFile() bool { return strings.HasSuffix(j.Repo, ".repo") }

func (j *repositoryJob) valid() error {
	switch {
	case j.State == "present" && j.Repo == "":
		return modules.Fail("Module option state=present requires repo")
	case j.State == "absent" && j.Repo == "" && j.Name == "":
		return modules.Fail("Alias or repo parameter required when state=absent")
	case j.fromFile() && j.Name != "":
		return modules.Fail("Incompatible option: 'name'. Do not use name when adding .repo files")
	case !j.fromFile() && j.Name == "" && j.State == "present":
		return modules.Fail("Name required when adding non-repo files.")
	}
	return nil
}

// describe writes down what is wanted in the words of zypper repos.
func (j *repositoryJob) describe() {
	orNull := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	digit := map[bool]string{true: "1", false: "0"}
	j.want.Set("url", orNull(j.Repo))
	j.want.Set("alias", orNull(j.Name))
	j.want.Set("name", orNull(j.Description))
	j.want.Set("priority", value.Of(j.Priority))
	j.want.Set("enabled", digit[j.Enabled])
	j.want.Set("gpgcheck", digit[!j.DisableGPGCheck])
	j.want.Set("autorefresh", digit[j.Autorefresh])
}

// get is a wish as text, "" for none.
func (j *repositoryJob) get(key string) string {
	v, _ := j.want.Get(key)
	if v == nil {
		return ""
	}
	return value.Str(v)
}

func (j *repositoryJob) settle() error {
	old, err := j.found()
	if err != nil {
		return err
	}
	alias := j.get("alias")
	if j.State == "absent" {
		if len(old) == 0 {
			return nil
		}
		if alias == "" {
			alias = j.Repo
		}
		j.changed = true
		return j.c.Change(modules.Diff{}, func() error { return j.remove(alias) })
	}
	changes := len(old) != 1
	if !changes {
		if changes, err = j.differs(old[0]); err != nil {
			return err
		}
	}
	if !changes {
		if j.RunRefresh {
			return j.refresh(alias)
		}
		return nil
	}
	j.changed = true
	return j.c.Change(modules.Diff{}, func() error {
		if err := j.add(old); err != nil {
			return err
		}
		if j.RunRefresh || j.AutoImportKeys {
			return j.fetch(alias)
		}
		return nil
	})
}

// found are the repositories that have the name or the address.
func (j *repositoryJob) found() ([]map[string]string, error) {
	all, err := j.repositories()
	if err != nil {
		return nil, err
	}
	var list []map[string]string
	last := ""
	for _, key := range []string{"alias", "url"} {
		last = j.get(key)
		for _, r := range all {
			known := slices.ContainsFunc(list, func(o map[string]string) bool { return fmt.Sprint(o) == fmt.Sprint(r) })
			if r[key] == last && last != "" && !known {
				list = append(list, r)
			}
		}
	}
	if len(list) > 1 && !j.Overwrite {
		var names []string
		for _, r := range list {
			names = append(names, r["alias"]+" "+r["url"])
		}
		return nil, modules.Fail("More than one repo matched %q: %q. Use overwrite_multiple to allow more than one repo to be overwritten", last, names)
	}
	return list, nil
}

func (j *repositoryJob) repositories() ([]map[string]string, error) {
	argv := []string{"zypper", "--quiet", "--non-interactive", "--xmlout", "repos"}
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return nil, err
	}
	if out.RC == 6 { // there are no repositories
		return nil, nil
	}
	doc, parsed := parseXML(out.Stdout)
	if out.RC != 0 || parsed != nil {
		return nil, modules.Fail("Failed to execute %q", strings.Join(argv, " ")).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	}
	var list []map[string]string
	for _, e := range doc {
		switch {
		case e.name == "repo":
			r := map[string]string{}
			for _, key := range []string{"alias", "name", "priority", "enabled", "autorefresh", "gpgcheck"} {
				r[key] = e.attr[key]
			}
			list = append(list, r)
		case e.name == "url" && e.parent != nil && e.parent.name == "repo" && list[len(list)-1]["url"] == "":
			list[len(list)-1]["url"] = e.text
		}
	}
	return list, nil
}

// differs compares a repository with what was asked for.
func (j *repositoryJob) differs(have map[string]string) (bool, error) {
	for _, key := range []string{"alias", "name", "priority", "enabled", "autorefresh", "gpgcheck"} {
		if want := j.get(key); want != "" && want != have[key] {
			return true, nil
		}
	}
	want, now := j.get("url"), have["url"]
	for variable, format := range map[string]string{"$releasever": "%{version}", "$basearch": "%{arch}"} {
		if !strings.Contains(want+now, variable) {
			continue
		}
		out, err := tool.Run(j.c, modules.Cmd{Argv: []string{"rpm", "-q", "--qf", format, "-f", "/etc/os-release"}})
		if err != nil {
			return false, err
		}
		want, now = strings.ReplaceAll(want, variable, out.Stdout), strings.ReplaceAll(now, variable, out.Stdout)
	}
	return want != "" && strings.TrimRight(want, "/") != strings.TrimRight(now, "/"), nil
}

func (j *repositoryJob) remove(name string) error {
	_, err := tool.Run(j.c, modules.Cmd{Argv: []string{"zypper", "--quiet", "--non-interactive", "removerepo", name}})
	return err
}

// add adds the repository in place of those that have its name or address.
func (j *repositoryJob) add(old []map[string]string) error {
	argv := []string{"zypper", "--quiet", "--non-interactive", "addrepo", "--check"}
	argv = append(argv, tool.Option("--name", j.get("name"))...)
	argv = append(argv, tool.Option("--priority", j.get("priority"))...)
	argv = append(argv, tool.Flags(j.get("enabled") == "0", "--disable", j.get("gpgcheck") == "1", "--gpgcheck", j.get("gpgcheck") != "1", "--no-gpgcheck",
		j.get("autorefresh") == "1", "--refresh")...)
	argv = append(argv, j.get("url"))
	if !strings.HasSuffix(j.get("url"), ".repo") {
		argv = append(argv, j.get("alias"))
	}
	for _, r := range old {
		if err := j.remove(r["url"]); err != nil {
			return err
		}
	}
	out, err := j.c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		return modules.Fail("Zypper failed with rc %s", strconv.Itoa(out.RC)).With("rc", out.RC).With("stdout", out.Stdout).
			With("stderr", out.Stderr).With("repodata", j.want).With("state", j.State)
	}
	return err
}

// refresh fetches lists, which is no change of the system.
func (j *repositoryJob) refresh(alias string) error {
	return tool.Quietly(j.c, func() error { return j.fetch(alias) })
}

func (j *repositoryJob) fetch(alias string) error {
	argv := append([]string{"zypper", "--quiet", "--non-interactive"}, tool.Flags(j.AutoImportKeys, "--gpg-auto-import-keys")...)
	argv = append(append(argv, "refresh", "--force"), tool.Option("-r", alias)...)
	_, err := tool.Run(j.c, modules.Cmd{Argv: argv, Stream: true})
	return err
}
