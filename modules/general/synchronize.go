package general

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

// synchronizeArgs: the controller's half makes addresses of src and dest and
// decides where rsync runs; SSHArgs, Rsync and Password are its to say.
type synchronizeArgs struct {
	Src          string   `arg:"src,required" doc:"What to copy: on the controller, with mode=pull on the host."`
	Dest         string   `arg:"dest,required" doc:"Where to: on the host, with mode=pull on the controller."`
	Mode         string   `arg:"mode" enum:"pull,push" default:"push" doc:"Direction, seen from the controller or from the host delegated to."`
	DestPort     *int     `arg:"dest_port" doc:"Port of the host's ssh server; by default that of the connection."`
	Archive      bool     `arg:"archive" default:"true" doc:"Recursive, with links, permissions, times, owners, groups and devices."`
	Recursive    *bool    `arg:"recursive" doc:"Go into folders; by default as archive."`
	Links        *bool    `arg:"links" doc:"Copy symbolic links as links; by default as archive."`
	CopyLinks    bool     `arg:"copy_links" default:"false" doc:"Copy what links lead to."`
	Perms        *bool    `arg:"perms" doc:"Keep permissions; by default as archive."`
	Times        *bool    `arg:"times" doc:"Keep modification times; by default as archive."`
	Owner        *bool    `arg:"owner" doc:"Keep owners; by default as archive."`
	Group        *bool    `arg:"group" doc:"Keep groups; by default as archive."`
	Dirs         bool     `arg:"dirs" default:"false" doc:"Copy folders without what is in them."`
	Checksum     bool     `arg:"checksum" default:"false" doc:"Compare checksums instead of time and size."`
	Compress     bool     `arg:"compress" default:"true" doc:"Compress what is sent."`
	ExistingOnly bool     `arg:"existing_only" default:"false" doc:"Make no new files."`
	Delete       bool     `arg:"delete" default:"false" doc:"Remove files from dest that src has not."`
	Partial      bool     `arg:"partial" default:"false" doc:"Keep files that were sent in part."`
	DelayUpdates bool     `arg:"delay_updates" default:"true" doc:"Put all files in place at the end; also reads .rsync-filter files."`
	LinkDest     []string `arg:"link_dest" doc:"Folders whose files are linked to instead of copied when they are the same."`
	RsyncPath    string   `arg:"rsync_path" doc:"The rsync program on the other end."`
	RsyncTimeout int      `arg:"rsync_timeout" default:"0" doc:"Seconds without data after which to give up; 0 for never."`
	RsyncOpts    []string `arg:"rsync_opts" default:"" doc:"Further options of rsync."`
	PrivateKey   string   `arg:"private_key" type:"path" doc:"Key for ssh; by default that of the connection."`
	VerifyHost   bool     `arg:"verify_host" default:"false" doc:"Check the host's key."`
	Multiplexing bool     `arg:"ssh_connection_multiplexing" default:"false" doc:"Let ssh share connections."`
	UseSSHArgs   bool     `arg:"use_ssh_args" default:"false" doc:"Give ssh the arguments of the connection."`
	SetUser      bool     `arg:"set_remote_user" default:"true" doc:"Name the user of the connection; false leaves it to ssh's configuration."`

	SSHArgs  string `arg:"ssh_args,internal" doc:"Arguments of ssh."`
	Rsync    string `arg:"_local_rsync_path,internal" default:"rsync" doc:"The rsync program where this runs."`
	Password string `arg:"_local_rsync_password,secret,internal" doc:"Password for ssh."`
}

