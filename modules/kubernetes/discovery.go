package kubernetes

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// resource is a kind of objects that a server knows.
type resource struct {
	base       string // path of its group and version
	version    string // apiVersion
	kind       string
	name       string // plural, as paths have it
	singular   string
	short      []string
	namespaced bool
	parts      []string // what an object has below its path: log, scale
}

// path is where an object is, or without a name where all are.
func (r resource) path(namespace, name string) string {
	p := r.base
	if r.namespaced && namespace != "" {
		p += "/namespaces/" + url.PathEscape(namespace)
	}
	p += "/" + r.name
	if name != "" {
		p += "/" + url.PathEscape(name)
	}
	return p
}

// errNotFound says that a server knows no such kind.
var errNotFound = errors.New("no such kind")

// find asks the server for a kind, by its kind, plural, singular or a short
// name. A version without a group is looked for in every group if the core has
// no such kind.
func (k *client) find(kind, version string) (resource, error) {
	base := "/apis/" + version
	if !strings.Contains(version, "/") {
		base = "/api/" + version
	}
	have, err := k.resources(base, version)
	if err != nil {
		return resource{}, err
	}
	if r, ok := match(have, kind); ok {
		return r, nil
	}
	if strings.Contains(version, "/") {
		return resource{}, errNotFound
	}
	return k.findInGroups(kind, version)
}

func (k *client) findInGroups(kind, version string) (resource, error) {
	groups, err := k.get("/apis", nil)
	if err != nil {
		return resource{}, missing(err)
	}
	var found []resource
	for _, group := range itemsAt(groups, "groups") {
		for _, v := range itemsAt(group, "versions") {
			if textAt(v, "version") != version {
				continue
			}
			name := textAt(v, "groupVersion")
			have, err := k.resources("/apis/"+name, name)
			if err != nil {
				return resource{}, err
			}
			if r, ok := match(have, kind); ok {
				found = append(found, r)
			}
		}
	}
	if len(found) != 1 {
		return resource{}, errNotFound
	}
	return found[0], nil
}

// match tries the ways to name a kind, one after the other.
func match(have []resource, kind string) (resource, bool) {
	for _, is := range []func(resource) bool{
		func(r resource) bool { return r.kind == kind },
		func(r resource) bool { return r.name == kind },
		func(r resource) bool { return r.singular == kind },
		func(r resource) bool { return slices.Contains(r.short, kind) },
	} {
		if at := slices.IndexFunc(have, is); at >= 0 {
			return have[at], true
		}
	}
	return resource{}, false
}

func (k *client) resources(base, version string) ([]resource, error) {
	if have, ok := k.known[base]; ok {
		return have, nil
	}
	list, err := k.get(base, nil)
	if err != nil {
		if errors.Is(missing(err), errNotFound) {
			return nil, nil
		}
		return nil, modules.Fail("Failed to find out what the API server knows: %w", err)
	}
	var out []resource
	parts := map[string][]string{}
	for _, item := range itemsAt(list, "resources") {
		name := textAt(item, "name")
		if of, part, is := strings.Cut(name, "/"); is {
			parts[of] = append(parts[of], part)
			continue
		}
		r := resource{base: base, version: version, kind: textAt(item, "kind"), name: name, singular: textAt(item, "singularName"), namespaced: at(item, "namespaced") == true}
		for _, short := range itemsAt(item, "shortNames") {
			r.short = append(r.short, value.Str(short))
		}
		out = append(out, r)
	}
	for i := range out {
		out[i].parts = parts[out[i].name]
	}
	k.known[base] = out
	return out, nil
}

// missing makes errNotFound of an answer that says so.
func missing(err error) error {
	var no *apiError
	if errors.As(err, &no) && no.status == http.StatusNotFound {
		return errNotFound
	}
	return err
}
