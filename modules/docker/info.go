package docker

import (
	"net/url"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_container_info",
		Summary: "describe a container",
		Example: `- name: Look at the container
  community.docker.docker_container_info:
    name: app
  register: app
`,
	}, runContainerInfo)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_network_info",
		Summary: "describe a Docker network",
		Example: `- name: Look at the network
  community.docker.docker_network_info:
    name: backend
  register: backend
`,
	}, runNetworkInfo)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_volume_info",
		Summary: "describe a Docker volume",
		Example: `- name: Look at the volume
  community.docker.docker_volume_info:
    name: data
  register: data
`,
	}, runVolumeInfo)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_info",
		Summary: "describe Docker images",
		Example: `- name: Look at two images
  community.docker.docker_image_info:
    name:
      - example/app
      - example/proxy:2
`,
	}, runImageInfo)
}

type containerInfoArgs struct {
	Name string `arg:"name,required" doc:"The container's name or ID."`
	Connection
}

type containerInfoResult struct {
	Exists    bool `json:"exists" doc:"Whether there is one."`
	Container any  `json:"container" doc:"The container as the engine describes it."`
}

func runContainerInfo(c *modules.Context, a containerInfoArgs) (out containerInfoResult, err error) {
	out.Exists, out.Container, err = a.inspect(c, "container "+a.Name, "/containers/"+url.PathEscape(a.Name)+"/json")
	return out, err
}

type networkInfoArgs struct {
	Name string `arg:"name,required" doc:"The network's name or ID."`
	Connection
}

type networkInfoResult struct {
	Exists  bool `json:"exists" doc:"Whether there is one."`
	Network any  `json:"network" doc:"The network as the engine describes it."`
}

func runNetworkInfo(c *modules.Context, a networkInfoArgs) (out networkInfoResult, err error) {
	out.Exists, out.Network, err = a.inspect(c, "network "+a.Name, "/networks/"+url.PathEscape(a.Name))
	return out, err
}

type volumeInfoArgs struct {
	Name string `arg:"name,required" alias:"volume_name" doc:"The volume's name."`
	Connection
}

type volumeInfoResult struct {
	Exists bool `json:"exists" doc:"Whether there is one."`
	Volume any  `json:"volume" doc:"The volume as the engine describes it."`
}

func runVolumeInfo(c *modules.Context, a volumeInfoArgs) (out volumeInfoResult, err error) {
	out.Exists, out.Volume, err = a.inspect(c, "volume "+a.Name, "/volumes/"+url.PathEscape(a.Name))
	return out, err
}

// inspect reads what may not be there.
func (o Connection) inspect(c *modules.Context, what, path string) (bool, any, error) {
	e, err := o.connect(c)
	if err != nil {
		return false, nil, err
	}
	defer e.Close()
	found, err := e.get(c, path, nil)
	if missing(err) {
		return false, nil, nil
	}
	if err != nil {
		return false, nil, modules.Fail("Error inspecting %s: %w", what, err)
	}
	return true, found, nil
}

type imageInfoArgs struct {
	Name []string `arg:"name" doc:"Names or IDs; all images when not given."`
	Connection
}

type imageInfoResult struct {
	Images []object `json:"images" doc:"The images that there are, as the engine describes them."`
}

func runImageInfo(c *modules.Context, a imageInfoArgs) (imageInfoResult, error) {
	out := imageInfoResult{Images: []object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	names := a.Name
	if names == nil {
		all, err := e.list(c, "/images/json", nil)
		if err != nil {
			return out, modules.Fail("Error listing images: %w", err)
		}
		for _, image := range all {
			names = append(names, textAt(image, "Id"))
		}
	}
	for _, name := range names {
		if !isImageID(name) {
			name = parseImageName(name).or("latest").String()
		}
		image, err := e.image(c, name)
		if err != nil {
			return out, err
		}
		if image != nil {
			out.Images = append(out.Images, image)
		}
	}
	return out, nil
}
