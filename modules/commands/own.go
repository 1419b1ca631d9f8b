package commands

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// ownArgs is what the controller's half says of a module that a project ships
// itself: the module's text is pulled as the content "module", unless it comes along.
type ownArgs struct {
	Name        string   `arg:"name,required,internal" doc:"Name of the module, for messages."`
	Interpreter []string `arg:"interpreter,internal" doc:"What runs it; nothing for a program, or for the host's Python."`
	Python      bool     `arg:"python,internal" doc:"Whether it is written in Python."`
	Arguments   string   `arg:"arguments,internal" doc:"Content of the file that is its argument, or of its standard input."`
	Mode        string   `arg:"mode,internal" default:"file" enum:"file,none,payload" doc:"Whether it is given that file. A payload is a zip of Python that reads its standard input."`
	Hash        string   `arg:"hash,internal" doc:"Name under which a payload is kept."`
	Text        string   `arg:"text,internal" doc:"The module's text in base64, where nobody can be asked for it."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "goplay.project.module", Summary: "Run a module that the project ships itself", Internal: true,
		Notes:   []string{"The engine uses it for executables and scripts in library folders; tasks name those modules themselves."},
		Example: "- name: A module of the project\n  my_module:\n    option: value\n",
	}, own)
}

// own runs such a module and returns the values that it prints as JSON.
func own(c *modules.Context, a ownArgs) (*value.Dict, error) {
	dir, err := os.MkdirTemp("", "goplay-module-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the module %s: %w", a.Name, err)
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, a.Name)
	if a.Mode == "payload" {
		program, err = payload(c, a, dir)
	} else {
		err = a.pull(c, program, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch the module %s: %w", a.Name, err)
	}
	cmd := modules.Cmd{Locale: true}
	interpreter := a.Interpreter
	if a.Python {
		if interpreter, err = pythonFor(c, a); err != nil {
			return nil, err
		}
	}
	cmd.Argv = append(append(cmd.Argv, interpreter...), program)
	switch a.Mode {
	case "payload":
		cmd.Stdin = strings.NewReader(a.Arguments)
	case "file":
		file := filepath.Join(dir, "args")
		if err := os.WriteFile(file, []byte(a.Arguments), 0o600); err != nil {
			return nil, fmt.Errorf("write the arguments of %s: %w", a.Name, err)
		}
		cmd.Argv = append(cmd.Argv, file)
	}
	out, err := c.Exec(cmd)
	if err != nil {
		return nil, err
	}
	return ownResult(c, a.Name, out)
}

// pull writes the module's text to a file.
func (a *ownArgs) pull(c *modules.Context, path string, mode os.FileMode) (err error) {
	var r io.Reader
	if a.Text != "" {
		r = base64.NewDecoder(base64.StdEncoding, strings.NewReader(a.Text))
	} else {
		content, err := c.Content("module")
		if err != nil {
			return err
		}
		defer content.Close()
		r = content
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// ownResult reads what the module printed: JSON, perhaps after and before lines
// that are none.
func ownResult(c *modules.Context, name string, out modules.Output) (*value.Dict, error) {
	text, noise := jsonIn(out.Stdout)
	v, err := value.DecodeJSON([]byte(text))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		f := modules.Fail("MODULE FAILURE\nSee stdout/stderr for the exact error").
			With("module_stdout", out.Stdout).With("module_stderr", out.Stderr).With("rc", out.RC).With("changed", false)
		if strings.HasPrefix(out.Stderr, "Traceback") {
			f = f.With("exception", out.Stderr)
		}
		return nil, f
	}
	if noise != "" {
		c.Warn("Module invocation had junk after the JSON data: %s", noise)
	}
	if warnings, ok := d.Get("warnings"); ok {
		if items, err := value.Items(warnings); err == nil {
			for _, w := range items {
				c.Warn("%s", value.Str(w))
			}
		}
	}
	if _, said := d.Get("changed"); !said {
		d.Set("changed", false)
	}
	if failed, _ := d.Get("failed"); value.Truth(failed) {
		d.Delete("failed")
		f := modules.Fail("%s", d.GetString("msg"))
		for k, v := range d.All() {
			f.With(value.Str(k), v)
		}
		return nil, f
	}
	d.Delete("failed")
	return d, nil
}

// jsonIn cuts the lines from the first that opens an object to the last that
// closes it; noise is what follows.
func jsonIn(text string) (found, noise string) {
	lines := strings.Split(text, "\n")
	first := -1
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "{") {
			first = i
			break
		}
	}
	if first < 0 {
		return "", ""
	}
	last := len(lines) - 1
	for last > first && !strings.HasSuffix(strings.TrimSpace(lines[last]), "}") {
		last--
	}
	return strings.Join(lines[first:last+1], "\n"), strings.TrimSpace(strings.Join(lines[last+1:], "\n"))
}
