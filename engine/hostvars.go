package engine

import (
	"path/filepath"
	"slices"
	"strings"

	"goplay/engine/playbook"
	"goplay/engine/vars"
	"goplay/internal/vault"
)

// inventoryVars flattens a host's variables of inventory, group_vars and
// host_vars, once for all tasks that see the same folders.
func (r *run) inventoryVars(host string, task *playbook.Task) vars.Layer {
	dirs := r.varsDirs(task)
	key := strings.Join(append([]string{host}, dirs...), "\x00")
	r.mu.Lock()
	defer r.mu.Unlock()
	if l, ok := r.hostVars[key]; ok {
		return l
	}
	levels, err := r.opts.Inventory.Layers(host, dirs...)
	if err != nil {
		if vault.Unopened(err) {
			err = &Unreadable{err}
		}
		r.stop = true
		if r.fault == nil {
			r.fault = err
		}
	}
	l := vars.Flatten(r.opts.MergeHashes, levels)
	r.hostVars[key] = l
	return l
}

// varsDirs are the folders whose group_vars and host_vars count for a task; nil
// for the playbook's own. PLAYBOOK_VARS_ROOT asks for the nearest around the
// task, which is its role's, or for all from there up to that of its file.
func (r *run) varsDirs(task *playbook.Task) []string {
	if task == nil || r.opts.VarsRoot == "" || r.opts.VarsRoot == "top" {
		return nil
	}
	var dirs []string
	for role := task.Role; role != nil; role = role.Parent {
		dirs = append(dirs, role.Path)
	}
	if own := filepath.Dir(task.Pos.File); !slices.Contains(dirs, own) {
		dirs = append(dirs, own)
	}
	if r.opts.VarsRoot == "bottom" {
		return dirs[:1]
	}
	return dirs
}

// forgetHostVars is called when add_host, group_by or a refresh changed the inventory.
func (r *run) forgetHostVars() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hostVars = map[string]vars.Layer{}
}
