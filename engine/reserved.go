package engine

import (
	"maps"
	"slices"

	"goplay/engine/playbook"
	"goplay/engine/vars"
)

// functions are what templates can call without a filter: a variable of such a
// name hides it.
var functions = []string{"cycler", "dict", "joiner", "lipsum", "lookup", "namespace", "now", "q", "query", "range", "undef"}

// warnReserved warns of variables of the play that carry the name of a keyword
// or of a function.
func (p *playRun) warnReserved() {
	layers := []vars.Layer{p.opts.Extra, p.vars.Prompts}
	for _, n := range p.play.Vars {
		layers = append(layers, vars.OfNode(n))
	}
	for _, r := range p.play.Roles {
		for _, n := range append(slices.Clone(r.RoleVars), r.Defaults...) {
			layers = append(layers, vars.OfNode(n))
		}
	}
	for _, l := range layers {
		for _, name := range slices.Sorted(maps.Keys(l)) {
			if playbook.IsKeyword(name) || contains(functions, name) {
				p.warn("Found variable using reserved name: " + name)
			}
		}
	}
}
