package kubernetes

import (
	"slices"

	"goplay/internal/value"
	"goplay/modules"
)

type helmInfoArgs struct {
	Name      string   `arg:"release_name,required" alias:"name" doc:"The release."`
	Namespace string   `arg:"release_namespace,required" alias:"namespace" doc:"Its namespace."`
	State     []string `arg:"release_state" default:"" doc:"States that count: all, deployed, failed, pending, superseded, uninstalled, uninstalling; deployed and failed by default."`
	AllValues bool     `arg:"get_all_values" default:"false" doc:"Tell all values, also those of the chart."`
	helmOptions
}

type helmInfoResult struct {
	Status *value.Dict `json:"status,omitempty" doc:"The release: what helm list says, and its values, manifest, hooks and notes."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.helm_info", Aliases: []string{"community.kubernetes.helm_info"}, Summary: "Tell about a release of Helm's",
		Exclusive: [][]string{{"context", "ca_cert"}, {"context", "validate_certs"}},
		Example:   "- name: What is deployed\n  kubernetes.core.helm_info:\n    name: web\n    release_namespace: app\n  register: web\n",
		Notes:     []string{"It runs helm on the target."},
	}, helmInfo)
}

var releaseStates = []string{"all", "deployed", "failed", "pending", "superseded", "uninstalled", "uninstalling"}

func helmInfo(c *modules.Context, a helmInfoArgs) (r helmInfoResult, err error) {
	h, err := a.helm(c, a.Namespace)
	if err != nil {
		return r, err
	}
	defer h.close()
	var flags []string
	for _, state := range a.State {
		if slices.Contains(releaseStates, state) {
			flags = append(flags, "--"+state)
		}
	}
	release, err := h.release(a.Name, flags...)
	if err != nil || release == nil {
		return r, err
	}
	values, err := h.values(a.Name, a.AllValues)
	if err != nil {
		return r, err
	}
	release.Set("values", values)
	for _, part := range []string{"manifest", "notes", "hooks"} {
		if part == "notes" {
			out, err := h.run("get", part, a.Name)
			if err != nil {
				return r, err
			}
			release.Set(part, out.Stdout)
			continue
		}
		docs, err := h.documents("get", part, a.Name)
		if err != nil {
			return r, err
		}
		release.Set(part, value.NewList(docs...))
	}
	r.Status = release
	return r, nil
}
