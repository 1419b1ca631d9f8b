package kubernetes

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// subject is an object that is worked on: what it is to be, and what it is.
type subject struct {
	*client
	k8sArgs
	resource
	want *value.Dict
	have *value.Dict // nil where there is none
}

func (s *subject) objectName() string { return textAt(s.want, "metadata", "name") }
func (s *subject) inNamespace() string {
	return textAt(s.want, "metadata", "namespace")
}

// perform brings one object to its definition.
func (k *client) perform(a k8sArgs, want *value.Dict) (k8sResult, error) {
	none := k8sResult{Result: value.NewDict()}
	kind, version := textAt(want, "kind"), textAt(want, "apiVersion")
	r, err := k.find(kind, version)
	if errors.Is(err, errNotFound) {
		return none, modules.Fail("Failed to find exact match for %s.%s by [kind, name, singularName, shortNames]", version, kind)
	}
	if err != nil {
		return none, err
	}
	want.Set("kind", r.kind)
	want.Set("apiVersion", r.version)
	s := &subject{client: k, k8sArgs: a, resource: r, want: want}
	name := s.objectName()
	if err := s.retrieve(); err != nil {
		return none, err
	}
	if a.State == "absent" {
		return s.remove()
	}
	if len(a.LabelSelectors) > 0 && !selects(a.LabelSelectors, at(want, "metadata", "labels")) {
		none.Msg = fmt.Sprintf("resource 'kind=%s,name=%s,namespace=%s' filtered by label_selectors.", kind, orNone(name), orNone(s.inNamespace()))
		return none, nil
	}
	if s.have == nil && a.State == "patched" && !a.Apply {
		k.c.Warn("resource 'kind=%s,name=%s' was not found but will not be created as 'state' parameter has been set to 'patched'", kind, orNone(name))
		return none, nil
	}
	return s.settle()
}

func orNone(text string) string {
	if text == "" {
		return "None"
	}
	return text
}

// retrieve looks at what there is under the definition's name, or of its labels.
func (s *subject) retrieve() error {
	metadata, _ := at(s.want, "metadata").(*value.Dict)
	if s.AppendHash && (s.kind == "ConfigMap" || s.kind == "Secret") {
		hash, err := contentHash(s.want)
		if err != nil {
			return err
		}
		for _, key := range []string{"name", "generateName"} {
			if name := textAt(metadata, key); name != "" {
				metadata.Set(key, name+"-"+hash)
				break
			}
		}
	}
	query := url.Values{}
	if len(s.LabelSelectors) > 0 {
		query.Set("labelSelector", strings.Join(s.LabelSelectors, ","))
	}
	if s.objectName() == "" && len(query) == 0 {
		return nil
	}
	have, err := s.get(s.path(s.inNamespace(), s.objectName()), query)
	var no *apiError
	if errors.As(err, &no) && (no.status == http.StatusNotFound || no.status == http.StatusMethodNotAllowed) {
		return nil
	}
	if err != nil {
		f := modules.Fail("Failed to retrieve requested object: %w", err)
		if no != nil {
			f = f.With("reason", http.StatusText(no.status))
		}
		return f
	}
	if d, ok := have.(*value.Dict); ok && exists(d) {
		s.have = d
	}
	return nil
}

// settle creates or changes the object, and waits for it.
func (s *subject) settle() (k8sResult, error) {
	r := k8sResult{Method: "create", Changed: true}
	switch {
	case s.Apply:
		r.Method = "apply"
	case s.have != nil && s.Force:
		r.Method = "replace"
	case s.have != nil:
		r.Method = "update"
	}
	predicted, err := s.send(r.Method, url.Values{"dryRun": {dryRun}})
	if noDryRun(err) {
		predicted, err = merged(orEmpty(s.have), encoded(s.want)), nil
	}
	if err != nil {
		return r, err
	}
	left, right := difference(orEmpty(s.have), predicted, "")
	if r.Method != "create" {
		r.Changed = left != nil && !onlyCounted(left, right)
	}
	now, written := predicted, !r.Changed
	if !r.Changed {
		now = s.have
	} else {
		diff := modules.Diff{}
		if r.Method != "create" {
			diff = modules.Diff{Before: left, After: right}
		}
		err = s.c.Change(diff, func() error {
			now, err = s.send(r.Method, nil)
			written = true
			return err
		})
		if err != nil {
			return r, err
		}
	}
	r.Result = now
	if !s.Wait || !written {
		return r, nil
	}
	return s.waiting(r, now, s.ready(s.kind))
}

func orEmpty(d *value.Dict) *value.Dict {
	if d == nil {
		return value.NewDict()
	}
	return d
}

// noDryRun reports that the server, or a webhook of it, cannot predict.
func noDryRun(err error) bool {
	var no *apiError
	return errors.As(err, &no) && strings.Contains(strings.ToLower(no.body), "dry run")
}

