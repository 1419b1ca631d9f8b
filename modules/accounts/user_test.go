package accounts

import (
	"slices"
	"testing"

	"goplay/modules"
	ht "goplay/modules/modulestest/hosttest"
)

func TestMain(m *testing.M) { ht.Main(m) }

// TestPasswordAges has what newer releases of Ansible know; the other options
// of user and group are compared as tasks on a host.
func TestPasswordAges(t *testing.T) {
	ht.Story{Alone: "the option is newer than the Ansible that is asked", Steps: []ht.Step{
		{Name: "a user", Module: "user", Args: ht.Args{"name": "joe"}},
		{Name: "told before", Module: "user", Args: ht.Args{"name": "joe", "password_expire_warn": 14}},
		{Name: "told later, with the other ages", Module: "user", Args: ht.Args{"name": "joe", "password_expire_warn": 3, "password_expire_max": 90, "password_expire_min": 1}},
	}}.Conform(t)
}

// TestUserWarnings has what Ansible warns of beside its results.
func TestUserWarnings(t *testing.T) {
	const unknown = "'local: true' specified and user 'goplay-nobody' was not found in /etc/passwd. " +
		"The local user account may already exist if the local account database exists somewhere other than /etc/passwd."
	const alone = "'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups.This will change to an error in Ansible 2.14."
	for _, c := range []struct {
		args map[string]any
		want []string
	}{
		{map[string]any{"name": "goplay-nobody", "local": true}, []string{unknown}},
		{map[string]any{"name": "goplay-nobody", "local": true, "append": true, "state": "absent"}, []string{alone, unknown}},
		{map[string]any{"name": "goplay-nobody", "append": true, "groups": []any{}}, nil},
		{map[string]any{"name": "root", "local": true}, nil},
	} {
		r, err := modules.InProcess{}.Run(t.Context(), modules.Call{Module: "ansible.builtin.user", Args: c.args, Check: true})
		if err != nil || !slices.Equal(r.Warnings, c.want) {
			t.Errorf("%v: %v, %v; want %v", c.args, r.Warnings, err, c.want)
		}
	}
}
