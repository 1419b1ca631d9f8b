package actions

import (
	"context"

	"goplay/engine"
	"goplay/modules"
)

type includeTasksArgs struct {
	File  string `arg:"file" doc:"File of tasks, beside the including file or in the role's tasks."`
	Apply any    `arg:"apply" doc:"Keywords for the tasks that are brought in."`
}

type includeRoleArgs struct {
	Name            string `arg:"name,required" alias:"role" doc:"Name of the role."`
	TasksFrom       string `arg:"tasks_from" default:"main" doc:"File of its tasks to run."`
	VarsFrom        string `arg:"vars_from" default:"main" doc:"File of its vars to load."`
	DefaultsFrom    string `arg:"defaults_from" default:"main" doc:"File of its defaults to load."`
	HandlersFrom    string `arg:"handlers_from" default:"main" doc:"File of its handlers to load."`
	AllowDuplicates bool   `arg:"allow_duplicates" default:"true" doc:"Run it although it has run already."`
	Public          bool   `arg:"public" default:"false" doc:"Show its variables to the tasks that follow."`
	Apply           any    `arg:"apply" doc:"Keywords for the role's tasks."`
	Validate        bool   `arg:"rolespec_validate" default:"true" doc:"Check its arguments against its argument spec."`
}

func init() {
	for _, name := range []string{"include_tasks", "import_tasks"} {
		modules.Describe[includeTasksArgs, struct{}](modules.Spec{
			Name: "ansible.builtin." + name, Summary: "Bring in a file of tasks", FreeForm: "file",
			Example: "- name: The deployment\n  ansible.builtin." + name + ": deploy.yaml\n",
		})
	}
	modules.Describe[includeTasksArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.include", Summary: "Bring in a file of tasks, the old way", FreeForm: "file",
		Notes: []string{"include_tasks and import_tasks say which of both is meant."}, Example: "- name: The deployment\n  ansible.builtin.include: deploy.yaml\n",
	})
	for _, name := range []string{"include_role", "import_role"} {
		modules.Describe[includeRoleArgs, struct{}](modules.Spec{
			Name: "ansible.builtin." + name, Summary: "Bring in a role",
			Example: "- name: The role of the web servers\n  ansible.builtin." + name + ":\n    name: web\n",
		})
	}
	register("ansible.builtin.include_tasks", includeTasks)
	register("ansible.builtin.include", includeTasks)
	register("ansible.builtin.include_role", includeRole)
}

// includeTasks says which file; the engine finds it and brings it in.
func includeTasks(_ context.Context, s *engine.Step) (modules.Result, error) {
	name := s.FreeForm
	if name == "" {
		name = s.Text("file", "_raw_params")
	}
	if name == "" {
		return failure("No include file was specified for the include")
	}
	args := s.Args.Copy()
	args.Delete("file")
	args.Delete("_raw_params")
	return result("include", name, "include_args", args), nil
}

func includeRole(_ context.Context, s *engine.Step) (modules.Result, error) {
	if s.Text("name", "role") == "" {
		return failure("'name' is a required field for include_role.")
	}
	return result("include_args", s.Args), nil
}
