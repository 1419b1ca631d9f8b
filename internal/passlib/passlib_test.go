package passlib

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

var hashes = []struct {
	kind string
	o    Options
}{
	{"sha512", Options{Salt: "saltsalt", Rounds: 5000}},
	{"sha512", Options{Salt: "saltsalt", Rounds: 1000}},
	{"sha512_crypt", Options{Salt: "0123456789abcdef", Rounds: 5000}},
	{"sha256", Options{Salt: "saltsalt", Rounds: 5000}},
	{"sha256_crypt", Options{Salt: "a", Rounds: 1001}},
	{"md5", Options{Salt: "saltsalt"}},
	{"md5_crypt", Options{Salt: "ab"}},
	{"sha1_crypt", Options{Salt: "saltsalt", Rounds: 1000}},
	{"pbkdf2_sha256", Options{Salt: "saltsalt", Rounds: 1000}},
	{"pbkdf2_sha512", Options{Salt: "saltsalt", Rounds: 1000}},
	{"ldap_salted_sha1", Options{Salt: "saltsalt"}},
	{"mysql41", Options{}},
}

const oracle = `
import json, sys
from ansible.utils.encrypt import PasslibHash
out = []
for c in json.load(sys.stdin):
    kw = {}
    if c["Rounds"]: kw["rounds"] = c["Rounds"]
    if c["Salt"]: kw["salt"] = c["Salt"]
    out.append(PasslibHash(c["kind"]).hash("sécret", **kw))
json.dump(out, sys.stdout)
`

func TestHashAsPasslib(t *testing.T) {
	if exec.Command("/usr/bin/python3", "-c", "import passlib, ansible").Run() != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-passlib and ansible-core are not installed")
		}
		t.Skip("python3-passlib and ansible-core are not installed: nothing to compare with")
	}
	var cases []map[string]any
	for _, h := range hashes {
		kind := h.kind
		if full := schemeNames[kind]; full != "" {
			kind = full
		}
		cases = append(cases, map[string]any{"kind": kind, "Salt": h.o.Salt, "Rounds": h.o.Rounds})
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", oracle)
	cmd.Stdin = strings.NewReader(string(input))
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	for i, h := range hashes {
		got, err := Hash("sécret", h.kind, h.o)
		if err != nil || got != want[i] {
			t.Errorf("%s %+v: got %s (%v), want %s", h.kind, h.o, got, err, want[i])
		}
	}
}

func TestBcrypt(t *testing.T) {
	// As crypt(3) with blowfish gives it.
	got, err := Hash("secret", "blowfish", Options{Salt: "1234567890123456789012", Rounds: 5})
	if want := "$2b$05$123456789012345678901u.97m5mwuxOR3RvRKYm9sasohx5Mnzwq"; err != nil || got != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
	got, err = Hash("secret", "bcrypt", Options{Salt: "1234567890123456789012", Rounds: 5, Ident: "2y"})
	if err != nil || !strings.HasPrefix(got, "$2y$05$") {
		t.Errorf("got %s (%v)", got, err)
	}
}

func TestRandomSalts(t *testing.T) {
	for _, kind := range []string{"md5", "sha256", "bcrypt"} {
		o := Options{Rounds: map[string]int{"sha256": 1000, "bcrypt": 4}[kind]}
		a, err := Hash("x", kind, o)
		b, err2 := Hash("x", kind, o)
		if err != nil || err2 != nil || a == b {
			t.Errorf("%s: %s and %s, %v %v", kind, a, b, err, err2)
		}
	}
	if salt, err := NewSalt("sha512"); err != nil || len(salt) != 16 || strings.Trim(salt, saltLetters) != "" {
		t.Errorf("salt %q, %v", salt, err)
	}
}

func TestRefused(t *testing.T) {
	for want, try := range map[string]func() (string, error){
		"passlib does not support 'nope' algorithm":             func() (string, error) { return Hash("x", "nope", Options{}) },
		"invalid characters in sha512_crypt salt":               func() (string, error) { return Hash("x", "sha512", Options{Salt: "no good!"}) },
		"salt too large (sha512_crypt requires <= 16 chars)":    func() (string, error) { return Hash("x", "sha512", Options{Salt: "12345678901234567"}) },
		"salt too small (bcrypt requires exactly 22 chars)":     func() (string, error) { return Hash("x", "bcrypt", Options{Salt: "123"}) },
		"rounds too low (sha256_crypt requires >= 1000 rounds)": func() (string, error) { return Hash("x", "sha256", Options{Rounds: 5}) },
		"rounds too high (bcrypt requires <= 31 rounds)":        func() (string, error) { return Hash("x", "bcrypt", Options{Rounds: 40}) },
		"invalid ident: 'zz'":                                   func() (string, error) { return Hash("x", "bcrypt", Options{Rounds: 4, Ident: "zz"}) },
	} {
		if got, err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, %v; want the error %q", got, err, want)
		}
	}
}
