package files

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"goplay/modules"
	"goplay/modules/fsys"
)

type slurpArgs struct {
	Src string `arg:"src,required" alias:"path" type:"path" doc:"The file to read."`
}

type slurpResult struct {
	Content  string `json:"content" doc:"The content in base64."`
	Encoding string `json:"encoding" doc:"base64."`
	Source   string `json:"source" doc:"The file that was read."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.slurp",
		Summary: "Read a file of the target into a variable",
		Example: `- name: The target's key
  ansible.builtin.slurp:
    src: /etc/ssh/ssh_host_ed25519_key.pub
  register: key

- name: Show it
  ansible.builtin.debug:
    msg: "{{ key.content | b64decode }}"
`,
		Notes: []string{"The whole file is held in memory; use fetch for large ones."},
	}, slurp)
}

func slurp(c *modules.Context, a slurpArgs) (slurpResult, error) {
	data, err := os.ReadFile(a.Src)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return slurpResult{}, modules.Fail("file not found: %s", a.Src)
	case errors.Is(err, fs.ErrPermission):
		return slurpResult{}, modules.Fail("file is not readable: %s", a.Src)
	case errors.Is(err, syscall.EISDIR):
		return slurpResult{}, modules.Fail("source is a directory and must be a file: %s", a.Src)
	case err != nil:
		return slurpResult{}, modules.Fail("unable to slurp file: %s", fsys.OSError(err))
	}
	return slurpResult{Content: base64.StdEncoding.EncodeToString(data), Encoding: "base64", Source: a.Src}, nil
}
