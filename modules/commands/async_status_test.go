package commands

import (
	"os"
	"path/filepath"
	"testing"

	"goplay/modules"
)

// TestBrokenJob has a job whose module gave no result: its words are in stderr,
// as in Ansible's.
func TestBrokenJob(t *testing.T) {
	dir := t.TempDir()
	text := `{"failed": true, "msg": "MODULE FAILURE", "rc": 1, "module_stdout": "", "module_stderr": "Exception: boom\n"}`
	if err := os.WriteFile(filepath.Join(dir, "j1.2"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "ansible.builtin.async_status",
		Args: map[string]any{"jid": "j1.2"}, Env: map[string]string{"ANSIBLE_ASYNC_DIR": dir}})
	if err != nil {
		t.Fatal(err)
	}
	if said, _ := r.Data.Get("stderr"); !r.Failed || said != "Exception: boom\n" {
		t.Errorf("failed %v, stderr %q", r.Failed, said)
	}
	if finished, _ := r.Data.Get("finished"); finished != int64(1) {
		t.Errorf("finished is %v", finished)
	}
}
