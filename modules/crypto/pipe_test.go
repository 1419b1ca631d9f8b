package crypto

import (
	"crypto/x509"
	"encoding/pem"
	"os/exec"
	"testing"

	mt "goplay/modules/modulestest"
)

// public is the public half of a key, as openssl writes it.
func public(t *testing.T, key string) string {
	t.Helper()
	out, err := exec.Command("openssl", "pkey", "-in", "testdata/"+key, "-pubout").Output()
	if err != nil {
		t.Fatal(err)
	}
	if block, _ := pem.Decode(out); block == nil || block.Type != "PUBLIC KEY" {
		t.Fatalf("openssl wrote %q", out)
	} else if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestPublicKeyInfo(t *testing.T) {
	info := func(name string, files mt.Files, args mt.Args) mt.Case {
		return mt.Case{Name: name, Module: collection + "openssl_publickey_info", Files: files, Args: args}.
			Differing("Ansible's module says false of every key", "can_load_key", "can_parse_key")
	}
	at := mt.Args{"path": "{dir}/p"}
	cases := []mt.Case{
		info("rsa", mt.Files{"p: " + public(t, "rsa.key")}, at),
		info("ec", mt.Files{"p: " + public(t, "ec.key")}, at),
		info("ed25519", mt.Files{"p: " + public(t, "ed25519.key")}, at),
		info("x25519", mt.Files{"p: " + public(t, "x25519.key")}, at),
		info("content", nil, mt.Args{"content": public(t, "rsa.key")}),
		info("not there", nil, at),
	}
	mt.Compare(t, cases)
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
}

// TestPrivateKeyPipe keeps a key that is as it is wanted, and says what it is.
func TestPrivateKeyPipe(t *testing.T) {
	pipe := func(name string, args mt.Args) mt.Case {
		return mt.Case{Name: name, Module: collection + "openssl_privatekey_pipe", Args: args}
	}
	cases := []mt.Case{
		pipe("kept", mt.Args{"content": made(t, "rsa.key"), "size": 2048}),
		pipe("kept and returned", mt.Args{"content": made(t, "ed25519.key"), "type": "Ed25519", "return_current_key": true}),
		pipe("of another size", mt.Args{"content": made(t, "rsa.key"), "size": 1024}).Changing().Ignoring("privatekey", "fingerprint", "diff"),
		pipe("of another type", mt.Args{"content": made(t, "rsa.key"), "type": "Ed25519", "regenerate": "fail"}),
		pipe("new", mt.Args{"type": "ECC", "curve": "secp256r1"}).Changing().Ignoring("privatekey", "fingerprint", "diff"),
	}
	mt.Compare(t, cases)
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
}

// TestCertificatePipe holds certificates that are only returned against
// Ansible's: their serial numbers, and so they themselves, are others each time.
func TestCertificatePipe(t *testing.T) {
	of := func(name string, more mt.Args) mt.Case {
		args := both(mt.Args{"csr_content": made(t, "full.csr"), "privatekey_path": "{dir}/key", "provider": "selfsigned",
			"selfsigned_not_before": "20260101000000Z", "selfsigned_not_after": "20270101000000Z"}, more)
		for k, v := range args {
			if v == nil {
				delete(args, k)
			}
		}
		return mt.Case{Name: name, Module: collection + "x509_certificate_pipe", Args: args,
			Files: mt.Files{"key 0600: " + made(t, "rsa.key"), "ca.crt: " + made(t, "ca.crt"), "junk: x\n"}}
	}
	authority := mt.Args{"provider": "ownca", "ownca_path": "{dir}/ca.crt", "ownca_privatekey_path": "{dir}/key", "ownca_not_before": "20260101000000Z",
		"ownca_not_after": "20270101000000Z", "privatekey_path": nil, "selfsigned_not_before": nil, "selfsigned_not_after": nil}
	cases := []mt.Case{
		of("self-signed", nil).Ignoring("certificate", "diff", "serial_number").Changing(),
		of("checked", nil).Checked().Ignoring("certificate", "diff", "serial_number").Changing(),
		of("by an authority", authority).Ignoring("certificate", "diff", "serial_number").Changing(),
		of("no key", mt.Args{"privatekey_path": "{dir}/lost"}),
		of("no request", mt.Args{"csr_content": nil}).Ignoring("certificate", "diff", "serial_number").Changing(),
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}
