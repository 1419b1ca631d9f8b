package docker

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_node",
		Summary: "manage nodes of a swarm",
		Example: `- name: Take the node out of service
  community.docker.docker_node:
    hostname: worker1
    availability: drain
`,
		Notes: []string{"It runs on a manager of the swarm."},
	}, modules.Bare(runNode))
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_node_info",
		Summary: "describe nodes of a swarm",
		Example: `- name: Look at all nodes
  community.docker.docker_node_info:
  register: nodes
`,
		Notes: []string{"It runs on a manager of the swarm."},
	}, modules.Bare(runNodeInfo))
}

type nodeArgs struct {
	Hostname     string      `arg:"hostname,required" doc:"The node's name or ID."`
	Availability *string     `arg:"availability" enum:"active,pause,drain" doc:"Whether it takes tasks, no new ones, or none."`
	Role         *string     `arg:"role" enum:"manager,worker" doc:"What it is in the swarm."`
	Labels       *value.Dict `arg:"labels" doc:"Labels of the node."`
	LabelsState  string      `arg:"labels_state" enum:"merge,replace" default:"merge" doc:"Whether labels come on top of those that the node has, or in their place."`
	RemoveLabels []string    `arg:"labels_to_remove" doc:"Labels that the node is not to have, with labels_state merge."`
	Connection
}

type nodeResult struct {
	Node object `json:"node" doc:"The node as the engine describes it."`
}

func runNode(c *modules.Context, a nodeArgs) (out nodeResult, err error) {
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	if e.swarm(c) == nil {
		return out, modules.Fail(notManager)
	}
	path := "/nodes/" + url.PathEscape(a.Hostname)
	if out.Node, err = e.get(c, path, nil); err != nil {
		return out, nodeError(err)
	}
	spec, differs := a.spec(c, objectAt(out.Node, "Spec"))
	if !differs {
		return out, nil
	}
	id := textAt(out.Node, "ID")
	err = c.Change(modules.Diff{}, func() error {
		version := url.Values{"version": {strconv.FormatInt(intAt(out.Node, "Version.Index"), 10)}}
		if _, err := e.call(c, http.MethodPost, "/nodes/"+id+"/update", version, spec); err != nil {
			return modules.Fail("Failed to update node : %w", err)
		}
		return nil
	})
	if err == nil {
		out.Node, err = e.node(c, id)
	}
	return out, err
}

// spec is what the node is to be, and whether that differs from what it is.
func (a *nodeArgs) spec(c *modules.Context, have object) (spec object, differs bool) {
	spec = object{"Role": have["Role"], "Availability": have["Availability"], "Name": have["Name"]}
	for name, want := range map[string]*string{"Role": a.Role, "Availability": a.Availability} {
		if want != nil && *want != have[name] {
			spec[name], differs = *want, true
		}
	}
	old, labels, wanted := objectAt(have, "Labels"), object{}, object{}
	if a.Labels != nil {
		wanted = asGiven(a.Labels)
	}
	if a.LabelsState == "merge" {
		for k, v := range old {
			labels[k] = v
		}
		for _, k := range a.RemoveLabels {
			if _, asked := wanted[k]; asked {
				c.Warn("Label '%s' listed both in 'labels' and 'labels_to_remove'. Keeping the assigned label value.", k)
				continue
			}
			delete(labels, k)
		}
	}
	for k, v := range wanted {
		labels[k] = v
	}
	spec["Labels"] = labels
	differs = differs || len(labels) != len(old)
	for k, v := range labels {
		differs = differs || !reflect.DeepEqual(old[k], v)
	}
	return spec, differs
}

type nodeInfoArgs struct {
	Name []string `arg:"name" doc:"Names or IDs; all nodes when not given."`
	Self bool     `arg:"self" default:"false" doc:"Describe the node that the module speaks to, whatever name says."`
	Connection
}

type nodeInfoResult struct {
	Nodes []object `json:"nodes" doc:"The nodes that there are, as the engine describes them."`
}

func runNodeInfo(c *modules.Context, a nodeInfoArgs) (nodeInfoResult, error) {
	out := nodeInfoResult{Nodes: []object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	if e.swarm(c) == nil {
		return out, modules.Fail(notManager)
	}
	names := a.Name
	switch {
	case a.Self:
		own, err := e.ownNode(c)
		if err != nil {
			return out, err
		}
		names = []string{own}
	case names == nil:
		if out.Nodes, err = e.list(c, "/nodes", nil); err != nil {
			return out, nodeError(err)
		}
	}
	for _, name := range names {
		node, err := e.node(c, name)
		if err != nil {
			return out, err
		}
		if node != nil {
			out.Nodes = append(out.Nodes, node)
		}
	}
	return out, nil
}
