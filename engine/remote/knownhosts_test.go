package remote

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const edKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJVYWDHFT0ThXRFrTJJPmTcYd9CkbDO2ovkXJPM2xqgG"

func FuzzKnownLine(f *testing.F) {
	f.Add("@revoked [h]:22,*.x,!y " + edKey + " comment")
	f.Add("|1|c2FsdA==|aGFzaA== " + edKey)
	f.Add("# x")
	f.Fuzz(func(t *testing.T, line string) {
		if k, ok := knownLine(line, []string{"h", "[h]:22"}); ok && k.key == nil {
			t.Fatal("a line was taken without a key")
		}
	})
}

func TestRememberEndsTheLastLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "known_hosts")
	k, ok := knownLine("h "+edKey, []string{"h"})
	if !ok {
		t.Fatal("the key cannot be read")
	}
	must(t, remember(file, "a", k.key, false))
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, []byte(strings.TrimSpace(string(text))), 0o600))
	must(t, remember(file, "b", k.key, true))
	text, err = os.ReadFile(file)
	must(t, err)
	if got := strings.Split(string(text), "\n"); len(got) != 3 || got[0] != "a "+edKey || !strings.HasPrefix(got[1], "|1|") {
		t.Errorf("the file is %q", text)
	}
	if keys := knownKeys([]string{file}, "b"); len(keys) != 1 || keys[0].line != 2 {
		t.Errorf("found %v", keys)
	}
}

func TestAlgorithms(t *testing.T) {
	defaults, legacy := []string{"aes-ctr", "aes-gcm", "chacha"}, []string{"des", "aes-cbc"}
	for option, want := range map[string]string{
		"": "aes-ctr aes-gcm chacha", "+des,nosuch": "aes-ctr aes-gcm chacha des", "-aes-*": "chacha",
		"^chacha": "chacha aes-ctr aes-gcm", "aes-cbc,chacha": "aes-cbc chacha", "*": "aes-ctr aes-gcm chacha des aes-cbc",
	} {
		if got := strings.Join(algorithms(option, defaults, legacy), " "); got != want {
			t.Errorf("%q gives %s, want %s", option, got, want)
		}
	}
}

func TestSplitHop(t *testing.T) {
	for hop, want := range map[string][3]string{
		"h": {"", "h", ""}, "u@h:22": {"u", "h", "22"}, "ssh://u@h:22/": {"u", "h", "22"}, "[::1]:22": {"", "::1", "22"},
		"[::1]": {"", "::1", ""}, "a@b@h": {"a@b", "h", ""},
	} {
		if name, host, port := splitHop(hop); [3]string{name, host, port} != want {
			t.Errorf("%s is %s %s %s", hop, name, host, port)
		}
	}
}

func TestPromptsAreKnownInAnyLanguage(t *testing.T) {
	su := &Become{Method: "su"}
	for printed, want := range map[string]bool{
		"Password: ": true, "Contraseña:": true, "密码：": true, "Mot de passe : ": true, "Passwort:\u00a0": true,
		"su: Authentication failure\n": false, "": false, "Last login: today\n": false,
	} {
		if got := su.asks([]byte(printed), "t") > 0; got != want {
			t.Errorf("%q is a prompt: %v", printed, got)
		}
	}
	sudo := &Become{}
	if sudo.asks([]byte("Password: "), "t") != 0 || sudo.asks([]byte("Lecture.\n"+promptMark("t")+"Sorry\n"+promptMark("t")), "t") != 2 {
		t.Error("sudo's prompt is the one it was given, and no other")
	}
}
