package kubernetes

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type logArgs struct {
	APIVersion     string   `arg:"api_version" alias:"api,version" default:"v1" doc:"Version of the API of the object."`
	Kind           string   `arg:"kind" default:"Pod" doc:"Kind of the object; of others than pods the first pod that they select is taken."`
	Name           string   `arg:"name" doc:"Its name."`
	Namespace      string   `arg:"namespace" doc:"Its namespace."`
	LabelSelectors []string `arg:"label_selectors" default:"" doc:"What the labels of the pod have to match; the first that does is taken."`
	Container      string   `arg:"container" doc:"Container of the pod, where it has several."`
	All            bool     `arg:"all_containers" doc:"The logs of all containers."`
	Since          string   `arg:"since_seconds" doc:"How old lines may be, in seconds."`
	Previous       bool     `arg:"previous" default:"false" doc:"The log of the container that was there before."`
	Tail           int      `arg:"tail_lines" doc:"How many lines of the end."`
	authOptions
}

type logResult struct {
	Log   string   `json:"log" doc:"The log."`
	Lines []string `json:"log_lines" doc:"The log, line by line."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.k8s_log", Aliases: []string{"community.kubernetes.k8s_log"}, Summary: "Read the log of a pod of Kubernetes",
		Exclusive: [][]string{{"container", "all_containers"}},
		Example:   "- name: What the application said\n  kubernetes.core.k8s_log:\n    api_version: apps/v1\n    kind: Deployment\n    namespace: app\n    name: web\n    tail_lines: 100\n  register: log\n",
	}, k8sLog)
}

func k8sLog(c *modules.Context, a logArgs) (r logResult, err error) {
	if a.Name != "" && len(a.LabelSelectors) > 0 {
		return r, modules.Fail("Only one of name or label_selectors can be provided")
	}
	k, err := a.client(c)
	if err != nil {
		return r, err
	}
	pods, pod, err := a.pod(k)
	if err != nil {
		return r, err
	}
	containers := []string{a.Container}
	if a.All {
		object, err := k.get(pods.path(a.Namespace, pod), nil)
		if err != nil {
			return r, a.unreadable(err, pod)
		}
		containers = nil
		for _, status := range itemsAt(object, "status", "containerStatuses") {
			containers = append(containers, textAt(status, "name"))
		}
	}
	for _, container := range containers {
		text, err := k.fetch(http.MethodGet, pods.path(a.Namespace, pod)+"/log", a.query(container), "", nil)
		if err != nil {
			return logResult{}, a.unreadable(err, pod)
		}
		r.Log += string(text)
	}
	r.Lines = strings.Split(r.Log, "\n")
	return r, nil
}

func (a logArgs) query(container string) url.Values {
	q := url.Values{}
	for name, v := range map[string]string{"container": container, "sinceSeconds": a.Since} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if a.Previous {
		q.Set("previous", "true")
	}
	if a.Tail != 0 {
		q.Set("tailLines", fmt.Sprint(a.Tail))
	}
	return q
}

func (a logArgs) unreadable(err error, pod string) error {
	if errors.Is(missing(err), errNotFound) {
		return modules.Fail("Pod %s/%s not found.", orNone(a.Namespace), pod)
	}
	var no *apiError
	if errors.As(err, &no) {
		if status, jsonErr := value.DecodeJSON([]byte(no.body)); jsonErr == nil && textAt(status, "message") != "" {
			return modules.Fail("Unable to retrieve log from Pod due to: %s", textAt(status, "message"))
		}
	}
	return modules.Fail("Unable to retrieve log from Pod due to: %w", err)
}

// pod is the pod whose log is read, and the kind that it is of.
func (a logArgs) pod(k *client) (pods resource, name string, err error) {
	find := func(kind, version string) (resource, error) {
		r, err := k.find(kind, version)
		if errors.Is(err, errNotFound) {
			err = modules.Fail("Failed to find exact match for %s.%s by [kind, name, singularName, shortNames]", version, kind)
		}
		return r, err
	}
	r, err := find(a.Kind, a.APIVersion)
	if err != nil {
		return pods, "", err
	}
	if pods, err = find("Pod", "v1"); err != nil {
		return pods, "", err
	}
	selectors := a.LabelSelectors
	if !slices.Contains(r.parts, "log") {
		if a.Name == "" {
			return pods, "", modules.Fail("name must be provided for resources that do not support the log subresource")
		}
		object, err := k.get(r.path(a.Namespace, a.Name), nil)
		if err != nil {
			return pods, "", modules.Fail("Failed to retrieve requested object: %w", err)
		}
		if selectors, err = selectorsOf(object, r); err != nil {
			return pods, "", err
		}
	}
	if len(selectors) == 0 {
		if a.Name == "" {
			return pods, "", modules.Fail("name must be provided for resources that do not support namespaced base url")
		}
		return r, a.Name, nil
	}
	selector := strings.Join(selectors, ",")
	list, err := k.get(pods.path(a.Namespace, ""), url.Values{"labelSelector": {selector}})
	if err == nil && len(itemsAt(list, "items")) == 0 {
		err = modules.Fail("No pods in namespace %s matched selector %s", orNone(a.Namespace), selector)
	}
	if err != nil {
		return pods, "", err
	}
	return pods, textAt(itemsAt(list, "items")[0], "metadata", "name"), nil
}

// selectorsOf are what an object selects its pods by.
func selectorsOf(object any, r resource) ([]string, error) {
	selector, ok := at(object, "spec", "selector").(*value.Dict)
	if !ok {
		return nil, modules.Fail("%s %s does not support the log subresource directly, and no Pod selector was found on the object", r.version, r.kind)
	}
	labels, hasLabels := at(selector, "matchLabels").(*value.Dict)
	expressions := itemsAt(selector, "matchExpressions")
	if !hasLabels && len(expressions) == 0 {
		labels = selector
	}
	var out []string
	for k, v := range orEmpty(labels).All() {
		out = append(out, value.Str(k)+"="+value.Str(v))
	}
	for _, e := range expressions {
		var values []string
		for _, v := range itemsAt(e, "values") {
			values = append(values, value.Str(v))
		}
		switch key, operator := textAt(e, "key"), textAt(e, "operator"); operator {
		case "Exists":
			out = append(out, key)
		case "DoesNotExist":
			out = append(out, "!"+key)
		case "In", "NotIn":
			out = append(out, fmt.Sprintf("%s %s (%s)", key, strings.ToLower(operator), strings.Join(values, ", ")))
		default:
			return nil, modules.Fail("The k8s_log module does not support the %s matchExpression operator", strings.ToLower(operator))
		}
	}
	return out, nil
}
