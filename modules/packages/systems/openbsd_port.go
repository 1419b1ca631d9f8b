package systems

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// portSpec is a name as packages-specs(7) has it: stem-version-flavour, or
// stem--flavour for any version, with a branch behind %.
type portSpec struct {
	name, stem, version, flavor, branch string
	versionless                         bool
}

var (
	withVersion = lazy.Regexp(`^([^%]+)-([0-9][^-]*)(?:-)?([a-z].*)?(?:%(.+))?$`)
	withoutOne  = lazy.Regexp(`^([^%]+)--([a-z].*)?(?:%(.+))?$`)
	plainStem   = lazy.Regexp(`^([^%]+)(?:%(.+))?$`)
	aVersion    = lazy.Regexp(`-[0-9]`)
)

func parsePortSpec(name string) (portSpec, error) {
	p := portSpec{name: name, versionless: strings.Contains(name, "--")}
	versioned := aVersion.MatchString(name)
	unable := func(where string) error {
		return modules.Fail("unable to parse package name at %s: %s", where, name)
	}
	switch {
	case versioned && p.versionless:
		return p, modules.Fail("package name both has a version and is version-less: %s", name)
	case versioned:
		m := withVersion.FindStringSubmatch(name)
		if m == nil {
			return p, unable("version_match")
		}
		p.stem, p.version, p.flavor, p.branch = m[1], m[2], m[3], m[4]
	case p.versionless:
		m := withoutOne.FindStringSubmatch(name)
		if m == nil {
			return p, unable("versionless_match")
		}
		p.stem, p.flavor, p.branch = m[1], m[2], m[3]
	default:
		m := plainStem.FindStringSubmatch(name)
		if m == nil {
			return p, unable("else")
		}
		p.stem, p.branch = m[1], m[2]
	}
	if strings.HasSuffix(p.flavor, "-") {
		return p, modules.Fail("trailing dash in flavor: %s", p.flavor)
	}
	return p, nil
}

// build makes a package from its port.
func (j *openbsdJob) build(p portSpec) error {
	j.r.Changed = true
	return j.c.Change(modules.Diff{}, func() error {
		path, subpackage, err := j.port(p)
		if err != nil {
			return err
		}
		dir := filepath.Join(j.PortsDir, path)
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return modules.Fail("the port source directory %s does not exist", dir)
		}
		var env []string
		if p.flavor != "" {
			env = []string{"FLAVOR=" + strings.ReplaceAll(p.flavor, "-", " ")}
		} else if subpackage != "" {
			env = []string{"SUBPACKAGE=" + subpackage}
		}
		steps := []modules.Cmd{{Argv: []string{"make", "install"}, Env: env}, {Argv: []string{"make", "clean=depends"}}}
		if env != nil {
			steps = append([]modules.Cmd{{Argv: []string{"make", "clean=depends"}}}, steps...)
		}
		for _, cmd := range steps {
			cmd.Dir, cmd.Stream = dir, true
			out, err := j.c.Exec(cmd)
			if err != nil {
				return err
			}
			if out.RC != 0 {
				j.complain(out)
				j.r.Changed = false
				return nil
			}
		}
		return nil
	})
}

// sqlports is the database of all ports.
const sqlports = "/usr/local/share/sqlports"

// port finds the folder of a port, and which of its packages is meant.
func (j *openbsdJob) port(p portSpec) (path, subpackage string, err error) {
	if p.stem == "sqlports" {
		return "databases/sqlports", "", nil
	}
	if info, err := os.Stat(sqlports); err != nil || !info.Mode().IsRegular() {
		return "", "", modules.Fail("sqlports file '%s' is missing", sqlports)
	}
	rows, err := j.query("= " + quoteSQL(p.name))
	if err == nil && len(rows) == 0 {
		rows, err = j.query(p.like())
	}
	switch {
	case err != nil:
		return "", "", err
	case len(rows) == 0:
		return "", "", modules.Fail("could not find a port by the name '%s'", p.name)
	case len(rows) > 1:
		var names []string
		for _, row := range rows {
			names = append(names, row[1])
		}
		return "", "", modules.Fail("too many matches, unsure which to build: %s", strings.Join(names, " OR "))
	}
	path, more, _ := strings.Cut(rows[0][0], ",")
	if more, _, _ = strings.Cut(more, ","); strings.HasPrefix(more, "-") {
		subpackage = more
	}
	return path, subpackage, nil
}

// like is the condition for names that leave out a version.
func (p portSpec) like() string {
	version := p.version
	if version == "" {
		version = "%"
	}
	pattern := p.stem + "-" + version
	switch {
	case p.flavor != "":
		return "LIKE " + quoteSQL(pattern+"-"+p.flavor)
	case p.versionless:
		return "LIKE " + quoteSQL(pattern) + " AND fullpkgname NOT LIKE " + quoteSQL(pattern+"-%")
	}
	return "LIKE " + quoteSQL(pattern)
}

func quoteSQL(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// query asks sqlports for the folders and full names of ports.
func (j *openbsdJob) query(condition string) ([][]string, error) {
	out, err := j.c.Command("sqlite3", "-readonly", "-separator", "|", sqlports, "SELECT fullpkgpath, fullpkgname FROM ports WHERE fullpkgname "+condition)
	var rows [][]string
	for line := range strings.Lines(out) {
		if f := strings.SplitN(strings.TrimSpace(line), "|", 2); len(f) == 2 {
			rows = append(rows, f)
		}
	}
	return rows, err
}
