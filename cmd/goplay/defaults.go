package main

import (
	"strings"
	"time"

	"goplay/engine"
)

// defaults are how hosts are reached where nothing else says.
func (s *session) defaults() (engine.Defaults, error) {
	c := s.config
	d := engine.Defaults{
		User: first(s.user, c.String("DEFAULT_REMOTE_USER")), Connection: first(s.connection, c.String("DEFAULT_TRANSPORT")),
		PrivateKey: first(s.privateKey, c.String("DEFAULT_PRIVATE_KEY_FILE")), Port: c.Int("DEFAULT_REMOTE_PORT"),
		Timeout:         time.Duration(c.Int("ssh.timeout")) * time.Second,
		HostKeyChecking: c.Bool("HOST_KEY_CHECKING") && c.Bool("ssh.host_key_checking"), SSHArgs: s.given("ssh.ssh_args"), TransferMethod: c.String("ssh.ssh_transfer_method"),
		NoTerminal: !c.Bool("ssh.use_tty"), Containers: s.containers(),
		SSHCommonArgs: first(s.sshCommon, s.given("ssh.ssh_common_args")), SSHExtraArgs: first(s.sshExtra, s.given("ssh.ssh_extra_args")),
		Become: s.become || c.Bool("DEFAULT_BECOME"), BecomeUser: first(s.becomeUser, c.String("DEFAULT_BECOME_USER")),
		BecomeMethod: first(s.becomeMethod, c.String("DEFAULT_BECOME_METHOD")), BecomeFlags: s.given("DEFAULT_BECOME_FLAGS"),
		BecomeExe: s.given("DEFAULT_BECOME_EXE"), Becomes: s.becomes(), BecomeSameUser: c.Bool("BECOME_ALLOW_SAME_USER"),
	}
	if s.given("INTERPRETER_PYTHON") != "" && !strings.HasPrefix(s.given("INTERPRETER_PYTHON"), "auto") {
		d.Python = s.given("INTERPRETER_PYTHON")
	}
	d.Shell = s.given("DEFAULT_EXECUTABLE")
	if s.timeout > 0 {
		d.Timeout = time.Duration(s.timeout) * time.Second
	}
	var err error
	if d.Password, err = s.secret(s.askPass || c.Bool("DEFAULT_ASK_PASS"), first(s.passFile, c.String("CONNECTION_PASSWORD_FILE")), "SSH password: "); err != nil {
		return d, err
	}
	prompt := "BECOME password: "
	if !c.Bool("AGNOSTIC_BECOME_PROMPT") {
		prompt = strings.ToUpper(d.BecomeMethod) + " password: "
	}
	if s.askPass {
		prompt = strings.TrimSuffix(prompt, ": ") + "[defaults to SSH password]: "
	}
	if d.BecomePassword, err = s.secret(s.askBecome || c.Bool("DEFAULT_BECOME_ASK_PASS"), first(s.becomeFile, c.String("BECOME_PASSWORD_FILE")), prompt); err != nil {
		return d, err
	}
	if d.BecomePassword == "" && s.askBecome {
		d.BecomePassword = d.Password
	}
	return d, nil
}

// becomes are the ways of becoming another user that have settings of their own.
func (s *session) becomes() map[string]engine.BecomeDefaults {
	ways := map[string]engine.BecomeDefaults{}
	for _, way := range []string{"sudo", "su", "doas"} {
		d := engine.BecomeDefaults{Flags: s.given(way + ".become_flags"), Exe: s.given(way + ".become_exe"), Password: s.given(way + ".become_pass")}
		if s.becomeUser == "" {
			d.User = s.given(way + ".become_user")
		}
		ways[way] = d
	}
	return ways
}

// containers are the settings of the connections to containers.
func (s *session) containers() engine.ContainerDefaults {
	d := engine.ContainerDefaults{Podman: s.given("podman.podman_executable"),
		Args: map[string]string{"docker": s.given("docker.docker_extra_args"), "podman": s.given("podman.podman_extra_args")}}
	if s.config.IsSet("docker.container_timeout") {
		d.DockerTimeout = s.config.Int("docker.container_timeout")
	}
	return d
}
