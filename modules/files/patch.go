package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/modules"
	"goplay/modules/fsys"
)

// patchArgs: without remote_src the controller's half passes in _content the
// name under which the target pulls the patch.
type patchArgs struct {
	Src        string `arg:"src,required" alias:"patchfile" type:"path" doc:"The patch: a file of the controller, or of the target with remote_src."`
	RemoteSrc  bool   `arg:"remote_src" default:"false" doc:"src is a file of the target."`
	Basedir    string `arg:"basedir" type:"path" doc:"Folder in which the patch applies; the one of dest where it is not given."`
	Dest       string `arg:"dest" alias:"originalfile" type:"path" doc:"The file to patch, where not those that the patch names."`
	Strip      int    `arg:"strip" default:"0" doc:"How many folders are taken off the names in the patch."`
	State      string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the patch is to be applied or taken back."`
	Backup     bool   `arg:"backup" default:"false" doc:"Keep numbered copies of the files that are patched."`
	Binary     bool   `arg:"binary" default:"false" doc:"Leave the ends of lines alone, CR LF too."`
	Whitespace bool   `arg:"ignore_whitespace" default:"false" doc:"Blanks may differ between the patch and the file."`

	Content string `arg:"_content,internal" doc:"Name of the patch at the controller."`
}

type patchResult struct{}

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.posix.patch", Summary: "Apply a patch to files, or take it back",
		Example: "- name: The site is as its customer has it\n  ansible.posix.patch:\n    src: customize.patch\n    basedir: /srv/www\n    strip: 1\n",
		Notes:   []string{"The target needs GNU patch."},
		Differs: []string{"A patch of the controller is handed to the program directly; it is no file on the target."},
		OneOf:   [][]string{{"dest", "basedir"}},
	}, patch)
}

func patch(c *modules.Context, a patchArgs) (patchResult, error) {
	text, err := a.read(c)
	if err != nil {
		return patchResult{}, err
	}
	p := &patching{c: c, a: a, text: text}
	if err := p.look(); err != nil {
		return patchResult{}, err
	}
	// It is as wanted where the opposite could be done.
	if out, err := p.run(p.a.State == "present", "--dry-run"); err != nil || out.RC == 0 {
		return patchResult{}, err
	}
	done := false
	err = c.Change(modules.Diff{}, func() error {
		done = true
		var options []string
		if a.Backup {
			options = []string{"--backup", "--version-control=numbered"}
		}
		return p.apply(options...)
	})
	if err == nil && !done {
		// Only patch itself can tell whether it would. It is not asked before
		// it is to do it: of two changes to one file it cannot try the second.
		err = p.apply("--dry-run")
	}
	return patchResult{}, err
}

func (a patchArgs) read(c *modules.Context) ([]byte, error) {
	if a.Content == "" {
		path := c.Abs(a.Src)
		if unix.Access(path, unix.R_OK) != nil {
			return nil, modules.Fail("src %s doesn't exist or not readable", a.Src)
		}
		return os.ReadFile(path)
	}
	in, err := c.Content(a.Content)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(fsys.Reader(c, in))
}

// patching is one patch in its folder.
type patching struct {
	c                  *modules.Context
	a                  patchArgs
	text               []byte
	dir, dest, program string
}

// look finds what is to be patched, and the program.
func (p *patching) look() error {
	p.dest, p.dir = p.c.Abs(p.a.Dest), p.c.Abs(p.a.Basedir)
	if p.dest != "" && unix.Access(p.dest, unix.W_OK) != nil {
		return modules.Fail("dest %s doesn't exist or not writable", p.a.Dest)
	}
	if p.dir != "" && !fsys.Exists(p.dir) {
		return modules.Fail("basedir %s doesn't exist", p.a.Basedir)
	}
	if p.dir == "" {
		p.dir = filepath.Dir(p.dest)
	}
	var err error
	if p.program, err = p.c.Find("patch"); err != nil {
		return errors.New("patch command not found")
	}
	return nil
}

// run runs patch, which asks nothing and leaves no rejects behind.
func (p *patching) run(reverse bool, options ...string) (modules.Output, error) {
	argv := []string{p.program, "--quiet", "--forward", "--batch", "--reject-file=-", "--strip=" + strconv.Itoa(p.a.Strip), "--directory=" + p.dir}
	if p.a.Binary {
		argv = append(argv, "--binary")
	}
	if p.a.Whitespace {
		argv = append(argv, "--ignore-whitespace")
	}
	if reverse {
		argv = append(argv, "--reverse")
	}
	argv = append(argv, options...)
	if p.dest != "" {
		argv = append(argv, "--", p.dest)
	}
	return p.c.Exec(modules.Cmd{Argv: argv, Stdin: bytes.NewReader(p.text)})
}

func (p *patching) apply(options ...string) error {
	out, err := p.run(p.a.State == "absent", options...)
	if err != nil || out.RC == 0 {
		return err
	}
	said := out.Stderr
	if strings.TrimSpace(said) == "" {
		said = out.Stdout
	}
	return errors.New(said)
}
