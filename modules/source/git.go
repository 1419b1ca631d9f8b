package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
)

type gitArgs struct {
	Repo       string   `arg:"repo,required" alias:"name" doc:"Address of the repository: a path, a URL, or user@host:path."`
	Dest       string   `arg:"dest" type:"path" doc:"Where the repository is to be; needed unless clone is off."`
	Version    string   `arg:"version" default:"HEAD" doc:"What is to be checked out: a branch, a tag, a commit, or HEAD for the remote's default branch."`
	Remote     string   `arg:"remote" default:"origin" doc:"Name of the remote."`
	Refspec    string   `arg:"refspec" doc:"A further refspec to fetch, such as one of a change under review."`
	Depth      *int     `arg:"depth" doc:"Fetch only so many commits of history, if version is a branch, a tag or HEAD."`
	Single     bool     `arg:"single_branch" default:"false" doc:"Clone only the branch that is asked for."`
	Reference  string   `arg:"reference" doc:"A repository on the target to take objects from."`
	Clone      bool     `arg:"clone" default:"true" doc:"Clone what is not there; otherwise only tell which commit it would be."`
	Update     bool     `arg:"update" default:"true" doc:"Fetch what is new; otherwise leave a repository that is there alone."`
	Force      bool     `arg:"force" default:"false" doc:"Throw away local modifications of tracked files; without it they are a failure."`
	Bare       bool     `arg:"bare" default:"false" doc:"Make a repository without a working tree."`
	Recursive  bool     `arg:"recursive" default:"true" doc:"Bring submodules along, theirs too."`
	Track      bool     `arg:"track_submodules" default:"false" doc:"Move submodules on to the newest commit of their branch."`
	Verify     bool     `arg:"verify_commit" default:"false" doc:"Fail if the commit or tag has no valid signature."`
	Keys       []string `arg:"gpg_allowlist" alias:"gpg_whitelist" default:"" doc:"Fingerprints of keys whose signatures are trusted; empty trusts what gpg trusts."`
	AcceptKey  bool     `arg:"accept_hostkey" default:"false" doc:"Do not check the server's SSH host key."`
	AcceptNew  bool     `arg:"accept_newhostkey" default:"false" doc:"Accept the SSH host key of a server that is not known, but not a changed one."`
	KeyFile    string   `arg:"key_file" type:"path" doc:"Private SSH key to log in with, on the target."`
	SSHOpts    string   `arg:"ssh_opts" doc:"Further options for ssh."`
	Executable string   `arg:"executable" type:"path" doc:"Path of the git program."`
	Umask      any      `arg:"umask" doc:"Umask for what is written, as a quoted octal number."`
	Archive    string   `arg:"archive" type:"path" doc:"Write an archive of the version to this file; its suffix says the format: .zip, .tar, .tar.gz, .tgz."`
	Prefix     string   `arg:"archive_prefix" doc:"Folder that names in the archive begin with."`
	GitDir     string   `arg:"separate_git_dir" type:"path" doc:"Where the repository's own data is to be, apart from the working tree."`
}

