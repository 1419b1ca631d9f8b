package host

import (
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type kernelBlacklistArgs struct {
	Name          string `arg:"name,required" doc:"The kernel module."`
	State         string `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be listed."`
	BlacklistFile string `arg:"blacklist_file" default:"/etc/modprobe.d/blacklist-ansible.conf" doc:"The file with the list."`
}

type kernelBlacklistResult struct{}

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
	e, err := fsys.OpenEdit(a.BlacklistFile, nil)
	if err != nil {
		return kernelBlacklistResult{}, err
	}
	_, err = e.Save(c, []byte(listModule(string(e.Old), a.Name, a.State == "present")))
	return kernelBlacklistResult{}, err
}

// listModule adds a module to a list, or takes it out.
func listModule(text, name string, listed bool) string {
	var out strings.Builder
	found := false
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == "blacklist" && f[1] == name {
			found = true
			if !listed {
				continue
			}
		}
		out.WriteString(line)
	}
	if found || !listed {
		return out.String()
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		out.WriteString("\n")
	}
	return out.String() + "blacklist " + name + "\n"
}
