package vault

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestSources(t *testing.T) {
	got := Sources([]string{"dev@~/.pw", "prompt", "a@b@c"}, []string{"f"}, true, "")
	want := []Source{{"dev", "~/.pw"}, {"default", "prompt"}, {"a", "b@c"}, {"default", "f"}, {"default", fromAskOption}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	script := func(name, text string) {
		if err := os.WriteFile(at(name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "plain", "  foo bar \n\n")
	write(t, dir, "blank", "\n")
	script("script", `printf 'arg%s \n' "$#"`)
	script("my-client.sh", `printf '%s=%s\n' "$1" "$2"`)
	script("bad", "exit 3")
	script("bad-client", "echo oops >&2; exit 3")
	script("none-client", "echo oops >&2; exit 2")
	script("silent", "")
	for _, tc := range []struct{ from, want, err string }{
		{"plain", "foo bar", ""},
		{"blank", "", "Invalid vault password was provided from file (" + at("blank") + ")"},
		{"script", "arg0 ", ""},
		{"my-client.sh", "--vault-id=q", ""},
		{"bad", "", "Vault password script " + at("bad") + " returned non-zero (3): None"},
		{"bad-client", "", "Vault password client script " + at("bad-client") + ` returned non-zero (3) when getting secret for vault-id=q: b'oops\n'`},
		{"none-client", "", "Vault password client script " + at("none-client") + ` did not find a secret for vault-id=q: b'oops\n'`},
		{"silent", "", "Invalid vault password was provided from script (" + at("silent") + ")"},
		{"absent", "", "The vault password file " + at("absent") + " was not found"},
		{"", "", "Problem running vault password script " + dir + " ([Errno 13] Permission denied: '" + dir + "'). If this is not a script, remove the executable bit from the file."},
	} {
		var warned []string
		keys, err := Loader{Warn: func(s string) { warned = append(warned, s) }}.Load([]Source{{"q", at(tc.from)}})
		if tc.err != "" {
			if err == nil || err.Error() != tc.err || len(warned) != 1 {
				t.Errorf("%s: got %v (warned %q), want %s", tc.from, err, warned, tc.err)
			}
			continue
		}
		if err != nil || string(keys.secrets[0].Password) != tc.want {
			t.Errorf("%s: got %v, %v; want %q", tc.from, keys, err, tc.want)
		}
	}
}

func TestLoadVaultedPasswordFile(t *testing.T) {
	dir := t.TempDir()
	sealed, err := Encrypt([]byte("inner\n"), secret)
	if err != nil {
		t.Fatal(err)
	}
	outer, inner := write(t, dir, "outer", "secret"), write(t, dir, "inner", string(sealed))
	keys, err := Loader{}.Load([]Source{{"a", outer}, {"b", inner}, {"c", "/does/not/exist"}})
	if err != nil || keys.Len() != 2 || string(keys.secrets[1].Password) != "inner" {
		t.Errorf("got %v, %v", keys, err)
	}
	if _, err := (Loader{}).Load([]Source{{"b", inner}}); err == nil || err.Error() != "A vault password must be specified to decrypt data" {
		t.Errorf("got %v", err)
	}
}

func TestPrompt(t *testing.T) {
	for _, tc := range []struct {
		from    string
		new     bool
		answers []string
		prompts []string
		want    string
	}{
		{"prompt", false, []string{"x\n"}, []string{"Vault password (q): "}, ""},
		{fromAskOption, false, []string{"x"}, []string{"Vault password: "}, ""},
		{"prompt", true, []string{"x", "x"}, []string{"New vault password (q): ", "Confirm new vault password (q): "}, ""},
		{fromAskOption, true, []string{"x", "y"}, []string{"New Vault password: ", "Confirm New Vault password: "}, "Passwords do not match"},
		{"prompt", false, []string{" "}, []string{"Vault password (q): "}, "Invalid vault password was provided"},
	} {
		var asked []string
		l := Loader{New: tc.new, Prompt: func(text string) ([]byte, error) {
			asked = append(asked, text)
			if len(asked) > len(tc.answers) {
				return nil, errors.New("asked too often")
			}
			return []byte(tc.answers[len(asked)-1]), nil
		}}
		keys, err := l.Load([]Source{{"q", tc.from}})
		if !reflect.DeepEqual(asked, tc.prompts) {
			t.Errorf("asked %q, want %q", asked, tc.prompts)
		}
		if tc.want != "" && (err == nil || err.Error() != tc.want) {
			t.Errorf("%s: got %v, want %s", tc.from, err, tc.want)
		}
		if tc.want == "" && (err != nil || string(keys.secrets[0].Password) != "x") {
			t.Errorf("%s: got %v, %v", tc.from, keys, err)
		}
	}
}
