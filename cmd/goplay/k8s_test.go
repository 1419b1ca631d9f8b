package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestK8s runs tasks whose definitions stand on the controller: templates with
// variables and files, which reach the API server as objects. It answers no
// more than that takes; modules/kubernetes has one that keeps objects.
func TestK8s(t *testing.T) {
	var mu sync.Mutex
	var made []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.URL.Path == "/api/v1":
			fmt.Fprint(w, `{"resources":[{"name":"configmaps","namespaced":true,"kind":"ConfigMap"}]}`)
		case r.Method == http.MethodPost:
			if r.URL.Query().Get("dryRun") == "" {
				mu.Lock()
				made = append(made, r.URL.Path+" "+string(body))
				mu.Unlock()
			}
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write(body)
		default:
			http.Error(w, `{"kind":"Status"}`, http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	t.Run("playbook", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Dir: "testdata/k8s", RequireExplicitExec: true,
			Setup: func(e *testscript.Env) error {
				e.Setenv("HOME", e.WorkDir)
				e.Setenv("K8S_AUTH_HOST", server.URL)
				e.Setenv("K8S_AUTH_API_KEY", "t0ken")
				return os.WriteFile(filepath.Join(e.WorkDir, "hosts"), []byte("a ansible_connection=local\n"), 0o600)
			},
		})
	})
	for i, want := range []string{
		`/api/v1/namespaces/app/configmaps {"kind": "ConfigMap", "metadata": {"name": "one", "namespace": "app"}, "data": {"who": "me"}, "apiVersion": "v1"}`,
		`/api/v1/namespaces/app/configmaps {"kind": "ConfigMap", "metadata": {"name": "two", "namespace": "app"}, "data": {"who": "me", "twice": "{{ who }}"}, "apiVersion": "v1"}`,
		`/api/v1/namespaces/app/configmaps {"kind": "ConfigMap", "metadata": {"name": "three", "namespace": "app"}, "apiVersion": "v1"}`,
	} {
		if i >= len(made) || made[i] != want {
			t.Fatalf("made\n%s\nwant at %d\n%s", strings.Join(made, "\n"), i, want)
		}
	}
}
