package docker

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/moby/moby/client"

	"goplay/modules"
)

func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// distribute gives the image its further name and pushes it.
func (r *imageRun) distribute(image object) error {
	name := r.name
	if r.args.Repository != "" {
		name = parseImageName(r.args.Repository).or(r.name.tag)
		if err := r.tag(image, name); err != nil {
			return err
		}
	}
	if !r.args.Push {
		return nil
	}
	r.did("Pushed image %s to %s", name.repository, name)
	var status string
	ran, err := attempt(r.c, func() error {
		pushed, last, err := r.e.push(r.c, name)
		r.out.Changed = r.out.Changed || pushed
		status = last
		return err
	})
	if !ran {
		r.out.Changed = true
	}
	if status != "" {
		r.out.Image["push_status"] = status
	}
	return err
}

func (r *imageRun) tag(image object, name imageName) error {
	if name.tag == "" {
		name.tag = "latest"
	}
	have, err := r.e.image(r.c, name.String())
	if err != nil || have != nil && !r.args.ForceTag {
		return err
	}
	if have == nil || textAt(have, "Id") != textAt(image, "Id") {
		r.out.Changed = true
	}
	r.did("Tagged image %s to %s", r.text(), name)
	_, err = attempt(r.c, func() error {
		if err := r.e.tag(r.c, r.text(), name); err != nil {
			return err
		}
		now, err := r.e.image(r.c, name.String())
		if now != nil {
			r.out.Image = now
		}
		return err
	})
	return err
}

func (e *engine) tag(c *modules.Context, image string, name imageName) error {
	if _, err := e.ImageTag(c, client.ImageTagOptions{Source: image, Target: name.String()}); err != nil {
		return modules.Fail("Error: failed to tag image - %w", daemonError(err))
	}
	return nil
}

// push sends an image to its registry. pushed is false when the registry had
// all of it.
func (e *engine) push(c *modules.Context, name imageName) (pushed bool, status string, err error) {
	auth, err := credentials(c, name)
	if err != nil {
		return false, "", modules.Fail("Error pushing image %s: %w", name, err)
	}
	progress, err := e.ImagePush(c, name.String(), client.ImagePushOptions{RegistryAuth: auth})
	if err == nil {
		err = follow(c, progress, func(m *message) {
			if strings.Contains(m.Status, "Pushing") || strings.HasPrefix(m.Status, "Pushed") {
				pushed = true
			}
			if m.Status != "" {
				status = m.Status
			}
		})
	}
	switch {
	case err == nil:
		return pushed, status, nil
	case strings.Contains(err.Error(), "unauthorized") && strings.Contains(err.Error(), "authentication required"):
		return false, "", modules.Fail("Error pushing image %s - %w. Does the repository exist?", name, daemonError(err))
	case strings.Contains(err.Error(), "unauthorized"):
		return false, "", modules.Fail("Error pushing image %s: %w. Are you logged in? See docker_login.", name, daemonError(err))
	}
	return false, "", modules.Fail("Error pushing image %s: %w", name, daemonError(err))
}

func (r *imageRun) absent() error {
	image, err := r.e.image(r.c, r.text())
	if err != nil || image == nil {
		return err
	}
	r.did("Removed image %s", r.text())
	r.out.Changed, r.out.Image = true, object{"state": "Deleted"}
	return r.c.Change(modules.Diff{}, func() error {
		_, err := r.e.ImageRemove(r.c, r.text(), client.ImageRemoveOptions{Force: r.args.ForceAbsent, PruneChildren: true})
		if err != nil && !missing(err) {
			return modules.Fail("Error removing image %s - %w", r.text(), daemonError(err))
		}
		return nil
	})
}
