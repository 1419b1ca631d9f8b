package packages

import (
	"path/filepath"

	"goplay/modules"
	"goplay/modules/fsys"
)

// find finds pip: in the environment, by the name that was given, as a module of
// the system's Python, or else by its usual name.
func (j *pipJob) find() error {
	switch {
	case j.Virtualenv != "":
		for _, name := range []string{"pip3", "pip"} {
			name = filepath.Join(j.Virtualenv, "bin", name)
			if _, err := j.c.Find(name); err == nil {
				j.argv = []string{name}
				return nil
			}
		}
		return modules.Fail("Unable to find pip in the virtualenv, %s, under any of these names: pip3, pip. Make sure pip is present in the virtualenv.", j.Virtualenv)
	case filepath.IsAbs(j.Executable):
		j.argv = []string{j.Executable}
		return nil
	case j.Executable == "":
		if python := j.pythonWithPip(); python != "" {
			j.argv = []string{python, "-m", "pip.__main__"}
			return nil
		}
		j.Executable = "pip3"
	}
	path, err := j.c.Find(j.Executable)
	if err != nil {
		return modules.Fail("Unable to find any of %s to use.  pip needs to be installed.", j.Executable)
	}
	j.argv = []string{path}
	return nil
}

// pythonWithPip is the Python that Ansible's modules would run in, where it has
// pip; "" otherwise.
func (j *pipJob) pythonWithPip() string {
	python := "/usr/bin/python3"
	if !fsys.Exists(python) {
		var err error
		if python, err = j.c.Find("python3"); err != nil {
			return ""
		}
	}
	ask := "import sys; from importlib.util import find_spec; sys.exit(find_spec('pip') is None)"
	if out, err := j.c.Exec(modules.Cmd{Argv: []string{python, "-c", ask}}); err != nil || out.RC != 0 {
		return ""
	}
	return python
}
