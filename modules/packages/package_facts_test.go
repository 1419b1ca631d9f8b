package packages

import (
	"reflect"
	"testing"

	"goplay/internal/value"
	ht "goplay/modules/modulestest/hosttest"
)

func TestPackageFacts(t *testing.T) {
	h := ht.Start(t, false)
	for _, args := range []ht.Args{nil, {"manager": "apt", "strategy": "all"}} {
		r := h.Run(t, "package_facts", args, true)
		if r.Failed || r.Changed {
			t.Fatalf("%+v", r)
		}
		packages, _ := r.Facts.Get("packages")
		bash, err := value.Item(packages, "bash")
		if err != nil {
			t.Fatal(err)
		}
		first, err := value.Item(bash, int64(0))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := first.(*value.Dict).GetString("version")+"\n", h.Sh("dpkg-query -W -f '${Version}\\n' bash"); got != want {
			t.Errorf("bash is %s, dpkg says %s", got, want)
		}
	}
	if r := h.Run(t, "package_facts", ht.Args{"manager": "rpm"}, false); !r.Failed || len(r.Warnings) != 1 {
		t.Errorf("rpm on Debian: %+v", r)
	}
}

func encoded(t *testing.T, list []*value.Dict) string {
	t.Helper()
	text, err := value.EncodeJSON(value.Of(list), value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestParseInstalled(t *testing.T) {
	rpm := encoded(t, parseRPM("bash\t5.1.8\t9.el9\t(none)\tx86_64\nbind\t9.16\t1\t32\tnoarch\n"))
	if want := `[{"name": "bash", "version": "5.1.8", "release": "9.el9", "epoch": null, "arch": "x86_64"}, {"name": "bind", "version": "9.16", "release": "1", "epoch": 32, "arch": "noarch"}]`; rpm != want {
		t.Error(rpm)
	}
	apk := encoded(t, parseAPK("C:Q1\nP:musl\nV:1.2.4-r2\nA:x86_64\nF:lib\n\nP:zlib\nV:1.3-r0\nA:x86_64\n"))
	if want := `[{"name": "musl", "version": "1.2.4", "release": "2", "arch": "x86_64"}, {"name": "zlib", "version": "1.3", "release": "0", "arch": "x86_64"}]`; apk != want {
		t.Error(apk)
	}
	for full, want := range map[string][2]string{"quirks-6.42": {"quirks", "6.42"}, "py3-cparser-2.19p2": {"py3-cparser", "2.19p2"}, "none": {"none", ""}} {
		if n, v := splitPackageName(full); ([2]string{n, v}) != want {
			t.Errorf("%s: %s %s", full, n, v)
		}
	}
	if got := parseKeys("pub:-:255:22:AA:::\nfpr:::::::::ABCD:\nsub:\nfpr:::::::::EF01:\n"); !reflect.DeepEqual(got, []string{"ABCD", "EF01"}) {
		t.Error(got)
	}
}
