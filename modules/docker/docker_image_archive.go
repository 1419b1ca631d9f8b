package docker

import (
	"os"
	"slices"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_load",
		Summary: "load Docker images from an archive",
		Example: `- name: Import the image
  community.docker.docker_image_load:
    path: /tmp/app.tar
`,
		NoCheck: true,
		Notes:   []string{"It always reports a change; docker_image with source load does so only when the image is new."},
	}, runImageLoad)
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_image_export",
		Summary: "write Docker images to an archive",
		Example: `- name: Export two images
  community.docker.docker_image_export:
    names:
      - example/app:2
      - example/proxy
    path: /tmp/images.tar
`,
	}, runImageExport)
}

type imageLoadArgs struct {
	Path string `arg:"path,required" type:"path" doc:"The archive."`
	Connection
}

type imageLoadResult struct {
	Changed bool     `json:"changed" doc:"True: an archive was loaded."`
	Names   []string `json:"image_names" doc:"Names or IDs of the images in it."`
	Images  []object `json:"images" doc:"The images as the engine describes them."`
	Stdout  string   `json:"stdout" doc:"What the engine said."`
}

func runImageLoad(c *modules.Context, a imageLoadArgs) (imageLoadResult, error) {
	out := imageLoadResult{Names: []string{}, Images: []object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	err = c.Change(modules.Diff{}, func() error {
		if _, err := os.Stat(c.Abs(a.Path)); err != nil {
			return modules.Fail("Error opening archive %s - %s", a.Path, fsys.OSErrorOfText(err))
		}
		names, output, err := e.load(c, c.Abs(a.Path))
		out.Names, out.Stdout = append(out.Names, names...), output
		if err != nil {
			return modules.Fail("Error loading archive %s - %w", a.Path, err)
		}
		if len(names) == 0 {
			return modules.Fail("Detected no loaded images. Archive potentially corrupt?")
		}
		for _, name := range names {
			image, err := e.image(c, name)
			if err != nil {
				return err
			}
			if image != nil {
				out.Images = append(out.Images, image)
			}
		}
		return nil
	})
	out.Changed = err == nil
	return out, err
}

type exportArgs struct {
	Names []string `arg:"names,required" alias:"name" doc:"Names or IDs of the images."`
	Tag   string   `arg:"tag" default:"latest" doc:"Tag, for names that have none."`
	Path  string   `arg:"path,required" type:"path" doc:"The archive."`
	Force bool     `arg:"force" default:"false" doc:"Write it even if it has these images already."`
	Connection
}

type exportResult struct {
	Actions []string `json:"actions" doc:"What was done, a sentence each."`
	Images  []object `json:"images" doc:"The images as the engine describes them."`
}

func runImageExport(c *modules.Context, a exportArgs) (exportResult, error) {
	out := exportResult{Actions: []string{}, Images: []object{}}
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	var names []string
	for _, name := range a.Names {
		if !isImageID(name) {
			name = parseImageName(name).or(a.Tag).String()
		}
		image, err := e.image(c, name)
		if err != nil {
			return out, err
		}
		if image == nil {
			return out, modules.Fail("Image %s not found", name)
		}
		names, out.Images = append(names, name), append(out.Images, image)
	}
	path := c.Abs(a.Path)
	why := a.reason(path, names, out.Images)
	if why == "" {
		return out, nil
	}
	out.Actions = append(out.Actions, "Exported "+strings.Join(names, ", ")+" to "+path+", "+why)
	return out, c.Change(modules.Diff{}, func() error { return e.save(c, names, path) })
}

// reason says why the archive has to be written; "" when it has not.
func (a *exportArgs) reason(path string, names []string, images []object) string {
	if a.Force {
		return "since force=true"
	}
	have, err := readArchive(path)
	switch {
	case notThere(err):
		return "since none present"
	case err != nil:
		return "overwriting an unreadable archive file"
	}
	for i, name := range names {
		found := slices.ContainsFunc(have, func(h archivedImage) bool {
			return h.is(textAt(images[i], "Id")) && (isImageID(name) || slices.ContainsFunc(h.tags, func(tag string) bool { return sameName(tag, name) }))
		})
		if !found {
			return "since it does not have " + name + " as it is now"
		}
	}
	if tags := tagCount(have); tags > len(names) {
		return "since it has other images too"
	}
	return ""
}

func tagCount(images []archivedImage) int {
	n := 0
	for _, i := range images {
		n += max(len(i.tags), 1)
	}
	return n
}
