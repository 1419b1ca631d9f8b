package main

import (
	"fmt"
	"maps"
)

// tasks are the case's tasks, named after it. One may fail.
func (c *taskCase) tasks(i int, dir string, servers taskServers) []map[string]any {
	var list []map[string]any
	for _, given := range c.Do {
		task := map[string]any{"name": fmt.Sprintf("case %d", i), "ignore_errors": true}
		if c.Check {
			task["check_mode"] = true
		}
		vars := servers.vars()
		vars["dir"] = dir
		for k, v := range given {
			task[k] = v
		}
		if own, ok := given["vars"].(map[string]any); ok {
			for k, v := range own {
				vars[k] = v
			}
		}
		task["vars"] = vars
		list = append(list, task)
		if c.Show != "" && len(c.Passes) > 0 {
			list = append(list, script(fmt.Sprintf("show %d", i), dir, c.Show))
		}
	}
	if c.Show != "" && len(c.Passes) == 0 {
		list = append(list, script(fmt.Sprintf("show %d", i), dir, c.Show))
	}
	return list
}

// passes adds the four passes of the tasks that are asked for in them.
func (c *taskCase) passes() {
	for _, task := range c.Passes {
		checked := maps.Clone(task)
		checked["check_mode"] = true
		c.Do = append(c.Do, checked, task, checked, task)
	}
}
