package vault

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var secret = Secret{ID: DefaultID, Password: []byte("secret")}

// ansibleVault returns a function that runs the real command in dir.
func ansibleVault(t *testing.T, dir string) func(args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ansible-vault"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ansible-vault is not installed")
		}
		t.Skip("ansible-vault is not installed: nothing to compare with")
	}
	return func(args ...string) string {
		t.Helper()
		cmd := exec.Command("ansible-vault", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PAGER=cat", "ANSIBLE_NOCOLOR=1")
		var out, complaints bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaints
		if err := cmd.Run(); err != nil {
			return strings.TrimSpace(complaints.String())
		}
		return out.String()
	}
}

func TestDecryptsWhatAnsibleWrote(t *testing.T) {
	for _, tc := range []struct{ file, id, want string }{
		{"v11.yml", "default", "hello: world\n"},
		{"v12.yml", "dev", "hello: world\n"},
		{"empty.yml", "dev", ""},
	} {
		data, err := os.ReadFile("testdata/" + tc.file)
		if err != nil {
			t.Fatal(err)
		}
		other := Secret{ID: "dev", Password: []byte("wrong")}
		got, err := NewKeys(other, secret).Decrypt(data, tc.file)
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: got %q, %v; want %q", tc.file, got, err, tc.want)
		}
		if id, err := ID(data); err != nil || id != tc.id {
			t.Errorf("%s: id %q, %v; want %q", tc.file, id, err, tc.id)
		}
		crlf := bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		if got, err := NewKeys(secret).Decrypt(crlf, ""); err != nil || string(got) != tc.want {
			t.Errorf("%s with CRLF: got %q, %v", tc.file, got, err)
		}
	}
}

func TestWritesByteForByte(t *testing.T) {
	for _, file := range []string{"v11.yml", "v12.yml", "empty.yml"} {
		want, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		e, err := parse(want, file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.parts()
		if err != nil {
			t.Fatal(err)
		}
		plain, err := p.open(secret.Password)
		if err != nil {
			t.Fatal(err)
		}
		got, err := seal(plain, Secret{ID: e.id, Password: secret.Password}, p.salt)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got\n%s%v\nwant\n%s", file, got, err, want)
		}
	}
}

func TestAnsibleDecryptsWhatWeWrite(t *testing.T) {
	dir := t.TempDir()
	run := ansibleVault(t, dir)
	write(t, dir, "pw", "pass word\n")
	for _, s := range []Secret{{DefaultID, []byte("pass word")}, {"dev", []byte("pass word")}} {
		for _, text := range []string{"x", "exactly sixteen!", strings.Repeat("long ", 5000)} {
			sealed, err := Encrypt([]byte(text), s)
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "file", string(sealed))
			if got := run("decrypt", "--vault-id", s.ID+"@pw", "--output", "-", "file"); got != text {
				t.Errorf("id %s, %d bytes: ansible-vault says %q", s.ID, len(text), got)
			}
		}
	}
}

func TestDecryptErrors(t *testing.T) {
	sealed, err := Encrypt([]byte("x"), Secret{"dev", []byte("other")})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, data, want string
		is               error
	}{
		{"plain", "hello", "input is not vault encrypted data. f is not a vault encrypted file", ErrNotVault},
		{"wrong", string(sealed), "Decryption failed (no vault secrets were found that could decrypt) on f", ErrNoMatch},
		{"one field", "$ANSIBLE_VAULT;1.1;AES256\n6162", "Vault vaulttext format error: not enough values to unpack (expected 3, got 1)", ErrFormat},
		{"no digits", "$ANSIBLE_VAULT;1.1;AES256\nzz", "Vault format unhexlify error: Non-hexadecimal digit found", ErrFormat},
		{"odd", "$ANSIBLE_VAULT;1.1;AES256\n616", "Vault format unhexlify error: Odd-length string", ErrFormat},
		{"odd field", "$ANSIBLE_VAULT;1.1;AES256\n320a330a34", "Vault format unhexlify error: Odd-length string", ErrFormat},
		{"header", "$ANSIBLE_VAULT;1.1\n6162", "Vault envelope format error in f: list index out of range", ErrFormat},
		{"only magic", "$ANSIBLE_VAULT", "Vault envelope format error in f: list index out of range", ErrFormat},
		{"cipher", "$ANSIBLE_VAULT;1.1;AES128\n6162", "AES128 cipher could not be found", ErrFormat},
		{"empty body", "$ANSIBLE_VAULT;1.1;AES256\n", "Vault vaulttext format error: not enough values to unpack (expected 3, got 1)", ErrFormat},
		{"wrong fields", "$ANSIBLE_VAULT;1.1;AES256\n32320a33330a3434", "Decryption failed (no vault secrets were found that could decrypt) on f", ErrNoMatch},
	} {
		_, err := NewKeys(secret).Decrypt([]byte(tc.data), "f")
		if err == nil || err.Error() != tc.want || !errors.Is(err, tc.is) {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.want)
		}
	}
	var none *Keys
	if _, err := none.Decrypt(sealed, "f"); !errors.Is(err, ErrNoSecrets) {
		t.Errorf("without keys: %v", err)
	}
	keys := NewKeys(Secret{"prod", []byte("other")})
	if _, err := keys.Decrypt(sealed, ""); err != nil {
		t.Errorf("another id with the right password: %v", err)
	}
	keys.MatchID = true
	if _, err := keys.Decrypt(sealed, ""); !errors.Is(err, ErrNoMatch) {
		t.Errorf("another id though ids have to match: %v", err)
	}
}

func TestToEncrypt(t *testing.T) {
	keys := NewKeys(Secret{"dev", nil}, Secret{"prod", nil})
	if s, err := keys.ToEncrypt("prod"); err != nil || s.ID != "prod" {
		t.Errorf("got %v, %v", s, err)
	}
	_, err := keys.ToEncrypt("x")
	if want := "Did not find a match for --encrypt-vault-id=x in the known vault-ids ['dev', 'prod']"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzDecrypt(f *testing.F) {
	for _, file := range []string{"v11.yml", "v12.yml", "empty.yml"} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("$ANSIBLE_VAULT;1.2;AES256;\n320a330a34"))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, err := NewKeys(secret).Decrypt(data, "f")
		if err == nil && !IsVault(data) {
			t.Fatalf("decrypted what is no vault file to %q", plain)
		}
	})
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
