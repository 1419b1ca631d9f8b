package config

import (
	"os"
	"path/filepath"
	"sort"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type deployArgs struct {
	Path       string  `arg:"path,required" alias:"dest" type:"path" doc:"Folder of the project."`
	State      string  `arg:"state" enum:"present,finalize,absent,clean,query" default:"present" doc:"present makes the folders; finalize makes a release the current one; clean removes old releases and those that were not finished; query only tells; absent removes the project."`
	Release    *string `arg:"release" doc:"Name of the release; by default the time."`
	Releases   string  `arg:"releases_path" default:"releases" doc:"Folder of the releases, below the project or absolute."`
	Shared     *string `arg:"shared_path" type:"path" default:"shared" doc:"Folder of what releases share; an empty text makes none."`
	Current    string  `arg:"current_path" type:"path" default:"current" doc:"Link to the current release."`
	Unfinished string  `arg:"unfinished_filename" default:"DEPLOY_UNFINISHED" doc:"File that marks a release as not finished."`
	Clean      bool    `arg:"clean" default:"true" doc:"Clean up with finalize, too."`
	Keep       int     `arg:"keep_releases" default:"5" doc:"How many old releases stay."`
	fsys.Attrs
}

type deployResult struct {
	State string `json:"state,omitempty" doc:"The state that was asked for."`
	facts *value.Dict
}

// AnsibleFacts tell the paths of the project.
func (r deployResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.deploy_helper", Summary: "Keep releases of a project, and a link to the current one",
		Example: "- name: The folder of a new release\n  community.general.deploy_helper:\n    path: /var/www/site\n- name: The new release is the current one\n  community.general.deploy_helper:\n    path: /var/www/site\n    release: \"{{ deploy_helper.new_release }}\"\n    state: finalize\n",
		Differs: []string{"clean never removes the release that the link leads to; Ansible's module does where others are newer."},
	}, deploy)
}

// project is the paths of a project.
type project struct {
	a                                  deployArgs
	c                                  *modules.Context
	releases, shared, current, release string
}

func deploy(c *modules.Context, a deployArgs) (deployResult, error) {
	r := deployResult{State: a.State}
	if a.State == "finalize" && (a.Release == nil || *a.Release == "") {
		return deployResult{}, modules.Fail("state is finalize but all of the following are missing: release")
	}
	if a.State == "finalize" && a.Keep < 1 {
		return deployResult{}, modules.Fail("'keep_releases' should be at least 1")
	}
	p := project{a: a, c: c, releases: a.below(a.Releases), current: a.below(a.Current)}
	if a.Shared != nil && *a.Shared != "" {
		p.shared = a.below(*a.Shared)
	}
	if a.Release != nil {
		p.release = *a.Release
	} else if a.State == "query" || a.State == "present" {
		p.release = time.Now().Format("20060102150405")
	}
	switch a.State {
	case "query":
		r.facts = p.facts()
		return r, nil
	case "present":
		r.facts = p.facts()
		return r, p.create()
	case "absent":
		// What is removed is no fact any longer.
		r.facts = value.DictOf("deploy_helper", value.NewList())
		return r, p.remove(a.Path)
	case "finalize":
		if err := p.finalize(); err != nil || !a.Clean {
			return r, err
		}
	}
	return r, p.clean()
}

func (a deployArgs) below(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.Path, path)
}

func (p project) facts() *value.Dict {
	var last, lastPath any
	if target, err := os.Readlink(p.current); err == nil {
		path := target
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(p.current), path)
		}
		last, lastPath = filepath.Base(fsys.Resolve(path)), fsys.Resolve(path)
	}
	return value.DictOf("deploy_helper", value.DictOf("project_path", p.a.Path, "current_path", p.current, "releases_path", p.releases,
		"shared_path", orNone(p.shared), "previous_release", last, "previous_release_path", lastPath,
		"new_release", p.release, "new_release_path", filepath.Join(p.releases, p.release), "unfinished_filename", p.a.Unfinished))
}

// create makes the folders that are missing.
func (p project) create() error {
	for _, dir := range []string{p.a.Path, p.releases, p.shared} {
		if dir == "" {
			continue
		}
		if !fsys.Exists(dir) {
			if err := p.c.Change(modules.Diff{}, func() error { return os.MkdirAll(dir, 0o777) }); err != nil {
				return err
			}
		} else if !fsys.IsDir(dir) {
			return modules.Fail("%s exists but is not a directory", dir)
		}
		if fsys.Exists(dir) {
			if err := p.a.Attrs.Apply(p.c, dir); err != nil {
				return err
			}
		}
	}
	if st, err := fsys.Lstat(p.current); err == nil && !st.IsLink() {
		return modules.Fail("%s exists but is not a symbolic link", p.current)
	}
	return nil
}

func (p project) remove(path string) error {
	if !fsys.Exists(path) {
		return nil
	}
	return p.c.Change(modules.Diff{}, func() error { return os.RemoveAll(path) })
}

// finalize takes the mark off the release and leads the link to it.
func (p project) finalize() error {
	target := filepath.Join(p.releases, p.release)
	if err := p.remove(filepath.Join(target, p.a.Unfinished)); err != nil {
		return err
	}
	st, err := fsys.Lstat(p.current)
	switch {
	case err == nil && !st.IsLink():
		return modules.Fail("%s exists but is not a symbolic link", p.current)
	case err == nil:
		if have, err := os.Readlink(p.current); err == nil && have == target {
			return nil
		}
		if !fsys.Exists(target) {
			return modules.Fail("the symlink target %s doesn't exists", target)
		}
	}
	return p.c.Change(modules.Diff{}, func() error {
		next := p.current + "." + p.a.Unfinished
		_ = os.Remove(next)
		if err := os.Symlink(target, next); err != nil {
			return err
		}
		return os.Rename(next, p.current)
	})
}

// clean removes releases that were not finished, and of the others the oldest.
// The current one and the new one stay, and are not counted.
func (p project) clean() error {
	entries, err := os.ReadDir(p.releases)
	if err != nil {
		return nil //nolint:nilerr // without releases there is nothing to clean
	}
	type release struct {
		path string
		at   time.Time
	}
	var old []release
	current, _ := os.Readlink(p.current)
	for _, e := range entries {
		path := filepath.Join(p.releases, e.Name())
		info, err := e.Info()
		switch {
		case err != nil || !info.IsDir():
		case fsys.Exists(filepath.Join(path, p.a.Unfinished)):
			if err := p.remove(path); err != nil {
				return err
			}
		case path != current && e.Name() != p.release:
			old = append(old, release{path, info.ModTime()})
		}
	}
	sort.Slice(old, func(i, j int) bool { return old[i].at.After(old[j].at) })
	for _, r := range old[min(p.a.Keep, len(old)):] {
		if err := p.remove(r.path); err != nil {
			return err
		}
	}
	return nil
}
