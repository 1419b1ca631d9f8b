package docker

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_stack",
		Summary: "deploy stacks of services to a swarm, and remove them",
		Example: `- name: Deploy the shop with settings of this host
  community.docker.docker_stack:
    name: shop
    compose:
      - /srv/shop/compose.yaml
      - version: '3'
        services:
          web: {environment: {STAGE: production}}
`,
		Notes: []string{"Deploying is the docker command's own work: it has to be installed where the module runs, on a manager of the swarm."},
		Differs: []string{
			"In check mode a stack that would be deployed counts as changed, for only docker itself knows what it would do.",
			"stack_spec_diff is the dict that the documentation has, where Ansible's module writes it as a text, and shows a list that has changed as a whole.",
		},
	}, modules.Bare(runStack))
}

type stackArgs struct {
	Name          string `arg:"name,required" doc:"Name of the stack."`
	State         string `arg:"state" enum:"present,absent" default:"present" doc:"Whether the swarm is to run it."`
	Compose       []any  `arg:"compose" default:"" doc:"What it consists of: paths of compose files on the target, and dicts as such files have; later ones add to earlier ones."`
	Prune         bool   `arg:"prune" default:"false" doc:"Remove services that are not in the definition any more."`
	RegistryAuth  bool   `arg:"with_registry_auth" default:"false" doc:"Give the swarm's nodes this user's credentials for registries."`
	ResolveImage  string `arg:"resolve_image" enum:"always,changed,never" doc:"When registries are asked for the digests of images."`
	AbsentRetries int    `arg:"absent_retries" default:"0" doc:"How often removing is tried again until nothing is left; 0 does not look."`
	RetryInterval int    `arg:"absent_retries_interval" default:"1" doc:"Seconds between those tries."`
}

type stackResult struct {
	Changed bool    `json:"changed" doc:"Whether services have changed."`
	RC      *int    `json:"rc,omitempty" doc:"Exit status of docker, where it was run."`
	Stdout  *string `json:"stdout,omitempty" doc:"What it printed."`
	Stderr  *string `json:"stderr,omitempty" doc:"What it printed of errors."`
	Msg     *string `json:"msg,omitempty" doc:"What it printed of a stack that is removed."`
	Diff    object  `json:"stack_spec_diff,omitempty" doc:"How the services' specs differ from those before."`
}

// stackRun is one task about a stack.
type stackRun struct {
	c   *modules.Context
	e   *engine
	a   *stackArgs
	out stackResult
}

func runStack(c *modules.Context, a stackArgs) (stackResult, error) {
	r := &stackRun{c: c, a: &a}
	if a.State == "present" && len(a.Compose) == 0 {
		return r.out, modules.Fail("compose parameter must be a list containing at least one element")
	}
	var err error
	if r.e, err = (Connection{}).connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	if a.State == "absent" {
		err = r.remove()
	} else {
		err = r.deploy()
	}
	return r.out, err
}

// services are the specs of the stack's services, by name; nil where there is
// no swarm, which docker itself has words for.
func (r *stackRun) services() (object, error) {
	label, _ := json.Marshal(object{"label": []string{"com.docker.stack.namespace=" + r.a.Name}})
	found, err := r.e.list(r.c, "/services", url.Values{"filters": {string(label)}})
	if isStatus(err, http.StatusServiceUnavailable) {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("Error reading the stack's services: %w", err)
	}
	specs := object{}
	for _, s := range found {
		specs[textAt(s, "Spec.Name")] = s["Spec"]
	}
	return specs, nil
}

