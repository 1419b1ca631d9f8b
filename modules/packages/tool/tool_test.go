package tool

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"goplay/modules"
)

type downloadArgs struct {
	URL     string `arg:"url"`
	Path    string `arg:"path"`
	Checked bool   `arg:"checked"`
}

func init() {
	modules.Register(modules.Spec{Name: "test.tool.download", Summary: "Download", Internal: true},
		func(c *modules.Context, a downloadArgs) (struct{}, error) {
			return struct{}{}, Download(c, a.URL, a.Path, a.Checked)
		})
}

func TestDownloadChecksCertificates(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a key")) }))
	defer s.Close()
	for _, checked := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "key")
		r, err := modules.InProcess{}.Run(context.Background(), modules.Call{Module: "test.tool.download",
			Args: map[string]any{"url": s.URL, "path": path, "checked": checked}})
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(path)
		if r.Failed != checked || (string(data) == "a key") == checked {
			t.Errorf("checked=%v: failed=%v %s, %q", checked, r.Failed, r.Msg, data)
		}
	}
}

func TestNamesAndFlags(t *testing.T) {
	if got := Names([]string{" a ", "", "b"}); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	if got := Flags(true, "-a", false, "-b"); !reflect.DeepEqual(got, []string{"-a"}) {
		t.Errorf("%q", got)
	}
	if got := append(Option("-o", ""), Option("-p", "x")...); !reflect.DeepEqual(got, []string{"-p", "x"}) {
		t.Errorf("%q", got)
	}
}
