package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newTool makes a tool whose output and complaints are returned too.
func newTool(in string) (*Tool, *bytes.Buffer, *bytes.Buffer) {
	out, complaints := new(bytes.Buffer), new(bytes.Buffer)
	return &Tool{Keys: NewKeys(secret), With: secret, In: strings.NewReader(in), Out: out, Err: complaints}, out, complaints
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEncryptViewDecrypt(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "a.yml", "a: 1\n")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	tool, out, complaints := newTool("")
	tool.Terminal = true
	if err := tool.EncryptFiles([]string{link}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || !IsVault([]byte(read(t, path))) {
		t.Errorf("encrypted: %v, %v", info.Mode(), err)
	}
	if err := tool.EncryptFiles([]string{path}); err == nil || err.Error() != "input is already encrypted" {
		t.Errorf("encrypted twice: %v", err)
	}
	if err := tool.View(path); err != nil || out.String() != "a: 1\n" {
		t.Errorf("view: %q, %v", out, err)
	}
	if err := tool.DecryptFiles([]string{path}); err != nil || read(t, path) != "a: 1\n" {
		t.Errorf("decrypt: %v", err)
	}
	if want := "Encryption successful\nDecryption successful\n"; complaints.String() != want {
		t.Errorf("said %q, want %q", complaints, want)
	}
	if want := "input is not vault encrypted data. " + path + " is not a vault encrypted file for " + path; tool.View(path).Error() != want {
		t.Errorf("view of plain text: %v", tool.View(path))
	}
	if want := "Unable to read source file (nope): [Errno 2] No such file or directory: 'nope'"; tool.View("nope").Error() != want {
		t.Errorf("view of nothing: %v", tool.View("nope"))
	}
}

func TestStreams(t *testing.T) {
	tool, out, _ := newTool("text")
	if err := tool.EncryptFiles(nil); err != nil || !IsVault(out.Bytes()) {
		t.Fatalf("%q, %v", out, err)
	}
	back, plain, _ := newTool(out.String())
	if err := back.DecryptFiles(nil); err != nil || plain.String() != "text" {
		t.Errorf("%q, %v", plain, err)
	}
	tool.Output = "x"
	if err := tool.EncryptFiles([]string{"a", "b"}); err == nil || err.Error() != "At most one input file may be used with the --output option" {
		t.Errorf("two files, one output: %v", err)
	}
}

func TestCreateAndEdit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "a.yml")
	tool, out, _ := newTool("")
	var warned, edited string
	tool.Warn = func(s string) { warned = s }
	tool.Editor = func(p string) error {
		edited = p
		return os.WriteFile(p, []byte("one\n"), 0o600)
	}
	if err := tool.Create(path); err != nil {
		t.Fatal(err)
	}
	if want := filepath.Dir(path) + " does not exist, creating..."; warned != want {
		t.Errorf("warned %q, want %q", warned, want)
	}
	if _, err := os.Stat(filepath.Dir(edited)); !os.IsNotExist(err) {
		t.Errorf("the plain text was left in %s", edited)
	}
	if filepath.Ext(edited) != ".yml" {
		t.Errorf("edited as %s: editors need the extension", edited)
	}
	if err := tool.Create(path); err == nil || err.Error() != path+" exists, please use 'edit' instead" {
		t.Errorf("created twice: %v", err)
	}
	before := read(t, path)
	if err := tool.Edit(path); err != nil || read(t, path) != before {
		t.Errorf("an edit that changes nothing wrote the file (%v)", err)
	}
	tool.Editor = func(p string) error { return os.WriteFile(p, []byte(read(t, p)+"two\n"), 0o600) }
	if err := tool.Edit(path); err != nil {
		t.Fatal(err)
	}
	if err := tool.View(path); err != nil || out.String() != "one\ntwo\n" {
		t.Errorf("after the edit: %q, %v", out, err)
	}
}

func TestEditKeepsIDAndMode(t *testing.T) {
	sealed, err := Encrypt([]byte("x"), Secret{"prod", secret.Password})
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, t.TempDir(), "f", string(sealed))
	tool, _, _ := newTool("")
	tool.Editor = func(p string) error { return os.WriteFile(p, []byte("y"), 0o600) }
	if err := tool.Edit(path); err != nil {
		t.Fatal(err)
	}
	if id, err := ID([]byte(read(t, path))); err != nil || id != "prod" {
		t.Errorf("id %q, %v", id, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	plain := write(t, t.TempDir(), "f", "plain")
	if err := tool.Edit(plain); err == nil || err.Error() != "input is not vault encrypted data.  for "+plain {
		t.Errorf("edit of plain text: %v", err)
	}
}

func TestRekey(t *testing.T) {
	sealed, err := Encrypt([]byte("x"), secret)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, t.TempDir(), "f", string(sealed))
	tool, _, complaints := newTool("")
	tool.With = Secret{"new", []byte("other")}
	if err := tool.Rekey([]string{path}); err != nil || complaints.String() != "Rekey successful\n" {
		t.Fatalf("%q, %v", complaints, err)
	}
	if plain, err := NewKeys(tool.With).Decrypt([]byte(read(t, path)), ""); err != nil || string(plain) != "x" {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestEncryptString(t *testing.T) {
	for _, tc := range []struct {
		args, names []string
		stdin       string
		heads       string
		complaints  string
	}{
		{[]string{"v"}, nil, "", "!vault |\n", ""},
		{nil, nil, "v", "sn: !vault |\n", ""},
		{[]string{"v", "w"}, []string{"one"}, "", "one: !vault |\n!vault |\n",
			"The number of --name options do not match the number of args.\n" +
				"The last named variable will be \"one\". The rest will not have names.\n" +
				"# The encrypted version of variable (\"one\", the string #1 from the command line args).\n" +
				"# The encrypted version of the string #2 from the command line args.)\n"},
		{[]string{"-", "v"}, []string{"one"}, "x", "sn: !vault |\none: !vault |\n",
			"# The encrypted version of variable (\"sn\", the string #1 from stdin).\n" +
				"# The encrypted version of variable (\"one\", the string #2 from the command line args).\n"},
	} {
		tool, out, complaints := newTool(tc.stdin)
		texts, err := tool.Plaintexts(tc.args, tc.names, "sn")
		if err != nil {
			t.Fatal(err)
		}
		if err := tool.EncryptStrings(texts); err != nil {
			t.Fatal(err)
		}
		var heads strings.Builder
		for line := range strings.Lines(out.String()) {
			if !strings.HasPrefix(line, "          ") {
				heads.WriteString(line)
			}
		}
		if heads.String() != tc.heads || complaints.String() != tc.complaints {
			t.Errorf("%q: got %q and said %q", tc.args, heads.String(), complaints)
		}
		if strings.HasSuffix(out.String(), "\n") {
			t.Errorf("%q: ends with a line end, ansible-vault's output does not", tc.args)
		}
	}
	tool, _, _ := newTool("")
	if _, err := tool.Plaintexts(nil, nil, ""); err == nil || err.Error() != "stdin was empty, not encrypting" {
		t.Errorf("empty stdin: %v", err)
	}
	if _, err := tool.Plaintexts([]string{""}, nil, ""); err == nil || err.Error() != "The plaintext provided from the command line args was empty, not encrypting" {
		t.Errorf("empty argument: %v", err)
	}
}
