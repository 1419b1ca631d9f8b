package crypto

import (
	"os"
	"path/filepath"
	"testing"

	mt "goplay/modules/modulestest"
)

// made reads a file that openssl made once.
func made(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestInfo(t *testing.T) {
	about := func(module, name, file string, args mt.Args) mt.Case {
		args["path"] = "{dir}/f"
		return mt.Case{Name: module + " " + name, Module: collection + module, Files: mt.Files{"f 600: " + made(t, file)}, Args: args}
	}
	key := func(name, file string, args mt.Args) mt.Case {
		return about("openssl_privatekey_info", name, file, args)
	}
	all := func() mt.Args { return mt.Args{"return_private_key_data": true, "check_consistency": true} }
	cases := []mt.Case{
		key("rsa", "rsa.key", all()), key("ec", "ec.key", all()), key("ed25519", "ed25519.key", mt.Args{}), key("x25519", "x25519.key", mt.Args{}),
		key("encrypted", "encrypted.key", mt.Args{"passphrase": "secret"}),
		key("no passphrase", "encrypted.key", mt.Args{}), key("wrong passphrase", "encrypted.key", mt.Args{"passphrase": "other"}),
		{Name: "key that is not there", Module: collection + "openssl_privatekey_info", Args: mt.Args{"path": "{dir}/f"}},
		{Name: "key and key", Module: collection + "openssl_privatekey_info", Args: mt.Args{"path": "{dir}/f", "content": "junk"}},
		about("openssl_csr_info", "full", "full.csr", mt.Args{}),
		about("openssl_csr_info", "in unicode", "full.csr", mt.Args{"name_encoding": "unicode"}),
		about("openssl_csr_info", "bare", "bare.csr", mt.Args{}),
		about("x509_certificate_info", "ca", "ca.crt", mt.Args{"valid_at": map[string]any{"now": "+1s", "long ago": "19700101000000Z"}}),
		about("x509_certificate_info", "leaf", "leaf.crt", mt.Args{"name_encoding": "idna"}),
	}
	cases = append(cases, about("x509_crl_info", "revoked", "revoked.crl", mt.Args{}), about("x509_crl_info", "without list", "revoked.crl", mt.Args{"list_revoked_certificates": false}))
	mt.Compare(t, cases)
	// What is wrong here, Ansible's module ends of.
	cases = append(cases, about("x509_certificate_info", "bad time", "leaf.crt", mt.Args{"valid_at": map[string]any{"now": "tomorrow"}}))
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
}

// TestMadeAlike compares what is written by a key whose signatures are always
// the same.
func TestMadeAlike(t *testing.T) {
	files := mt.Files{"k 600: " + made(t, "ed25519.key"), "rsa 600: " + made(t, "rsa.key")}
	csr := func(name string, args mt.Args) mt.Case {
		args["path"], args["privatekey_path"], args["mode"] = "{dir}/r", "{dir}/k", "0644"
		return mt.Case{Name: "request " + name, Module: collection + "openssl_csr", Files: files, Args: args}
	}
	public := func(name string, args mt.Args) mt.Case {
		args["path"], args["privatekey_path"], args["return_content"], args["mode"] = "{dir}/p", "{dir}/rsa", true, "0644"
		return mt.Case{Name: "public key " + name, Module: collection + "openssl_publickey", Files: files, Args: args}
	}
	cases := []mt.Case{
		public("pem", mt.Args{}), public("ssh", mt.Args{"format": "OpenSSH"}),
		csr("names", mt.Args{"C": "CH", "ST": "Zürich", "subject": map[string]any{"CN": "a.example"}, "email_address": "x@a.example",
			"subject_alt_name": []any{"DNS:a.example", "IP:10.0.0.1", "IP:fe80::1", "email:x@y", "URI:https://a", "RID:1.2.3", "dirName:C = CH, CN = x", "otherName:1.2.3;UTF8:a", "otherName:1.2.4;0c:01:62"}}),
		csr("uses", mt.Args{"common_name": "a.example", "key_usage": []any{"digitalSignature", "Certificate Sign", "keyAgreement", "decipherOnly"}, "key_usage_critical": true,
			"extended_key_usage": []any{"serverAuth", "Time Stamping", "1.2.3.4"}, "basic_constraints": []any{"CA:TRUE", "pathlen:0"}, "basic_constraints_critical": true, "ocsp_must_staple": true}),
		csr("constraints", mt.Args{"subject_ordered": []any{map[string]any{"CN": "a.example"}, map[string]any{"O": "x"}}, "use_common_name_for_san": false, "name_constraints_critical": true,
			"name_constraints_permitted": []any{"DNS:.a.example", "IP:10.0.0.0/8"}, "name_constraints_excluded": []any{"email:.b"}}),
		csr("identifiers", mt.Args{"create_subject_key_identifier": true, "authority_key_identifier": "00:11:22", "authority_cert_issuer": []any{"DNS:ca"}, "authority_cert_serial_number": 12}),
		csr("identifier given", mt.Args{"subject_key_identifier": "0a:0b", "basic_constraints": []any{"CA:FALSE"}}),
		csr("points", mt.Args{"crl_distribution_points": []any{map[string]any{"full_name": []any{"URI:https://a/x.crl"}, "reasons": []any{"key_compromise", "certificate_hold"}, "crl_issuer": []any{"URI:https://ca"}},
			map[string]any{"relative_name": []any{"CN=x"}, "crl_issuer": []any{"dirName:CN=ca"}}}}),
		csr("bad name", mt.Args{"subject_alt_name": []any{"a.example"}}),
		csr("bad address", mt.Args{"subject_alt_name": []any{"IP:300.1.1.1"}}),
		csr("unknown kind", mt.Args{"subject_alt_name": []any{"FOO:a"}}),
		csr("bad usage", mt.Args{"key_usage": []any{"foo"}}),
		csr("bad extended usage", mt.Args{"extended_key_usage": []any{"foo"}}),
		csr("bad constraint", mt.Args{"basic_constraints": []any{"CA:yes"}}),
		csr("bad subject", mt.Args{"subject": map[string]any{"nope": "x"}}),
		csr("subject twice", mt.Args{"CN": "x", "subject_ordered": []any{map[string]any{"CN": "a.example"}}}),
	}
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
	mt.Compare(t, cases)
}
