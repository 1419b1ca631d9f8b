package schema

import (
	"slices"

	"goplay/engine/playbook"
)

// keyword is the name of something of a task that is no module.
func keyword() object {
	words := []any{}
	for _, word := range playbook.Words("handler") {
		if !slices.Contains(inPlaceOfModules, word) {
			words = append(words, word)
		}
	}
	return object{"anyOf": []any{object{"enum": words}, object{"pattern": "^with_"}}}
}

// inPlaceOfModules are keywords that name the module themselves.
var inPlaceOfModules = []string{"action", "local_action"}

// oneModule makes a task have exactly one module: something that is no keyword,
// and beside each module that is known nothing but keywords.
func oneModule(task object, names []string) {
	task["not"] = object{"propertyNames": ref("keyword")}
	alone := object{}
	for _, name := range names {
		alone[name] = object{"propertyNames": object{"anyOf": []any{object{"const": name}, ref("keyword")}}}
	}
	task["dependencies"] = alone
}
