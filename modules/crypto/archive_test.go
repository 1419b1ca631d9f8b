package crypto

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules"
	mt "goplay/modules/modulestest"
)

// TestArchives has openssl read the archives of this room, and this room those
// of openssl.
func TestArchives(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"rsa.key", "ca.crt", "leaf.crt", "ec.key"} {
		if err := os.WriteFile(in(name), []byte(made(t, name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, level := range []string{"auto", "compatibility2022"} {
		args := map[string]any{"path": in(level), "privatekey_path": in("ec.key"), "certificate_path": in("leaf.crt"), "other_certificates": in("ca.crt"),
			"friendly_name": "Zürich site", "passphrase": "sécret", "encryption_level": level, "iter_size": int64(3000)}
		if !apply(t, "openssl_pkcs12", args).Changed || apply(t, "openssl_pkcs12", args).Changed {
			t.Errorf("%s: not made once", level)
		}
		text := openssl(t, "pkcs12", "-in", in(level), "-passin", "pass:sécret", "-nodes", "-info", "-legacy")
		want := "TripleDES"
		if level == "auto" {
			want = "AES-256-CBC"
		}
		for _, want := range []string{want, "BEGIN PRIVATE KEY", "friendlyName: Z", "CN = leaf.example.org", "CN = www.example.org"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", level, want, text)
			}
		}
		args["friendly_name"] = "other"
		if !apply(t, "openssl_pkcs12", args).Changed {
			t.Errorf("%s: another name is no change", level)
		}
	}
	openssl(t, "pkcs12", "-export", "-inkey", in("rsa.key"), "-in", in("ca.crt"), "-name", "theirs", "-passout", "pass:p", "-out", in("theirs"))
	have := map[string]any{"path": in("theirs"), "privatekey_path": in("rsa.key"), "certificate_path": in("ca.crt"), "friendly_name": "theirs", "passphrase": "p", "mode": "0600"}
	if apply(t, "openssl_pkcs12", have).Changed {
		t.Error("an archive by openssl that holds the same is made anew")
	}
	parse := map[string]any{"path": in("out.pem"), "src": in("theirs"), "passphrase": "p", "action": "parse"}
	if !apply(t, "openssl_pkcs12", parse).Changed || apply(t, "openssl_pkcs12", parse).Changed {
		t.Error("not unpacked once")
	}
	if got, _ := os.ReadFile(in("out.pem")); string(got) != made(t, "rsa.key")+made(t, "ca.crt") {
		t.Errorf("unpacked:\n%s", got)
	}
	parse["passphrase"] = "wrong"
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: collection + "openssl_pkcs12", Args: parse})
	if err != nil || !r.Failed {
		t.Errorf("a wrong passphrase was taken: %v", err)
	}
}

func TestConformFiles(t *testing.T) {
	files := mt.Files{"k 600: " + made(t, "rsa.key"), "c: " + made(t, "ca.crt")}
	key := func(name string, files mt.Files, args mt.Args) mt.Case {
		args["path"] = "{dir}/s"
		return mt.Case{Name: "keypair " + name, Module: collection + "openssh_keypair", Files: files, Args: args}
	}
	have := mt.Files{"s 600: " + made(t, "rsa.key")}
	mt.Conform(t, []mt.Case{
		{Name: "archive", Module: collection + "openssl_pkcs12", Files: files, Args: mt.Args{"path": "{dir}/a", "privatekey_path": "{dir}/k", "certificate_path": "{dir}/c", "friendly_name": "x", "passphrase": "p", "return_content": true}},
		{Name: "archive without a key", Module: collection + "openssl_pkcs12", Files: files, Args: mt.Args{"path": "{dir}/a", "other_certificates": "{dir}/c"}},
		{Name: "archive of nothing", Module: collection + "openssl_pkcs12", Args: mt.Args{"path": "{dir}/a"}},
		{Name: "archive absent", Module: collection + "openssl_pkcs12", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "absent"}},
		{Name: "parameters", Module: collection + "openssl_dhparam", Args: mt.Args{"path": "{dir}/d", "size": 512, "mode": "0600", "return_content": true}},
		{Name: "parameters absent", Module: collection + "openssl_dhparam", Files: mt.Files{"d: x"}, Args: mt.Args{"path": "{dir}/d", "state": "absent"}},
		key("rsa", nil, mt.Args{"size": 1024}),
		key("ed25519", nil, mt.Args{"type": "ed25519", "comment": "me@here", "mode": "0400"}),
		key("ecdsa, encrypted", nil, mt.Args{"type": "ecdsa", "size": 384, "passphrase": "p"}),
		key("pkcs8", nil, mt.Args{"type": "ecdsa", "private_key_format": "pkcs8"}),
		key("public half is missing", have, mt.Args{"size": 2048, "comment": "x"}),
		key("does not fit", have, mt.Args{"type": "ed25519"}),
		key("does not fit and stays", have, mt.Args{"type": "ed25519", "regenerate": "never"}),
		key("does not fit and fails", have, mt.Args{"type": "ed25519", "regenerate": "fail"}),
		key("broken", mt.Files{"s 600: junk"}, mt.Args{"type": "ed25519"}),
		key("broken and replaced", mt.Files{"s 600: junk"}, mt.Args{"type": "ed25519", "regenerate": "full_idempotence"}),
		key("absent", have, mt.Args{"state": "absent"}),
		key("too small", nil, mt.Args{"size": 512}),
	})
}

// TestKeypair has ssh-keygen judge the keys.
func TestKeypair(t *testing.T) {
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	path := filepath.Join(t.TempDir(), "k")
	args := map[string]any{"path": path, "type": "ed25519", "comment": "one"}
	first := apply(t, "openssh_keypair", args)
	for _, comment := range []string{"one", "two"} {
		args["comment"] = comment
		if r := apply(t, "openssh_keypair", args); r.Changed != (comment == "two") || r.Data.GetString("fingerprint") != first.Data.GetString("fingerprint") {
			t.Errorf("%s: changed=%v", comment, r.Changed)
		}
		out, err := exec.Command("ssh-keygen", "-l", "-f", path).CombinedOutput()
		if want := "256 " + first.Data.GetString("fingerprint") + " " + comment + " (ED25519)\n"; err != nil || string(out) != want {
			t.Errorf("ssh-keygen says %s, want %s", out, want)
		}
		again, err := exec.Command("ssh-keygen", "-y", "-f", path).CombinedOutput()
		if public, _ := os.ReadFile(path + ".pub"); err != nil || string(again) != string(public) {
			t.Errorf("the public half is %s, ssh-keygen says %s", public, again)
		}
	}
}

func TestSafePrime(t *testing.T) {
	c := &modules.Context{Context: t.Context()}
	p, err := safePrime(c, 96)
	if err != nil || p.BitLen() != 96 || p.Int64()&7 != 3 {
		t.Errorf("%v %v", p, err)
	}
}

func TestIDN(t *testing.T) {
	for plain, code := range map[string]string{"münchen.example": "xn--mnchen-3ya.example", "a@bücher.example": "a@xn--bcher-kva.example", "例え.jp": "xn--r8jz45g.jp", "plain": "plain"} {
		if got := adjustIDN(plain, "idna"); got != code {
			t.Errorf("%s is %s, want %s", plain, got, code)
		}
		if got := adjustIDN(code, "unicode"); got != plain {
			t.Errorf("%s is %s, want %s", code, got, plain)
		}
	}
	if got := adjustIDN("xn--\xff!", "unicode"); got != "xn--\xff!" {
		t.Errorf("what is no punycode became %q", got)
	}
}
