package docker

import (
	"testing"

	"github.com/distribution/reference"
)

// TestReferences holds the package of references that we compile lazily to what
// the original promises of names, tags and digests.
func TestReferences(t *testing.T) {
	digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for text, want := range map[string]string{
		"debian":                       "docker.io/library/debian",
		"debian:12":                    "docker.io/library/debian:12",
		"me/app":                       "docker.io/me/app",
		"localhost/app":                "localhost/app",
		"localhost:5000/a/b:1":         "localhost:5000/a/b:1",
		"[::1]:5000/app":               "[::1]:5000/app",
		"quay.io/a/b@" + digest:        "quay.io/a/b@" + digest,
		"Debian":                       "invalid reference format: repository name (library/Debian) must be lowercase",
		"a:b:c":                        "invalid reference format",
		"":                             "invalid reference format",
		digest[len("sha256:"):]:        "invalid repository name (" + digest[len("sha256:"):] + "), cannot specify 64-byte hexadecimal strings",
		"a@sha256:0123":                "invalid reference format",
		"docker.io/library/debian:a_b": "docker.io/library/debian:a_b",
	} {
		got, err := reference.ParseNormalizedNamed(text)
		if err != nil {
			if err.Error() != want {
				t.Errorf("%q: got %v, want %s", text, err, want)
			}
			continue
		}
		if got.String() != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
