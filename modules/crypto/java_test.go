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

// pretendKeytool answers as that of Java 17 does. listed is what the keystore
// has under the alias, archived what an archive has, served what a host shows.
const pretendKeytool = `
[ $# -gt 0 ] || exit 0
ask() { printf 'Enter keystore password:  ' >&2; }
told() { note "$(echo "$*" | sed 's/-file .*-alias/-file FILE -alias/')"; sed 's/^/reads /' >>calls; }
fail() { echo "keytool error: java.lang.Exception: $1"; exit 1; }
case "$*" in
*'-storetype pkcs12 -rfc') ask; cat >/dev/null; [ -s archived ] || fail 'Alias <1> does not exist'; cat archived;;
-list*) ask; read pass; [ "$pass" = right ] || { echo 'keytool error: java.io.IOException: keystore password was incorrect'; exit 1; }
	[ -s listed ] || fail 'Alias <a> does not exist'; cat >/dev/null; cat listed;;
-printcert*) [ -s served ] || { echo 'keytool error: java.lang.Exception: No certificate from the SSL server' >&2; exit 1; }; cat served;;
-delete*) ask; told "$@"; : >listed;;
-importkeystore*) told "$@"; echo keystore >"$to"; cp archived listed;;
-importcert*) ask; told "$@"; grep -q BEGIN "$file" || fail 'Input not an X.509 certificate'; echo keystore >k; cp "$file" listed; echo 'Certificate was added to keystore' >&2;;
esac
`

func both(a, b mt.Args) mt.Args {
	out := mt.Args{}
	for _, args := range []mt.Args{a, b} {
		for k, v := range args {
			out[k] = v
		}
	}
	return out
}

// options finds in keytool's what it reads and writes.
const options = `for a in "$@"; do case "$last" in -file) file=$a;; -destkeystore) to=$a;; esac; last=$a; done`

func javaCase(t *testing.T, module, name string, files mt.Files, args mt.Args) mt.Case {
	t.Helper()
	c := mt.Case{Name: name, Module: "community.general." + module, Args: args,
		Files: append(mt.Files{"leaf.crt: " + made(t, "leaf.crt"), "ca.crt: " + made(t, "ca.crt"), "ec.key: " + made(t, "ec.key")}, files...)}
	return c.WithTool("keytool", options+pretendKeytool)
}

