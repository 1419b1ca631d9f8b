package docker

import (
	"github.com/moby/moby/client"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_remove",
		Summary: "remove a Docker image, or one of its names",
		Example: `- name: Remove an old image
  community.docker.docker_image_remove:
    name: example/app:1
`,
	}, runImageRemove)
}

type imageRemoveArgs struct {
	Name  string `arg:"name,required" doc:"Name of the image, or its ID."`
	Tag   string `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	Force bool   `arg:"force" default:"false" doc:"Remove it even if stopped containers or other names use it."`
	Prune bool   `arg:"prune" default:"true" doc:"Remove parents that have no name too."`
	Connection
}

type imageRemoveResult struct {
	Actions  []string `json:"actions" doc:"What was done, a sentence each."`
	Image    object   `json:"image" doc:"The image as the engine described it."`
	Deleted  []string `json:"deleted" doc:"IDs of what was deleted."`
	Untagged []string `json:"untagged" doc:"Names that were removed."`
}

func runImageRemove(c *modules.Context, a imageRemoveArgs) (imageRemoveResult, error) {
	out := imageRemoveResult{Actions: []string{}, Image: object{}, Deleted: []string{}, Untagged: []string{}}
	name := a.Name
	if !isImageID(name) {
		if !isTag(a.Tag) {
			return out, modules.Fail("%q is not a valid docker tag!", unquoted(a.Tag))
		}
		name = parseImageName(name).or(a.Tag).String()
	}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	image, err := e.image(c, name)
	if err != nil || image == nil {
		return out, err
	}
	out.Image = image
	out.Actions = append(out.Actions, "Removed image "+name)
	c.AddDiff(modules.Diff{Before: idLine(image), After: idLine(nil)})
	err = c.Change(modules.Diff{}, func() error {
		said, err := e.ImageRemove(c, name, client.ImageRemoveOptions{Force: a.Force, PruneChildren: a.Prune})
		if err != nil && !missing(err) {
			return modules.Fail("Error removing image %s - %w", name, daemonError(err))
		}
		for _, item := range said.Items {
			if item.Deleted != "" {
				out.Deleted = append(out.Deleted, item.Deleted)
			}
			if item.Untagged != "" {
				out.Untagged = append(out.Untagged, item.Untagged)
			}
		}
		return nil
	})
	return out, err
}
