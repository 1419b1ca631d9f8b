package kubernetes

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"goplay/internal/value"
)

// apiServer stands in for Kubernetes' API server, which no package of Debian
// or module of Go brings without a cluster's weight. It keeps objects as that
// does as far as the modules can tell: discovery, namespaces, versions and
// generations, dry runs, patches by media type and selectors of labels. A
// strategic merge patch is a merge patch here, and only built-in groups take it.
type apiServer struct {
	mu      sync.Mutex
	objects map[string]*value.Dict // by path
	order   []string
	version int64
	writes  []string // method and path of what was not only tried
}

var kinds = map[string]string{
	"/api/v1": `{"kind":"APIResourceList","groupVersion":"v1","resources":[
		{"name":"namespaces","singularName":"","namespaced":false,"kind":"Namespace","shortNames":["ns"],"verbs":["create","delete","get","list","patch","update"]},
		{"name":"configmaps","singularName":"","namespaced":true,"kind":"ConfigMap","shortNames":["cm"],"verbs":["create","delete","get","list","patch","update"]},
		{"name":"secrets","singularName":"","namespaced":true,"kind":"Secret","verbs":["create","delete","get","list","patch","update"]},
		{"name":"pods","singularName":"","namespaced":true,"kind":"Pod","shortNames":["po"],"verbs":["create","delete","get","list","patch","update"]},
		{"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}]}`,
	"/apis/apps/v1": `{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
		{"name":"deployments","singularName":"","namespaced":true,"kind":"Deployment","shortNames":["deploy"],"verbs":["create","delete","get","list","patch","update"]}]}`,
	"/apis/example.com/v1": `{"kind":"APIResourceList","groupVersion":"example.com/v1","resources":[
		{"name":"widgets","singularName":"widget","namespaced":true,"kind":"Widget","verbs":["create","delete","get","list","patch","update"]}]}`,
	"/api": `{"kind":"APIVersions","versions":["v1"]}`,
	"/apis": `{"kind":"APIGroupList","apiVersion":"v1","groups":[
		{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},
		{"name":"example.com","versions":[{"groupVersion":"example.com/v1","version":"v1"}],"preferredVersion":{"groupVersion":"example.com/v1","version":"v1"}}]}`,
	"/version": `{"major":"1","minor":"27","gitVersion":"v1.27.0"}`,
}

var kindOf = map[string]string{"namespaces": "Namespace", "configmaps": "ConfigMap", "secrets": "Secret", "pods": "Pod", "deployments": "Deployment", "widgets": "Widget"}