func TestJavaCert(t *testing.T) {
	of := func(name string, files mt.Files, more mt.Args) mt.Case {
		args := mt.Args{"keystore_path": "{dir}/k", "keystore_pass": "right"}
		for k, v := range more {
			args[k] = v
		}
		return javaCase(t, "java_cert", name, files, args)
	}
	leaf, other := "listed: "+made(t, "leaf.crt"), "listed: Alias name: a\n"+made(t, "ca.crt")
	path := mt.Args{"cert_path": "{dir}/leaf.crt", "cert_alias": "a"}
	archive := mt.Args{"pkcs12_path": "{dir}/p12", "pkcs12_alias": "one", "pkcs12_password": "other", "cert_alias": "a"}
	archived := "archived: Alias name: one\n" + made(t, "leaf.crt")
	url := mt.Args{"cert_url": "www.example.org", "cert_port": 8443}
	anew := func(args mt.Args) mt.Args { return both(mt.Args{"keystore_create": true}, args) }
	const temporary = "the name of a temporary file"
	cases := []mt.Case{
		of("imported", mt.Files{"k: x\n"}, path),
		of("checked", mt.Files{"k: x\n"}, path).Checked().Ignoring("diff"),
		of("there", mt.Files{"k: x\n", leaf}, path),
		of("another one", mt.Files{"k: x\n", other}, path),
		of("trusted, of a type", mt.Files{"k: x\n"}, both(mt.Args{"trust_cacert": true, "keystore_type": "JKS"}, path)),
		of("no keystore", nil, path),
		of("a new keystore", nil, anew(path)),
		of("no certificate", mt.Files{"k: x\n", "leaf.crt: junk\n"}, path).Differing("the words of the program that reads it", "msg", "cmd", "rc"),
		of("no alias", mt.Files{"k: x\n"}, mt.Args{"cert_path": "{dir}/leaf.crt"}),
		of("gone", mt.Files{"k: x\n", leaf}, mt.Args{"state": "absent", "cert_alias": "a"}).Differing("a side that is not there is empty, so that the diff shows", "diff"),
		of("gone already", mt.Files{"k: x\n"}, mt.Args{"state": "absent", "cert_alias": "a"}),
		of("an archive", mt.Files{"k: x\n", archived, "p12: x\n"}, archive),
		of("an archive, and no keystore", mt.Files{archived, "p12: x\n"}, anew(archive)),
		of("an archive without it", mt.Files{"k: x\n", "p12: x\n"}, archive),
		of("of a host", mt.Files{"k: x\n", "served: Certificate #0\n" + made(t, "leaf.crt") + made(t, "ca.crt")}, url).Differing(temporary, "cmd"),
		of("of no host", mt.Files{"k: x\n"}, url),
		of("no source", mt.Files{"k: x\n"}, mt.Args{"cert_alias": "a"}),
		of("two sources", mt.Files{"k: x\n"}, both(url, path)),
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}

func TestJavaProxies(t *testing.T) {
	c := javaCase(t, "java_cert", "proxies", mt.Files{"k: x\n"}, mt.Args{"keystore_path": "{dir}/k", "keystore_pass": "right", "cert_url": "www.example.org"})
	c.Env["https_proxy"], c.Env["no_proxy"] = "http://proxy.example.org:3128", ".example.com,localhost"
	mt.Compare(t, []mt.Case{c})
}

func TestJavaKeystore(t *testing.T) {
	of := func(name string, files mt.Files, more mt.Args) mt.Case {
		args := both(mt.Args{"dest": "{dir}/k", "password": "right", "name": "a", "certificate_path": "{dir}/leaf.crt", "private_key_path": "{dir}/ec.key"}, more)
		for k, v := range args {
			if v == nil {
				delete(args, k)
			}
		}
		return javaCase(t, "java_keystore", name, append(mt.Files{"archived: x\n"}, files...), args)
	}
	list := func(print string) string {
		return "listed: Alias name: a\nCertificate fingerprints:\n\t SHA1: 9F:EE\n\t SHA256: " + print + "\n"
	}
	const leaf = "37:2A:1B:4A:84:BA:45:2A:B2:90:8B:C5:84:26:17:17:77:BB:2B:75:65:6B:E5:E0:28:AF:1F:E5:2B:EC:F4:5A"
	const folder, openssl = "made in another folder", "what openssl says"
	there := mt.Files{"k 0600: x\n", list(leaf)}
	jks := mt.Files{"k: \xfe\xed\xfe\xed\n", list(leaf)}
	inline := mt.Args{"certificate": made(t, "leaf.crt"), "private_key": made(t, "ec.key"), "certificate_path": nil, "private_key_path": nil}
	moved := func(c mt.Case) mt.Case { return c.Differing(folder, "cmd", "tree").Changing() }
	cases := []mt.Case{
		moved(of("made", nil, mt.Args{"mode": "0600"})).Ignoring("diff"),
		moved(of("of a type", nil, mt.Args{"keystore_type": "jks"})),
		moved(of("of texts", nil, inline)),
		moved(of("another certificate", mt.Files{"k 0640: x\n", list("AA:BB")}, nil)).Differing(folder, "tree", "cmd"),
		moved(of("another name", mt.Files{"k 0640: x\n"}, nil)),
		moved(of("another password", there, mt.Args{"password": "wrong"})),
		moved(of("another type", there, mt.Args{"keystore_type": "jks"})),
		moved(of("forced", there, mt.Args{"force": true})),
		of("there", there, nil),
		of("there, of its type", jks, mt.Args{"keystore_type": "jks"}),
		of("there, with another mode", there, mt.Args{"mode": "0640"}).Ignoring("diff"),
		of("checked", there, mt.Args{"force": true}).Checked().Changing(),
		of("archive", nil, mt.Args{"keystore_type": "pkcs12"}).Differing(openssl, "cmd", "rc", "tree").Ignoring("msg").Changing(),
		of("no certificate", nil, mt.Args{"certificate_path": "{dir}/lost"}).Differing(openssl, "msg", "cmd", "rc", "err"),
		of("another key", nil, mt.Args{"certificate_path": "{dir}/ca.crt"}).Differing(openssl, "msg", "cmd", "rc", "err"),
		of("no key", nil, mt.Args{"private_key_path": nil}),
		of("two keys", nil, mt.Args{"private_key": "another"}),
	}
	mt.Compare(t, cases)
	mt.Conform(t, cases)
}

// TestKeystores has the real keytool read and write what this room makes.
func TestKeystores(t *testing.T) {
	if _, err := exec.LookPath("keytool"); err != nil {
		t.Skip("keytool is not installed")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"ca.crt", "leaf.crt", "ec.key"} {
		if err := os.WriteFile(in(name), []byte(made(t, name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(module string, args map[string]any) modules.Result {
		r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "community.general." + module, Args: args})
		if err != nil || r.Failed {
			t.Fatalf("%s: %v %s %v", module, err, r.Msg, r.Data)
		}
		return r
	}
	for _, kind := range []string{"jks", "pkcs12"} {
		args := map[string]any{"dest": in(kind), "password": "changeit", "name": "site", "certificate_path": in("leaf.crt"),
			"private_key_path": in("ec.key"), "keystore_type": kind, "mode": "0600"}
		for i, want := range []bool{true, false} {
			if r := run("java_keystore", args); r.Changed != want {
				t.Errorf("%s, time %d: changed=%v", kind, i+1, r.Changed)
			}
		}
		args["password"] = "changed"
		if !run("java_keystore", args).Changed {
			t.Errorf("%s: another password is no change", kind)
		}
		more := map[string]any{"cert_path": in("ca.crt"), "cert_alias": "authority", "keystore_path": in(kind), "keystore_pass": "changed", "trust_cacert": true}
		for i, want := range []bool{true, false} {
			if r := run("java_cert", more); r.Changed != want {
				t.Errorf("%s, import %d: changed=%v", kind, i+1, r.Changed)
			}
		}
		out, err := exec.Command("keytool", "-list", "-keystore", in(kind), "-storepass", "changed").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "authority, ") || !strings.Contains(string(out), "PrivateKeyEntry") {
			t.Errorf("%s: %v\n%s", kind, err, out)
		}
	}
	args := map[string]any{"pkcs12_path": in("pkcs12"), "pkcs12_alias": "site", "pkcs12_password": "changed", "cert_alias": "moved",
		"keystore_path": in("new"), "keystore_pass": "changeit", "keystore_create": true}
	if !run("java_cert", args).Changed || run("java_cert", args).Changed {
		t.Error("an archive is not imported once")
	}
	if gone := map[string]any{"cert_alias": "moved", "keystore_path": in("new"), "keystore_pass": "changeit", "state": "absent"}; !run("java_cert", gone).Changed || run("java_cert", gone).Changed {
		t.Error("a certificate does not go once")
	}
}
