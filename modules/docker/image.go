package docker

import (
	"net/url"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/moby/moby/client"

	"goplay/modules"
)

// image inspects an image by name or ID; nil when the engine has none.
func (e *engine) image(c *modules.Context, name string) (object, error) {
	image, err := e.get(c, "/images/"+escapePath(name)+"/json", nil)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("Error inspecting image %s - %w", name, err)
	}
	return image, nil
}

// escapePath keeps the slashes of a name, which are part of the API's paths.
func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// pull fetches an image from its registry and shows the progress.
func (e *engine) pull(c *modules.Context, name imageName, platform string) error {
	auth, err := credentials(c, name)
	if err != nil {
		return modules.Fail("Error pulling image %s - %w", name, err)
	}
	opts := client.ImagePullOptions{RegistryAuth: auth}
	if platform != "" {
		p, err := parsePlatform(platform)
		if err != nil {
			return err
		}
		opts.Platforms = []ocispec.Platform{p}
	}
	progress, err := e.ImagePull(c, name.String(), opts)
	if err == nil {
		err = follow(c, progress, nil)
	}
	if err != nil {
		return modules.Fail("Error pulling image %s - %w", name, daemonError(err))
	}
	return nil
}

func parsePlatform(text string) (ocispec.Platform, error) {
	if !platforms.MatchString(text) {
		return ocispec.Platform{}, modules.Fail("platform %q is not os[/arch[/variant]]", text)
	}
	parts := append(strings.Split(text, "/"), "", "")
	return ocispec.Platform{OS: parts[0], Architecture: parts[1], Variant: parts[2]}, nil
}