type synchronizeResult struct {
	Cmd     string   `json:"cmd" doc:"The command line."`
	RC      int      `json:"rc" doc:"How rsync ended."`
	Msg     string   `json:"msg" doc:"What rsync printed."`
	Stdout  []string `json:"stdout_lines" doc:"What rsync printed, by line."`
	Changed bool     `json:"changed" doc:"Whether anything was copied or removed."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.posix.synchronize", Summary: "Copy trees of files with rsync",
		Example: `- name: The site, without what is no longer part of it
  ansible.posix.synchronize:
    src: site/
    dest: /srv/www
    delete: true
    rsync_opts: ["--exclude=.git"]
`,
		Notes: []string{
			"rsync runs on the controller, or on the host that the task is delegated to, and has to be installed on both ends.",
			"With become the rsync of the other end runs through sudo, which must not ask for a password.",
		},
		Differs: []string{"Without a port for the connection ssh's configuration decides, not port 22."},
	}, synchronize)
}

const (
	changeMark = "<<CHANGED>>"
	outFormat  = changeMark + "%i %n%L"
)

func synchronize(c *modules.Context, a synchronizeArgs) (synchronizeResult, error) {
	if strings.HasPrefix(a.Src, "rsync://") && strings.HasPrefix(a.Dest, "rsync://") {
		return synchronizeResult{}, modules.Fail("either src or dest must be a localhost").With("rc", 1)
	}
	var err error
	if a.Rsync, err = c.Find(a.Rsync); err != nil {
		return synchronizeResult{}, err
	}
	cmd, err := a.command(c)
	if err != nil {
		return synchronizeResult{}, err
	}
	out, err := run(c, &cmd)
	if err != nil {
		return synchronizeResult{}, err
	}
	// Ansible's own quoting of this word is what people have seen.
	line := strings.Replace(shlex.Join(cmd.Argv), "'--out-format="+outFormat+"'", "--out-format='"+outFormat+"'", 1)
	if out.RC != 0 {
		return synchronizeResult{}, modules.Fail("%s", out.Stderr).With("rc", out.RC).With("cmd", line)
	}
	r := synchronizeResult{Cmd: line, Msg: strings.ReplaceAll(out.Stdout, changeMark, ""), Stdout: []string{}}
	for _, l := range strings.Split(r.Msg, "\n") {
		if l != "" {
			r.Stdout = append(r.Stdout, l)
		}
	}
	r.Changed = strings.Contains(out.Stdout, changeMark)
	if len(a.LinkDest) > 0 {
		r.Changed = !strings.Contains(out.Stdout, changeMark+".")
	}
	c.AddDiff(modules.Diff{Prepared: r.Msg})
	return r, nil
}

// run lets rsync do it where effects happen, and elsewhere say what it would do.
func run(c *modules.Context, cmd *modules.Cmd) (out modules.Output, err error) {
	done := false
	err = c.Change(modules.Diff{}, func() (err error) {
		done = true
		out, err = c.Exec(*cmd)
		return err
	})
	if err != nil || done {
		return out, err
	}
	// After the options that command begins with.
	at := slices.Index(cmd.Argv, "-F") + 1
	for cmd.Argv[at] == "--compress" || strings.HasPrefix(cmd.Argv[at], "--timeout=") {
		at++
	}
	cmd.Argv = slices.Insert(slices.Clone(cmd.Argv), at, "--dry-run")
	return c.Exec(*cmd)
}

// command is rsync's, given a password where the connection has one.
func (a synchronizeArgs) command(c *modules.Context) (modules.Cmd, error) {
	argv, err := a.argv(c)
	if err != nil || a.Password == "" {
		return modules.Cmd{Argv: argv}, err
	}
	if _, err := c.Find("sshpass"); err != nil {
		return modules.Cmd{}, modules.Fail("to use rsync connection with passwords, you must install the sshpass program")
	}
	return modules.Cmd{Argv: append([]string{"sshpass", "-e"}, argv...), Env: []string{"SSHPASS=" + a.Password}}, nil
}

// argv is the command line, in the order that Ansible gives it.
func (a synchronizeArgs) argv(c *modules.Context) ([]string, error) {
	argv := []string{a.Rsync}
	add := func(on bool, opts ...string) {
		if on {
			argv = append(argv, opts...)
		}
	}
	add(a.DelayUpdates, "--delay-updates", "-F")
	add(a.Compress, "--compress")
	add(a.RsyncTimeout != 0, "--timeout="+strconv.Itoa(a.RsyncTimeout))
	add(a.Delete, "--delete-after")
	add(a.ExistingOnly, "--existing")
	add(a.Checksum, "--checksum")
	add(a.CopyLinks, "--copy-links")
	add(a.Archive, "--archive")
	argv = append(argv, a.parts()...)
	add(a.Dirs, "--dirs")
	given, err := a.given()
	if err != nil {
		return nil, err
	}
	add(a.overShell(), a.shell(given)...)
	add(a.RsyncPath != "", "--rsync-path="+a.RsyncPath)
	argv = append(argv, given...)
	add(a.Partial, "--partial")
	links, err := a.links(c)
	if err != nil {
		return nil, err
	}
	argv = append(argv, links...)
	return append(argv, "--out-format="+outFormat, expand(c, a.Src), expand(c, a.Dest)), nil
}

// parts are the differences from what archive says.
func (a synchronizeArgs) parts() []string {
	var out []string
	for _, p := range []struct {
		name string
		on   *bool
	}{{"recursive", a.Recursive}, {"links", a.Links}, {"perms", a.Perms}, {"times", a.Times}, {"owner", a.Owner}, {"group", a.Group}} {
		switch {
		case p.on == nil || *p.on == a.Archive:
		case *p.on:
			out = append(out, "--"+p.name)
		default:
			out = append(out, "--no-"+p.name)
		}
	}
	return out
}

// given are the user's options; one may hold several, quoted as for a shell.
func (a synchronizeArgs) given() ([]string, error) {
	var out []string
	for _, opt := range a.RsyncOpts {
		words, err := shlex.Split(opt)
		if err != nil {
			return nil, modules.Fail("rsync_opts: %s: %w", opt, err)
		}
		out = append(out, words...)
	}
	return out, nil
}

func (a synchronizeArgs) overShell() bool {
	daemon := strings.HasPrefix(a.Src, "rsync://") || strings.HasPrefix(a.Dest, "rsync://")
	return !daemon && (strings.Contains(a.Src, ":") || strings.Contains(a.Dest, ":"))
}

func (a synchronizeArgs) shell(given []string) []string {
	for _, opt := range given {
		if strings.Contains(opt, "--rsh") {
			return nil
		}
	}
	argv := []string{"ssh"}
	if !a.Multiplexing {
		argv = append(argv, "-S", "none")
	}
	if a.PrivateKey != "" {
		argv = append(argv, "-i", a.PrivateKey)
	}
	if a.DestPort != nil {
		argv = append(argv, "-o", "Port="+strconv.Itoa(*a.DestPort))
	}
	if !a.VerifyHost {
		argv = append(argv, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null")
	}
	return []string{strings.TrimSpace("--rsh=" + shlex.Join(argv) + " " + a.SSHArgs)}
}

func (a synchronizeArgs) links(c *modules.Context) ([]string, error) {
	if len(a.LinkDest) == 0 {
		return nil, nil
	}
	// Without -vv rsync does not say that it made a hard link.
	out := []string{"-H", "-vv"}
	for _, dir := range a.LinkDest {
		dir = c.Abs(dir)
		if into := c.Abs(filepath.Dir(a.Dest)); strings.HasPrefix(into, dir) {
			return nil, modules.Fail("Hardlinking into a subdirectory of the source would cause recursion. %s and %s", into, value.Str(a.Dest))
		}
		out = append(out, "--link-dest="+dir)
	}
	return out, nil
}

func expand(c *modules.Context, path string) string {
	if strings.Contains(path, "@") || !strings.HasPrefix(path, "~") {
		return path
	}
	expanded := c.Path(path)
	if strings.HasSuffix(path, "/") && !strings.HasSuffix(expanded, "/") {
		expanded += "/"
	}
	return expanded
}
