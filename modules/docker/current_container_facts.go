package docker

import (
	"os"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.current_container_facts",
		Summary: "find out whether the target is a container, and which",
		Example: `- name: Find out about the container that this is
  community.docker.current_container_facts:
`,
	}, runCurrentContainer)
}

type currentContainerArgs struct{}

type currentContainerResult struct{ id, kind string }

// AnsibleFacts are the facts that later tasks see.
func (r currentContainerResult) AnsibleFacts() *value.Dict {
	return value.DictOf("ansible_module_running_in_container", r.id != "", "ansible_module_container_id", r.id, "ansible_module_container_type", r.kind)
}

func runCurrentContainer(*modules.Context, currentContainerArgs) (currentContainerResult, error) {
	cpuset, _ := os.ReadFile("/proc/self/cpuset")
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	return containerOf(string(cpuset), string(mounts)), nil
}

var (
	cgroupOf = map[string]string{"docker": "docker", "azpl_job": "azure_pipelines", "actions_job": "github_actions"}
	hostname = lazy.Regexp(`^.*/([0-9a-f]{64})(/userdata)?/hostname$`)
)

// containerOf reads the two places where a process can see its container: the
// name of its cgroup, and, where that is hidden, what /etc/hostname is mounted from.
func containerOf(cpuset, mounts string) currentContainerResult {
	parts := strings.Split(strings.Trim(strings.TrimSpace(cpuset), "/"), "/")
	if kind, ok := cgroupOf[parts[0]]; ok && len(parts) > 1 {
		return currentContainerResult{parts[1], kind}
	}
	for line := range strings.Lines(mounts) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[4] != "/etc/hostname" {
			continue
		}
		if m := hostname.FindStringSubmatch(fields[3]); m != nil {
			kind := "docker"
			if m[2] != "" || strings.Contains(fields[3], "overlay-containers") {
				kind = "podman"
			}
			return currentContainerResult{m[1], kind}
		}
	}
	return currentContainerResult{}
}
