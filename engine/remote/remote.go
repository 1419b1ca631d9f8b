// Package remote reaches hosts: over ssh as ~/.ssh/config has it, in a
// container, or here, as the login user or as another. It puts the agent
// there once, starts it, and hands out a modules.Runner for each host and
// user. It knows nothing of playbooks; the protocol is engine/agent's.
package remote

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Target is a host and how to reach it, in the words of inventory variables.
// The zero value of a field leaves it to ~/.ssh/config and to defaults.
type Target struct {
	Name       string // in the inventory; for messages
	Connection string // "ssh", "local", "docker", "podman" or another name that Ansible has for one of these
	Host       string // address, or name or id of the container
	Port       int
	User       string
	Password   string

	PrivateKeyFile       string
	PrivateKeyPassphrase string
	// SSHArgs, SSHCommonArgs and SSHExtraArgs are options of ssh's command line.
	SSHArgs, SSHCommonArgs, SSHExtraArgs string
	// NoHostKeyChecking takes hosts at their word (host_key_checking = False).
	NoHostKeyChecking bool
	NoTerminal        bool          // no terminal is asked for, even where becoming another user wants one
	Timeout           time.Duration // to connect, and to become; 10 s when zero

	// TransferMethod is how an agent gets to the host: by SFTP if it says "sftp".
	TransferMethod string

	RemoteTmp string // a further folder for the agent, tried after the user's cache

	Engine     string   // program in place of docker or podman
	EngineArgs []string // options of its command line, before its own command

	Become *Become
}

// Become is another user to run as.
type Become struct {
	Method   string // "sudo" when empty; see BecomeMethods
	User     string // "root" when empty
	Password string
	Flags    string // replaces the method's own when not empty
	Exe      string // replaces the method's program
}

// Options are what all hosts of a pool have in common. The zero value is usable.
type Options struct {
	// Ask asks the user on the terminal for a line that is not shown. Without
	// it, what would need an answer fails and says so.
	Ask func(ctx context.Context, prompt string) (string, error)
	// Warn is told once of each thing that the user should know. It may be called concurrently.
	Warn func(msg string)
	// Retries is how often a connection that fails is tried again (ANSIBLE_SSH_RETRIES).
	// Hosts that take no more connections for the moment are tried again in any case.
	Retries int
	// SSHConfig replaces ~/.ssh/config and /etc/ssh/ssh_config.
	SSHConfig []string
	// Agents finds the agent for a system; nil is Agents.
	Agents func(goos, goarch string) (*Binary, error)
}

// Unreachable is the error of a host that cannot be reached, with the reason in
// one line.
type Unreachable struct {
	Msg string
	Err error
}

func (e *Unreachable) Error() string { return e.Msg }
func (e *Unreachable) Unwrap() error { return e.Err }

// BecomeFailed is the error of a host that is reached, but where the user
// cannot become another. It is a failure of the task, not of the connection.
type BecomeFailed struct{ Msg string }

func (e *BecomeFailed) Error() string { return e.Msg }

// NoPlugin is the error of a host that is to be reached in a way that there is
// not. It is a fault of the task's settings, not a loss of the host.
type NoPlugin struct{ Connection string }

func (e *NoPlugin) Error() string {
	return fmt.Sprintf("the connection plugin '%s' was not found", e.Connection)
}

const defaultTimeout = 10 * time.Second

func (t *Target) timeout() time.Duration {
	if t.Timeout > 0 {
		return t.Timeout
	}
	return defaultTimeout
}

func (t *Target) name() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Host
}

// connections are the names that inventories have for the ways there are.
var connections = map[string]string{
	"": "ssh", "ssh": "ssh", "smart": "ssh", "paramiko": "ssh", "paramiko_ssh": "ssh",
	"ansible.builtin.ssh": "ssh", "ansible.builtin.paramiko_ssh": "ssh", "ansible.netcommon.libssh": "ssh",
	"local": "local", "ansible.builtin.local": "local",
	"docker": "docker", "docker_api": "docker",
	"community.docker.docker": "docker", "community.docker.docker_api": "docker", "community.general.docker": "docker",
	"podman": "podman", "containers.podman.podman": "podman",
}

// Connection gives the way that an ansible_connection means: "ssh", "local",
// "docker" or "podman". ok is false for a name that stands for none of them.
func Connection(name string) (way string, ok bool) {
	way, ok = connections[name]
	return way, ok
}

// identity is what two targets have in common that share a connection.
type identity struct {
	way, host                string
	port                     int
	user, password, key      string
	args, common, extra, tmp string
	engine                   string
	noCheck, noTerminal      bool
}

func (t *Target) identity() (identity, error) {
	way, ok := Connection(t.Connection)
	if !ok {
		return identity{}, &NoPlugin{t.Connection}
	}
	id := identity{way: way, host: t.Host, port: t.Port, user: t.User, password: t.Password, key: t.PrivateKeyFile,
		args: t.SSHArgs, common: t.SSHCommonArgs, extra: t.SSHExtraArgs, tmp: t.RemoteTmp,
		engine: strings.Join(append([]string{t.Engine}, t.EngineArgs...), "\x00"), noCheck: t.NoHostKeyChecking, noTerminal: t.NoTerminal}
	if way == "local" {
		id = identity{way: way}
	}
	return id, nil
}

// oneLine makes the last that a program said fit a message.
func oneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	var kept []string
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, l)
		}
	}
	if n := len(kept); n > 3 {
		kept = kept[n-3:]
	}
	return strings.Join(kept, " ")
}
