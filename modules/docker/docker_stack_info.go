package docker

import (
	"encoding/json"
	"strings"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_stack_info",
		Summary: "list the stacks of a swarm",
		Example: `- name: See what runs
  community.docker.docker_stack_info:
  register: stacks
`,
		Notes: []string{"It runs the docker command on a manager of the swarm."},
	}, modules.Bare(runStackInfo))
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_stack_task_info",
		Summary: "list the tasks of a stack, which are its containers",
		Example: `- name: See whether the shop runs
  community.docker.docker_stack_task_info:
    name: shop
  register: tasks
`,
		Notes: []string{"It runs the docker command on a manager of the swarm."},
	}, modules.Bare(runStackTaskInfo))
}

type stackTaskInfoArgs struct {
	Name string `arg:"name,required" doc:"Name of the stack."`
}

type stackInfoResult struct {
	Results []object `json:"results" doc:"A dict for each, in docker's words."`
	RC      int      `json:"rc" doc:"Exit status of docker."`
	Stdout  string   `json:"stdout" doc:"What it printed."`
	Stderr  string   `json:"stderr" doc:"What it printed of errors."`
}

func runStackInfo(c *modules.Context, _ struct{}) (stackInfoResult, error) {
	return dockerList(c, "stack", "ls")
}

func runStackTaskInfo(c *modules.Context, a stackTaskInfoArgs) (stackInfoResult, error) {
	return dockerList(c, "stack", "ps", a.Name)
}

// dockerList runs a listing command of docker, which prints a JSON object a line.
func dockerList(c *modules.Context, argv ...string) (stackInfoResult, error) {
	out := stackInfoResult{Results: []object{}}
	said, err := c.Exec(modules.Cmd{Argv: append(append([]string{"docker"}, argv...), "--format={{json .}}")})
	if err != nil {
		return out, err
	}
	out.RC, out.Stdout, out.Stderr = said.RC, strings.TrimSpace(said.Stdout), strings.TrimSpace(said.Stderr)
	if said.RC != 0 {
		return out, modules.Fail("Error running docker stack. %s", out.Stderr).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	}
	for _, line := range strings.Split(out.Stdout, "\n") {
		if line == "" {
			continue
		}
		var one object
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			return out, modules.Fail("docker's list cannot be read: %w", err)
		}
		out.Results = append(out.Results, one)
	}
	return out, nil
}
