package packages

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	mt "goplay/modules/modulestest"
)

func TestSatisfies(t *testing.T) {
	for _, c := range []struct {
		version, conditions string
		want                bool
	}{
		{"1.2", "", true}, {"1.2", "==1.2", true}, {"1.2", "==1.2.0", true}, {"1.10", ">=1.9,<2", true}, {"1.10", "<1.9", false},
		{"1.2", "!=1.2", false}, {"2.0rc1", ">=1.0", false}, {"2.0rc1", "==2.0rc1", true}, {"1.2", "~=1.0", false}, {"3", "> 2", true},
	} {
		if got := satisfies(c.version, c.conditions); got != c.want {
			t.Errorf("%s %s: %v", c.version, c.conditions, got)
		}
	}
}

func TestPipSettled(t *testing.T) {
	list := "Flask==2.0.1\nzope.interface==5.0\n"
	for spec, want := range map[string]bool{"flask": true, "Flask>=2,<3": true, "flask[async] == 2.0.1": true, "Zope-Interface": true, "none": false,
		"git+https://example.com/x": false, "./x.whl": false, "flask; python_version<'3'": false} {
		j := &pipJob{pipArgs: pipArgs{State: "present"}}
		if got := j.settled([]string{spec}, list); got != want {
			t.Errorf("%s: %v", spec, got)
		}
	}
	if got := joinSpecs([]string{"a>=1", "<2", "b"}); !reflect.DeepEqual(got, []string{"a>=1,<2", "b"}) {
		t.Error(got)
	}
}

// wheel makes a package that needs neither network nor a build.
func wheel(t *testing.T, dir, version string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "gpone-"+version+"-py3-none-any.whl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	info := "gpone-" + version + ".dist-info/"
	for name, text := range map[string]string{
		"gpone.py": "", info + "METADATA": "Metadata-Version: 2.1\nName: gpone\nVersion: " + version + "\n",
		info + "WHEEL": "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n", info + "RECORD": "",
	} {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPip(t *testing.T) {
	probe := exec.Command("python3", "-c", "import venv, ensurepip")
	if err := probe.Run(); err != nil {
		t.Skip("python3 has no venv here")
	}
	dir := t.TempDir()
	wheel(t, dir, "1.0")
	wheel(t, dir, "2.0")
	with := func(args mt.Args) mt.Args {
		all := mt.Args{"virtualenv": "{dir}/venv", "virtualenv_command": "python3 -m venv"}
		for k, v := range args {
			all[k] = v
		}
		return all
	}
	extra := "--no-index --find-links " + dir
	env := map[string]string{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": dir, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
	for _, c := range []struct {
		name    string
		args    mt.Args
		changed bool
		failed  bool
	}{
		{"a version in a new environment", with(mt.Args{"name": "gpone", "version": "1.0"}), true, false},
		{"there", with(mt.Args{"name": "GPone>=1"}), false, false},
		{"there, with arguments", with(mt.Args{"name": "gpone", "extra_args": extra}), false, false},
		{"latest", with(mt.Args{"name": "gpone", "state": "latest"}), true, false},
		{"latest and there", with(mt.Args{"name": "gpone", "state": "latest"}), false, false},
		{"absent", with(mt.Args{"name": "gpone", "state": "absent", "umask": "0022"}), true, false},
		{"absent and gone", with(mt.Args{"name": "gpone", "state": "absent"}), false, false},
		{"unknown", with(mt.Args{"name": "gp-none"}), false, true},
		{"latest with a version", with(mt.Args{"name": "gpone", "version": "1", "state": "latest"}), false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := mt.Case{Module: "pip", Args: c.args, Env: env}
			if r := run.Run(t, dir, false); r.Changed != c.changed || r.Failed != c.failed {
				t.Errorf("changed=%v failed=%v %s", r.Changed, r.Failed, r.Msg)
			}
		})
	}
}
