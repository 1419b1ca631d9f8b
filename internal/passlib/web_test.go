package passlib

import "testing"

func TestVerify(t *testing.T) {
	for _, kind := range []string{"apr_md5_crypt", "md5_crypt", "ldap_sha1", "ldap_salted_sha1", "plaintext", "bcrypt", "sha256_crypt", "sha512_crypt"} {
		o := Options{}
		if kind == "bcrypt" {
			o.Rounds = 4
		} else if kind == "sha256_crypt" || kind == "sha512_crypt" {
			o.Rounds = 1001
		}
		hash, err := Hash("sécret", kind, o)
		if err != nil || !Verify("sécret", hash) || Verify("other", hash) {
			t.Errorf("%s: %q %v", kind, hash, err)
		}
	}
	// By openssl passwd -apr1.
	if !Verify("secret", "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/") {
		t.Error("openssl's hash is not taken")
	}
	for _, broken := range []string{"$apr1$", "{SSHA}x", "$6$a", "$2b$", "$5$$$", ""} {
		if Verify("secret", broken) {
			t.Errorf("%q was taken", broken)
		}
	}
}
