package host

import (
	"strings"
	"testing"

	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

// conform runs steps on a host that passes a test of what they need.
func conform(t *testing.T, need, prepare string, steps []ht.Step) {
	t.Helper()
	if out := ht.Start(t, false).Sh("if " + need + " >/dev/null 2>&1; then echo able; fi"); !strings.Contains(out, "able") {
		t.Skipf("the host's image cannot do %q; see GOPLAY_HOST_IMAGE and GOPLAY_HOST_FLAGS", need)
	}
	ht.Story{Prepare: prepare, Steps: steps}.Conform(t)
}

const general = "community.general."

func alt(name string, args ht.Args) ht.Step {
	return ht.Step{Name: name, Module: general + "alternatives", Args: args, Compare: []string{"msg"}}
}

func TestAlternatives(t *testing.T) {
	sub := func(path string) []any {
		return []any{map[string]any{"name": "thing.1", "path": path, "link": "/opt/man/thing.1"}}
	}
	conform(t, "command -v update-alternatives", "mkdir -p /opt/bin /opt/man; touch /opt/bin/one /opt/bin/two /opt/man/one.1 /opt/man/two.1; chmod +x /opt/bin/*", []ht.Step{
		alt("no link", ht.Args{"name": "thing", "path": "/opt/bin/one"}),
		alt("no program", ht.Args{"name": "thing", "path": "/opt/bin/none", "link": "/opt/bin/thing"}),
		alt("new", ht.Args{"name": "thing", "path": "/opt/bin/one", "link": "/opt/bin/thing"}),
		alt("known only", ht.Args{"name": "thing", "path": "/opt/bin/two", "priority": 70, "state": "present"}),
		alt("chosen", ht.Args{"name": "thing", "path": "/opt/bin/two"}),
		alt("another priority", ht.Args{"name": "thing", "path": "/opt/bin/two", "priority": 10}),
		alt("a follower", ht.Args{"name": "thing", "path": "/opt/bin/one", "subcommands": sub("/opt/man/one.1"), "state": "present"}),
		alt("another follower", ht.Args{"name": "thing", "path": "/opt/bin/one", "slaves": sub("/opt/man/two.1"), "state": "present"}),
		alt("no follower", ht.Args{"name": "thing", "path": "/opt/bin/one", "subcommands": []any{}, "state": "present"}),
		alt("by priority", ht.Args{"name": "thing", "path": "/opt/bin/two", "state": "auto"}),
		alt("gone", ht.Args{"name": "thing", "path": "/opt/bin/two", "state": "absent"}),
		alt("gone again", ht.Args{"name": "thing", "path": "/opt/bin/two", "state": "absent"}),
		alt("unknown and gone", ht.Args{"name": "nothing", "path": "/opt/bin/two", "state": "absent"}),
	})
}

func TestParseAlternatives(t *testing.T) {
	g := parseAlternatives(`java - status is manual.
 link currently points to /usr/lib/jvm/java-17/bin/java
/usr/lib/jvm/java-1.8.0/bin/java - family java-1.8.0.x86_64 priority 1800412
 slave jre: /usr/lib/jvm/java-1.8.0
 slave jjs: (null)
/usr/lib/jvm/java-17/bin/java - priority -5
Current ` + "`best'" + ` version is /usr/lib/jvm/java-1.8.0/bin/java.
`)
	old, now := g.choices["/usr/lib/jvm/java-1.8.0/bin/java"], g.choices["/usr/lib/jvm/java-17/bin/java"]
	if g.mode != "manual" || g.current != "/usr/lib/jvm/java-17/bin/java" || g.link != "" {
		t.Errorf("read as %+v", g)
	}
	if old.Family != "java-1.8.0.x86_64" || old.Priority != 1800412 || len(old.Subcommands) != 1 || now.Priority != -5 {
		t.Errorf("read as %+v and %+v", old, now)
	}
}

func FuzzParseAlternatives(f *testing.F) {
	f.Add("editor - auto mode\n  link editor is /usr/bin/editor\n/bin/nano - priority 40\n  slave editor.1: /x\n")
	f.Fuzz(func(t *testing.T, text string) {
		for path := range parseAlternatives(text).choices {
			if !strings.HasPrefix(path, "/") {
				t.Errorf("%q is no path", path)
			}
		}
	})
}

func TestLocaleGen(t *testing.T) {
	step := func(name, state string, locales any) ht.Step {
		return ht.Step{Name: name, Module: general + "locale_gen", Args: ht.Args{"name": locales, "state": state}}
	}
	two := step("two", "present", []string{"de_CH.UTF-8", "en_GB.UTF-8"})
	two.Differs = "Ansible's module of that version takes one name"
	conform(t, "command -v locale-gen && test -f /etc/locale.gen", "true", []ht.Step{
		step("unknown", "present", "xx_YY.UTF-8"),
		step("one", "present", "de_CH.UTF-8"),
		two,
		step("one less", "absent", "de_CH.UTF-8"),
	})
}

func TestSwitchLocales(t *testing.T) {
	const text = "# This file lists locales\n# de_CH.UTF-8 UTF-8\n#en_US ISO-8859-1\nfr_FR.UTF-8 UTF-8  \n"
	on := switchLocales(text, []string{"de_CH.UTF-8"}, true)
	if want := strings.Replace(text, "# de_CH", "de_CH", 1); on != want {
		t.Errorf("switched on:\n%s", on)
	}
	off := switchLocales(text, []string{"fr_FR.UTF-8"}, false)
	if want := strings.Replace(text, "fr_FR.UTF-8 UTF-8  ", "# fr_FR.UTF-8 UTF-8", 1); off != want {
		t.Errorf("switched off:\n%s", off)
	}
	if got := unsettled([]string{"de_CH.UTF-8", "sr_RS@latin"}, []string{"C", "de_CH.utf8"}, true); len(got) != 1 || got[0] != "sr_RS@latin" {
		t.Errorf("left to do: %v", got)
	}
}

func TestCapabilities(t *testing.T) {
	step := func(name string, args ht.Args) ht.Step {
		args["path"] = "/opt/prog"
		return ht.Step{Name: name, Module: general + "capabilities", Args: args}
	}
	refused := step("flags that do not go together", ht.Args{"capability": "cap_net_raw=p"})
	refused.Unforeseen = true
	conform(t, "command -v setcap", "cp /bin/true /opt/prog", []ht.Step{
		step("given", ht.Args{"capability": "cap_net_bind_service=ep"}),
		step("a second", ht.Args{"cap": "cap_net_raw=ep"}),
		refused,
		step("no operator", ht.Args{"capability": "cap_net_raw"}),
		step("taken", ht.Args{"capability": "cap_net_raw", "state": "absent"}),
		step("taken again", ht.Args{"capability": "cap_net_raw", "state": "absent"}),
		step("the last taken", ht.Args{"capability": "cap_net_bind_service", "state": "absent"}),
	})
}

func TestParseGetcap(t *testing.T) {
	for text, want := range map[string]string{
		"/opt/prog cap_net_raw=ep\n":                         "cap_net_raw=ep",
		"/opt/prog = cap_net_bind_service,cap_net_raw+eip\n": "cap_net_bind_service+eip cap_net_raw+eip",
		"/opt/prog cap_chown=p cap_net_raw=ep\n":             "cap_chown=p cap_net_raw=ep",
		"":                                                   "",
	} {
		var got []string
		for _, f := range parseGetcap(text, "/opt/prog") {
			got = append(got, f.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}
