package actions

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine"
	"goplay/engine/remote"
	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

func init() { register("ansible.posix.synchronize", synchronize) }

// synchronize has rsync run on the controller, or on the host that the task is
// delegated to, and connect from there to the task's host on its own.
func synchronize(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if s.Text("src") == "" || s.Text("dest") == "" {
		return failure("synchronize requires both src and dest parameters are set")
	}
	p, err := peerOf(ctx, s)
	if err != nil {
		return failed(err)
	}
	set := map[string]any{"ssh_args": nil}
	if rsync, ok, err := s.Lookup(ctx, "ansible_rsync_path"); err == nil && ok {
		set["_local_rsync_path"] = value.Str(rsync)
	}
	if p.same {
		set["src"], set["dest"] = localPath(s, s.Text("src")), localPath(s, s.Text("dest"))
		return through(ctx, s, set)
	}
	if err := p.address(s, set); err != nil {
		return failed(err)
	}
	if err := p.shell(s, set); err != nil {
		return failed(err)
	}
	call := modules.Call{Args: argsWith(s, set)}
	if s.Delegate == "" {
		return s.RunLocal(ctx, call)
	}
	// The user to become is one of the other end.
	from := *s
	from.Target.Become = nil
	return from.Run(ctx, call)
}

// peer is the end that rsync connects to.
type peer struct {
	remote.Target
	way  string
	same bool // it is where rsync runs
}

func peerOf(ctx context.Context, s *engine.Step) (peer, error) {
	p := peer{Target: s.Target}
	p.way, _ = remote.Connection(s.Target.Connection)
	if s.Delegate == "" {
		p.same = p.way == "local"
		return p, nil
	}
	p.way, p.Connection = "ssh", "ssh"
	p.Host, p.User, p.PrivateKeyFile, p.Password, p.Port = s.Host.Name, "", "", "", 0
	for _, v := range []struct {
		to    *string
		names []string
	}{
		{&p.Host, []string{"ansible_host", "ansible_ssh_host"}},
		{&p.User, []string{"ansible_user", "ansible_ssh_user"}},
		{&p.PrivateKeyFile, []string{"ansible_private_key_file", "ansible_ssh_private_key_file"}},
		{&p.Password, []string{"ansible_password", "ansible_ssh_pass"}},
	} {
		for _, name := range slices.Backward(v.names) {
			given, ok, err := s.Lookup(ctx, name)
			if err != nil {
				return p, err
			}
			if ok && given != nil {
				*v.to = value.Str(given)
			}
		}
	}
	if port, ok, err := s.Lookup(ctx, "ansible_port"); err == nil && ok {
		n, err := modules.ToInt(port)
		if err != nil {
			return p, err
		}
		p.Port = int(n)
	}
	p.same = s.Delegate == s.Host.Name || s.Delegate == p.Host
	return p, nil
}

// address names the peer's side as rsync does and makes the other a local path.
func (p peer) address(s *engine.Step, set map[string]any) error {
	named, err := s.Bool("set_remote_user", true)
	if err != nil {
		return err
	}
	user := ""
	if named && p.way == "ssh" {
		user = p.User
	}
	near, far := "src", "dest"
	if s.Text("mode") == "pull" {
		near, far = far, near
	}
	set[near] = localPath(s, s.Text(near))
	set[far] = p.remotePath(user, s.Text(far))
	return nil
}

func (p peer) remotePath(user, path string) string {
	if strings.HasPrefix(path, "rsync://") {
		return path
	}
	if user != "" {
		user += "@"
	}
	if strings.Contains(p.Host, ":") {
		return "[" + user + p.Host + "]:" + path
	}
	return user + p.Host + ":" + path
}

// shell says how rsync reaches the peer and becomes the task's user there.
func (p peer) shell(s *engine.Step, set map[string]any) error {
	useArgs, err := s.Bool("use_ssh_args", false)
	if err != nil {
		return err
	}
	if p.way == "docker" || p.way == "podman" {
		set["rsync_opts"] = p.containerOptions(s)
		return nil
	}
	if useArgs {
		set["ssh_args"] = strings.TrimSpace(strings.Join([]string{s.Target.SSHArgs, s.Target.SSHCommonArgs, s.Target.SSHExtraArgs}, " "))
	}
	if p.Port > 0 && s.Arg("dest_port") == nil {
		set["dest_port"] = int64(p.Port)
	}
	if p.PrivateKeyFile != "" && s.Text("private_key") == "" {
		set["private_key"] = p.PrivateKeyFile
	}
	if p.Password != "" {
		set["_local_rsync_password"] = p.Password
	}
	if b := s.Target.Become; b != nil && s.Text("rsync_path") == "" && (b.Method == "" || b.Method == "sudo") {
		set["rsync_path"] = "sudo rsync"
		if b.User != "" {
			set["rsync_path"] = "sudo -u " + shlex.Quote(b.User) + " rsync"
		}
	}
	return nil
}

func (p peer) containerOptions(s *engine.Step) any {
	var opts []string
	switch given := s.Arg("rsync_opts").(type) {
	case nil:
	case *value.List:
		for _, o := range given.Items {
			opts = append(opts, value.Str(o))
		}
	default:
		opts = strings.Split(value.Str(given), ",")
	}
	if !slices.Contains(opts, "--blocking-io") {
		opts = append(opts, "--blocking-io")
	}
	user := p.User
	if b := s.Target.Become; b != nil {
		user = b.User
	}
	exec := shlex.Join(slices.Concat([]string{cmp.Or(p.Engine, p.way)}, p.EngineArgs, []string{"exec"}))
	if user != "" {
		exec += " -u " + user
	}
	return value.Strings(append(opts, "--rsh="+shlex.Quote(exec+" -i")))
}

// localPath finds a relative path as other tasks' files are found, or below the
// playbook's folder; its trailing slash means something to rsync.
func localPath(s *engine.Step, path string) string {
	if strings.Contains(path, ":") || filepath.IsAbs(path) || strings.HasPrefix(path, "~") {
		return path
	}
	found, err := s.FindFile("files", path)
	if err != nil {
		found = filepath.Join(s.PlayDir(), path)
	}
	if strings.HasSuffix(path, string(os.PathSeparator)) && !strings.HasSuffix(found, "/") {
		found += "/"
	}
	return found
}
