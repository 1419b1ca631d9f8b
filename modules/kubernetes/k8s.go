package kubernetes

import (
	"errors"
	"net/http"

	"goplay/internal/value"
	"goplay/modules"
)

type k8sArgs struct {
	State           string         `arg:"state" enum:"absent,present,patched" default:"present" doc:"Whether the object is to be there; patched changes it only if it is."`
	Force           bool           `arg:"force" default:"false" doc:"Replace an object that is there as a whole."`
	Apply           bool           `arg:"apply" default:"false" doc:"Also remove what the last definition had and this one has not, as kubectl apply does."`
	ServerSideApply *serverApply   `arg:"server_side_apply" doc:"With apply, let the server work it out."`
	MergeType       []string       `arg:"merge_type" enum:"json,merge,strategic-merge" doc:"Kinds of patches to try, in this order; strategic-merge and then merge by default."`
	AppendHash      bool           `arg:"append_hash" default:"false" doc:"Append a hash of its content to the name of a ConfigMap or Secret."`
	GenerateName    string         `arg:"generate_name" doc:"Beginning of a name that the server completes."`
	LabelSelectors  []string       `arg:"label_selectors" doc:"Leave out definitions whose labels do not match; with absent and no name, the objects to remove."`
	DeleteOptions   *deleteOptions `arg:"delete_options" doc:"How objects are removed."`
	ContinueOnError bool           `arg:"continue_on_error" default:"false" doc:"Go on with the other objects after one has failed."`
	Validate        *validation    `arg:"validate" doc:"Have the server look for fields that it does not know."`
	Template        any            `arg:"template" doc:"Templates on the controller that give definitions: a path, a dict with path and options of the template, or a list."`
	definitionOptions
	nameOptions
	waitOptions
	authOptions
}

type serverApply struct {
	Manager string `arg:"field_manager,required" doc:"Who owns the fields."`
	Force   bool   `arg:"force_conflicts" default:"false" doc:"Take fields from others who own them."`
}

type deleteOptions struct {
	Propagation   string         `arg:"propagationPolicy" enum:"Foreground,Background,Orphan" doc:"What becomes of objects that depend on it."`
	Grace         *int           `arg:"gracePeriodSeconds" doc:"Seconds that a pod has to end."`
	Preconditions *preconditions `arg:"preconditions" doc:"What has to hold of the object."`
}

type preconditions struct {
	Version string `arg:"resourceVersion" doc:"Its resourceVersion."`
	UID     string `arg:"uid" doc:"Its uid."`
}

type validation struct {
	Fail    bool   `arg:"fail_on_error" doc:"Fail for an unknown field; otherwise warn."`
	Version string `arg:"version" doc:"Unused: the server's own version counts."`
	Strict  bool   `arg:"strict" default:"true" doc:"Whether unknown fields matter."`
}

func (d *deleteOptions) body() *value.Dict {
	if d == nil {
		return nil
	}
	out := value.DictOf("apiVersion", "v1", "kind", "DeleteOptions")
	if d.Propagation != "" {
		out.Set("propagationPolicy", d.Propagation)
	}
	if d.Grace != nil {
		out.Set("gracePeriodSeconds", int64(*d.Grace))
	}
	if d.Preconditions != nil {
		conditions := value.NewDict()
		setDefault(conditions, "resourceVersion", d.Preconditions.Version)
		setDefault(conditions, "uid", d.Preconditions.UID)
		out.Set("preconditions", conditions)
	}
	return out
}

type k8sResult struct {
	Changed  bool   `json:"changed" doc:"Whether the object was changed."`
	Result   any    `json:"result" doc:"The object; of several, results holds what became of each." type:"dict"`
	Method   string `json:"method,omitempty" doc:"What was done: create, update, replace, apply or delete."`
	Duration *int   `json:"duration,omitempty" doc:"Seconds that were waited."`
	Msg      string `json:"msg,omitempty" doc:"Why nothing was done."`
	Error    any    `json:"error,omitempty" doc:"With continue_on_error, why it failed." type:"dict"`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.k8s", Aliases: []string{"community.kubernetes.k8s"}, Summary: "Make, change or remove objects of Kubernetes",
		Exclusive: [][]string{{"resource_definition", "src", "template"}, {"merge_type", "apply"}},
		Example: `- name: The application's namespace
  kubernetes.core.k8s:
    api_version: v1
    kind: Namespace
    name: app
- name: The deployment, and wait for it
  kubernetes.core.k8s:
    template: deployment.yaml.j2
    apply: true
    wait: true
`,
		Differs: []string{
			"A change is first tried with a dry run of the server's, also outside of check mode: what would change nothing is not written.",
			"validate asks the server, which has to be 1.25 or later, and needs no library.",
			"Refreshing tokens of the old auth-provider entries of kubeconfigs is left to their tools.",
		},
	}, k8s)
}

func k8s(c *modules.Context, a k8sArgs) (k8sResult, error) {
	k, err := a.client(c)
	if err != nil {
		return k8sResult{}, err
	}
	objects, err := a.definitions(c, a.nameOptions, a.GenerateName)
	if err != nil {
		return k8sResult{}, err
	}
	all := k8sResult{}
	results := value.NewList()
	for _, object := range objects {
		r, err := k.perform(a, object)
		if err != nil && !a.ContinueOnError {
			if r.Duration == nil { // all but a wait in vain tell nothing of the object
				r = k8sResult{}
			}
			return r, err
		}
		if err != nil {
			r = k8sResult{Result: value.NewDict(), Error: errorDict(err)}
		}
		if len(objects) == 1 {
			return r, nil
		}
		all.Changed = all.Changed || r.Changed
		results.Append(value.Of(r))
	}
	all.Result = value.DictOf("results", results)
	return all, nil
}

func errorDict(err error) *value.Dict {
	d := value.NewDict()
	var f *modules.Failure
	if errors.As(err, &f) {
		d.Update(f.Data)
	}
	d.Set("msg", err.Error())
	return d
}

// refused is the failure of a request, with the server's reason.
func refused(what string, err error) error {
	f := modules.Fail("Failed to %s object: %w", what, err)
	var no *apiError
	if errors.As(err, &no) {
		return f.With("reason", http.StatusText(no.status))
	}
	return f
}
