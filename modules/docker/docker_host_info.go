package docker

import (
	"net/url"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_host_info",
		Summary: "describe a Docker engine and what it has",
		Example: `- name: Look at the engine and its containers
  community.docker.docker_host_info:
    containers: true
  register: docker
`,
	}, runHostInfo)
}

type hostInfoArgs struct {
	Containers        bool        `arg:"containers" default:"false" doc:"List running containers."`
	ContainersAll     bool        `arg:"containers_all" default:"false" doc:"List stopped ones too."`
	ContainersFilters *value.Dict `arg:"containers_filters" doc:"Only those that match."`
	Images            bool        `arg:"images" default:"false" doc:"List images."`
	ImagesFilters     *value.Dict `arg:"images_filters" doc:"Only those that match."`
	Networks          bool        `arg:"networks" default:"false" doc:"List networks."`
	NetworksFilters   *value.Dict `arg:"networks_filters" doc:"Only those that match."`
	Volumes           bool        `arg:"volumes" default:"false" doc:"List volumes."`
	VolumesFilters    *value.Dict `arg:"volumes_filters" doc:"Only those that match."`
	DiskUsage         bool        `arg:"disk_usage" default:"false" doc:"Say how much room things take; this can take long."`
	VerboseOutput     bool        `arg:"verbose_output" default:"false" doc:"List all that the engine says, not only the chief things."`
	Connection
}

type hostInfoResult struct {
	CanTalk    bool      `json:"can_talk_to_docker" doc:"Whether the engine answers."`
	HostInfo   object    `json:"host_info" doc:"The engine as it describes itself."`
	Containers *[]object `json:"containers,omitempty" doc:"Its containers."`
	Images     *[]object `json:"images,omitempty" doc:"Its images."`
	Networks   *[]object `json:"networks,omitempty" doc:"Its networks."`
	Volumes    *[]object `json:"volumes,omitempty" doc:"Its volumes."`
	DiskUsage  object    `json:"disk_usage,omitempty" doc:"How much room things take."`
}

func runHostInfo(c *modules.Context, a hostInfoArgs) (out hostInfoResult, err error) {
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	out.CanTalk = true
	if out.HostInfo, err = e.get(c, "/info", nil); err != nil {
		return out, modules.Fail("Error inspecting docker host: %w", err)
	}
	containers := filters(a.ContainersFilters)
	if a.ContainersAll {
		containers.Set("all", "1")
	}
	for _, one := range []struct {
		wanted bool
		path   string
		query  url.Values
		names  []string
		list   **[]object
	}{
		{a.Containers, "/containers/json", containers, []string{"Id", "Image", "Command", "Created", "Status", "Ports", "Names"}, &out.Containers},
		{a.Images, "/images/json", filters(a.ImagesFilters), []string{"Id", "RepoTags", "Created", "Size"}, &out.Images},
		{a.Networks, "/networks", filters(a.NetworksFilters), []string{"Id", "Driver", "Name", "Scope"}, &out.Networks},
		{a.Volumes, "/volumes", filters(a.VolumesFilters), []string{"Driver", "Name"}, &out.Volumes},
	} {
		if !one.wanted {
			continue
		}
		said, err := e.call(c, "GET", one.path, one.query, nil)
		if err != nil {
			return out, modules.Fail("Error inspecting docker host for object '%s': %w", one.path[1:], err)
		}
		if volumes, ok := said.(object); ok {
			said = volumes["Volumes"]
		}
		found := objects(said)
		if !a.VerboseOutput {
			found = only(found, one.names)
		}
		*one.list = &found
	}
	if a.DiskUsage {
		if out.DiskUsage, err = e.get(c, "/system/df", nil); err != nil {
			return out, modules.Fail("Error inspecting docker host: %w", err)
		}
		if !a.VerboseOutput {
			out.DiskUsage = object{"LayersSize": out.DiskUsage["LayersSize"]}
		}
	}
	return out, nil
}

// only keeps some of the names of objects.
func only(found []object, names []string) []object {
	out := make([]object, len(found))
	for i, o := range found {
		out[i] = object{}
		for _, name := range names {
			out[i][name] = o[name]
		}
	}
	return out
}
