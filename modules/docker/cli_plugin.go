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
	composePlugin = cliPlugin{"docker-compose", "Compose 2", "docker-compose-plugin, docker-compose-v2"}
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
		if !isPlugin(c, path) {
			return "", modules.Fail("%s is no plugin of Docker's, as Compose 1 is none: %s is wanted, install it (%s)", path, p.title, p.packages)
		}
		return path, nil
	}
	return "", modules.Fail("Docker's %s plugin is not installed: there is no %s in %s. Install it (%s)", p.title, p.program, strings.Join(dirs, ", "), p.packages)
}

// isPlugin asks a program whether it is a plugin, as docker does: one of the same
// name may be older than plugins are.
func isPlugin(c *modules.Context, path string) bool {
	out, err := c.Exec(modules.Cmd{Argv: []string{path, "docker-cli-plugin-metadata"}})
	return err == nil && out.RC == 0 && strings.Contains(out.Stdout, "SchemaVersion")
}
