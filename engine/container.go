package engine

import (
	"time"

	"goplay/engine/remote"
	"goplay/internal/shlex"
	"goplay/internal/source"
)

// ContainerDefaults are what settings say of containers' connections.
type ContainerDefaults struct {
	Args          map[string]string // options of the engine's command line, by connection
	Podman        string            // the program in its place
	DockerTimeout int               // seconds
}

// container completes a target that is a container with the variables of its
// connection. What is said of the engine itself, its address and its TLS, goes
// to the engine's own program as options.
func (c *connection) container(t *remote.Target) {
	way, _ := remote.Connection(t.Connection)
	if way != "docker" && way != "podman" {
		return
	}
	prefix := "ansible_" + way + "_"
	t.Host = c.text(nil, t.Host, prefix+"host")
	extra, err := shlex.Split(c.text(nil, c.walk.opts.Defaults.Containers.Args[way], prefix+"extra_args"))
	if err != nil {
		c.fail(source.Errorf(source.Pos{}, "%sextra_args: %w", prefix, err))
	}
	t.EngineArgs = extra
	if way == "podman" {
		t.Engine = c.text(nil, c.walk.opts.Defaults.Containers.Podman, prefix+"executable")
		return
	}
	t.User = c.text(nil, t.User, prefix+"user")
	if n := c.int(nil, c.walk.opts.Defaults.Containers.DockerTimeout, prefix+"timeout"); n > 0 {
		t.Timeout = time.Duration(n) * time.Second
	}
	t.EngineArgs = append(c.dockerAPI(), extra...)
}

// dockerAPI are the options of docker for the variables of docker_api.
func (c *connection) dockerAPI() (args []string) {
	for _, o := range []struct{ name, option string }{
		{"docker_host", "--host"}, {"ca_cert", "--tlscacert"}, {"client_cert", "--tlscert"}, {"client_key", "--tlskey"},
	} {
		if v := c.text(nil, "", "ansible_docker_"+o.name); v != "" {
			args = append(args, o.option, v)
		}
	}
	switch {
	case c.flag(nil, false, "ansible_docker_validate_certs"):
		args = append(args, "--tlsverify")
	case c.flag(nil, false, "ansible_docker_tls"):
		args = append(args, "--tls")
	}
	return args
}
