package crypto

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goplay/modules"
	"goplay/modules/modulestest"
)

const collection = "community.crypto."

// keys made once by openssl, so that what is read is not what this room wrote.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs openssl, but it is not here")
		}
		t.Skip("openssl is not installed")
	}
	out, err := exec.Command("openssl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestConform(t *testing.T) {
	key := openssl(t, "ecparam", "-name", "secp384r1", "-genkey", "-noout")
	with := modulestest.Files{"k.pem 600: " + key}
	modulestest.Conform(t, []modulestest.Case{
		{Name: "rsa", Module: collection + "openssl_privatekey", Args: modulestest.Args{"path": "{dir}/n.pem", "size": 1024}},
		{Name: "ecc, encrypted", Module: collection + "openssl_privatekey", Args: modulestest.Args{"path": "{dir}/n.pem", "type": "ECC", "curve": "secp256r1", "passphrase": "x", "mode": "0640"}},
		{Name: "ed25519", Module: collection + "openssl_privatekey", Args: modulestest.Args{"path": "{dir}/n.pem", "type": "Ed25519", "format": "auto"}},
		{Name: "fits", Module: collection + "openssl_privatekey", Files: with, Args: modulestest.Args{"path": "{dir}/k.pem", "type": "ECC", "curve": "secp384r1"}},
		{Name: "converted", Module: collection + "openssl_privatekey", Files: with, Args: modulestest.Args{"path": "{dir}/k.pem", "type": "ECC", "curve": "secp384r1", "format": "pkcs8", "format_mismatch": "convert"}},
		{Name: "does not fit", Module: collection + "openssl_privatekey", Files: with, Args: modulestest.Args{"path": "{dir}/k.pem", "type": "ECC", "curve": "secp256r1", "backup": true}, Ignore: []string{"backup_file"}},
		{Name: "does not fit and stays", Module: collection + "openssl_privatekey", Files: with, Args: modulestest.Args{"path": "{dir}/k.pem", "regenerate": "fail"}},
		{Name: "absent", Module: collection + "openssl_privatekey", Files: with, Args: modulestest.Args{"path": "{dir}/k.pem", "state": "absent"}},
		{Name: "public key", Module: collection + "openssl_publickey", Files: with, Args: modulestest.Args{"path": "{dir}/p.pem", "privatekey_path": "{dir}/k.pem"}},
		{Name: "public key for ssh", Module: collection + "openssl_publickey", Files: with, Args: modulestest.Args{"path": "{dir}/p.pub", "privatekey_path": "{dir}/k.pem", "format": "OpenSSH"}},
		{Name: "request", Module: collection + "openssl_csr", Files: with, Args: modulestest.Args{"path": "{dir}/r.pem", "privatekey_path": "{dir}/k.pem", "common_name": "a.example",
			"C": "FI", "email_address": "x@a.example", "subject_alt_name": []any{"DNS:a.example", "IP:10.0.0.1", "IP:fe80::1", "email:x@y", "URI:https://a"}, "key_usage": []any{"digitalSignature", "keyCertSign"},
			"extended_key_usage": []any{"serverAuth"}, "basic_constraints": []any{"CA:TRUE", "pathlen:0"}, "basic_constraints_critical": true}},
		{Name: "request of a key that is not there", Module: collection + "openssl_csr", Args: modulestest.Args{"path": "{dir}/r.pem", "privatekey_path": "{dir}/none"}},
		{Name: "self-signed", Module: collection + "x509_certificate", Files: with, Args: modulestest.Args{"path": "{dir}/c.pem", "privatekey_path": "{dir}/k.pem", "provider": "selfsigned", "mode": "0644"}},
	})
}

func apply(t *testing.T, module string, args map[string]any) modules.Result {
	t.Helper()
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: collection + module, Args: args})
	if err != nil || r.Failed {
		t.Fatalf("%s: %v %s", module, err, r.Msg)
	}
	return r
}

// TestChain makes a CA and a certificate by it, and has openssl judge them.
func TestChain(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	apply(t, "openssl_privatekey", map[string]any{"path": in("ca.key"), "size": int64(2048), "passphrase": "secret"})
	apply(t, "openssl_csr", map[string]any{"path": in("ca.csr"), "privatekey_path": in("ca.key"), "privatekey_passphrase": "secret", "common_name": "My CA", "use_common_name_for_san": false,
		"basic_constraints": "CA:TRUE", "basic_constraints_critical": true, "key_usage": "keyCertSign,cRLSign", "key_usage_critical": true})
	apply(t, "x509_certificate", map[string]any{"path": in("ca.crt"), "privatekey_path": in("ca.key"), "privatekey_passphrase": "secret", "csr_path": in("ca.csr"), "provider": "selfsigned"})
	apply(t, "openssl_privatekey", map[string]any{"path": in("s.key"), "type": "ECC", "curve": "secp256r1"})
	request := apply(t, "openssl_csr_pipe", map[string]any{"privatekey_path": in("s.key"), "common_name": "s.example", "extended_key_usage": "serverAuth"}).Data.GetString("csr")
	server := map[string]any{"path": in("s.crt"), "csr_content": request, "provider": "ownca", "ownca_path": in("ca.crt"),
		"ownca_privatekey_path": in("ca.key"), "ownca_privatekey_passphrase": "secret", "ownca_not_after": "+30d"}
	if !apply(t, "x509_certificate", server).Changed || apply(t, "x509_certificate", server).Changed {
		t.Error("a certificate by the CA is not made once")
	}
	openssl(t, "verify", "-CAfile", in("ca.crt"), in("s.crt"))
	openssl(t, "rsa", "-in", in("ca.key"), "-passin", "pass:secret", "-check", "-noout")
	text := openssl(t, "x509", "-in", in("s.crt"), "-noout", "-text")
	for _, want := range []string{"DNS:s.example", "TLS Web Server Authentication", "Issuer: CN = My CA", "Subject: CN = s.example"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestKeysOfOpenSSL reads what openssl writes.
func TestKeysOfOpenSSL(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k")
	for _, args := range [][]string{
		{"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-aes-256-cbc", "-pass", "pass:p"},
		{"genpkey", "-algorithm", "ED25519", "-aes128", "-pass", "pass:p"},
	} {
		openssl(t, append(args, "-out", path)...)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseKey(data, "p"); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if _, err := parseKey(data, "wrong"); err == nil {
			t.Errorf("%v: a wrong passphrase was taken", args)
		}
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]string{"+1d": "2030-01-03T03:04:05Z", "-1w2h": "2029-12-26T01:04:05Z", "+32w1d2h3m4s": "2030-08-15T05:07:09Z",
		"20311231235959Z": "2031-12-31T23:59:59Z", "+0s": "2030-01-02T03:04:05Z"} {
		got, err := moment(text, "a", now)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("moment(%q) = %s, want %s (%v)", text, got.Format(time.RFC3339), want, err)
		}
	}
	if _, err := moment("tomorrow", "a", now); err == nil {
		t.Error("tomorrow was taken")
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"), "p")
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"), "")
	f.Fuzz(func(t *testing.T, data []byte, passphrase string) {
		if key, err := parseKey(data, passphrase); err == nil && key.Public() == nil {
			t.Error("a key without a public half")
		}
	})
}
