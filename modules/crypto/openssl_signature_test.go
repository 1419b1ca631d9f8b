package crypto

import (
	"os"
	"path/filepath"
	"testing"

	mt "goplay/modules/modulestest"
)

func TestSignature(t *testing.T) {
	files := mt.Files{"f: to be signed\n", "rsa 600: " + made(t, "rsa.key"), "ed 600: " + made(t, "ed25519.key"), "c: " + made(t, "ca.crt")}
	with := func(name, key string) mt.Case {
		return mt.Case{Name: name, Module: collection + "openssl_signature", Files: files, Args: mt.Args{"path": "{dir}/f", "privatekey_path": "{dir}/" + key}}
	}
	cases := []mt.Case{with("rsa", "rsa"), with("ed25519", "ed"), with("no key", "none")}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
	dir := t.TempDir()
	files.Make(t, dir)
	rsa := cases[0].Run(t, dir, true).Data.GetString("signature")
	args := map[string]any{"path": filepath.Join(dir, "f"), "signature": rsa, "certificate_path": filepath.Join(dir, "c")}
	valid := func() any {
		v, _ := apply(t, "openssl_signature_info", args).Data.Get("valid")
		return v
	}
	if valid() != true {
		t.Error("the signature is not valid")
	}
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("something else\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if valid() != false {
		t.Error("it is valid for another file")
	}
	ec := map[string]any{"path": filepath.Join(dir, "f"), "privatekey_content": made(t, "ec.key")}
	args["signature"], args["certificate_content"] = apply(t, "openssl_signature", ec).Data.GetString("signature"), made(t, "leaf.crt")
	delete(args, "certificate_path")
	if valid() != true {
		t.Error("the signature of an ECC key is not valid")
	}
}