func (s *subject) waiting(r k8sResult, object *value.Dict, wanted func(any) bool) (k8sResult, error) {
	name := textAt(object, "metadata", "name")
	query := url.Values{}
	if len(s.LabelSelectors) > 0 {
		query.Set("labelSelector", strings.Join(s.LabelSelectors, ","))
	}
	ok, now, seconds, err := s.await(s.path(textAt(object, "metadata", "namespace"), name), query, s.waitOptions, wanted)
	if err != nil {
		return r, err
	}
	r.Duration = &seconds
	if s.State != "absent" {
		r.Result = now
	}
	if !ok {
		return r, timedOut(s.kind, s.objectName())
	}
	return r, nil
}

// send makes the request that creates or changes the object.
func (s *subject) send(method string, query url.Values) (*value.Dict, error) {
	if query == nil {
		query = url.Values{}
	}
	if s.Validate != nil && s.Validate.Strict {
		query.Set("fieldValidation", map[bool]string{true: "Strict", false: "Warn"}[s.Validate.Fail])
	}
	switch method {
	case "apply":
		return s.apply(query)
	case "replace":
		return s.ask("replace", http.MethodPut, query, "application/json", s.want)
	case "update":
		return s.patch(query)
	}
	return s.create("create", s.want, query)
}

func (s *subject) create(what string, object *value.Dict, query url.Values) (*value.Dict, error) {
	if s.namespaced && s.inNamespace() == "" {
		return nil, modules.Fail("Failed to %s object: Namespace is required for %s.%s", what, s.version, s.kind)
	}
	return answer(s.request(http.MethodPost, s.path(s.inNamespace(), ""), query, "application/json", object))(what)
}

func (s *subject) ask(what, method string, query url.Values, contentType string, body any) (*value.Dict, error) {
	return answer(s.request(method, s.path(s.inNamespace(), s.objectName()), query, contentType, body))(what)
}

// answer reads an answer as an object, or a refusal of what was asked.
func answer(v any, err error) func(what string) (*value.Dict, error) {
	return func(what string) (*value.Dict, error) {
		if err != nil {
			return nil, refused(what, err)
		}
		d, ok := v.(*value.Dict)
		if !ok {
			return nil, modules.Fail("Failed to %s object: the server answered %s", what, value.Repr(v))
		}
		return d, nil
	}
}

// patch tries the kinds of patches one after the other: objects that a cluster
// adds itself know no strategic merge.
func (s *subject) patch(query url.Values) (now *value.Dict, err error) {
	types := s.MergeType
	if len(types) == 0 {
		types = []string{"strategic-merge", "merge"}
	}
	for _, kind := range types {
		if now, err = s.ask("patch", http.MethodPatch, query, "application/"+kind+"-patch+json", s.want); err == nil {
			return now, nil
		}
	}
	return nil, err
}

func (s *subject) apply(query url.Values) (*value.Dict, error) {
	if s.ServerSideApply != nil {
		query.Set("fieldManager", s.ServerSideApply.Manager)
		query.Set("force", fmt.Sprint(s.ServerSideApply.Force))
		return s.ask("apply", http.MethodPatch, query, "application/apply-patch+yaml", s.want)
	}
	want := encoded(s.want)
	if s.have == nil {
		object, err := annotated(want)
		if err != nil {
			return nil, err
		}
		return s.create("apply", object, query)
	}
	patch, err := applyPatch(s.have, want)
	if err != nil || patch == nil {
		return s.have, err
	}
	return s.ask("apply", http.MethodPatch, query, "application/merge-patch+json", patch)
}

// remove deletes the object, or all that a selector of labels finds.
func (s *subject) remove() (k8sResult, error) {
	r := k8sResult{Method: "delete", Result: value.NewDict()}
	if s.have == nil {
		return r, nil
	}
	r.Changed = true
	objects := itemsAt(s.have, "items")
	list := strings.HasSuffix(textAt(s.have, "kind"), "List")
	if !list {
		objects = []any{s.have}
	}
	said := value.NewList()
	err := s.c.Change(modules.Diff{}, func() error {
		for _, object := range objects {
			answer, err := s.request(http.MethodDelete, s.path(textAt(object, "metadata", "namespace"), textAt(object, "metadata", "name")), nil, "application/json", bodyOf(s.DeleteOptions))
			if err != nil && !errors.Is(missing(err), errNotFound) {
				return refused("delete", err)
			}
			said.Append(answer)
		}
		return nil
	})
	switch {
	case err != nil || len(said.Items) == 0:
		return r, err
	case list:
		r.Result = said
	default:
		r.Result = said.Items[0]
	}
	if !s.Wait {
		return r, nil
	}
	return s.waiting(r, s.want, func(object any) bool { return !exists(object) })
}

// bodyOf keeps a missing dict from becoming an interface that is not nil.
func bodyOf(d *deleteOptions) any {
	if d == nil {
		return nil
	}
	return d.body()
}
