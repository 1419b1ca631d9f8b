package docker

import (
	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_swarm_info",
		Summary: "describe a swarm of Docker engines",
		Example: `- name: Look at the swarm and its nodes
  community.docker.docker_swarm_info:
    nodes: true
  register: swarm
`,
	}, modules.Bare(runSwarmInfo))
}

type swarmInfoArgs struct {
	Nodes           bool        `arg:"nodes" default:"false" doc:"List its nodes."`
	NodesFilters    *value.Dict `arg:"nodes_filters" doc:"Only those that match."`
	Services        bool        `arg:"services" default:"false" doc:"List its services."`
	ServicesFilters *value.Dict `arg:"services_filters" doc:"Only those that match."`
	Tasks           bool        `arg:"tasks" default:"false" doc:"List the tasks of its services, which are containers."`
	TasksFilters    *value.Dict `arg:"tasks_filters" doc:"Only those that match."`
	UnlockKey       bool        `arg:"unlock_key" default:"false" doc:"Tell the key that unlocks its managers."`
	Verbose         bool        `arg:"verbose_output" default:"false" doc:"List all that the engine says, not only the chief things."`
	Connection
}

type swarmInfoResult struct {
	CanTalk   bool      `json:"can_talk_to_docker" doc:"Whether the engine answers."`
	Active    bool      `json:"docker_swarm_active" doc:"Whether it is a node of a swarm."`
	Manager   bool      `json:"docker_swarm_manager" doc:"Whether it is a manager of one."`
	Facts     object    `json:"swarm_facts" doc:"The swarm as the engine describes it."`
	Nodes     *[]object `json:"nodes,omitempty" doc:"Its nodes."`
	Services  *[]object `json:"services,omitempty" doc:"Its services."`
	Tasks     *[]object `json:"tasks,omitempty" doc:"Its tasks."`
	UnlockKey *any      `json:"swarm_unlock_key,omitempty" doc:"The key that unlocks its managers."`
}

func runSwarmInfo(c *modules.Context, a swarmInfoArgs) (out swarmInfoResult, err error) {
	e, err := a.connect(c)
	if err != nil {
		return out, modules.Fail("%w", err).With("can_talk_to_docker", false).With("docker_swarm_active", false).With("docker_swarm_manager", false)
	}
	defer e.Close()
	out.CanTalk = true
	if out.Active, err = e.inSwarm(c); err != nil {
		return out, err
	}
	out.Facts = e.swarm(c)
	out.Manager = out.Facts != nil
	failed := func(err *modules.Failure) error {
		return err.With("can_talk_to_docker", true).With("docker_swarm_active", out.Active).With("docker_swarm_manager", out.Manager)
	}
	if !out.Manager {
		return out, failed(modules.Fail(notManager))
	}
	for _, one := range []struct {
		wanted  bool
		name    string
		filters *value.Dict
		chief   func(c *modules.Context, e *engine, all []object) ([]object, error)
		list    **[]object
	}{
		{a.Tasks, "tasks", a.TasksFilters, chiefOfTasks, &out.Tasks},
		{a.Services, "services", a.ServicesFilters, chiefOfServices, &out.Services},
		{a.Nodes, "nodes", a.NodesFilters, chiefOfNodes, &out.Nodes},
	} {
		if !one.wanted {
			continue
		}
		found, err := e.list(c, "/"+one.name, filters(one.filters))
		if err == nil && !a.Verbose {
			found, err = one.chief(c, e, found)
		}
		if err != nil {
			return out, failed(modules.Fail("Error inspecting docker swarm for object '%s': %w", one.name, err))
		}
		*one.list = &found
	}
	if a.UnlockKey {
		key := e.unlockKey(c)
		if key == "" {
			key = nil
		}
		out.UnlockKey = &key
	}
	return out, nil
}

func chiefOfNodes(_ *modules.Context, _ *engine, all []object) ([]object, error) {
	out := make([]object, len(all))
	for i, n := range all {
		out[i] = object{"ID": n["ID"], "Hostname": at(n, "Description.Hostname"), "Status": at(n, "Status.State"),
			"Availability": at(n, "Spec.Availability"), "ManagerStatus": at(n, "ManagerStatus.Reachability"),
			"EngineVersion": at(n, "Description.Engine.EngineVersion")}
		if boolAt(n, "ManagerStatus.Leader") {
			out[i]["ManagerStatus"] = "Leader"
		}
	}
	return out, nil
}

func chiefOfServices(_ *modules.Context, _ *engine, all []object) ([]object, error) {
	out := make([]object, len(all))
	for i, s := range all {
		one := object{"ID": s["ID"], "Name": at(s, "Spec.Name"), "Image": at(s, "Spec.TaskTemplate.ContainerSpec.Image"), "Ports": []any{}}
		if replicated := objectAt(s, "Spec.Mode.Replicated"); replicated != nil {
			one["Mode"], one["Replicas"] = "Replicated", replicated["Replicas"]
		} else if objectAt(s, "Spec.Mode.Global") != nil {
			one["Mode"], one["Replicas"] = "Global", int64(len(all))
		}
		if ports := at(s, "Spec.EndpointSpec.Ports"); ports != nil {
			one["Ports"] = ports
		}
		out[i] = one
	}
	return out, nil
}

func chiefOfTasks(c *modules.Context, e *engine, all []object) ([]object, error) {
	names := map[string]any{}
	out := make([]object, len(all))
	for i, t := range all {
		id := textAt(t, "NodeID")
		if _, known := names[id]; !known && id != "" {
			node, err := e.node(c, id)
			if err != nil {
				return nil, err
			}
			names[id] = at(node, "Description.Hostname")
		}
		out[i] = object{"ID": t["ID"], "ContainerID": at(t, "Status.ContainerStatus.ContainerID"), "Image": at(t, "Spec.ContainerSpec.Image"),
			"Node": names[id], "DesiredState": t["DesiredState"], "CurrentState": at(t, "Status.State"), "Error": at(t, "Status.Err")}
	}
	return out, nil
}
