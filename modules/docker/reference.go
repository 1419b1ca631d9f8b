package docker

import (
	"strings"

	"github.com/distribution/reference"

	"goplay/internal/lazy"
)

// imageName is a name of an image apart: name:tag or name@digest.
type imageName struct{ repository, tag string }

var imageID = lazy.Regexp(`^sha256:[0-9a-f]{64}$`)

// isImageID reports whether text is the ID of an image and not a name.
func isImageID(text string) bool { return imageID.MatchString(text) }

// parseImageName leaves the tag empty when there is none; a port is no tag.
func parseImageName(text string) imageName {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		return imageName{text[:at], text[at+1:]}
	}
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 || strings.IndexByte(text[colon:], '/') >= 0 {
		return imageName{repository: text}
	}
	return imageName{text[:colon], text[colon+1:]}
}

// or has another tag when the name has none.
func (n imageName) or(tag string) imageName {
	if n.tag == "" {
		n.tag = tag
	}
	return n
}

func (n imageName) String() string {
	switch {
	case n.tag == "":
		return n.repository
	case strings.IndexByte(n.tag, ':') >= 0:
		return n.repository + "@" + n.tag
	}
	return n.repository + ":" + n.tag
}

// sameName reports whether two names are the same image's, however much of
// Docker Hub's address they spell out.
func sameName(a, b string) bool {
	if a == b {
		return true
	}
	x, err := reference.ParseNormalizedNamed(a)
	y, err2 := reference.ParseNormalizedNamed(b)
	return err == nil && err2 == nil && x.String() == y.String()
}

// registry is the host of the registry that a name is in; Docker Hub's index
// for names without a host.
func (n imageName) registry() string {
	host, _, ok := strings.Cut(n.repository, "/")
	if ok && (strings.ContainsAny(host, ".:") || host == "localhost") && host != "docker.io" && host != "index.docker.io" {
		return host
	}
	return hubIndex
}

const hubIndex = "https://index.docker.io/v1/"

var (
	validTag  = lazy.Regexp(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	platforms = lazy.Regexp(`^[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+){0,2}$`)
)

// isTag reports whether text can be a tag or a digest.
func isTag(text string) bool {
	return text == "" || validTag.MatchString(text) || strings.HasPrefix(text, "sha256:") && isImageID(text)
}
