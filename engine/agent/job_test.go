package agent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

type napArgs struct {
	Seconds int `arg:"seconds" doc:"How long."`
}

type napResult struct {
	RC int `json:"rc" doc:"Always 0."`
}

// The job is this test program again, so its module has to be known to both.
func init() {
	modules.Register(modules.Spec{Name: "test.jobs.nap", Summary: "Sleep."}, func(c *modules.Context, a napArgs) (napResult, error) {
		_, err := c.Command("sleep", strconv.Itoa(a.Seconds))
		return napResult{}, err
	})
}

// awaitJob polls a job's file until what it says is over.
func awaitJob(t *testing.T, path string) *value.Dict {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, err := value.DecodeJSON(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		d := v.(*value.Dict)
		if _, running := d.Get("started"); !running {
			return d
		}
	}
	t.Fatal("the job did not end")
	return nil
}

func TestJob(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "async")
	env := map[string]string{"ANSIBLE_ASYNC_DIR": dir}
	c := serve(t, modules.InProcess{}.Run)
	for name, tt := range map[string]struct {
		runner  modules.Runner
		seconds int64
		limit   time.Duration
		key     string
		want    any
	}{
		"ends, in an agent":  {c, 0, time.Minute, "rc", int64(0)},
		"ends, in process":   {modules.InProcess{}, 0, 0, "changed", false},
		"outstays its limit": {c, 60, time.Second, "msg", "Timeout exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Detach(context.Background(), tt.runner, modules.Call{
				Module: "test.jobs.nap", Args: map[string]any{"seconds": tt.seconds}, Env: env}, tt.limit)
			if err != nil || r.Failed || !r.Changed {
				t.Fatalf("%+v, %v", r, err)
			}
			id, _ := r.Data.Get("ansible_job_id")
			if !regexp.MustCompile(`^j\d+\.\d+$`).MatchString(id.(string)) {
				t.Errorf("job id %q", id)
			}
			path, _ := r.Data.Get("results_file")
			if path != filepath.Join(dir, id.(string)) {
				t.Errorf("results file %q", path)
			}
			if got, _ := awaitJob(t, path.(string)).Get(tt.key); got != tt.want {
				t.Errorf("%s is %v, want %v", tt.key, got, tt.want)
			}
			pid := id.(string)[strings.IndexByte(id.(string), '.')+1:]
			for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
				if _, err := os.Stat("/proc/" + pid); errors.Is(err, os.ErrNotExist) {
					break
				} else if time.Now().After(end) {
					t.Fatal("the job's process is still there")
				}
			}
		})
	}
}

func TestJobThatCannotStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Detach(context.Background(), modules.InProcess{}, modules.Call{Module: "test.jobs.nap",
		Env: map[string]string{"ANSIBLE_ASYNC_DIR": file}}, 0)
	if err != nil || !r.Failed || !strings.Contains(r.Msg, "not a directory") {
		t.Errorf("%+v, %v", r, err)
	}
}
