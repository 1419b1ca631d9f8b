package docker

import (
	"net/http"
	"net/url"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_volume",
		Summary: "manage Docker volumes",
		Example: `- name: Have a volume
  community.docker.docker_volume:
    name: data
    labels:
      app: example
`,
		Notes: []string{"The engine cannot change a volume: recreate says whether one that differs is made anew, without its data."},
	}, runVolume)
}

type volumeArgs struct {
	Name          string      `arg:"volume_name,required" alias:"name" doc:"The volume's name."`
	Driver        string      `arg:"driver" default:"local" doc:"Its driver."`
	DriverOptions *value.Dict `arg:"driver_options" doc:"Options for the driver."`
	Labels        *value.Dict `arg:"labels" doc:"Labels."`
	Recreate      string      `arg:"recreate" enum:"always,never,options-changed" default:"never" doc:"When to make an existing volume anew."`
	State         string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be there."`
	Connection
}

type volumeResult struct {
	Volume  object   `json:"volume,omitempty" doc:"The volume as the engine describes it."`
	Actions []string `json:"actions,omitempty" doc:"What was done, a sentence each."`
}

// volumeRun brings one volume to what a task wants.
type volumeRun struct {
	c             *modules.Context
	e             *engine
	args          *volumeArgs
	options, tags object
	found         changes
	out           volumeResult
}

func runVolume(c *modules.Context, a volumeArgs) (volumeResult, error) {
	r := &volumeRun{c: c, args: &a, options: object{}}
	var err error
	if a.DriverOptions != nil {
		r.options = texts(a.DriverOptions)
	}
	if a.Labels != nil {
		if r.tags, err = onlyTexts("labels", a.Labels); err != nil {
			return r.out, err
		}
	}
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	volume, err := r.find()
	if err != nil {
		return r.out, err
	}
	if a.State == "absent" {
		err = r.absent(volume)
	} else {
		err = r.present(volume)
	}
	r.found.show(c)
	return r.out, err
}

func (r *volumeRun) find() (object, error) {
	volume, err := r.e.get(r.c, "/volumes/"+url.PathEscape(r.args.Name), nil)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("Error inspecting volume %s: %w", r.args.Name, err)
	}
	return volume, nil
}

func (r *volumeRun) absent(volume object) error {
	r.found.add("exists", volume != nil, false)
	if volume == nil {
		return nil
	}
	return r.remove()
}

func (r *volumeRun) remove() error {
	r.out.Actions = append(r.out.Actions, "Removed volume "+r.args.Name)
	return r.c.Change(modules.Diff{}, func() error {
		_, err := r.e.call(r.c, http.MethodDelete, "/volumes/"+url.PathEscape(r.args.Name), nil, nil)
		if err != nil {
			return modules.Fail("Error removing volume %s: %w", r.args.Name, err)
		}
		return nil
	})
}

func (r *volumeRun) present(volume object) error {
	r.found.add("exists", volume != nil, true)
	differs := volume != nil && r.differs(volume)
	if volume != nil && (r.args.Recreate == "always" || differs && r.args.Recreate == "options-changed") {
		if err := r.remove(); err != nil {
			return err
		}
		volume = nil
	}
	if volume == nil {
		if err := r.create(); err != nil {
			return err
		}
		var err error
		if volume, err = r.find(); err != nil {
			return err
		}
	}
	r.out.Volume = volume
	return nil
}

func (r *volumeRun) create() error {
	body := object{"Name": r.args.Name, "Driver": r.args.Driver, "DriverOpts": r.options}
	if r.tags != nil {
		body["Labels"] = r.tags
	}
	r.out.Actions = append(r.out.Actions, "Created volume "+r.args.Name+" with driver "+r.args.Driver)
	return r.c.Change(modules.Diff{}, func() error {
		_, err := r.e.call(r.c, http.MethodPost, "/volumes/create", nil, body)
		if err != nil {
			return modules.Fail("Error creating volume %s: %w", r.args.Name, err)
		}
		return nil
	})
}

func (r *volumeRun) differs(volume object) bool {
	n := len(r.found.before)
	if have := textAt(volume, "Driver"); have != r.args.Driver {
		r.found.add("driver", have, r.args.Driver)
	}
	compareNames(&r.found, "driver_options", r.options, objectAt(volume, "Options"))
	compareNames(&r.found, "labels", r.tags, objectAt(volume, "Labels"))
	return len(r.found.before) > n
}

// compareNames notes the names whose wanted values an object does not have.
func compareNames(found *changes, option string, want, have object) {
	for _, name := range sortedKeys(want) {
		if want[name] != have[name] {
			found.add(option+"."+name, have[name], want[name])
		}
	}
}
