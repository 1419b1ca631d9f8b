package accounts

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"goplay/internal/value"
	mt "goplay/modules/modulestest"
)

const (
	keyA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINNJr5rFZI6eIjVjDPoH0ERdtsfPXSTjZtoqy7LBR2U8"
	keyB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNWfIlLEZNc7KzcPPEfksjKgUe8yQxG9/xICtGTYLVH"
)

func keyCase(name string, files mt.Files, args mt.Args) mt.Case {
	args["user"], args["path"], args["manage_dir"] = "root", "{dir}/keys", false
	return mt.Case{Name: name, Module: "ansible.posix.authorized_key", Files: files, Args: args, Root: true}
}

func hostCase(name string, files mt.Files, args mt.Args) mt.Case {
	args["path"] = "{dir}/hosts"
	return mt.Case{Name: name, Module: "known_hosts", Files: files, Args: args}
}

// The cases work on files of their own and change no account.
var fileCases = []mt.Case{
	keyCase("key new", nil, mt.Args{"key": keyA + " a@b"}),
	keyCase("key beside others", mt.Files{"keys 0600: # mine\\n"}, mt.Args{"key": keyA + " a@b"}).
		Differing("Ansible's module spoils the key after a last line without a newline", "diff", "size", "tree"),
	keyCase("key with options", nil, mt.Args{"key": keyA + " a@b", "key_options": `no-pty,command="x y"`, "comment": "new"}),
	keyCase("two keys", nil, mt.Args{"key": keyA + " a\n" + keyB + " b\n"}),
	keyCase("key absent", mt.Files{"keys 0600: " + keyA + " a"}, mt.Args{"key": keyA, "state": "absent"}),
	keyCase("exclusive", mt.Files{"keys 0600: " + keyB + " b"}, mt.Args{"key": keyA, "exclusive": true}),
	keyCase("no key", nil, mt.Args{"key": "bogus key"}),
	hostCase("host new", nil, mt.Args{"name": "h", "key": "h " + keyA}),
	hostCase("host replaced", mt.Files{"hosts: h " + keyB}, mt.Args{"name": "h", "key": "h " + keyA}),
	hostCase("host there", mt.Files{"hosts: h,i " + keyA}, mt.Args{"name": "h", "key": "h " + keyA}),
	hostCase("host as it is", mt.Files{"hosts: h " + keyA + "\n"}, mt.Args{"name": "h", "key": "h " + keyA}),
	hostCase("host absent", mt.Files{"hosts: h " + keyA}, mt.Args{"name": "h", "state": "absent"}).
		Differing("ssh-keygen leaves the old file behind, and Ansible's diff is made before it", "diff", "tree"),
	hostCase("hosts", nil, mt.Args{"name": "h,i", "key": "h,i " + keyA}),
	hostCase("host without key", nil, mt.Args{"name": "h"}),
	hostCase("host of another key", nil, mt.Args{"name": "h", "key": "i " + keyA}),
	{Name: "getent", Module: "getent", Args: mt.Args{"database": "passwd", "key": "root"}},
	{Name: "getent in vain", Module: "getent", Args: mt.Args{"database": "passwd", "key": "nosuchuser"}},
	{Name: "getent none", Module: "getent", Args: mt.Args{"database": "passwd", "key": "nosuchuser", "fail_key": false}},
	{Name: "getent database", Module: "getent", Args: mt.Args{"database": "nosuch"}},
	{Name: "user gone already", Module: "user", Args: mt.Args{"name": "nosuchuser", "state": "absent"}},
	{Name: "user of no group", Module: "user", Args: mt.Args{"name": "nosuchuser", "groups": []string{"nosuchgroup"}}},
	{Name: "group gone already", Module: "group", Args: mt.Args{"name": "nosuchgroup", "state": "absent"}},
	{Name: "user predicted", Module: "user", Args: mt.Args{"name": "nosuchuser"}, Check: true},
	{Name: "group predicted", Module: "group", Args: mt.Args{"name": "nosuchgroup"}, Check: true},
}

func TestFiles(t *testing.T) {
	var safe []mt.Case
	for _, c := range fileCases {
		if !c.Check { // what only predicts would change the system when it is applied
			safe = append(safe, c)
		}
	}
	mt.Conform(t, safe)
}

func TestFilesOracle(t *testing.T) { mt.Compare(t, fileCases) }

func TestHashedHost(t *testing.T) {
	dir := t.TempDir()
	c := hostCase("hashed", nil, mt.Args{"name": "h2.example.com", "key": "h2.example.com " + keyA, "hash_host": true})
	if r := c.Run(t, dir, false); r.Failed || !r.Changed {
		t.Fatal(r.Msg)
	}
	if r := c.Run(t, dir, false); r.Changed {
		t.Error("a hashed name is not found again")
	}
	data, _ := os.ReadFile(dir + "/hosts")
	if strings.Contains(string(data), "h2.example.com") || !strings.HasPrefix(string(data), "|1|") {
		t.Errorf("%s", data)
	}
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed, so nobody else can read the hash")
	}
	if out, err := exec.Command("ssh-keygen", "-F", "h2.example.com", "-f", dir+"/hosts").CombinedOutput(); err != nil {
		t.Errorf("ssh-keygen does not find the host: %v\n%s", err, out)
	}
}

func TestMakeKeyPair(t *testing.T) {
	for _, tc := range []struct {
		kind string
		bits int
	}{{"ed25519", 256}, {"ecdsa", 384}, {"rsa", 2048}} {
		pair, err := makeKeyPair(tc.kind, tc.bits, "a b", "secret")
		if err != nil {
			t.Fatal(err)
		}
		key, err := ssh.ParsePrivateKeyWithPassphrase(pair.private, []byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		if string(key.PublicKey().Marshal()) != string(pair.public.Marshal()) || keySize(pair.public) != tc.bits || keyKind(pair.public) != tc.kind {
			t.Errorf("%s: the halves do not belong together", tc.kind)
		}
		if got := describeKey(pair.line()); !strings.HasSuffix(got, " a b ("+strings.ToUpper(tc.kind)+")") {
			t.Errorf("%s is described as %q", tc.kind, got)
		}
	}
	if _, err := makeKeyPair("dsa", 0, "", ""); err == nil {
		t.Error("dsa keys are not made any more")
	}
}

func TestParseGetent(t *testing.T) {
	got := value.Repr(parseGetent("a:x:1\nb:y\nb:z\nb:q\n", ":"))
	if want := "{'a': ['x', '1'], 'b': [['y'], ['z'], ['q']]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzParseAuthorized(f *testing.F) {
	f.Add(`no-pty,command="x \" y" ` + keyA + " c d")
	f.Add("# comment")
	f.Fuzz(func(t *testing.T, line string) {
		k, ok := parseAuthorized(line)
		if !ok {
			return
		}
		if again, ok := parseAuthorized(k.line()); !ok || again != k {
			t.Errorf("%q is %+v, but its line is %+v", line, k, again)
		}
	})
}
