package packages

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
	"goplay/modules/packages/tool"
)

// installDebs installs package files that are not there in their version.
func (j *aptJob) installDebs() error {
	if j.State != "present" {
		return modules.Fail("deb only supports state=present")
	}
	dir, err := os.MkdirTemp("", "goplay-apt-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := j.load(); err != nil {
		return err
	}
	var files []string
	for _, deb := range strings.Split(j.Deb, ",") {
		file, err := j.localDeb(deb, dir)
		if err != nil {
			return err
		}
		there, err := j.debInstalled(file)
		if err != nil {
			return err
		}
		if !there {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil
	}
	downgrade := j.Downgrade
	j.Downgrade = downgrade || j.Force
	defer func() { j.Downgrade = downgrade }()
	_, err = j.transact(operation{argv: j.installArgv("install", files), quiet: aptNothing})
	return err
}

// localDeb is the path of a package file, fetched into dir if it is a URL.
func (j *aptJob) localDeb(deb, dir string) (string, error) {
	if !strings.Contains(deb, "://") {
		path, err := filepath.Abs(deb)
		if err != nil {
			return "", err
		}
		if !fsys.Exists(path) {
			return "", modules.Fail("Unable to install package: file %s does not exist", deb)
		}
		return path, nil
	}
	u, err := url.Parse(deb)
	if err != nil {
		return "", modules.Fail("Failure downloading %s, %w", deb, err)
	}
	// apt takes only what is called a .deb for a file.
	path := filepath.Join(dir, strings.TrimSuffix(filepath.Base(u.Path), ".deb")+".deb")
	if err := tool.Download(j.c, deb, path, true); err != nil {
		return "", modules.Fail("Failure downloading %s, %w", deb, err)
	}
	return path, nil
}

// debInstalled compares a package file with what is installed. One that is
// older is refused unless a downgrade is allowed.
func (j *aptJob) debInstalled(file string) (bool, error) {
	out, err := j.c.Exec(modules.Cmd{Argv: []string{"dpkg", "--field", file, "Package", "Version", "Architecture"}})
	if err != nil {
		return false, err
	}
	if out.RC != 0 {
		return false, failure(out, []string{"dpkg", "--field", file}, "Unable to install package")
	}
	deb := parseDpkgPackage([]byte(out.Stdout))
	name := deb.Name
	if deb.Arch != "all" {
		name += ":" + deb.Arch
	}
	p := j.status.Find(name)
	if p == nil || !p.Installed() {
		return false, nil
	}
	switch c := compareVersions(deb.Version, p.Version); {
	case c == 0:
		return true, nil
	case c < 0 && !j.Downgrade && !j.Force:
		return false, modules.Fail("A later version is already installed")
	}
	return false, nil
}
