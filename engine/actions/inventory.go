package actions

import (
	"context"
	"strings"

	"goplay/engine"
	"goplay/internal/value"
	"goplay/modules"
)

type addHostArgs struct {
	Name   string   `arg:"name,required" alias:"host,hostname" doc:"Name of the host, with its port if it has one of its own."`
	Groups []string `arg:"groups" alias:"group,groupname" doc:"Groups it belongs to."`
}

type groupByArgs struct {
	Key     string   `arg:"key,required" doc:"Name of the group to put the host in."`
	Parents []string `arg:"parents" default:"all" doc:"Groups above that group."`
}

func init() {
	modules.Describe[addHostArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.add_host", Summary: "Add a host to the inventory of this run", AnyOptions: true,
		Example: "- name: The new machine is one of the web servers\n  ansible.builtin.add_host:\n    name: \"{{ new.address }}\"\n    groups: web\n",
	})
	modules.Describe[groupByArgs, struct{}](modules.Spec{
		Name: "ansible.builtin.group_by", Summary: "Put hosts into groups by what is known of them",
		Example: "- name: Hosts by their system\n  ansible.builtin.group_by:\n    key: os_{{ ansible_facts.distribution }}\n",
	})
	register("ansible.builtin.add_host", addHost)
	register("ansible.builtin.group_by", groupBy)
}

func addHost(_ context.Context, s *engine.Step) (modules.Result, error) {
	name := s.Text("name", "hostname", "host")
	if name == "" {
		return failure("name, host or hostname needs to be provided")
	}
	groups, err := groupList(s)
	if err != nil {
		return failed(err)
	}
	special := map[string]bool{"name": true, "hostname": true, "groups": true, "groupname": true}
	vars := value.NewDict()
	for k, v := range s.Args.All() {
		if !special[value.Str(k)] {
			vars.Set(k, v)
		}
	}
	name = s.AddHost(name, groups, vars)
	return result("add_host", value.DictOf("host_name", name, "groups", value.Strings(groups), "host_vars", vars)), nil
}

func groupList(s *engine.Step) ([]string, error) {
	groups := []string{}
	var given any
	for _, option := range []string{"groupname", "groups", "group"} {
		if v := s.Arg(option); v != nil {
			given = v
			break
		}
	}
	switch v := given.(type) {
	case nil:
	case *value.List:
		for _, item := range v.Items {
			groups = append(groups, strings.TrimSpace(value.Str(item)))
		}
	case string:
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				groups = append(groups, part)
			}
		}
	default:
		return nil, modules.Fail("Groups must be specified as a list.")
	}
	return groups, nil
}

func groupBy(_ context.Context, s *engine.Step) (modules.Result, error) {
	if err := s.Reject("key", "parents"); err != nil {
		return failed(err)
	}
	if s.Arg("key") == nil {
		return failure("the 'key' param is required when using group_by")
	}
	name := strings.ReplaceAll(s.Text("key"), " ", "-")
	parents := []string{"all"}
	if v := s.Arg("parents"); v != nil {
		parents = nil
		items, ok := v.(*value.List)
		if !ok {
			items = value.NewList(v)
		}
		for _, item := range items.Items {
			parents = append(parents, strings.ReplaceAll(value.Str(item), " ", "-"))
		}
	}
	s.GroupBy(name, parents)
	return result("add_group", name, "parent_groups", value.Strings(parents)), nil
}
