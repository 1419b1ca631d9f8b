package docker

import (
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// pullPolicy reads pull, which is a boolean in old playbooks.
func pullPolicy(v any) (string, error) {
	text := value.Str(v)
	if slices.Contains([]string{"always", "missing", "never"}, text) {
		return text, nil
	}
	on, err := modules.ToBool(v)
	switch {
	case err != nil:
		return "", modules.Fail("value of pull must be one of: always, missing, never, True, False, got: %s", text)
	case on:
		return "always", nil
	}
	return "missing", nil
}

// findImage looks the image up and pulls it if it has to. It is nil when there
// is none, as check mode may leave it.
func (r *containerRun) findImage() (object, error) {
	if r.args.Image == "" {
		return nil, nil
	}
	policy, err := pullPolicy(r.args.Pull)
	if err != nil {
		return nil, err
	}
	image, err := r.e.image(r.c, r.args.Image)
	if err != nil {
		return nil, err
	}
	byID := isImageID(r.args.Image)
	name := parseImageName(r.args.Image).or("latest")
	switch {
	case image == nil && byID:
		return nil, modules.Fail("Cannot find image with ID %s", r.args.Image)
	case image == nil && policy == "never":
		return nil, modules.Fail("Cannot find image with name %s, and pull=never", name)
	case image == nil:
		return r.pullImage(name, nil)
	case policy == "always" && !byID:
		return r.pullImage(name, image)
	}
	return image, nil
}

func (r *containerRun) pullImage(name imageName, before object) (object, error) {
	platform := ""
	if r.args.Platform != nil {
		platform = *r.args.Platform
	}
	pulled := before
	fetch := func() error {
		if err := r.e.pull(r.c, name, platform); err != nil {
			return err
		}
		var err error
		if pulled, err = r.e.image(r.c, name.String()); err == nil && pulled == nil {
			err = modules.Fail("Error pulling image %s - the engine does not have it afterwards", name)
		}
		return err
	}
	if before == nil {
		return pulled, r.change(fetch)
	}
	ran, err := attempt(r.c, fetch)
	if ran && err == nil && textAt(before, "Id") != textAt(pulled, "Id") || !ran && r.args.PullCheckMode == "always" {
		r.changed = true
	}
	return pulled, err
}

// labelsGone refuses labels that only the image has, where the task asks for that.
func (r *containerRun) labelsGone() error {
	wanted, given := r.plan.want["labels"].(object)
	if !given || r.args.ImageLabelMismatch != "fail" || r.plan.rules["labels"] != strict {
		return nil
	}
	var extra []string
	for _, label := range sortedKeys(objectAt(r.image, "Config.Labels")) {
		if _, ok := wanted[label]; !ok {
			extra = append(extra, `"`+label+`"`)
		}
	}
	if len(extra) == 0 {
		return nil
	}
	return modules.Fail("Some labels should be removed but are present in the base image. You can set image_label_mismatch to 'ignore' to ignore this error. Labels: %s",
		strings.Join(extra, ", "))
}
