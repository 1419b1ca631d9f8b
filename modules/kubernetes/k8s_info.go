package kubernetes

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type infoArgs struct {
	APIVersion     string   `arg:"api_version" alias:"api,version" default:"v1" doc:"Version of the API, with its group in front: apps/v1."`
	Kind           string   `arg:"kind,required" doc:"Kind of the objects; its plural and short names do too."`
	Name           string   `arg:"name" doc:"Name of an object."`
	Namespace      string   `arg:"namespace" doc:"Their namespace; all by default."`
	LabelSelectors []string `arg:"label_selectors" default:"" doc:"What their labels have to match."`
	FieldSelectors []string `arg:"field_selectors" default:"" doc:"What their fields have to match."`
	waitOptions
	authOptions
}

type infoResult struct {
	APIFound  bool        `json:"api_found" doc:"Whether the server knows the kind."`
	Resources *value.List `json:"resources" doc:"The objects."`
	Msg       string      `json:"msg,omitempty" doc:"That the server does not know the kind."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.k8s_info", Aliases: []string{"community.kubernetes.k8s_info", "kubernetes.core.k8s_facts"}, Summary: "Tell about objects of Kubernetes",
		Example: `- name: The pods of the application
  kubernetes.core.k8s_info:
    kind: Pod
    namespace: app
    label_selectors: [app=web]
  register: pods
`,
	}, info)
}

func info(c *modules.Context, a infoArgs) (infoResult, error) {
	r := infoResult{APIFound: true, Resources: value.NewList()}
	k, err := a.client(c)
	if err != nil {
		return r, err
	}
	kind, err := k.find(a.Kind, a.APIVersion)
	if errors.Is(err, errNotFound) {
		r.APIFound = false
		r.Msg = `Failed to find API for resource with apiVersion "` + a.APIVersion + `" and kind "` + a.Kind + `"`
		return r, nil
	}
	if err != nil {
		return r, err
	}
	query := url.Values{}
	if len(a.LabelSelectors) > 0 {
		query.Set("labelSelector", strings.Join(a.LabelSelectors, ","))
	}
	if len(a.FieldSelectors) > 0 {
		query.Set("fieldSelector", strings.Join(a.FieldSelectors, ","))
	}
	once := a.waitOptions
	if !a.Wait {
		once.Timeout = 0
	}
	_, found, _, err := k.await(kind.path(a.Namespace, a.Name), query, once, exists)
	var no *apiError
	if errors.As(err, &no) && no.status == http.StatusBadRequest {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, r.gather(k, kind, found, a)
}

func (r *infoResult) gather(k *client, kind resource, found any, a infoArgs) error {
	if !exists(found) {
		return nil
	}
	objects := itemsAt(found, "items")
	if !strings.HasSuffix(textAt(found, "kind"), "List") {
		objects = []any{found}
	}
	for _, object := range objects {
		// What a list holds leaves out what the list says of all.
		if d, ok := object.(*value.Dict); ok {
			setDefault(d, "kind", kind.kind)
			setDefault(d, "apiVersion", kind.version)
		}
		if a.Wait {
			ok, now, seconds, err := k.await(kind.path(textAt(object, "metadata", "namespace"), textAt(object, "metadata", "name")), nil, a.waitOptions, a.ready(kind.kind))
			if err != nil {
				return err
			}
			if !ok {
				return modules.Fail("Failed to gather information about %s(s) even after waiting for %d seconds", kind.kind, seconds)
			}
			object = now
		}
		r.Resources.Append(object)
	}
	return nil
}
