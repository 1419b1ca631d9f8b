package crypto

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

func crlCase(t *testing.T, name, key string, more mt.Args, files ...string) mt.Case {
	t.Helper()
	args := both(mt.Args{"path": "{dir}/crl", "privatekey_path": "{dir}/key", "issuer": map[string]any{"CN": "ca.example.org", "O": "Example"},
		"last_update": "20260101000000Z", "next_update": "20270102030405Z",
		"revoked_certificates": []any{
			map[string]any{"serial_number": 1234, "revocation_date": "20250101000000Z", "reason": "key_compromise", "reason_critical": true, "invalidity_date": "20241231235959Z"},
			map[string]any{"path": "{dir}/leaf.crt", "revocation_date": "20250202000000Z", "issuer": []any{"DNS:other.example.org", "dirName:CN=other"}, "issuer_critical": true},
		}}, more)
	for k, v := range args {
		if v == nil {
			delete(args, k)
		}
	}
	return mt.Case{Name: name, Module: collection + "x509_crl", Files: append(mt.Files{"key 0600: " + made(t, key), "leaf.crt: " + made(t, "leaf.crt")}, files...), Args: args}
}

func TestX509CRL(t *testing.T) {
	there := func(name string) string { return "crl: " + made(t, name) }
	of := func(name string, more mt.Args, files ...string) mt.Case {
		return crlCase(t, name, "rsa.key", more, files...)
	}
	one := func(serial int, date string) []any {
		return []any{map[string]any{"serial_number": serial, "revocation_date": date}}
	}
	relative := mt.Args{"last_update": "+0s", "next_update": "+7d", "ignore_timestamps": true}
	cases := []mt.Case{
		of("made", nil),
		of("made in DER", mt.Args{"format": "der", "return_content": true}),
		of("made with another digest", mt.Args{"digest": "sha512", "return_content": true}),
		crlCase(t, "made with Ed25519", "ed25519.key", nil),
		crlCase(t, "made with a passphrase", "encrypted.key", mt.Args{"privatekey_passphrase": "secret"}),
		of("of an order", mt.Args{"issuer": nil, "issuer_ordered": []any{map[string]any{"O": "Example"}, map[string]any{"CN": []any{"a", "b"}}}}),
		of("of nothing", mt.Args{"revoked_certificates": []any{}}).
			Differing("an empty list is none to Ansible", "digest", "issuer", "issuer_ordered", "last_update", "next_update"),
		of("late", mt.Args{"next_update": "20600102030405Z"}),
		of("there", nil, there("made.crl")),
		of("there, in another form", mt.Args{"format": "der"}, there("made.crl")),
		of("there, at other times", relative, there("made.crl")),
		of("there, in any order", mt.Args{"issuer": map[string]any{"O": "Example", "CN": "ca.example.org"}}, there("made.crl")),
		of("there, by another", mt.Args{"issuer": map[string]any{"CN": "ca.example.com"}}, there("made.crl")),
		of("there, with another digest", mt.Args{"digest": "sha384"}, there("made.crl")),
		of("there, with fewer", mt.Args{"revoked_certificates": one(7, "20250101000000Z")}, there("made.crl")),
		of("more", mt.Args{"revoked_certificates": one(7, "20250101000000Z"), "crl_mode": "update"}, there("made.crl")),
		of("more, by the old name", mt.Args{"revoked_certificates": one(7, "20250101000000Z"), "mode": "update"}, there("made.crl")),
		of("more, but there", mt.Args{"revoked_certificates": []any{map[string]any{"serial_number": 1234, "revocation_date": "20250101000000Z",
			"reason": "key_compromise", "reason_critical": true, "invalidity_date": "20241231235959Z"}}, "crl_mode": "update"}, there("made.crl")),
		of("kept", mt.Args{"backup": true, "next_update": "20280101000000Z"}, there("made.crl")),
		of("forced", mt.Args{"force": true}, there("made.crl")).Changing(),
		of("gone", mt.Args{"state": "absent"}, there("made.crl")).Differing("Ansible shows it as it was on both sides", "diff"),
		of("junk", nil, "crl: junk\n"),
		of("both modes", mt.Args{"mode": "update", "crl_mode": "update"}),
		of("no digest", mt.Args{"digest": "md17"}),
		of("no time", mt.Args{"next_update": "soon"}),
		of("no certificate", mt.Args{"revoked_certificates": []any{map[string]any{"path": "{dir}/key"}}}).Differing("the words of another parser", "msg"),
		of("nothing revoked", mt.Args{"revoked_certificates": nil}),
		of("no serial number", mt.Args{"revoked_certificates": []any{map[string]any{"reason": "superseded"}}}),
		of("two certificates", mt.Args{"revoked_certificates": []any{map[string]any{"path": "x", "serial_number": 1}}}),
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}

// TestCRLSignatures has openssl check lists of all kinds of keys.
func TestCRLSignatures(t *testing.T) {
	for _, key := range []string{"rsa.key", "ec.key", "ed25519.key"} {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		if err := os.WriteFile(in("key"), []byte(made(t, key)), 0o600); err != nil {
			t.Fatal(err)
		}
		openssl(t, "req", "-x509", "-key", in("key"), "-subj", "/CN=ca", "-days", "3650", "-out", in("ca"))
		c := mt.Case{Module: collection + "x509_crl", Args: mt.Args{"path": "{dir}/crl", "privatekey_path": "{dir}/key", "issuer": map[string]any{"CN": "ca"},
			"next_update": "+1w", "revoked_certificates": []any{map[string]any{"serial_number": 5}}}}
		if r := c.Run(t, dir, false); r.Failed {
			t.Fatalf("%s: %s", key, r.Msg)
		}
		text := openssl(t, "crl", "-in", in("crl"), "-CAfile", in("ca"), "-noout", "-text")
		if !strings.Contains(text, "verify OK") || !strings.Contains(text, "Serial Number: 05") {
			t.Errorf("%s: %s", key, text)
		}
	}
}
