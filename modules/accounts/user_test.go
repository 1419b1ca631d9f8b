package accounts

import (
	"testing"

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