type gitResult struct {
	Msg              string  `json:"msg,omitempty" doc:"What was thrown away, if anything was."`
	Before           *string `json:"before" doc:"The commit that was there; null if nothing was."`
	After            *string `json:"after,omitempty" doc:"The commit that is there now."`
	RemoteURLChanged *bool   `json:"remote_url_changed,omitempty" doc:"Whether the remote had another address."`
	Submodules       bool    `json:"submodules_changed,omitempty" doc:"Whether submodules were moved."`
	GitDirNow        string  `json:"git_dir_now,omitempty" doc:"Where the repository's data was moved to."`
	GitDirBefore     string  `json:"git_dir_before,omitempty" doc:"Where the repository's data was moved from."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.git",
		Summary: "Clone git repositories and keep them at a version",
		Example: `- name: The application at its release
  ansible.builtin.git:
    repo: https://example.com/app.git
    dest: /srv/app
    version: v1.4.2
    depth: 1

- name: A private repository
  ansible.builtin.git:
    repo: git@example.com:team/site.git
    dest: /srv/site
    key_file: /root/.ssh/deploy
    accept_newhostkey: true
`,
		Notes: []string{
			"The remote is asked for its references once; nothing is fetched when the commit is there already.",
			"git never asks for a password: a repository that wants one fails at once.",
		},
		Differs: []string{
			"Check mode fetches nothing: its diff names the commits if the new one is not there yet.",
			"git 2.3 or newer is needed.",
		},
		Exclusive:  [][]string{{"separate_git_dir", "bare"}, {"accept_hostkey", "accept_newhostkey"}},
		RequiredBy: map[string][]string{"archive_prefix": {"archive"}},
	}, git)
}

// checkout is one run of the module.
type checkout struct {
	gitArgs
	c    *modules.Context
	r    gitResult
	env  []string
	refs references
}

func git(c *modules.Context, a gitArgs) (gitResult, error) {
	g := &checkout{gitArgs: a, c: c}
	if err := g.settle(); err != nil {
		return gitResult{}, err
	}
	return g.r, nil
}

func (g *checkout) settle() error {
	if err := g.prepare(); err != nil {
		return err
	}
	if g.Dest == "" || !fsys.Exists(filepath.Join(g.gitDir(), "config")) {
		return g.fresh()
	}
	if err := g.relocate(); err != nil {
		return err
	}
	if !g.Update {
		before, err := g.head()
		if err != nil {
			return err
		}
		g.r.Before, g.r.After = &before, &before
		return g.archive()
	}
	if err := g.update(); err != nil {
		return err
	}
	return g.archive()
}

func (g *checkout) prepare() error {
	if g.Executable == "" {
		if _, err := g.c.Find("git"); err != nil {
			return err
		}
		g.Executable = "git"
	}
	if g.Dest == "" && g.Clone {
		return modules.Fail("the destination directory must be specified unless clone=no")
	}
	if g.Dest != "" {
		abs, err := filepath.Abs(g.Dest)
		if err != nil {
			return err
		}
		g.Dest = abs
	}
	if path := g.c.Path(g.Repo); strings.HasPrefix(path, "/") {
		// Depth works with URLs only.
		g.Repo = "file://" + path
	}
	g.env = append(g.env, "GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND="+g.sshCommand())
	if g.Umask == nil {
		return nil
	}
	text, ok := g.Umask.(string)
	if !ok {
		return modules.Fail("umask must be defined as a quoted octal integer")
	}
	if _, err := strconv.ParseUint(text, 8, 12); err != nil {
		return modules.Fail("umask must be an octal integer").With("details", err.Error())
	}
	return nil
}

// sshCommand is what git runs to reach a server; git hands it to a shell.
func (g *checkout) sshCommand() string {
	command := "ssh"
	for _, name := range []string{"GIT_SSH_COMMAND", "GIT_SSH"} {
		if v := g.c.Getenv(name); v != "" {
			command = v
		}
	}
	if opts := strings.TrimSpace(g.c.Getenv("GIT_SSH_OPTS") + " " + g.SSHOpts); opts != "" {
		command += " " + opts
	}
	for _, o := range []struct {
		on   bool
		text string
	}{
		{g.AcceptKey, "StrictHostKeyChecking=no"},
		{g.AcceptNew && !strings.Contains(command, "StrictHostKeyChecking=no"), "StrictHostKeyChecking=accept-new"},
		{true, "BatchMode=yes"},
	} {
		if o.on && !strings.Contains(command, o.text) {
			command += " -o " + o.text
		}
	}
	if g.KeyFile != "" {
		command += " -i '" + strings.ReplaceAll(g.KeyFile, "'", `'\''`) + "' -o IdentitiesOnly=yes"
	}
	return command
}

// exec runs git in a folder, "" for where this process is.
func (g *checkout) exec(dir string, args ...string) (modules.Output, error) {
	argv := append([]string{g.Executable}, args...)
	if text, ok := g.Umask.(string); ok {
		// A process cannot change its umask for one child alone.
		argv = append([]string{"sh", "-c", `umask "$0" && exec "$@"`, text}, argv...)
	}
	return g.c.Exec(modules.Cmd{Argv: argv, Dir: dir, Env: g.env, UTF8: true})
}

// must is exec for what has to end well; words are said of its bad end, or
// what git itself said without them.
func (g *checkout) must(dir, words string, args ...string) (string, error) {
	out, err := g.exec(dir, args...)
	if err != nil {
		return "", err
	}
	if out.RC != 0 {
		if words == "" {
			words = strings.TrimSpace(out.Stderr)
		}
		program := g.Executable
		if path, err := g.c.Find(program); err == nil {
			program = path
		}
		return "", modules.Fail("%s", words).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).
			With("cmd", shlex.Join(append([]string{program}, args...)))
	}
	return out.Stdout, nil
}

func (g *checkout) head() (string, error) {
	out, err := g.exec(g.Dest, "rev-parse", "HEAD")
	return strings.TrimSpace(out.Stdout), err
}

// gitDir is where a repository's data is: dest, .git below it, or where a file
// of that name points.
func (g *checkout) gitDir() string {
	if g.Bare {
		return g.Dest
	}
	path := filepath.Join(g.Dest, ".git")
	data, err := os.ReadFile(path)
	if err != nil {
		return path
	}
	target, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: ")
	if !ok {
		return path
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(g.Dest, target)
	}
	return target
}

// relocate moves a repository's data apart from its working tree.
func (g *checkout) relocate() error {
	if g.GitDir == "" {
		return nil
	}
	from, to := g.gitDir(), fsys.Resolve(g.GitDir)
	if from == to {
		return nil
	}
	if fsys.Exists(to) {
		return modules.Fail("Separate-git-dir path %s already exists.", to)
	}
	g.r.GitDirBefore, g.r.GitDirNow = from, to
	return g.c.Change(modules.Diff{}, func() error {
		if err := os.Rename(from, to); err != nil {
			return modules.Fail("Unable to move git dir. %w", err)
		}
		return os.WriteFile(filepath.Join(g.Dest, ".git"), []byte("gitdir: "+to), 0o644)
	})
}

// fresh is for where there is no repository yet.
func (g *checkout) fresh() error {
	if err := g.askRemote("", g.Repo); err != nil {
		return err
	}
	after, err := g.target()
	if err != nil {
		return err
	}
	g.r.After = &after
	diff := modules.Diff{Prepared: fmt.Sprintf(">> Newly checked out %s", after)}
	if !g.Clone {
		return g.c.Change(diff, func() error { return nil })
	}
	return g.c.Change(diff, func() error {
		if err := g.clone(); err != nil {
			return err
		}
		if !g.Bare {
			if err := g.switchTo(); err != nil {
				return err
			}
			if g.Recursive {
				g.r.Submodules = g.hasSubmodules()
				if err := g.updateSubmodules(); err != nil {
					return err
				}
			}
		}
		now, err := g.head()
		if err != nil {
			return err
		}
		g.r.After = &now
		return g.archive()
	})
}
