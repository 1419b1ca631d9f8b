package docker

import (
	"strings"

	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_pull",
		Summary: "pull a Docker image from its registry",
		Example: `- name: Have the newest image
  community.docker.docker_image_pull:
    name: example/app:2
`,
	}, runImagePull)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_push",
		Summary: "push a Docker image to its registry",
		Example: `- name: Publish the image
  community.docker.docker_image_push:
    name: registry.example.com/app:2
`,
		NoCheck: true,
	}, runImagePush)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_tag",
		Summary: "give a Docker image further names",
		Example: `- name: Name the image for another registry
  community.docker.docker_image_tag:
    name: example/app:2
    repository:
      - registry.example.com/app:2
      - registry.example.com/app:latest
`,
	}, runImageTag)
}

type pullArgs struct {
	Name     string `arg:"name,required" doc:"Name of the image, with tag or digest where wanted."`
	Tag      string `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	Platform string `arg:"platform" doc:"Platform to pull, as os[/arch[/variant]]."`
	Pull     string `arg:"pull" enum:"always,not_present" default:"always" doc:"Whether to ask the registry for an image that is there."`
	Connection
}

// registryName refuses what cannot be in a registry.
func registryName(name, tag, verb string) (imageName, error) {
	if isImageID(name) {
		return imageName{}, modules.Fail("Cannot %s an image by ID", verb)
	}
	if !isTag(tag) {
		return imageName{}, modules.Fail("%q is not a valid docker tag!", unquoted(tag))
	}
	return parseImageName(name).or(tag), nil
}

func runImagePull(c *modules.Context, a pullArgs) (imageResult, error) {
	out := imageResult{Actions: []string{}, Image: object{}}
	name, err := registryName(a.Name, a.Tag, "pull")
	if err != nil {
		return out, err
	}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	before, err := e.image(c, name.String())
	if err != nil {
		return out, err
	}
	if before != nil && (a.Pull == "not_present" && (a.Platform == "" || isPlatform(before, a.Platform))) {
		out.Image = before
		return out, nil
	}
	out.Actions = append(out.Actions, "Pulled image "+name.String())
	ran, err := attempt(c, func() error {
		err := e.pull(c, name, a.Platform)
		if err == nil {
			out.Image, err = e.image(c, name.String())
		}
		return err
	})
	out.Changed = !ran || textAt(before, "Id") != textAt(out.Image, "Id")
	if err == nil && out.Changed {
		c.AddDiff(modules.Diff{Before: idLine(before), After: idLine(out.Image)})
	}
	return out, err
}

func idLine(image object) string {
	if id := textAt(image, "Id"); id != "" {
		return "id: " + id + "\n"
	}
	return "exists: false\n"
}

func isPlatform(image object, text string) bool {
	want, err := parsePlatform(text)
	return err == nil && (want.OS == "" || want.OS == textAt(image, "Os")) &&
		(want.Architecture == "" || want.Architecture == textAt(image, "Architecture")) &&
		(want.Variant == "" || want.Variant == textAt(image, "Variant"))
}

type pushArgs struct {
	Name string `arg:"name,required" doc:"Name of the image, with the registry in it."`
	Tag  string `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	Connection
}

func runImagePush(c *modules.Context, a pushArgs) (imageResult, error) {
	out := imageResult{Actions: []string{}, Image: object{}}
	name, err := registryName(a.Name, a.Tag, "push")
	if err != nil {
		return out, err
	}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	image, err := e.image(c, name.String())
	if err != nil {
		return out, err
	}
	if image == nil {
		return out, modules.Fail("Cannot find image %s", name)
	}
	out.Image = image
	out.Actions = append(out.Actions, "Pushed image "+name.String())
	_, err = attempt(c, func() error {
		pushed, _, err := e.push(c, name)
		out.Changed = pushed
		return err
	})
	return out, err
}

type tagArgs struct {
	Name           string   `arg:"name,required" doc:"Name of the image, or its ID."`
	Tag            string   `arg:"tag" default:"latest" doc:"Tag, when name has none."`
	Repository     []string `arg:"repository,required" doc:"Names to give it; tag where they have none."`
	ExistingImages string   `arg:"existing_images" enum:"keep,overwrite" default:"overwrite" doc:"What to do about names that other images have."`
	Connection
}

type tagResult struct {
	Changed bool     `json:"changed" doc:"Whether a name was given."`
	Actions []string `json:"actions" doc:"What was done, a sentence each."`
	Image   object   `json:"image" doc:"The image as the engine describes it."`
	Tagged  []string `json:"tagged_images" doc:"The names that were given."`
}

func runImageTag(c *modules.Context, a tagArgs) (tagResult, error) {
	out := tagResult{Actions: []string{}, Image: object{}, Tagged: []string{}}
	source := a.Name
	if !isImageID(source) {
		source = parseImageName(source).or(a.Tag).String()
	}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	image, err := e.image(c, source)
	if err != nil {
		return out, err
	}
	if image == nil {
		return out, modules.Fail("Cannot find image %s", source)
	}
	out.Image = image
	var before, after []string
	for _, text := range a.Repository {
		name := parseImageName(text).or(a.Tag)
		have, err := e.image(c, name.String())
		if err != nil {
			return out, err
		}
		before = append(before, name.String()+" -> "+textAt(have, "Id"))
		if have != nil && (textAt(have, "Id") == textAt(image, "Id") || a.ExistingImages == "keep") {
			after = append(after, name.String()+" -> "+textAt(have, "Id"))
			continue
		}
		after = append(after, name.String()+" -> "+textAt(image, "Id"))
		out.Changed = true
		out.Tagged = append(out.Tagged, name.String())
		out.Actions = append(out.Actions, "Tagged image "+source+" as "+name.String())
		if err := c.Change(modules.Diff{}, func() error { return e.tag(c, textAt(image, "Id"), name) }); err != nil {
			return out, err
		}
	}
	c.AddDiff(modules.Diff{Before: strings.Join(before, "\n") + "\n", After: strings.Join(after, "\n") + "\n"})
	return out, nil
}
