package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"goplay/modules"
)

// asAnsible is the way of modules whose four passes are held against Ansible's.
const asAnsible = "four passes as Ansible's"

// passesOf are the ends of the names of cases that modulestest.Passes makes of one.
var passesOf = [4]string{", first checked", ", done", ", checked again", ", done again"}

// passed is what was asked of a module and what it answered, in the order of asking.
type passed struct {
	module string
	task   any // the task without what says that it is only checked
	check  bool
	result map[string]any
}

// what a pass came to.
func (p passed) outcome() string {
	switch {
	case p.result["failed"] == true || p.result["unreachable"] == true:
		return "failed"
	case p.result["skipped"] == true:
		return "skipped"
	case p.result["changed"] == true:
		return "changed"
	}
	return "ok"
}

// oddities says in what four successive passes of one task differ from a
// change that is foretold and then done once; false if they are not four passes.
func oddities(four []passed) ([]string, bool) {
	if len(four) < 4 {
		return nil, false
	}
	var got [4]string
	for i, p := range four[:4] {
		if p.check != (i%2 == 0) || p.module != four[0].module || !reflect.DeepEqual(p.task, four[0].task) {
			return nil, false
		}
		got[i] = p.outcome()
	}
	if got[1] != "changed" || got[3] != "changed" && got[3] != "ok" || slices.Contains(got[:], "failed") {
		return nil, false
	}
	odd := []string{}
	if got[0] == "skipped" {
		odd = append(odd, "skipped in check mode")
	} else if got[0] == "ok" {
		odd = append(odd, "its check mode foretells nothing")
	}
	if got[3] == "changed" {
		odd = append(odd, "changed each time")
	} else if got[2] == "changed" {
		odd = append(odd, "its check mode always foretells a change")
	}
	return odd, true
}

// ansiblesPasses finds the modules that Ansible answered for in four passes,
// each with how these differ from a change that is foretold and done once, in
// the passes where they do so the least.
func ansiblesPasses(root string) (map[string][]string, error) {
	found := map[string][]string{}
	err := kept(root, slices.Concat(oracles, tasks), func(all map[string]json.RawMessage) {
		for _, run := range runs(all) {
			for i := range run {
				odd, ok := oddities(run[i:])
				if have, known := found[run[i].module]; ok && (!known || len(odd) < len(have)) {
					found[run[i].module] = odd
				}
			}
		}
	})
	return found, err
}

// runs are what was asked in succession, by the answers of a file: the tasks of
// a case, or the cases that modulestest.Passes makes of one.
func runs(all map[string]json.RawMessage) [][]passed {
	var out [][]passed
	for name, raw := range all {
		if list := tasksOf(raw); len(list) > 0 {
			out = append(out, list)
		}
		first, ok := strings.CutSuffix(name, passesOf[0])
		if !ok {
			continue
		}
		var four []passed
		for _, added := range passesOf {
			if p, ok := caseOf(all[first+added]); ok {
				four = append(four, p)
			}
		}
		out = append(out, four)
	}
	return out
}

// caseOf reads an answer of modulestest.
func caseOf(raw json.RawMessage) (passed, bool) {
	var a struct {
		Input  string
		Result map[string]any
	}
	var input []any
	if json.Unmarshal(raw, &a) != nil || json.Unmarshal([]byte(a.Input), &input) != nil || len(input) != 5 {
		return passed{}, false
	}
	name, ok := input[0].(string)
	check, _ := input[4].(bool)
	return passed{fullName(name), input[1:4], check, a.Result}, ok
}

// tasksOf reads the answers to a case of tasks, nil if each has not its own.
func tasksOf(raw json.RawMessage) []passed {
	var a struct {
		Input   string
		Results []map[string]any
	}
	var input []any
	if json.Unmarshal(raw, &a) != nil || json.Unmarshal([]byte(a.Input), &input) != nil || len(input) < 4 {
		return nil
	}
	list, _ := input[2].([]any)
	if len(list) != len(a.Results) {
		return nil // what was included has results too
	}
	var out []passed
	for i, item := range list {
		task, _ := item.(map[string]any)
		p := passed{result: a.Results[i]}
		p.check, _ = input[3].(bool)
		if own, ok := task["check_mode"].(bool); ok {
			p.check = own
		}
		delete(task, "check_mode")
		p.task = task
		for key := range task {
			if m, ok := modules.Lookup(fullName(key)); ok {
				p.module = m.Name
			}
		}
		out = append(out, p)
	}
	return out
}