func startServer(t *testing.T) (*apiServer, string) {
	s := &apiServer{objects: map[string]*value.Dict{}}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, h.URL
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("Authorization") != "Bearer t0ken" {
		s.no(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
		return
	}
	if said, ok := kinds[strings.TrimRight(r.URL.Path, "/")]; ok {
		fmt.Fprint(w, said)
		return
	}
	if path, ok := strings.CutSuffix(r.URL.Path, "/log"); ok && s.objects[path] != nil {
		fmt.Fprintf(w, "one\ntwo %s\n", r.URL.RawQuery)
		return
	}
	var body *value.Dict
	if data, _ := io.ReadAll(r.Body); len(data) > 0 {
		v, err := value.DecodeJSON(data)
		if err != nil {
			s.no(w, http.StatusBadRequest, "BadRequest", err.Error())
			return
		}
		body, _ = v.(*value.Dict)
	}
	dry := r.URL.Query().Get("dryRun") != ""
	if r.Method != http.MethodGet && !dry {
		s.writes = append(s.writes, r.Method+" "+r.URL.Path)
	}
	s.serve(w, r, body, dry)
}

func (s *apiServer) serve(w http.ResponseWriter, r *http.Request, body *value.Dict, dry bool) {
	path := r.URL.Path
	plural := path[strings.LastIndexByte(path, '/')+1:]
	have := s.objects[path]
	switch {
	case r.Method == http.MethodPost:
		s.create(w, path, body, dry)
	case r.Method == http.MethodGet && kindOf[plural] != "":
		s.list(w, r, path, kindOf[plural])
	case have == nil:
		s.no(w, http.StatusNotFound, "NotFound", fmt.Sprintf("%q not found", plural))
	case r.Method == http.MethodGet:
		s.say(w, http.StatusOK, have)
	case r.Method == http.MethodDelete:
		if !dry {
			delete(s.objects, path)
			s.order = slices.DeleteFunc(s.order, func(p string) bool { return p == path })
		}
		s.say(w, http.StatusOK, value.DictOf("kind", "Status", "apiVersion", "v1", "metadata", value.NewDict(), "status", "Success"))
	case r.Method == http.MethodPut:
		next := merged(body, value.DictOf("metadata", value.DictOf("uid", textAt(have, "metadata", "uid"))))
		s.keep(w, path, have, next, dry)
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/strategic-merge-patch") && strings.HasPrefix(path, "/apis/example.com"):
		s.no(w, http.StatusUnsupportedMediaType, "UnsupportedMediaType", "the body of the request was in an unknown format")
	default:
		s.keep(w, path, have, withoutNulls(merged(have, body)), dry)
	}
}

func (s *apiServer) create(w http.ResponseWriter, path string, body *value.Dict, dry bool) {
	body = encoded(body)
	name := textAt(body, "metadata", "name")
	if name == "" {
		name = textAt(body, "metadata", "generateName") + "x7k2p"
	}
	if s.objects[path+"/"+name] != nil {
		s.no(w, http.StatusConflict, "AlreadyExists", name+" already exists")
		return
	}
	if name == "forbidden" {
		s.no(w, http.StatusForbidden, "Forbidden", "not yours")
		return
	}
	s.keep(w, path+"/"+name, nil, merged(body, value.DictOf("metadata", value.DictOf("name", name, "uid", fmt.Sprintf("uid-%d", len(s.order))))), dry)
}

// keep stores a version of an object, if it is another one.
func (s *apiServer) keep(w http.ResponseWriter, path string, have, next *value.Dict, dry bool) {
	if have != nil && value.Equal(have, next) {
		s.say(w, http.StatusOK, have)
		return
	}
	version := s.version + 1
	next = merged(next, value.DictOf("metadata", value.DictOf("resourceVersion", fmt.Sprint(version), "creationTimestamp", "2024-01-01T00:00:00Z")))
	if !dry {
		s.version = version
		if have == nil {
			s.order = append(s.order, path)
		}
		s.objects[path] = next
	}
	status := http.StatusOK
	if have == nil {
		status = http.StatusCreated
	}
	s.say(w, status, next)
}

func (s *apiServer) list(w http.ResponseWriter, r *http.Request, path, kind string) {
	items := value.NewList()
	selector := strings.FieldsFunc(r.URL.Query().Get("labelSelector"), func(r rune) bool { return r == ',' })
	base, plural := path[:strings.LastIndexByte(path, '/')], path[strings.LastIndexByte(path, '/'):]
	for _, p := range s.order {
		rest, ok := strings.CutPrefix(p, base)
		if ok && strings.Contains(rest, plural+"/") && selects(selector, at(s.objects[p], "metadata", "labels")) {
			item := value.DeepCopy(s.objects[p]).(*value.Dict)
			item.Delete("kind")
			item.Delete("apiVersion")
			items.Append(item)
		}
	}
	s.say(w, http.StatusOK, value.DictOf("kind", kind+"List", "apiVersion", "v1", "metadata", value.DictOf("resourceVersion", fmt.Sprint(s.version)), "items", items))
}

func (s *apiServer) say(w http.ResponseWriter, status int, v any) {
	text, _ := value.EncodeJSON(v, value.JSONOptions{})
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

func (s *apiServer) no(w http.ResponseWriter, status int, reason, message string) {
	s.say(w, status, value.DictOf("kind", "Status", "apiVersion", "v1", "metadata", value.NewDict(), "status", "Failure", "message", message, "reason", reason, "code", int64(status)))
}
