package docker

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
)

// cliPlugin is a plugin of the docker command, each of which is a program that
// runs without it.
type cliPlugin struct{ program, title, packages string }

var (
	composePlugin = cliPlugin{"docker-compose", "Compose", "docker-compose-plugin, docker-compose-v2"}
	buildxPlugin  = cliPlugin{"docker-buildx", "buildx", "docker-buildx-plugin, docker-buildx"}
)

// findPlugin looks where docker looks for its plugins, and in PATH.
func findPlugin(c *modules.Context, p cliPlugin) (string, error) {
	dirs := []string{filepath.Join(filepath.Dir(configPath(c)), "cli-plugins"), "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins",
		"/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"}
	for _, dir := range dirs {
		path := filepath.Join(dir, p.program)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	if path, err := c.Find(p.program); err == nil {
		return path, nil
	}
	return "", modules.Fail("Docker's %s plugin is not installed: there is no %s in %s. Install it (%s)", p.title, p.program, strings.Join(dirs, ", "), p.packages)
}
