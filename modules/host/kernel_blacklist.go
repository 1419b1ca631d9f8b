package host

import (
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type kernelBlacklistArgs struct {
	Name          string `arg:"name,required" doc:"The kernel module."`
	State         string `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be listed."`
	BlacklistFile string `arg:"blacklist_file" default:"/etc/modprobe.d/blacklist-ansible.conf" doc:"The file with the list."`
}

type kernelBlacklistResult struct {
	Filename string   `json:"filename" doc:"The file with the list."`
	Listed   *bool    `json:"is_blacklisted,omitempty" doc:"Whether the module is listed now."`
	Lines    []string `json:"lines" doc:"The lines of the file."`
	Name     string   `json:"name" doc:"The kernel module."`
	State    string   `json:"state" doc:"What was asked for."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.kernel_blacklist",
		Summary: "Keep the kernel from loading modules by itself",
		Example: `- name: No driver but the vendor's
  community.general.kernel_blacklist:
    name: nouveau
`,
	}, kernelBlacklist)
}

func kernelBlacklist(c *modules.Context, a kernelBlacklistArgs) (kernelBlacklistResult, error) {
	r := kernelBlacklistResult{Filename: a.BlacklistFile, Name: a.Name, State: a.State}
	if dir := filepath.Dir(a.BlacklistFile); !fsys.Exists(dir) {
		asked := value.DictOf("filename", r.Filename, "name", r.Name, "state", r.State)
		return r, modules.Fail("Module failed with exception: [Errno 2] No such file or directory: '%s'", a.BlacklistFile).
			With("filename", r.Filename).With("name", r.Name).With("state", r.State).With("output", asked).With("vars", asked)
	}
	e, err := fsys.OpenEdit(a.BlacklistFile, nil)
	if err != nil {
		return r, err
	}
	listed := a.State == "present"
	before := textLines(string(e.Old))
	after := listModule(before, a.Name, listed)
	r.Listed, r.Lines = &listed, after
	text := e.Old
	if !slices.Equal(before, after) {
		text = []byte(strings.Join(append(slices.Clone(after), ""), "\n"))
		e.Diff = &modules.Diff{Before: value.DictOf("lines", value.Strings(before)), After: value.DictOf("lines", value.Strings(after))}
	}
	_, err = e.Save(c, text)
	return r, err
}

// textLines are the lines of a text, with no white space at their ends.
func textLines(text string) []string {
	lines := []string{}
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n"))
	}
	return lines
}

// listModule adds a module to a list, or takes it out. A line that says more
// than the module's name is not about it, as for Ansible's.
func listModule(lines []string, name string, listed bool) []string {
	is := func(line string) bool {
		f := strings.Fields(line)
		return len(f) == 2 && f[0] == "blacklist" && f[1] == name
	}
	switch {
	case !listed:
		return slices.DeleteFunc(slices.Clone(lines), is)
	case slices.ContainsFunc(lines, is):
		return lines
	}
	return append(slices.Clone(lines), "blacklist "+name)
}
