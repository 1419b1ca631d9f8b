package source

import (
	"os"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
)

type svnArgs struct {
	Repo       string `arg:"repo,required" alias:"name,repository" doc:"Address of the repository."`
	Dest       string `arg:"dest" type:"path" doc:"Where the working copy is to be; needed unless checkout and export are off."`
	Revision   string `arg:"revision" default:"HEAD" alias:"rev,version" doc:"The revision."`
	Force      bool   `arg:"force" default:"false" doc:"Throw away local modifications; without it they are a failure."`
	InPlace    bool   `arg:"in_place" default:"false" doc:"Check out into a folder that is there and is no working copy."`
	Username   string `arg:"username" doc:"User for the server."`
	Password   string `arg:"password,secret" doc:"Password for the server."`
	Executable string `arg:"executable" type:"path" doc:"Path of the svn program."`
	Checkout   bool   `arg:"checkout" default:"true" doc:"Check out what is not there."`
	Update     bool   `arg:"update" default:"true" doc:"Fetch what is new."`
	Export     bool   `arg:"export" default:"false" doc:"Export files without the data of a working copy."`
	Switch     bool   `arg:"switch" default:"true" doc:"Switch a working copy of another address over."`
	Validate   bool   `arg:"validate_certs" default:"false" doc:"Refuse servers whose certificate is not trusted."`
}

type svnResult struct {
	Before []string `json:"before,omitempty" doc:"Revision and URL that were there, as a list."`
	After  any      `json:"after,omitempty" doc:"Revision and URL that are there now, as a list; of no destination the revision of the repository."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.subversion",
		Summary: "Check Subversion repositories out and keep them at a revision",
		Example: "- name: The application at a revision\n  ansible.builtin.subversion:\n    repo: https://svn.example.com/app/trunk\n    dest: /srv/app\n    revision: 1189\n",
		Differs: []string{"In a check before and after are lists, with the address."},
		Notes:   []string{"The password reaches svn through its standard input, never its command line; svn 1.10 or newer is needed for that."},
	}, subversion)
}

type svnJob struct {
	svnArgs
	c *modules.Context
	r svnResult
}

func subversion(c *modules.Context, a svnArgs) (svnResult, error) {
	s := &svnJob{svnArgs: a, c: c}
	if s.Executable == "" {
		var err error
		if s.Executable, err = c.Find("svn"); err != nil {
			return s.r, err
		}
	}
	if a.Dest == "" && (a.Checkout || a.Update || a.Export) {
		return s.r, modules.Fail("the destination directory must be specified unless checkout=no, update=no, and export=no")
	}
	switch there := fsys.Exists(a.Dest); {
	case a.Dest == "":
		out, err := s.svn("info", a.Repo)
		s.r.After = field(out.Stdout, "Revision")
		return s.r, err
	case a.Export || !there:
		return s.r, s.fresh(there)
	case s.isWorkingCopy():
		err := s.renew()
		if err != nil {
			s.r = svnResult{}
		}
		return s.r, err
	case a.InPlace:
		return s.r, s.change("checkout", "--force", a.Repo, a.Dest)
	default:
		return s.r, modules.Fail("ERROR: %s folder already exists, but its not a subversion repository.", a.Dest)
	}
}

// svn runs svn; what it would ask for, it fails for.
func (s *svnJob) svn(args ...string) (modules.Output, error) {
	argv := []string{s.Executable, "--non-interactive", "--no-auth-cache"}
	if !s.Validate {
		argv = append(argv, "--trust-server-cert")
	}
	if s.Username != "" {
		argv = append(argv, "--username", s.Username)
	}
	cmd := modules.Cmd{UTF8: true}
	if s.Password != "" {
		argv, cmd.Stdin = append(argv, "--password-from-stdin"), strings.NewReader(s.Password)
	}
	cmd.Argv = append(argv, args...)
	out, err := s.c.Exec(cmd)
	if err == nil && out.RC != 0 {
		err = modules.Fail("%s", strings.TrimSpace(out.Stderr)).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", shlex.Join(cmd.Argv))
	}
	return out, err
}

func (s *svnJob) isWorkingCopy() bool {
	_, err := s.svn("info", s.Dest)
	return err == nil
}

// revision is what svn tells of a working copy: its revision and its URL.
func (s *svnJob) revision() ([]string, error) {
	out, err := s.svn("info", s.Dest)
	if err != nil {
		return nil, err
	}
	return []string{field(out.Stdout, "Revision"), field(out.Stdout, "URL")}, nil
}

func field(text, name string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(line, name+": "); ok {
			return name + ": " + strings.TrimSpace(v)
		}
	}
	return "Unable to get " + strings.ToLower(name)
}

func (s *svnJob) fresh(there bool) error {
	switch {
	case s.Export:
		args := []string{"export", "-r", s.Revision, s.Repo, s.Dest}
		if s.Force {
			args = append(args, "--force")
		}
		return s.c.Change(modules.Diff{}, func() error { _, err := s.svn(args...); return err })
	case !s.Checkout:
		return s.c.Change(modules.Diff{}, func() error { return nil })
	}
	return s.change("checkout", s.Repo, s.Dest)
}

// change runs a command that leaves a working copy at the revision.
func (s *svnJob) change(args ...string) error {
	return s.c.Change(modules.Diff{}, func() error {
		if _, err := s.svn(append([]string{args[0], "-r", s.Revision}, args[1:]...)...); err != nil {
			return err
		}
		after, err := s.revision()
		s.r.After = after
		return err
	})
}

func (s *svnJob) renew() error {
	before, err := s.revision()
	if err != nil {
		return err
	}
	if !s.Update {
		return nil
	}
	modified, err := s.modified()
	if err != nil {
		return err
	}
	if modified && !s.Force {
		return modules.Fail("ERROR: modified files exist in the repository.")
	}
	out, err := s.svn("info", "-r", s.Revision, s.Repo)
	if err != nil {
		return err
	}
	moved := s.Switch && "URL: "+strings.TrimRight(s.Repo, "/") != before[1]
	behind := field(out.Stdout, "Revision") != before[0]
	if s.Revision != "HEAD" {
		behind = "Revision: "+s.Revision != before[0]
	}
	s.r.Before, s.r.After = before, before
	if !modified && !moved && !behind {
		return nil
	}
	s.r.After = []string{field(out.Stdout, "Revision"), field(out.Stdout, "URL")}
	return s.c.Change(modules.Diff{}, func() error { return s.move(modified, moved) })
}

func (s *svnJob) move(modified, moved bool) error {
	if modified {
		if _, err := s.svn("revert", "-R", s.Dest); err != nil {
			return err
		}
	}
	verb := []string{"update", "-r", s.Revision, s.Dest}
	if moved {
		verb = []string{"switch", "--revision", s.Revision, s.Repo, s.Dest}
	}
	if _, err := s.svn(verb...); err != nil {
		return err
	}
	after, err := s.revision()
	s.r.After = after
	return err
}

// modified reports changes of files under version control.
func (s *svnJob) modified() (bool, error) {
	if _, err := os.Stat(s.Dest); err != nil {
		return false, err
	}
	out, err := s.svn("status", "--quiet", "--ignore-externals", s.Dest)
	for line := range strings.Lines(out.Stdout) {
		if line[0] != '?' && line[0] != 'X' && strings.TrimSpace(line) != "" {
			return true, err
		}
	}
	return false, err
}