func (r *stackRun) deploy() error {
	before, err := r.services()
	if err != nil {
		return err
	}
	files, remove, err := r.composeFiles()
	defer remove()
	if err != nil {
		return err
	}
	argv := []string{"stack", "deploy"}
	if r.a.Prune {
		argv = append(argv, "--prune")
	}
	if r.a.RegistryAuth {
		argv = append(argv, "--with-registry-auth")
	}
	if r.a.ResolveImage != "" {
		argv = append(argv, "--resolve-image", r.a.ResolveImage)
	}
	for _, file := range files {
		argv = append(argv, "--compose-file", file)
	}
	ran, err := attempt(r.c, func() error { return r.docker("docker stack up deploy command failed", append(argv, r.a.Name)...) })
	if err != nil || !ran {
		r.out.Changed = true
		return err
	}
	after, err := r.services()
	if diff, differs := specDiff(before, after); differs {
		r.out.Changed = true
		r.out.Diff = diff.(object)
	}
	return err
}

// composeFiles are the files of the definition; what was given as a dict is
// written to one of our own, which remove takes away.
func (r *stackRun) composeFiles() (files []string, remove func(), err error) {
	dir := ""
	remove = func() {
		if dir != "" {
			_ = os.RemoveAll(dir)
		}
	}
	for i, one := range r.a.Compose {
		switch one := one.(type) {
		case *value.Dict:
			if dir == "" {
				if dir, err = os.MkdirTemp("", "stack"); err != nil {
					return nil, remove, err
				}
			}
			text, err := value.EncodeJSON(one, value.JSONOptions{})
			file := filepath.Join(dir, strconv.Itoa(i)+".yaml")
			if err == nil {
				err = os.WriteFile(file, []byte(text), 0o600)
			}
			if err != nil {
				return nil, remove, modules.Fail("Error writing the stack's definition: %w", err)
			}
			files = append(files, file)
		case string:
			files = append(files, r.c.Abs(one))
		default:
			return nil, remove, modules.Fail("compose element '%s' must be a string or a dictionary", value.Str(one))
		}
	}
	return files, remove, nil
}

func (r *stackRun) remove() error {
	left, err := r.services()
	if err != nil || left != nil && len(left) == 0 {
		return err
	}
	r.out.Changed = true
	_, err = attempt(r.c, func() error {
		for try := 0; ; try++ {
			if err := r.docker("'docker stack down' command failed", "stack", "rm", r.a.Name); err != nil {
				return err
			}
			r.out.Msg = r.out.Stdout
			gone := strings.HasPrefix(*r.out.Stderr, "Nothing found in stack: ")
			if r.a.AbsentRetries <= 0 || gone {
				return nil
			}
			if try >= r.a.AbsentRetries {
				return modules.Fail("Stack %s is not removed completely after %d retries", r.a.Name, r.a.AbsentRetries)
			}
			select {
			case <-time.After(time.Duration(r.a.RetryInterval) * time.Second):
			case <-r.c.Done():
				return r.c.Err()
			}
		}
	})
	return err
}

// docker runs the docker command and keeps what it says; failed is the message
// of one that does not succeed.
func (r *stackRun) docker(failed string, argv ...string) error {
	said, err := r.c.Exec(modules.Cmd{Argv: append([]string{"docker"}, argv...), Stream: true})
	if err != nil {
		return err
	}
	r.out.RC, r.out.Stdout, r.out.Stderr = &said.RC, &said.Stdout, &said.Stderr
	if said.RC != 0 {
		return modules.Fail("%s", failed).With("rc", said.RC).With("stdout", said.Stdout).With("stderr", said.Stderr)
	}
	return nil
}

// specDiff is what has to be done to before for it to become after: new and
// changed members as they are now, and under delete the names of those that
// are gone.
func specDiff(before, after any) (diff any, differs bool) {
	was, ok1 := before.(object)
	is, ok2 := after.(object)
	if !ok1 || !ok2 {
		return after, !reflect.DeepEqual(before, after)
	}
	out := object{}
	for name, now := range is {
		if then, known := was[name]; !known {
			out[name] = now
		} else if d, differs := specDiff(then, now); differs {
			out[name] = d
		}
	}
	var gone []any
	for _, name := range sortedKeys(was) {
		if _, there := is[name]; !there {
			gone = append(gone, name)
		}
	}
	if gone != nil {
		out["delete"] = gone
	}
	return out, len(out) > 0
}
