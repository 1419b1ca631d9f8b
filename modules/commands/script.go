package commands

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/shlex"
	"goplay/modules"
	"goplay/modules/fsys"
)

// scriptArgs: the controller's half splits cmd into the script and its
// arguments, finds the script and passes
//
//	_content    the name under which the target pulls the script
//	_basename   the script's file name
//	_arguments  the rest of the command line, as the user wrote it
type scriptArgs struct {
	Cmd        *string `arg:"cmd" alias:"_raw_params" doc:"Path of a script of the controller, and its arguments."`
	Executable string  `arg:"executable" doc:"Program to run the script with; without it the script's first line says."`
	Decrypt    bool    `arg:"decrypt" default:"true" doc:"Decrypt a script that is a vault file."`
	Guards

	ContentName string `arg:"_content,internal" doc:"Name of the script at the controller."`
	Name        string `arg:"_basename,internal" doc:"File name of the script."`
	Arguments   string `arg:"_arguments,internal" doc:"Arguments of the script, for a shell to read."`
}

type scriptResult struct {
	Changed *bool   `json:"changed,omitempty" doc:"Whether the script ran."`
	RC      *int    `json:"rc,omitempty" doc:"Its exit status."`
	Stdout  *string `json:"stdout,omitempty" doc:"What it wrote to its standard output."`
	Stderr  *string `json:"stderr,omitempty" doc:"What it wrote to its standard error."`
}

func init() {
	modules.Register(modules.Spec{
		Name:     "ansible.builtin.script",
		Summary:  "Run a script of the controller on the target",
		FreeForm: "cmd",
		Heedless: true,
		Example: `- name: Set the disk up once
  ansible.builtin.script: files/format-disk.sh /dev/vdb
  args:
    creates: /dev/disk/by-label/data
`,
		Notes: []string{"Nothing of the script is left on the target."},
	}, script)
}

func script(c *modules.Context, a scriptArgs) (scriptResult, error) {
	switch {
	case a.Creates != "" && a.there(a.Creates):
		return scriptResult{}, &modules.Skipped{Msg: a.Creates + " exists, matching creates option"}
	case a.Removes != "" && !a.there(a.Removes):
		return scriptResult{}, &modules.Skipped{Msg: a.Removes + " does not exist, matching removes option"}
	}
	if a.Chdir != "" && !filepath.IsAbs(a.Chdir) {
		return scriptResult{}, modules.Fail("chdir %s must be an absolute path for a Unix-aware remote node", a.Chdir)
	}
	var r scriptResult
	err := c.Change(modules.Diff{}, func() error {
		out, err := a.run(c)
		if err != nil {
			return err
		}
		r = scriptResult{RC: &out.RC, Stdout: &out.Stdout, Stderr: &out.Stderr}
		return nil
	})
	if err != nil {
		return r, err
	}
	r.Changed = ptr(true)
	if r.RC != nil && *r.RC != 0 {
		return r, modules.Fail("non-zero return code").With("changed", true).With("stdout", *r.Stdout).With("stderr", *r.Stderr)
	}
	return r, nil
}

// run puts the script where programs may run and runs it through a shell, which
// reads the arguments as the user wrote them.
func (a scriptArgs) run(c *modules.Context) (modules.Output, error) {
	dir, err := runnableDir()
	if err != nil {
		return modules.Output{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base("/"+a.Name))
	if err := a.pull(c, path); err != nil {
		return modules.Output{}, modules.Fail("put the script on the target: %w", err)
	}
	line := shlex.Quote(path)
	if a.Executable != "" {
		line = a.Executable + " " + line
	}
	if a.Arguments != "" {
		line += " " + a.Arguments
	}
	if a.Chdir != "" {
		line = "cd " + shlex.Quote(a.Chdir) + " && " + line // the shell says what is wrong with it
	}
	return c.Exec(modules.Cmd{Argv: []string{"/bin/sh", "-c", line}, Locale: true, Stream: true})
}

func (a scriptArgs) pull(c *modules.Context, path string) error {
	in, err := c.Content(a.ContentName)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, fsys.Reader(c, in))
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// runnableDir makes a private folder on a file system that is not mounted noexec.
func runnableDir() (string, error) {
	candidates := []string{os.TempDir(), "/var/tmp", "/dev/shm"}
	if home, err := os.UserHomeDir(); err == nil {
		candidates = append(candidates, home)
	}
	var tried []string
	for _, dir := range candidates {
		if noexec(dir) {
			tried = append(tried, dir)
			continue
		}
		if made, err := os.MkdirTemp(dir, ".goplay-"); err == nil {
			return made, nil
		}
		tried = append(tried, dir)
	}
	return "", modules.Fail("no folder on the target lets a script run: tried %s", strings.Join(tried, ", "))
}
